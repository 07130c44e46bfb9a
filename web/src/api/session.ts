/** Keeps a person signed in: when the access token has run out, the call is repeated with a new one. */
import { browser } from "../lib/browser";

export type Send = (request: Request) => Promise<Response>;

/** Why somebody is out, in the API's words. */
export interface Ending {
  message: string;
  hint: string | undefined;
}

const LOCK = "ytempire-session";
const REFRESH = "/api/v1/auth/refresh";
// a refresh that never answers must not hold up every other tab
const LONGEST_REFRESH_MS = 30_000;

// how long the answer to a refresh is waited for that a page had begun when it was left
const PATIENCE_MS = 5_000;
const LOOK_MS = 200;

/** When a refresh was begun that has no answer yet, in ms since 1970; all tabs see it. */
export interface Mark {
  get: () => number | null;
  set: (at: number | null) => void;
}

const MARK = "ytempire-refresh-begun";
const sharedMark: Mark = {
  get: () => Number(browser.localStorage?.getItem(MARK)) || null,
  set: (at) => (at === null ? browser.localStorage?.removeItem(MARK) : browser.localStorage?.setItem(MARK, String(at))),
};

/**
 * `send` with a session behind it. An answer that the session or its token is none leads to one refresh over all tabs, because a refresh
 * token that is used twice ends the session; then the call is repeated. `onEnd` hears that the refresh was refused.
 */
export function keepSignedIn(send: Send, onEnd: (why: Ending) => void, begun: Mark = sharedMark): Send {
  let ended = false;

  async function renew(request: Request): Promise<Response> {
    // whoever held the lock before us, here or in another tab, may have refreshed already
    const second = await send(request.clone());
    const why = await endingOf(second);
    if (!why) {
      ended = false;
      return second;
    }
    if (ended) return second;
    const caught = await afterAnother(request);
    if (caught) return caught;
    const refreshed = await refresh(request.url);
    if (refreshed.ok) return send(request);
    // the server being busy or away says nothing about the session
    if (refreshed.status !== 401) return refreshed;
    ended = true;
    // that a token had run out is nothing for a person; why no other could be had is
    onEnd(why.code === UNAUTHENTICATED ? why : ((await endingOf(refreshed)) ?? why));
    return second;
  }

  /**
   * A page that was left while it refreshed has lost the lock, and its tokens are still to come. To send the same refresh token once more
   * would end the session, so this waits for them; undefined where none came.
   */
  async function afterAnother(request: Request): Promise<Response | undefined> {
    while (Date.now() < (begun.get() ?? 0) + PATIENCE_MS) {
      await new Promise((done) => setTimeout(done, LOOK_MS));
      const answer = await send(request.clone());
      if (!(await endingOf(answer))) return answer;
    }
    return undefined;
  }

  async function refresh(near: string): Promise<Response> {
    begun.set(Date.now());
    const answer = await send(refreshRequest(near));
    // Not where there was no answer: of a page that is being left the request fails here and goes on, and its tokens are still to come.
    begun.set(null);
    return answer;
  }

  return async (request) => {
    const spare = request.clone();
    const first = await send(request);
    if (await endingOf(first)) return oneAtATime(() => renew(spare));
    if (first.status !== 401) ended = false;
    return first;
  };
}

/** Only these are about the session; a wrong password is a 401 as well and stays with its form. */
const UNAUTHENTICATED = "unauthenticated";
const ABOUT_THE_SESSION = [UNAUTHENTICATED, "token_expired", "token_key_unknown", "token_refused"];

async function endingOf(answer: Response): Promise<(Ending & { code: string }) | null> {
  if (answer.status !== 401) return null;
  const problem = (await answer
    .clone()
    .json()
    .catch(() => null)) as { code?: string; detail?: string; hint?: string } | null;
  if (!problem?.code || !ABOUT_THE_SESSION.includes(problem.code)) return null;
  return { code: problem.code, message: problem.detail ?? "You are not signed in.", hint: problem.hint };
}

function refreshRequest(near: string): Request {
  return new Request(new URL(REFRESH, near), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: "{}",
    // the new token must reach the browser although the tab is closed meanwhile
    keepalive: true,
    signal: AbortSignal.timeout(LONGEST_REFRESH_MS),
  });
}

let last: Promise<unknown> = Promise.resolve();

/** One after the other over all tabs; within this one where the browser has no locks, as without TLS on a network. */
function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  if (browser.navigator?.locks) return browser.navigator.locks.request(LOCK, work) as Promise<T>;
  const next = last.then(work, work);
  last = next.catch(() => undefined);
  return next;
}
