import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";

/** What live messages tell of: by the type of a message, the queries whose answers it makes stale. */
export const CONCERNED = {
  run_changed: [["runs"], ["videos"], ["notifications"]],
  metrics_changed: [["measures"]],
  live_changed: [["live"]],
} satisfies Record<string, QueryKey[]>;

/** After a restart of the server all open pages come back at the same moment; over so long their questions are spread. */
export const LONGEST_WAIT_MS = 2_000;

/**
 * Messages may have been missed: what they could have told of is stale from now on, and what of it is shown is read again, each kind
 * after a wait of its own. What was read anew in the meantime is not asked for twice.
 */
export function missedMessages(queries: QueryClient) {
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();

  function readAgain(queryKey: QueryKey) {
    const kind = JSON.stringify(queryKey);
    // an answer that is on its way may be from before what was missed
    const onTheirWay = new Set<Query>(queries.getQueryCache().findAll({ queryKey, fetchStatus: "fetching" }));
    void queries.invalidateQueries({ queryKey, refetchType: "none" });
    clearTimeout(waiting.get(kind));
    const read = () =>
      void queries.refetchQueries({ queryKey, type: "active", predicate: (query) => query.state.isInvalidated || onTheirWay.has(query) });
    waiting.set(kind, setTimeout(read, Math.random() * LONGEST_WAIT_MS));
  }

  return {
    readAgain: () => Object.values(CONCERNED).flat().forEach(readAgain),
    stop: () => waiting.forEach((timer) => clearTimeout(timer)),
  };
}
