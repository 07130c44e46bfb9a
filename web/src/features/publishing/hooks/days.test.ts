import { expect, it } from "vitest";
import type { Calendar } from "../../../api/client";
import { cityOf, clockIn, daysOf, isDay, length, linesOf, overdueOf, titleOf, turned, whenIn } from "./days";

it("shows whole weeks from Monday on", () => {
  expect(daysOf("week", "2026-11-26")).toEqual([
    "2026-11-23",
    "2026-11-24",
    "2026-11-25",
    "2026-11-26",
    "2026-11-27",
    "2026-11-28",
    "2026-11-29",
  ]);
  const month = daysOf("month", "2026-11-26");
  expect([month[0], month.at(-1), month.length]).toEqual(["2026-10-26", "2026-12-06", 42]);
  expect(daysOf("month", "2027-02-10")).toHaveLength(28);
});

it("turns pages over ends of months and years", () => {
  expect(turned("week", "2026-12-31", 1)).toBe("2027-01-07");
  expect([turned("month", "2026-12-31", 1), turned("month", "2027-01-31", -1), turned("month", "2027-01-31", 1)]).toEqual([
    "2027-01-01",
    "2026-12-01",
    "2027-02-01",
  ]);
  expect([titleOf("month", "2026-11-26"), titleOf("week", "2026-11-26")]).toEqual(["November 2026", "23 Nov 2026 to 29 Nov 2026"]);
});

it("takes only days from the address", () => {
  expect(["2026-11-26", "2026-02-30", "today", null].map(isDay)).toEqual([true, false, false, false]);
});

it("tells times on the channel's clocks", () => {
  expect([clockIn("2026-11-26T17:30:00Z", "Europe/Berlin"), whenIn("2026-11-26T23:30:00Z", "Europe/Berlin")]).toEqual([
    "18:30",
    "Fri 27 Nov, 00:30",
  ]);
});

it("puts what is on a day in order, and leaves out what passed unused", () => {
  const channel = { id: "c", name: "Tides", time_zone: "UTC" };
  const slot = (at: string, is_past: boolean, video_ids: string[] = []) => ({
    channel_id: "c",
    at,
    day: at.slice(0, 10),
    is_past,
    video_ids,
  });
  const found = linesOf({
    channels: [channel],
    entries: [{ channel_id: "c", video_id: "v", at: "2026-11-26T18:00:00Z", day: "2026-11-26" }],
    slots: [
      slot("2026-11-26T09:00:00Z", true),
      slot("2026-11-26T18:00:00Z", false, ["v"]),
      slot("2026-11-26T12:00:00Z", false),
      slot("2026-11-27T12:00:00Z", false),
    ],
  } as unknown as Calendar);
  expect([...found].map(([day, lines]) => [day, lines.map((one) => one.at.slice(11, 16))])).toEqual([
    ["2026-11-26", ["12:00", "18:00"]],
    ["2026-11-27", ["12:00"]],
  ]);
});

it("lists what is overdue from whichever day, the longest first", () => {
  const entry = (video_id: string, at: string, is_overdue: boolean) => ({
    channel_id: "c",
    video_id,
    at,
    day: at.slice(0, 10),
    is_overdue,
  });
  const entries = [
    entry("today", "2026-11-26T08:00:00Z", true),
    entry("later", "2026-11-26T18:00:00Z", false),
    entry("long ago", "2026-11-20T08:00:00Z", true),
  ];
  const found = overdueOf({ channels: [{ id: "c", name: "Tides" }], entries, slots: [] } as unknown as Calendar);
  expect(found.map((one) => [one.entry.video_id, one.channel.name])).toEqual([
    ["long ago", "Tides"],
    ["today", "Tides"],
  ]);
});

it("orders a day by what the clocks of its channels show", () => {
  const channels = [
    { id: "y", name: "York", time_zone: "America/New_York" },
    { id: "b", name: "Berlin", time_zone: "Europe/Berlin" },
  ];
  const slots = [
    { channel_id: "b", at: "2026-11-26T17:00:00Z" },
    { channel_id: "y", at: "2026-11-26T17:30:00Z" },
  ].map((one) => ({ ...one, day: "2026-11-26", is_past: false, video_ids: [] }));
  const found = linesOf({ channels, slots, entries: [] } as unknown as Calendar);
  expect(found.get("2026-11-26")!.map((one) => `${clockIn(one.at, one.channel.time_zone)} ${cityOf(one.channel.time_zone)}`)).toEqual([
    "12:30 New York",
    "18:00 Berlin",
  ]);
});

it("says how long something is", () => {
  expect([0, 59, 3600, 90_061].map(length)).toEqual(["less than a minute", "1 min", "1 h", "1 d 1 h"]);
});
