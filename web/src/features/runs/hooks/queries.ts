import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type ListedRun, type NewRun, unwrap } from "../../../api/client";
import { useLive } from "../../../stores/live";

const POLL_MS = 5000;
const ACTIVE = new Set<ListedRun["status"]>(["pending", "running"]);

export const isActive = (run: ListedRun) => ACTIVE.has(run.status);
/** While the live connection is away, ask again; with it, changes make the answer stale by themselves. */
const poll = () => (useLive.getState().connected ? false : POLL_MS);

export const runsQuery = () =>
  queryOptions({
    queryKey: ["runs", "list"],
    queryFn: () => unwrap(api.GET("/api/v1/runs", { params: { query: { limit: 50 } } })),
    refetchInterval: poll,
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["runs", id],
    queryFn: () => unwrap(api.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: id } } })),
    refetchInterval: poll,
  });

export const runLogQuery = (id: string) =>
  queryOptions({
    queryKey: ["runs", id, "log"],
    queryFn: () => unwrap(api.GET("/api/v1/runs/{run_id}/log", { params: { path: { run_id: id } } })),
  });

export function useCreateRun() {
  const queries = useQueryClient();
  return useMutation({
    // the key is made when the form opens, so that a second click or a repeated request is the same order
    mutationFn: ({ order, key }: { order: NewRun; key: string }) =>
      unwrap(api.POST("/api/v1/runs", { body: order, params: { header: { "idempotency-key": key } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["runs"] }),
  });
}

export function useCancelRun(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/runs/{run_id}/cancel", { params: { path: { run_id: id } } })),
    onSuccess: (run) => queries.setQueryData(["runs", id], run),
    onSettled: () => queries.invalidateQueries({ queryKey: ["runs"] }),
  });
}

export function useRetryRun(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (fromStep: string | null) =>
      unwrap(api.POST("/api/v1/runs/{run_id}/retry", { params: { path: { run_id: id } }, body: { from_step: fromStep } })),
    onSuccess: (run) => queries.setQueryData(["runs", id], run),
    onSettled: () => queries.invalidateQueries({ queryKey: ["runs"] }),
  });
}
