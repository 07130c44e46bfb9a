import type { QueryClient } from "@tanstack/react-query";
import { useLive } from "../stores/live";
import { useSession } from "../stores/session";
import { api } from "./client";
import { CONCERNED, missedMessages } from "./missed";

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;
const NOT_SIGNED_IN = 4401;

type Message = { id: string } & (
  | { type: "welcome" | "resync" }
  | { type: "run_changed"; data: { run_id: string } }
  | { type: "step_progress"; data: { run_id: string; step: string; progress: number } }
  | { type: "metrics_changed" | "live_changed"; data: { channels: string[] | null } }
);

/** Keep one WebSocket open: changes make queries stale, progress goes to the live store. Returns a stop function. */
export function connectLive(queries: QueryClient): () => void {
  let socket: WebSocket | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let delay = FIRST_RETRY_MS;
  /** The last message that came; the server goes on after it, or says that it cannot. */
  let last: string | undefined;
  let stopped = false;
  const missed = missedMessages(queries);

  function open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const after = last === undefined ? "" : `?after=${encodeURIComponent(last)}`;
    socket = new WebSocket(`${scheme}://${location.host}/api/v1/live${after}`);
    socket.onopen = () => {
      delay = FIRST_RETRY_MS;
      useLive.getState().setConnected(true);
    };
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data as string) as Message;
      last = message.id;
      receive(message);
    };
    socket.onclose = (event) => {
      useLive.getState().setConnected(false);
      if (stopped) return;
      if (event.code === NOT_SIGNED_IN) void renewed().then((signedIn) => signedIn && later());
      else later();
    };
  }

  function later() {
    if (stopped) return;
    // not all pages of a server at once
    retry = setTimeout(open, delay * (0.5 + Math.random()));
    delay = Math.min(delay * 2, LONGEST_RETRY_MS);
  }

  function receive(message: Message) {
    // a server that is newer than this page may send what is not known here
    switch (message.type) {
      case "welcome":
      case "resync":
        missed.readAgain();
        break;
      case "run_changed":
      case "metrics_changed":
      case "live_changed":
        for (const queryKey of CONCERNED[message.type]) void queries.invalidateQueries({ queryKey });
        break;
      case "step_progress":
        useLive.getState().setProgress(message.data.run_id, message.data.step, message.data.progress);
        break;
    }
  }

  open();
  return () => {
    stopped = true;
    missed.stop();
    clearTimeout(retry);
    socket?.close();
  };
}

/** Any call renews the session or finds that it has ended; then the page goes to the sign-in and this connection with it. */
async function renewed(): Promise<boolean> {
  await api.GET("/api/v1/me").catch(() => undefined);
  return useSession.getState().ended === undefined;
}
