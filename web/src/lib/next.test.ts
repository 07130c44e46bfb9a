import { expect, it } from "vitest";
import { nextPlace } from "./next";

it.each([
  ["/runs/1?tab=log#x", "/runs/1?tab=log#x"],
  ["//elsewhere.test/", "/"],
  ["/\\elsewhere.test", "/"],
  ["/\t/elsewhere.test", "/"],
  ["/..//elsewhere.test", "/"],
  ["https://elsewhere.test/", "/"],
  ["javascript:alert(1)", "/"],
  ["runs", "/"],
  ["/sign-in?next=/runs", "/"],
])("%j leads to %s", (asked, place) => {
  expect(nextPlace(new URLSearchParams({ next: asked }))).toBe(place);
});

it("leads to the beginning without a word", () => {
  expect(nextPlace(new URLSearchParams())).toBe("/");
});
