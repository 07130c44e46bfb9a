import type { ChannelCollection, Connection } from "../../../api/client";
import { count } from "../../../lib/format";

export interface ChannelNumber {
  name: string;
  value: string;
  at: string;
  /** Where it is from, when it is not what YouTube says of the whole channel. */
  from?: string;
}

type Known = Pick<Connection, "subscriber_count" | "view_count" | "video_count">;
type Counted = Pick<ChannelCollection["counters"], "views" | "listed" | "read_at">;

/**
 * What is known of a channel there. YouTube says it of the whole channel once a day; the counters of its videos are read every few
 * minutes. Neither falls, but for corrections: so what is read later and is more is nearer to what it is now.
 */
export function numbersOf(known: Known, fetchedAt: string, counted: Counted | null): ChannelNumber[] {
  const newer = counted?.read_at && Date.parse(counted.read_at) > Date.parse(fetchedAt) ? { ...counted, read_at: counted.read_at } : null;
  const of = (name: string, theirs: number | null, ours: number | null | undefined): ChannelNumber =>
    newer && ours != null && ours > (theirs ?? 0)
      ? { name, value: count(ours), at: newer.read_at, from: "of publications from here" }
      : { name, value: count(theirs), at: fetchedAt };
  return [
    { name: "Subscribers", value: known.subscriber_count === null ? "hidden" : count(known.subscriber_count), at: fetchedAt },
    of("Views", known.view_count, newer?.views),
    of("Videos", known.video_count, newer?.listed),
  ];
}
