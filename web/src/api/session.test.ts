import createClient from "openapi-fetch";
import { expect, it } from "vitest";
import { type Ending, keepSignedIn, type Mark, type Send } from "./session";
import type { paths } from "./schema.gen";

/** The server's side of a session: tokens in a cookie jar that all tabs share, as a browser has it. */
class Server {
  access = "a0";
  refresh = "r0";
  jar = { access: "a0", refresh: "r0" };
  open = true;
  refusal = "unauthenticated";
  calls: string[] = [];
  refreshAnswer: (() => Response | Promise<Response>) | undefined;

  readonly send: Send = async (request) => {
    const path = new URL(request.url).pathname;
    const body = await request.text();
    this.calls.push(`${request.method} ${path}${body && ` ${body}`}`);
    const { access, refresh } = this.jar;
    await new Promise((done) => setTimeout(done, 5));
    if (path === "/api/v1/auth/refresh") return this.refreshAnswer?.() ?? this.renew(refresh);
    if (path === "/api/v1/auth/sign-in") return problem(401, "invalid_credentials", "The address or the password is not right.");
    if (!this.open || access !== this.access) return problem(401, this.refusal, "You are not signed in.");
    return Response.json({ items: [], echo: body });
  };

  expire() {
    this.jar.access = "expired";
  }

  get refreshes() {
    return this.calls.filter((call) => call.includes("refresh")).length;
  }

  private renew(token: string): Response {
    // a token that comes a second time ends the session, as the real one does
    if (!this.open || token !== this.refresh) {
      this.open = false;
      return problem(401, "unauthenticated", "This sign-in has ended.");
    }
    const next = Number(this.refresh.slice(1)) + 1;
    [this.access, this.refresh] = [`a${next}`, `r${next}`];
    this.jar = { access: this.access, refresh: this.refresh };
    return Response.json({});
  }
}

const problem = (status: number, code: string, detail: string) =>
  Response.json(
    { type: "about:blank", title: code, status, code, detail, hint: "Sign in.", request_id: "x" },
    { status, headers: { "Content-Type": "application/problem+json" } },
  );

function tab(server: Server, begun: Mark = { get: () => null, set: () => undefined }) {
  const endings: Ending[] = [];
  const fetch = keepSignedIn(server.send, (why) => endings.push(why), begun);
  return { endings, api: createClient<paths>({ baseUrl: "http://here.test/", fetch }) };
}

it("leaves a good answer alone", async () => {
  const server = new Server();
  const { api } = tab(server);
  expect((await api.GET("/api/v1/channels")).response.status).toBe(200);
  expect(server.calls).toEqual(["GET /api/v1/channels"]);
});

it("refreshes once and repeats the call, body and all", async () => {
  const server = new Server();
  const { api, endings } = tab(server);
  server.expire();
  const answer = await api.PATCH("/api/v1/me", { body: { full_name: "Ada" } });
  expect(answer.data).toMatchObject({ echo: '{"full_name":"Ada"}' });
  expect(server.calls).toEqual([
    'PATCH /api/v1/me {"full_name":"Ada"}',
    'PATCH /api/v1/me {"full_name":"Ada"}',
    "POST /api/v1/auth/refresh {}",
    'PATCH /api/v1/me {"full_name":"Ada"}',
  ]);
  expect(endings).toEqual([]);
});

it.each(["token_expired", "token_key_unknown", "token_refused"])("takes %s for a token that has run out", async (code) => {
  const server = new Server();
  const { api, endings } = tab(server);
  server.refusal = code;
  server.expire();
  expect((await api.GET("/api/v1/me")).response.status).toBe(200);
  expect(server.refreshes).toBe(1);
  server.expire();
  server.open = false;
  expect((await api.GET("/api/v1/me")).response.status).toBe(401);
  expect(endings).toMatchObject([{ message: "This sign-in has ended." }]);
});

it("refreshes once for many calls of many tabs", async () => {
  const server = new Server();
  const tabs = [tab(server), tab(server), tab(server)];
  server.expire();
  const answers = await Promise.all(
    tabs.flatMap(({ api }) => [api.GET("/api/v1/channels"), api.GET("/api/v1/me"), api.GET("/api/v1/me/sessions")]),
  );
  expect(answers.map((answer) => answer.response.status)).toEqual(Array(9).fill(200));
  expect(server.refreshes).toBe(1);
  expect(server.open).toBe(true);
});

it("refreshes again when the next token has run out as well", async () => {
  const server = new Server();
  const { api } = tab(server);
  for (let hour = 0; hour < 3; hour++) {
    server.expire();
    expect((await api.GET("/api/v1/me")).response.status).toBe(200);
  }
  expect(server.refreshes).toBe(3);
});

it("says once that the session has ended, and asks again after a sign-in", async () => {
  const server = new Server();
  const { api, endings } = tab(server);
  server.expire();
  server.open = false;
  const answers = await Promise.all([api.GET("/api/v1/me"), api.GET("/api/v1/channels"), api.GET("/api/v1/me/sessions")]);
  expect(answers.map((answer) => answer.response.status)).toEqual([401, 401, 401]);
  expect(endings).toMatchObject([{ message: "You are not signed in.", hint: "Sign in." }]);
  expect(server.refreshes).toBe(1);

  server.open = true;
  server.jar = { access: server.access, refresh: server.refresh };
  expect((await api.GET("/api/v1/me")).response.status).toBe(200);
  server.expire();
  expect((await api.GET("/api/v1/me")).response.status).toBe(200);
});

it("keeps a wrong password with its form", async () => {
  const server = new Server();
  const { api, endings } = tab(server);
  const answer = await api.POST("/api/v1/auth/sign-in", { body: { email: "a@b.c", password: "b", transport: "cookie" } });
  expect(answer.error).toMatchObject({ code: "invalid_credentials" });
  expect(server.calls).toHaveLength(1);
  expect(endings).toEqual([]);
});

it("does not take a busy server for the end of the session", async () => {
  const server = new Server();
  const { api, endings } = tab(server);
  server.expire();
  server.refreshAnswer = () => problem(503, "retry_later", "The database is restarting.");
  expect((await api.GET("/api/v1/me")).error).toMatchObject({ code: "retry_later" });
  server.refreshAnswer = () => Promise.reject(new TypeError("fetch failed"));
  await expect(api.GET("/api/v1/me")).rejects.toThrow("fetch failed");
  expect(endings).toEqual([]);
  server.refreshAnswer = undefined;
  expect((await api.GET("/api/v1/me")).response.status).toBe(200);
}, 10_000);

/** What the tabs of a browser have in common. */
function mark(at: number | null = null): Mark {
  return {
    get: () => at,
    set: (next) => {
      at = next;
    },
  };
}

it("waits for the tokens of a page that was reloaded while it refreshed", async () => {
  const server = new Server();
  const { api, endings } = tab(server, mark(Date.now()));
  server.expire();
  const reloaded = api.GET("/api/v1/me");
  await new Promise((done) => setTimeout(done, 300));
  // the answer to the page that is gone
  server.jar = { access: server.access, refresh: server.refresh };
  expect((await reloaded).response.status).toBe(200);
  expect(server.refreshes).toBe(0);
  expect(endings).toEqual([]);
});

it("waits for the tokens of a page whose request failed as it was left", async () => {
  const server = new Server();
  const begun = mark();
  server.expire();
  server.refreshAnswer = () => Promise.reject(new TypeError("fetch failed"));
  await expect(tab(server, begun).api.GET("/api/v1/me")).rejects.toThrow("fetch failed");
  const { api, endings } = tab(server, begun);
  const reloaded = api.GET("/api/v1/me");
  await new Promise((done) => setTimeout(done, 300));
  server.jar = { access: server.access, refresh: server.refresh };
  expect((await reloaded).response.status).toBe(200);
  expect(server.refreshes).toBe(1);
  expect(endings).toEqual([]);
});

it("refreshes itself when the tokens of a page that was left never come", async () => {
  const server = new Server();
  server.expire();
  const { api } = tab(server, mark(Date.now() - 4_700));
  expect((await api.GET("/api/v1/me")).response.status).toBe(200);
  expect(server.refreshes).toBe(1);
});
