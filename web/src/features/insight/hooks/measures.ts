import { queryOptions } from "@tanstack/react-query";
import { api, type Metrics, unwrap } from "../../../api/client";
import { slowWhileConnected } from "../../../stores/live";
import { count, earned, hours, percent } from "../../../lib/format";

export const overviewQuery = (days: number, channel: string | null) =>
  queryOptions({
    queryKey: ["measures", "overview", days, channel],
    queryFn: () => unwrap(api.GET("/api/v1/analytics/overview", { params: { query: { days, ...(channel && { channel_id: channel }) } } })),
    refetchInterval: slowWhileConnected(60_000),
  });

export const rankingQuery = (days: number) =>
  queryOptions({
    queryKey: ["measures", "channels", days],
    queryFn: () => unwrap(api.GET("/api/v1/analytics/channels", { params: { query: { days, metric: "views", limit: 10 } } })),
    refetchInterval: slowWhileConnected(60_000),
  });

export interface Fact {
  name: string;
  value: string;
  /** What it was in as many days previous. */
  previous: string;
  /** How it changed; null where there is nothing to compare with. */
  change: number | null;
}

const changed = (now: number | null, previous: number | null) => (now == null || !previous ? null : now / previous - 1);

/** What an overview says, in the order in which one asks for it. */
export function facts(now: Metrics, previous: Metrics): Fact[] {
  const fact = (name: string, of: (one: Metrics) => number | null, say: (one: Metrics) => string): Fact => ({
    name,
    value: say(now),
    previous: say(previous),
    change: changed(of(now), of(previous)),
  });
  return [
    fact(
      "Views",
      (one) => one.views,
      (one) => count(one.views),
    ),
    fact(
      "Watch time (hours)",
      (one) => one.watch_time_minutes,
      (one) => hours(one.watch_time_minutes),
    ),
    fact(
      "Revenue (USD)",
      (one) => Number(one.revenue_usd),
      (one) => earned(one.revenue_usd),
    ),
    fact(
      "RPM (USD)",
      (one) => (one.rpm_usd === null ? null : Number(one.rpm_usd)),
      (one) => earned(one.rpm_usd),
    ),
    fact(
      "Engagement rate",
      (one) => one.engagement_rate,
      (one) => percent(one.engagement_rate),
    ),
    fact(
      "Click-through rate",
      (one) => one.click_through_rate,
      (one) => percent(one.click_through_rate),
    ),
    fact(
      "Subscribers",
      (one) => one.subscribers_net,
      (one) => `${one.subscribers_net > 0 ? "+" : ""}${count(one.subscribers_net)}`,
    ),
  ];
}
