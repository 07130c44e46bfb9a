import { expect, it } from "vitest";
import { faults, fits } from "./strategy";

it("says what is too much of a strategy", () => {
  expect(fits({ audience: "", topics: [], avoid: [] })).toBe(true);
  const many = (count: number) => Array.from({ length: count }, (_, n) => `word ${n}`);
  expect(fits({ audience: "é".repeat(300), topics: many(20), avoid: many(50) })).toBe(true);
  expect(faults({ audience: "a".repeat(302), topics: many(21), avoid: ["a".repeat(101)] })).toEqual({
    audience: "2 characters too many",
    topics: "1 too many",
    avoid: "“aaaaaaaaaaaaaaaaaaaa…” has more than 100 characters",
  });
});
