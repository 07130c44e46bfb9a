import { queryOptions } from "@tanstack/react-query";
import { api, type ChannelCollection, type Gap, type Reconciliation, unwrap } from "../../../api/client";
import { percent } from "../../../lib/format";
import type { Tone } from "../../../ui/State";

/** Null: nothing of it is live at YouTube. */
export const measurementQuery = (id: string) =>
  queryOptions({
    queryKey: ["measures", "channel", id],
    queryFn: () => unwrap(api.GET("/api/v1/channels/{channel_id}/collection", { params: { path: { channel_id: id } } })),
    refetchInterval: 60_000,
  });

interface StatusLabel {
  tone: Tone;
  mark: string;
  word: string;
}

export const FRESH: Record<ChannelCollection["counters"]["freshness"], StatusLabel> = {
  fresh: { tone: "success", mark: "✓", word: "fresh" },
  late: { tone: "warning", mark: "!", word: "late" },
  stale: { tone: "error", mark: "✕", word: "stale" },
};
export const GAP: Record<Gap["severity"], StatusLabel> = {
  brief: { tone: "muted", mark: "–", word: "short" },
  warning: { tone: "warning", mark: "!", word: "long" },
  critical: { tone: "error", mark: "✕", word: "very long" },
};
const VERDICT: Record<Reconciliation["status"], StatusLabel> = {
  match: { tone: "success", mark: "✓", word: "match" },
  warning: { tone: "warning", mark: "!", word: "slightly different" },
  critical: { tone: "error", mark: "✕", word: "different" },
  insufficient_data: { tone: "muted", mark: "–", word: "too few views to compare" },
};
export const verdictOf = (one: Reconciliation) => VERDICT[one.status];

/** How far a day of ours is off the one that is reported: "+1.2 %". */
export function offBy(counted: number, reported: number): string {
  if (!reported) return counted ? "not reported" : "–";
  const off = counted / reported - 1;
  return `${off > 0 ? "+" : ""}${percent(off)}`;
}
