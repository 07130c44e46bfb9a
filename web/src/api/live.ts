import type { QueryClient } from "@tanstack/react-query";
import { useLive } from "../stores/live";

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

type Message =
  | { type: "run_changed"; data: { run_id: string } }
  | { type: "step_progress"; data: { run_id: string; step: string; progress: number } };

/** Keep one WebSocket open: changes make queries stale, progress goes to the live store. Returns a stop function. */
export function connectLive(queries: QueryClient): () => void {
  let socket: WebSocket | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let delay = FIRST_RETRY_MS;
  let stopped = false;

  function open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/api/v1/live`);
    socket.onopen = () => {
      delay = FIRST_RETRY_MS;
      useLive.getState().setConnected(true);
      // what happened while the connection was away
      void queries.invalidateQueries();
    };
    socket.onmessage = (event) => receive(JSON.parse(event.data as string) as Message, queries);
    socket.onclose = () => {
      useLive.getState().setConnected(false);
      if (stopped) return;
      retry = setTimeout(open, delay);
      delay = Math.min(delay * 2, LONGEST_RETRY_MS);
    };
  }

  open();
  return () => {
    stopped = true;
    clearTimeout(retry);
    socket?.close();
  };
}

function receive(message: Message, queries: QueryClient) {
  if (message.type === "run_changed") {
    void queries.invalidateQueries({ queryKey: ["runs"] });
    void queries.invalidateQueries({ queryKey: ["videos"] });
  } else {
    useLive.getState().setProgress(message.data.run_id, message.data.step, message.data.progress);
  }
}
