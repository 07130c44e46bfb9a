import { describe, expect, it } from "vitest";
import type { Automation } from "../../../api/client";
import { changeOf, meaning, needsConsent, planOf, whyNoSlot, whyNotSave, withoutSlot, withSlot } from "./automation";

const now: Automation = {
  channel_id: "c", time_zone: "Europe/Lisbon", videos_per_day: 1, publish_by_itself: false, may_publish: false, consent_at: null, consent_by: null, consent_version: null,
  consent_text: "…", present_version: "2026-11", updated_at: "2026-11-26T10:00:00Z", slots: [{ weekday: 4, local_time: "18:30:00" }, { weekday: 0, local_time: "09:00:00" }],
};
const plan = planOf(now);

describe("times", () => {
  it("are in the order of the week, to the minute", () => {
    expect(plan.slots).toEqual([{ weekday: 0, local_time: "09:00" }, { weekday: 4, local_time: "18:30" }]);
    expect(withSlot(plan.slots, { weekday: 0, local_time: "08:15" })[0]).toEqual({ weekday: 0, local_time: "08:15" });
    expect(withoutSlot(plan.slots, { weekday: 4, local_time: "18:30" })).toEqual([{ weekday: 0, local_time: "09:00" }]);
  });

  it("are there once, and ten on a day at most", () => {
    expect(whyNoSlot(plan.slots, { weekday: 0, local_time: "09:00" })).toBe("Monday has 09:00 already.");
    expect(whyNoSlot(plan.slots, { weekday: 0, local_time: "" })).toBe("Choose a time.");
    expect(whyNoSlot(plan.slots, { weekday: 1, local_time: "09:00" })).toBeNull();
    const full = Array.from({ length: 10 }, (_, at) => ({ weekday: 1, local_time: `1${at}:00` }));
    expect(whyNoSlot(full, { weekday: 1, local_time: "09:00" })).toContain("has 10 times");
  });
});

it("asks for consent to begin with, and again to another text", () => {
  const on = { ...plan, publish_by_itself: true };
  expect(whyNotSave(now, plan)).toBeNull();
  expect(whyNotSave(now, on)).toContain("needs your consent");
  expect(whyNotSave(now, { ...on, agreed: true })).toBeNull();
  expect(needsConsent({ ...now, publish_by_itself: true, may_publish: true }, on)).toBe(false);
  expect(needsConsent({ ...now, publish_by_itself: true, consent_version: "2025-01" }, on)).toBe(true);
  expect(whyNotSave(now, { ...plan, videos_per_day: 11 })).toContain("from 0 to 10");
});

it("replaces all with what was typed over what is there", () => {
  expect(changeOf(now, { publish_by_itself: true, agreed: true })).toEqual({ videos_per_day: 1, publish_by_itself: true, slots: plan.slots, agreed_to: "2026-11" });
  expect(changeOf(now, { agreed: true }).agreed_to).toBeNull();
});

it("says what comes of it", () => {
  const on = { ...plan, publish_by_itself: true };
  expect(meaning(now, plan)).toContain("2 times a week; each video waits");
  expect(meaning(now, { ...on, slots: [] })).toContain("nothing is published");
  expect(meaning(now, on)).toContain("before somebody has agreed");
  expect(meaning(now, { ...on, agreed: true })).toContain("at these 2 times a week");
});
