import { expect, it } from "vitest";
import { numbersOf } from "./channelStatistics";

const known = { subscriber_count: null, view_count: 100, video_count: 2 };
const [before, after] = ["2026-11-26T06:00:00Z", "2026-11-26T12:00:00Z"];
const shown = (counted: Parameters<typeof numbersOf>[2], at = before) =>
  numbersOf(known, at, counted).map((one) => `${one.value} ${one.at === after ? "later" : "before"}`);

it("takes of two readings the newer one where it knows more", () => {
  expect(shown(null)).toEqual(["hidden before", "100 before", "2 before"]);
  expect(shown({ views: 140, listed: 1, read_at: after })).toEqual(["hidden before", "140 later", "2 before"]);
  expect(shown({ views: 40, listed: 3, read_at: after })).toEqual(["hidden before", "100 before", "3 later"]);
  expect(shown({ views: null, listed: 0, read_at: null })).toEqual(["hidden before", "100 before", "2 before"]);
});

it("leaves what YouTube says of the channel where that was read later", () => {
  expect(numbersOf(known, after, { views: 140, listed: 3, read_at: before }).map((one) => [one.value, one.from])).toEqual([
    ["hidden", undefined],
    ["100", undefined],
    ["2", undefined],
  ]);
});
