// @vitest-environment happy-dom
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectLive } from "./live";
import { LONGEST_WAIT_MS } from "./missed";

class Socket {
  static readonly all: Socket[] = [];
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number }) => void;
  constructor(readonly url: string) {
    Socket.all.push(this);
  }
  close() {
    this.onclose?.({ code: 1000 });
  }
  say(type: string, data: object = {}) {
    this.onmessage?.({ data: JSON.stringify({ id: `id of ${type}`, type, data }) });
  }
}
const socket = () => Socket.all.at(-1)!;

const TOLD = [["runs", "list"], ["videos", "v1", "publication"], ["notifications"], ["measures", "overview"], ["live", null]];
const NOT_TOLD = [["me"], ["channels", "c1"], ["settings"], ["publications", "v1"]];

let queries: QueryClient;
let reads: string[] = [];
let stops: (() => void)[] = [];

/** As a page shows it: read once, and again when that is asked for. */
function show(queryKey: unknown[], read: () => unknown = () => "read") {
  const name = JSON.stringify(queryKey);
  const queryFn = () => {
    reads.push(name);
    return read();
  };
  stops.push(new QueryObserver(queries, { queryKey, queryFn, staleTime: Infinity }).subscribe(() => undefined));
}
const names = (keys: unknown[]) => keys.map((key) => JSON.stringify(key)).sort();

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("location", { protocol: "http:", host: "localhost" });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  queries = new QueryClient();
  stops = [connectLive(queries)];
  [...TOLD, ...NOT_TOLD].forEach((key) => show(key));
  await vi.advanceTimersByTimeAsync(1);
  reads = [];
});

afterEach(() => {
  stops.forEach((stop) => stop());
  queries.clear();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  Socket.all.length = 0;
});

test.each(["welcome", "resync"])("after “%s” only what messages tell of is read again", async (type) => {
  socket().say(type);
  await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS);
  expect(reads.sort()).toEqual(names(TOLD));
});

test("each kind is read after a wait of its own, of two seconds at most", async () => {
  const chances = [0.9, 0.1, 0.5, 0.3, 0.999];
  vi.mocked(Math.random).mockImplementation(() => chances.shift()!);
  socket().say("resync");
  expect(reads).toEqual([]);
  await vi.advanceTimersByTimeAsync(0.1 * LONGEST_WAIT_MS);
  expect(reads).toEqual(names([TOLD[1]]));
  await vi.advanceTimersByTimeAsync(0.5 * LONGEST_WAIT_MS);
  expect(reads.sort()).toEqual(names([TOLD[1], TOLD[2], TOLD[3]]));
  await vi.advanceTimersByTimeAsync(0.4 * LONGEST_WAIT_MS);
  expect(reads.sort()).toEqual(names(TOLD));
});

test("what somebody opens meanwhile is read at once, and not twice", async () => {
  queries.setQueryData(["runs", "r1"], "old");
  socket().say("resync");
  show(["runs", "r1"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(reads).toEqual(names([["runs", "r1"]]));
  await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS);
  expect(reads.filter((name) => name === '["runs","r1"]')).toHaveLength(1);
});

test("an answer that was on its way is asked for once more", async () => {
  show(["runs", "slow"], () => new Promise((done) => setTimeout(done, 100, "old")));
  await vi.advanceTimersByTimeAsync(1);
  socket().say("resync");
  await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS);
  expect(reads.filter((name) => name === '["runs","slow"]')).toHaveLength(2);
});

test("two at once are one reading", async () => {
  socket().say("welcome");
  socket().say("resync");
  await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS);
  expect(reads.sort()).toEqual(names(TOLD));
});

test("a message makes stale what it tells of, at once", async () => {
  socket().say("run_changed", { run_id: "r1" });
  await vi.advanceTimersByTimeAsync(1);
  expect(reads.sort()).toEqual(names(TOLD.slice(0, 3)));
});

test("it comes back with the last message that it had, after a wait that differs from page to page", async () => {
  socket().say("run_changed", { run_id: "r1" });
  vi.mocked(Math.random).mockReturnValue(0.25);
  socket().onclose?.({ code: 1006 });
  await vi.advanceTimersByTimeAsync(374);
  expect(Socket.all).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(socket().url).toBe("ws://localhost/api/v1/live?after=id%20of%20run_changed");
});

test("a page that is left reads nothing more", async () => {
  socket().say("resync");
  stops[0]!();
  await vi.advanceTimersByTimeAsync(LONGEST_WAIT_MS);
  expect(reads).toEqual([]);
});
