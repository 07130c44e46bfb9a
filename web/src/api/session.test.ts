import createClient from "openapi-fetch";
import { expect, it } from "vitest";
import { type Ending, keepSignedIn, type Send } from "./session";
import type { paths } from "./schema.gen";

/** The server's side of a session: tokens in a cookie jar that all tabs share, as a browser has it. */
class Server {
  access = "a0";
  refresh = "r0";
  jar = { access: "a0", refresh: "r0" };
  open = true;
  refusal = "not_signed_in";
  calls: string[] = [];
  refreshAnswer: (() => Response | Promise<Response>) | undefined;

  readonly send: Send = async (request) => {
    const path = new URL(request.url).pathname;
    const body = await request.text();
    this.calls.push(`${request.method} ${path}${body && ` ${body}`}`);
    const { access, refresh } = this.jar;
    await new Promise((done) => setTimeout(done, 5));
    if (path === "/api/v1/auth/refresh") return this.refreshAnswer?.() ?? this.renew(refresh);
    if (path === "/api/v1/auth/sign-in") return problem(401, "sign_in_refused", "The address or the password is not right.");
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
      return problem(401, "not_signed_in", "This sign-in has ended.");
    }
    const next = Number(this.refresh.slice(1)) + 1;
    [this.access, this.refresh] = [`a${next}`, `r${next}`];
    this.jar = { access: this.access, refresh: this.refresh };
    return Response.json({});
  }
}

const problem = (status: number, code: string, detail: string) =>
  Response.json({ type: "about:blank", title: code, status, code, detail, hint: "Sign in.", request_id: "x" },
    { status, headers: { "Content-Type": "application/problem+json" } });

function tab(server: Server) {
  const endings: Ending[] = [];
  const fetch = keepSignedIn(server.send, (why) => endings.push(why));
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
    'PATCH /api/v1/me {"full_name":"Ada"}', 'PATCH /api/v1/me {"full_name":"Ada"}',
    "POST /api/v1/auth/refresh {}", 'PATCH /api/v1/me {"full_name":"Ada"}',
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
  const answers = await Promise.all(tabs.flatMap(({ api }) => [
    api.GET("/api/v1/channels"), api.GET("/api/v1/me"), api.GET("/api/v1/me/sessions"),
  ]));
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
  const answer = await api.POST("/api/v1/auth/sign-in", { body: { email: "a@b.c", password: "b", keep: "cookie" } });
  expect(answer.error).toMatchObject({ code: "sign_in_refused" });
  expect(server.calls).toHaveLength(1);
  expect(endings).toEqual([]);
});

it("does not take a busy server for the end of the session", async () => {
  const server = new Server();
  const { api, endings } = tab(server);
  server.expire();
  server.refreshAnswer = () => problem(503, "try_later", "The database is restarting.");
  expect((await api.GET("/api/v1/me")).error).toMatchObject({ code: "try_later" });
  server.refreshAnswer = () => Promise.reject(new TypeError("fetch failed"));
  await expect(api.GET("/api/v1/me")).rejects.toThrow("fetch failed");
  expect(endings).toEqual([]);
  server.refreshAnswer = undefined;
  expect((await api.GET("/api/v1/me")).response.status).toBe(200);
});
