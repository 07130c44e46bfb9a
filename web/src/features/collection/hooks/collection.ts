import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../../api/client";
import { percent } from "../../../lib/format";

/** Null: nothing of it is live at YouTube. */
export const channelCollectionQuery = (id: string) =>
  queryOptions({
    queryKey: ["measures", "channel", id],
    queryFn: () => unwrap(api.GET("/api/v1/channels/{channel_id}/collection", { params: { path: { channel_id: id } } })),
    refetchInterval: 60_000,
  });

/** How far a day of ours is off the one that is reported: "+1.2 %". */
export function offBy(counted: number, reported: number): string {
  if (!reported) return counted ? "not reported" : "–";
  const off = counted / reported - 1;
  return `${off > 0 ? "+" : ""}${percent(off)}`;
}
