import { describe, expect, it } from "vitest";
import type { Automation } from "../../../api/client";
import { changeOf, meaning, needsConsent, planOf, slotBlockedReason, saveBlockedReason, withoutSlot, withSlot } from "./automation";

const now: Automation = {
  channel_id: "c",
  time_zone: "Europe/Lisbon",
  videos_per_day: 1,
  auto_publish: false,
  can_publish: false,
  consent_at: null,
  consent_by: null,
  consent_version: null,
  consent_text: "…",
  current_consent_version: "2026-11",
  updated_at: "2026-11-26T10:00:00Z",
  slots: [
    { weekday: 4, local_time: "18:30:00" },
    { weekday: 0, local_time: "09:00:00" },
  ],
};
const plan = planOf(now);

describe("times", () => {
  it("are in the order of the week, to the minute", () => {
    expect(plan.slots).toEqual([
      { weekday: 0, local_time: "09:00" },
      { weekday: 4, local_time: "18:30" },
    ]);
    expect(withSlot(plan.slots, { weekday: 0, local_time: "08:15" })[0]).toEqual({ weekday: 0, local_time: "08:15" });
    expect(withoutSlot(plan.slots, { weekday: 4, local_time: "18:30" })).toEqual([{ weekday: 0, local_time: "09:00" }]);
  });

  it("are there once, and ten on a day at most", () => {
    expect(slotBlockedReason(plan.slots, { weekday: 0, local_time: "09:00" })).toBe("Monday already has 09:00.");
    expect(slotBlockedReason(plan.slots, { weekday: 0, local_time: "" })).toBe("Choose a time.");
    expect(slotBlockedReason(plan.slots, { weekday: 1, local_time: "09:00" })).toBeNull();
    const full = Array.from({ length: 10 }, (_, at) => ({ weekday: 1, local_time: `1${at}:00` }));
    expect(slotBlockedReason(full, { weekday: 1, local_time: "09:00" })).toContain("has 10 slots");
  });
});

it("asks for consent to begin with, and again to another text", () => {
  const on = { ...plan, auto_publish: true };
  expect(saveBlockedReason(now, plan)).toBeNull();
  expect(saveBlockedReason(now, on)).toContain("needs your consent");
  expect(saveBlockedReason(now, { ...on, agreed: true })).toBeNull();
  expect(needsConsent({ ...now, auto_publish: true, can_publish: true }, on)).toBe(false);
  expect(needsConsent({ ...now, auto_publish: true, consent_version: "2025-01" }, on)).toBe(true);
  expect(saveBlockedReason(now, { ...plan, videos_per_day: 11 })).toContain("from 0 to 10");
});

it("replaces all with what was typed over what is there", () => {
  expect(changeOf(now, { auto_publish: true, agreed: true })).toEqual({
    videos_per_day: 1,
    auto_publish: true,
    slots: plan.slots,
    accepted_consent_version: "2026-11",
  });
  expect(changeOf(now, { agreed: true }).accepted_consent_version).toBeNull();
});

it("says what comes of it", () => {
  const on = { ...plan, auto_publish: true };
  expect(meaning(now, plan)).toContain("2 slots per week. Each video waits");
  expect(meaning(now, { ...on, slots: [] })).toContain("nothing is published");
  expect(meaning(now, on)).toContain("until the text is accepted");
  expect(meaning(now, { ...on, agreed: true })).toContain("in these 2 slots per week");
});
