import { describe, expect, it } from "vitest";
import { ago, bytes, duration, exactCount, hours, median, timecode, usd, labelOf } from "./format";

describe("duration", () => {
  it.each([
    [null, "–"],
    [0.04, "0.0 s"],
    [4.25, "4.3 s"],
    [42.4, "42 s"],
    [60, "1:00 min"],
    [75.4, "1:15 min"],
    [3700, "1:01:40 h"],
  ])("%s is %s", (seconds, text) => expect(duration(seconds)).toBe(text));
});

describe("usd", () => {
  it.each([
    ["0.000000", "0.00"],
    ["1.500000", "1.50"],
    ["0.000123", "0.000123"],
    ["2.510000", "2.51"],
  ])("%s is shown as %s", (amount, text) => expect(usd(amount)).toBe(text));
});

it("says how long ago", () => {
  const now = Date.parse("2026-01-02T12:00:00Z");
  expect(ago("2026-01-02T11:59:48Z", now)).toBe("12 seconds ago");
  expect(ago("2026-01-02T09:00:00Z", now)).toBe("3 hours ago");
  expect(ago("2026-01-01T11:00:00Z", now)).toBe("yesterday");
  expect(ago("2026-01-02T15:00:00Z", now)).toBe("in 3 hours");
  expect(ago("2026-01-02T12:00:05Z", now)).toBe("now"); // clocks differ a little
});

it("says minutes as hours, the small ones too", () => {
  expect([0, 8, 90, 599, 600, 74_070].map(hours)).toEqual(["0", "0.1", "1.5", "10.0", "10", "1,235"]);
});

it("writes positions, sizes and names", () => {
  expect(timecode(75.9)).toBe("1:15");
  expect(bytes(999)).toBe("999 B");
  expect(bytes(12_345_678)).toBe("12.3 MB");
  expect(bytes(5_000_000_000)).toBe("5.0 GB");
  expect(labelOf("script_review")).toBe("Script review");
});

it("groups the digits of an exact count", () => {
  expect(exactCount(999)).toBe("999");
  expect(exactCount(12_345_678)).toBe("12,345,678");
});

it("takes the median", () => {
  expect(median([])).toBeNull();
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});
