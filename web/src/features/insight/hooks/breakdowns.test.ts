import { expect, it } from "vitest";
import type { VideoMetrics } from "../../../api/client";
import { breakdownsOf } from "./breakdowns";

const of = (dimension: string, members: Record<string, number>) =>
  ({
    dimension,
    items: Object.entries(members).map(([member, views]) => ({ member, views, watch_time_minutes: 0, share: null })),
  }) as VideoMetrics["breakdowns"][number];

it("names what YouTube tells, the largest first, with its share", () => {
  const [source, country, device] = breakdownsOf([
    of("device", { TV: 1, MOBILE: 3 }),
    of("country", { DE: 1, ZZ: 1 }),
    of("traffic_source", { YT_SEARCH: 4, SOMETHING_NEW: 0 }),
    of("gender", { female: 4 }),
  ]);
  expect([source!.title, source!.parts]).toEqual(["Traffic sources", [{ name: "YouTube search", views: 4, share: 1 }]]);
  expect(country!.parts.map((one) => one.name)).toEqual(["Germany", "Unknown"]);
  expect(device!.parts).toEqual([
    { name: "Phone", views: 3, share: 0.75 },
    { name: "Television", views: 1, share: 0.25 },
  ]);
});

it("puts together what is beyond a handful", () => {
  const [many] = breakdownsOf([of("traffic_source", { a_b: 70, c: 10, d: 8, e: 6, f: 3, g: 2, h: 1 })]);
  expect(many!.parts.map((one) => `${one.name} ${one.views}`)).toEqual(["A b 70", "C 10", "D 8", "E 6", "F 3", "2 others 3"]);
  expect(many!.parts.reduce((sum, one) => sum + one.share, 0)).toBeCloseTo(1);
});

it("is nothing where nothing is known", () => {
  expect(breakdownsOf([])).toEqual([]);
  expect(breakdownsOf([of("country", { DE: 0 })])).toEqual([]);
});
