import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type Batch, type IngestHealth, unwrap } from "../../../api/client";
import { duration } from "../../../lib/format";
import { inactive, type StatusLabel, succeeded, warning } from "../../../ui/statuses";

const EVERY_MS = 10_000;
const PAGE = 20;

export const healthQuery = () =>
  queryOptions({
    queryKey: ["measures", "ingest", "health"],
    queryFn: () => unwrap(api.GET("/api/v1/ingest/health")),
    refetchInterval: EVERY_MS,
  });

export const batchesQuery = () =>
  infiniteQueryOptions({
    queryKey: ["measures", "ingest", "batches"],
    queryFn: ({ pageParam }) => unwrap(api.GET("/api/v1/ingest/batches", { params: { query: { limit: PAGE, cursor: pageParam } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: EVERY_MS,
  });

export const quarantineQuery = () =>
  infiniteQueryOptions({
    queryKey: ["measures", "ingest", "quarantine"],
    queryFn: ({ pageParam }) => unwrap(api.GET("/api/v1/ingest/quarantine", { params: { query: { limit: PAGE, cursor: pageParam } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export interface Checked {
  channels: number;
  wrong: { channel: string; table: string; rows: number; excess: string }[];
}

const name = (table: string) => table.split(".")[1]!.replaceAll("_", " ");

/** Compare the rollups of the last week with a recount, all channels, page by page. */
async function checkAll(onProgress: (channels: number) => void): Promise<Checked> {
  const all: Checked = { channels: 0, wrong: [] };
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof checkSome>> = await checkSome(cursor);
    all.channels += page.items.length;
    for (const one of page.items) {
      for (const each of one.differences) {
        const excess = Object.entries(each.excess)
          .map(([metric, by]) => `${metric.replaceAll("_", " ")} ${Number(by) > 0 ? "+" : ""}${by}`)
          .join(", ");
        all.wrong.push({ channel: one.channel_id, table: name(each.table), rows: each.rows, excess });
      }
    }
    onProgress(all.channels);
    cursor = page.next_cursor;
  } while (cursor);
  return all;
}

const checkSome = (cursor: string | null) => unwrap(api.GET("/api/v1/ingest/check", { params: { query: { cursor } } }));

export const useCheck = (onProgress: (channels: number) => void) => useMutation({ mutationFn: () => checkAll(onProgress) });

export function useRetry() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[] | null) => unwrap(api.POST("/api/v1/ingest/quarantine/retry", { body: { ids } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["measures", "ingest"] }),
  });
}

export function useDeleteQuarantined() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[] | null) => unwrap(api.POST("/api/v1/ingest/quarantine/delete", { body: { ids } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["measures", "ingest"] }),
  });
}

/** A summary of ingest. */
export function verdict(health: IngestHealth): StatusLabel {
  const wrong = [
    health.unfinished && `${health.unfinished} unfinished`,
    health.in_quarantine && `${health.in_quarantine} in quarantine`,
  ].filter(Boolean);
  if (wrong.length) return warning(wrong.join(", "));
  return health.last_committed_at ? succeeded("healthy") : inactive("no events yet");
}

export const milliseconds = (value: number | null) =>
  value === null ? "–" : value < 1000 ? `${Math.round(value)} ms` : duration(value / 1000);

/** From receiving a batch to its last commit. */
export const durationOf = (batch: Batch) => (batch.committed_at ? Date.parse(batch.committed_at) - Date.parse(batch.received_at) : null);
