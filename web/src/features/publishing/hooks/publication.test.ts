import { expect, it } from "vitest";
import type { VideoCollection } from "../../../api/client";
import { compared, isMoving, collectionWarnings, meaningOf, numbersOf } from "./publication";

const order = {
  status: "live",
  is_scheduled: false,
  privacy: "public",
  youtube_privacy: "public",
  publish_at: null,
  bytes_sent: 0,
  size_bytes: 100,
} as const;
const measured = {
  counters: { views: 1336, likes: null, comments: 4, read_at: "2026-11-26T16:00:00Z", missing_since: null },
  freshness: "fresh",
  reports: {
    reported_through: "2026-11-23",
    revenue_reported_through: null,
    read_at: "2026-11-26T10:00:00Z",
    missing: [],
    last_error: null,
  },
  metrics: { watch_time_minutes: 90, revenue_usd: "0.000000" },
  reported_rpm_usd: null,
  cost_usd: "0.012000",
  profit_usd: "-0.012000",
  gap: null,
  last_error: null,
} as unknown as VideoCollection;

it("says where a publication is", () => {
  expect(meaningOf(order)).toBe("It is public.");
  expect(meaningOf({ ...order, youtube_privacy: "private" })).toBe("It is private on YouTube; public was requested.");
  expect(meaningOf({ ...order, status: "uploading", bytes_sent: 42 })).toBe("42 % uploaded.");
  expect(meaningOf({ ...order, status: "processing", is_scheduled: true })).toContain("makes it public at its scheduled time");
});

it("gives each number its source and its age", () => {
  const by = Object.fromEntries(numbersOf(measured).map((one) => [one.name, one]));
  expect(by.Views).toMatchObject({ value: "1,336", source: "YouTube's counter", at: "2026-11-26T16:00:00Z" });
  expect(by.Likes?.value).toBe("hidden");
  expect(by["Watch time (hours)"]).toMatchObject({ value: "1.5", source: "Analytics through 23 Nov", at: "2026-11-26T10:00:00Z" });
  const less = numbersOf({ ...measured, metrics: { ...measured.metrics, watch_time_minutes: 2.34 } });
  expect(less.find((one) => one.name === "Watch time (minutes)")?.value).toBe("2.3");
  expect(by["Revenue (USD)"]).toMatchObject({ value: "–", source: "Analytics: two to three days late", at: null });
  expect(by["Cost (USD)"]?.value).toBe("0.012");
  expect(by["Profit (USD)"]?.value).toBe("–");
});

it("says what is late and why", () => {
  expect(collectionWarnings(measured, "live")).toEqual([]);
  expect(collectionWarnings({ ...measured, freshness: "stale" }, "live")).toEqual(["The counters are more than six hours late."]);
  const gap = { since: "2026-11-26T03:00:00Z", until: null, reason: "The quota is used up.", severity: "warning" } as const;
  expect(collectionWarnings({ ...measured, freshness: "stale", gap }, "live")).toEqual([
    "No data since then: The quota is used up. The next reading fills the gap.",
  ]);
  expect(collectionWarnings({ ...measured, reports: { ...measured.reports, missing: ["reports of revenue"] } }, "live")[0]).toContain(
    "reports of revenue",
  );
});

it("says nothing else of what was deleted on our word", () => {
  const gone = { ...measured, counters: { ...measured.counters, missing_since: "2026-11-26T16:00:00Z" }, freshness: "stale" } as const;
  expect(collectionWarnings(gone, "live")).toHaveLength(2);
  expect(collectionWarnings(gone, "removed")).toEqual([]);
});

it("compares sums with reports only where there is enough to compare", () => {
  expect(compared({ days: [], views_counted: 3, views_reported: 4, relative_difference: 0.25, status: "insufficient_data" })).toContain(
    "Too few views",
  );
  expect(compared({ days: [], views_counted: 1010, views_reported: 1000, relative_difference: 0.01, status: "match" })).toBe(
    "Our totals and YouTube's reports match: 1,010 and 1,000 views on the reported days, a difference of 1.0 %.",
  );
});

it("is looked at closely while a worker is at it", () => {
  const now = Date.parse("2026-11-29T12:00:00Z");
  expect(isMoving({ status: "processing", next_try_at: null }, now)).toBe(true);
  expect(isMoving({ status: "live", next_try_at: null }, now)).toBe(false);
  expect(isMoving({ status: "live", next_try_at: "2026-11-29T12:00:01Z" }, now)).toBe(true);
  expect(isMoving({ status: "live", next_try_at: "2026-11-29T18:00:00Z" }, now)).toBe(false);
});
