import { queryOptions } from "@tanstack/react-query";
import { api, type Publication, type Reconciliation, unwrap, unwrapTagged, type VideoCollection } from "../../../api/client";
import { shortDay } from "../../../lib/dates";
import { count, earned, hours, percent, usd } from "../../../lib/format";

const of = (id: string) => ({ params: { path: { video_id: id } } });
const UNDER_WAY_MS = 2_000;
const QUIET_MS = 60_000;
/** The first reading comes within seconds; where it counted nothing yet, no message says that it came. */
const UNREAD_MS = 5_000;

/** Whether a worker changes it within seconds: it is on its way, or something is sent to it again just now. */
export function isMoving({ status, next_try_at }: Pick<Publication, "status" | "next_try_at">, now: number): boolean {
  if (!["live", "failed", "removed", "gone"].includes(status)) return true;
  return next_try_at !== null && Date.parse(next_try_at) < now + UNREAD_MS;
}

/** Null: it was not published. */
export const publicationQuery = (id: string) =>
  queryOptions({
    queryKey: ["videos", id, "publication"],
    queryFn: () => unwrap(api.GET("/api/v1/videos/{video_id}/publication", of(id))),
    refetchInterval: ({ state }) => (state.data && isMoving(state.data, Date.now()) ? UNDER_WAY_MS : QUIET_MS),
  });

export const readPublication = (id: string) => unwrapTagged(api.GET("/api/v1/videos/{video_id}/publication", of(id)));

/** Read again by whoever is about to change it. */
export const taggedPublicationQuery = (id: string) =>
  queryOptions({ gcTime: 0, queryKey: ["publications", id], queryFn: () => readPublication(id) });

/** Null: it is not live. What was measured tells the page that there is more to read. */
export const measurementQuery = (id: string, status: Publication["status"] | undefined) =>
  queryOptions({
    queryKey: ["measures", "video", id],
    queryFn: () => unwrap(api.GET("/api/v1/videos/{video_id}/collection", of(id))),
    enabled: status === "live" || status === "removed" || status === "gone",
    refetchInterval: ({ state }) => (status === "live" && !state.data?.counters.read_at ? UNREAD_MS : QUIET_MS),
  });

type Place = Pick<Publication, "status" | "is_scheduled" | "youtube_privacy" | "privacy" | "publish_at" | "bytes_sent" | "size_bytes">;

/** What a publication's state means. */
export function meaningOf(one: Place): string {
  if (one.is_scheduled) return "Uploaded. YouTube makes it public at its scheduled time.";
  const requested = one.publish_at ? "public" : one.privacy; // private until its time
  const there = one.youtube_privacy ?? requested;
  return {
    planned: "The upload has not started.",
    uploading: `${Math.floor((one.bytes_sent / one.size_bytes) * 100)} % uploaded.`,
    processing: "Uploaded. YouTube is processing it.",
    unknown: "It is not known whether the upload succeeded. YouTube is being checked; nothing is uploaded twice.",
    failed: "It is not on YouTube.",
    live: there === requested ? `It is ${there}.` : `It is ${there} on YouTube; ${requested} was requested.`,
    removed: "Deleted from YouTube on request. Its costs and metrics are kept.",
    gone: "Deleted on YouTube, not from here. Its costs and metrics are kept, and it can be published again.",
  }[one.status];
}

export const ATTACHMENT_STATUS: Record<Publication["thumbnail_status"], string> = {
  pending: "pending",
  done: "uploaded",
  failed: "failed",
  skipped: "none",
};

export interface VideoNumber {
  name: string;
  value: string;
  /** Where it comes from. */
  source: string;
  /** When it was read; null: at no time yet. */
  at: string | null;
}

const COUNTER = "YouTube's counter";

/** A video's numbers, in the order in which one asks for them. */
export function numbersOf({ counters, reports, metrics, reported_rpm_usd, cost_usd, profit_usd }: VideoCollection): VideoNumber[] {
  const counted = (name: string, value: number | null): VideoNumber => ({
    name,
    value: value === null && counters.read_at ? "hidden" : count(value),
    source: COUNTER,
    at: counters.read_at,
  });
  const through = (last: string | null) => (last ? `Analytics through ${shortDay(last)}` : "Analytics: two to three days late");
  const reported = (name: string, value: string, last = reports.reported_through): VideoNumber => ({
    name,
    value: last ? value : "–",
    source: through(last),
    at: last && reports.read_at,
  });
  const money = reports.revenue_reported_through;
  return [
    counted("Views", counters.views),
    counted("Likes", counters.likes),
    counted("Comments", counters.comments),
    metrics.watch_time_minutes < 60
      ? reported("Watch time (minutes)", metrics.watch_time_minutes.toFixed(1))
      : reported("Watch time (hours)", hours(metrics.watch_time_minutes)),
    reported("Revenue (USD)", earned(metrics.revenue_usd), money),
    reported("RPM (USD)", earned(metrics.rpm_usd), money),
    reported("RPM of reported days (USD)", earned(reported_rpm_usd), money),
    { name: "Cost (USD)", value: usd(cost_usd), source: "ledger", at: null },
    {
      name: "Profit (USD)",
      value: money ? earned(profit_usd) : "–",
      source: money ? "revenue minus cost" : "after the first revenue",
      at: null,
    },
  ];
}

/** What is late or missing, in sentences. Of what was deleted nothing more is expected. */
export function collectionWarnings(
  { counters, freshness, reports, gap, last_error }: VideoCollection,
  status: Publication["status"],
): string[] {
  if (status === "removed" || status === "gone") return [];
  const said = [];
  if (counters.missing_since)
    said.push("YouTube does not list this video at the moment. After 15 minutes it is treated as deleted. Its metrics are kept.");
  if (freshness !== "fresh" && !gap)
    said.push(`The counters are ${freshness === "late" ? "more than two hours" : "more than six hours"} late.`);
  if (gap) said.push(`No data since then: ${gap.reason} The next reading fills the gap.`);
  else if (last_error) said.push(last_error.message);
  if (reports.last_error) said.push(`Reports: ${reports.last_error.message}`);
  for (const one of reports.missing) said.push(`The channel's consent does not include ${one}: connect it again and select it.`);
  return said;
}

/** How our totals compare with YouTube's reports. */
export function compared({ views_counted, views_reported, relative_difference, status }: Reconciliation): string {
  if (status === "insufficient_data") return "Too few views to compare our totals with YouTube's reports.";
  const word = { match: "match", warning: "differ slightly", critical: "differ" }[status];
  return `Our totals and YouTube's reports ${word}: ${count(views_counted)} and ${count(views_reported)} views on the reported days, a difference of ${percent(relative_difference)}.`;
}
