import { describe, expect, it } from "vitest";
import type { Metrics } from "../../../api/client";
import { facts } from "./measures";

const figures: Metrics = {
  views: 3000,
  likes: 0,
  comments: 0,
  shares: 0,
  impressions: 0,
  subscribers_net: 12,
  watch_time_minutes: 5400,
  revenue_usd: "12.345678",
  engagement_rate: 0.05,
  rpm_usd: "4.115226",
  click_through_rate: null,
  average_view_seconds: null,
  average_viewed_percent: null,
};

describe("figures of a range", () => {
  it("say what they are, what they were, and how they changed", () => {
    const said = facts(figures, { ...figures, views: 2000, revenue_usd: "24.691356" });
    expect(said.map((one) => [one.name, one.value])).toEqual([
      ["Views", "3,000"],
      ["Watch time (hours)", "90"],
      ["Revenue (USD)", "12.35"],
      ["RPM (USD)", "4.12"],
      ["Engagement rate", "5.0 %"],
      ["Click-through rate", "–"],
      ["Subscribers", "+12"],
    ]);
    expect(said[0]).toMatchObject({ previous: "2,000", change: 0.5 });
    expect(said[2]!.change).toBeCloseTo(-0.5);
  });

  it("have no change where there is nothing to compare with", () => {
    const none = { ...figures, views: 0, rpm_usd: null, engagement_rate: null };
    expect(
      facts(figures, none)
        .filter((one) => one.change === null)
        .map((one) => one.name),
    ).toEqual(["Views", "RPM (USD)", "Engagement rate", "Click-through rate"]);
  });
});
