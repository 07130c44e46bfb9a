import { expect, it } from "vitest";
import { meaning, whoHas } from "./flags";

it.each([
  [0, "Nobody by chance"], [100, "Everybody."], [1, "About 1 person in 100,"], [25, "About 1 person in 4,"], [30, "About 3 people in 10,"],
  [50, "About 1 person in 2,"], [99, "About 99 people in 100,"],
])("says what %i percent means", (percentage, words) => {
  expect(meaning(percentage)).toContain(words);
});

it("says who has a flag now", () => {
  const flag = { enabled: true, switch_only: false, percentage: 0, segments: [] as string[], user_ids: [] as string[] };
  expect(whoHas(flag)).toBe("nobody");
  expect(whoHas({ ...flag, percentage: 100, user_ids: ["a"] })).toBe("everybody");
  expect(whoHas({ ...flag, percentage: 25 })).toBe("25 % of people");
  expect(whoHas({ ...flag, segments: ["beta_tester"], user_ids: ["a", "b"] })).toBe("1 segment, 2 named");
  expect(whoHas({ ...flag, percentage: 10, segments: ["x", "y"] })).toBe("10 % of people, 2 segments");
  expect(whoHas({ ...flag, enabled: false, percentage: 100 })).toBe("nobody");
  expect(whoHas({ ...flag, switch_only: true })).toBe("everybody");
});
