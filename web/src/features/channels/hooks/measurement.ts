import { queryOptions } from "@tanstack/react-query";
import { api, type ChannelMeasurement, type Gap, type Reconciliation, unwrap } from "../../../api/client";
import { percent } from "../../../lib/format";
import type { Tone } from "../../../ui/State";

/** Null: nothing of it is live at YouTube. */
export const measurementQuery = (id: string) =>
  queryOptions({
    queryKey: ["measures", "channel", id],
    queryFn: () => unwrap(api.GET("/api/v1/channels/{channel_id}/measurement", { params: { path: { channel_id: id } } })),
    refetchInterval: 60_000,
  });

interface Standing {
  tone: Tone;
  mark: string;
  word: string;
}

export const FRESH: Record<ChannelMeasurement["counters"]["freshness"], Standing> = {
  fresh: { tone: "success", mark: "✓", word: "fresh" }, late: { tone: "warning", mark: "!", word: "late" }, stale: { tone: "error", mark: "✕", word: "stale" },
};
export const GAP: Record<Gap["severity"], Standing> = {
  brief: { tone: "muted", mark: "–", word: "short" }, warning: { tone: "warning", mark: "!", word: "long" }, problem: { tone: "error", mark: "✕", word: "very long" },
};
const VERDICT: Record<Reconciliation["verdict"], Standing> = {
  agrees: { tone: "success", mark: "✓", word: "agree" }, warning: { tone: "warning", mark: "!", word: "a little off" }, problem: { tone: "error", mark: "✕", word: "do not agree" }, too_few: { tone: "muted", mark: "–", word: "too few views to say" },
};
export const verdictOf = (one: Reconciliation) => VERDICT[one.verdict];

/** How far a day of ours is off the one that is reported: "+1.2 %". */
export function offBy(counted: number, reported: number): string {
  if (!reported) return counted ? "not reported" : "–";
  const off = counted / reported - 1;
  return `${off > 0 ? "+" : ""}${percent(off)}`;
}
