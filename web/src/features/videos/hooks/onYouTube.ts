import { queryOptions } from "@tanstack/react-query";
import { api, type Publication, type Reconciliation, unwrap, type VideoMeasurement } from "../../../api/client";
import { shortDay } from "../../../lib/dates";
import { count, earned, hours, percent, usd } from "../../../lib/format";

const of = (id: string) => ({ params: { path: { video_id: id } } });
const UNDER_WAY_MS = 2_000;
const QUIET_MS = 60_000;
/** The first reading comes within seconds; where it counted nothing yet, no message says that it came. */
const UNREAD_MS = 5_000;
/** As far back as the chart by day shows. */
export const DAYS = 28;

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

/** Null: it is not live. What was measured tells the page that there is more to read. */
export const measurementQuery = (id: string, status: Publication["status"] | undefined) =>
  queryOptions({
    queryKey: ["measures", "video", id],
    queryFn: () => unwrap(api.GET("/api/v1/videos/{video_id}/measurement", of(id))),
    enabled: status === "live" || status === "removed" || status === "gone",
    refetchInterval: ({ state }) => (status === "live" && !state.data?.counters.read_at ? UNREAD_MS : QUIET_MS),
  });

export const figuresQuery = (id: string) =>
  queryOptions({
    queryKey: ["measures", "video", id, "figures"],
    queryFn: () => unwrap(api.GET("/api/v1/analytics/videos/{video_id}", { params: { path: { video_id: id }, query: { days: DAYS } } })),
    refetchInterval: QUIET_MS,
  });

type Place = Pick<Publication, "status" | "is_scheduled" | "youtube_privacy" | "privacy" | "publish_at" | "bytes_sent" | "size_bytes">;

/** What a publication's state means. */
export function meaningOf(one: Place): string {
  if (one.is_scheduled) return "YouTube has it, and makes it public at its time.";
  const ordered = one.publish_at ? "public" : one.privacy; // private until its time
  const there = one.youtube_privacy ?? ordered;
  return {
    planned: "No byte was sent yet.",
    uploading: `${Math.floor((one.bytes_sent / one.size_bytes) * 100)} % are there.`,
    processing: "YouTube has the film, and prepares it.",
    unknown: "YouTube may have it, and is being asked. It is not sent twice.",
    failed: "It is not on YouTube.",
    live: there === ordered ? `It is ${there}.` : `It is ${there} there, and was ordered ${ordered}.`,
    removed: "It was deleted at YouTube on our word. Its costs and figures stay.",
    gone: "Somebody deleted it at YouTube. Its costs and figures stay, and it can be published again.",
  }[one.status];
}

export const BESIDE: Record<Publication["thumbnail_status"], string> = { pending: "not yet", done: "there", failed: "not taken", skipped: "none" };

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
export function numbersOf({ counters, reports, figures, reported_rpm_usd, cost_usd, profit_usd }: VideoMeasurement): VideoNumber[] {
  const counted = (name: string, value: number | null): VideoNumber => ({ name, value: value === null && counters.read_at ? "hidden" : count(value), source: COUNTER, at: counters.read_at });
  const through = (last: string | null) => (last ? `Analytics through ${shortDay(last)}` : "Analytics: comes two to three days late");
  const reported = (name: string, value: string, last = reports.through): VideoNumber => ({ name, value: last ? value : "–", source: through(last), at: last && reports.read_at });
  const money = reports.revenue_through;
  return [
    counted("Views", counters.views), counted("Likes", counters.likes), counted("Comments", counters.comments),
    figures.watch_time_minutes < 60
      ? reported("Minutes watched", figures.watch_time_minutes.toFixed(1))
      : reported("Hours watched", hours(figures.watch_time_minutes)),
    reported("Revenue, USD", earned(figures.revenue_usd), money),
    reported("RPM, USD", earned(figures.rpm_usd), money),
    reported("RPM of reported days, USD", earned(reported_rpm_usd), money),
    { name: "Cost, USD", value: usd(cost_usd), source: "the ledger", at: null },
    { name: "Profit, USD", value: money ? earned(profit_usd) : "–", source: money ? "revenue less cost" : "when there is revenue", at: null },
  ];
}

/** What is late or missing, in sentences. Of what was deleted nothing more is expected. */
export function lacks({ counters, freshness, reports, gap, last_error }: VideoMeasurement, status: Publication["status"]): string[] {
  if (status === "removed" || status === "gone") return [];
  const said = [];
  if (counters.missing_since) said.push("YouTube does not list this video just now. When it stays away for a quarter of an hour, it was deleted there. What was counted stays.");
  if (freshness !== "fresh" && !gap) said.push(`The counters are ${freshness === "late" ? "more than two hours" : "more than six hours"} late.`);
  if (gap) said.push(`No reading came since then: ${gap.reason} What is missing comes with the next one.`);
  else if (last_error) said.push(last_error.message);
  if (reports.last_error) said.push(`Reports: ${reports.last_error.message}`);
  for (const one of reports.missing) said.push(`The channel's consent does not allow ${one}: connect it again and tick that.`);
  return said;
}

/** How our sums compare with YouTube's reports. */
export function compared({ views_counted, views_reported, off_by, verdict }: Reconciliation): string {
  if (verdict === "too_few") return "Too few views yet to compare our sums with YouTube's reports.";
  const word = { agrees: "agree", warning: "are a little off", problem: "do not agree" }[verdict];
  return `Our sums and YouTube's reports ${word}: ${count(views_counted)} and ${count(views_reported)} views on the days that are reported, ${percent(off_by)} off.`;
}
