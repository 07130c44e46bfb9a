import { expect, it } from "vitest";
import { meaning, rolloutLabel } from "./flags";

it.each([
  [0, "No random users"],
  [100, "All users."],
  [1, "About 1 user in 100,"],
  [25, "About 1 user in 4,"],
  [30, "About 3 users in 10,"],
  [50, "About 1 user in 2,"],
  [99, "About 99 users in 100,"],
])("says what %i percent means", (percentage, words) => {
  expect(meaning(percentage)).toContain(words);
});

it("says who has a flag now", () => {
  const flag = { enabled: true, is_boolean: false, percentage: 0, segments: [] as string[], user_ids: [] as string[] };
  expect(rolloutLabel(flag)).toBe("no one");
  expect(rolloutLabel({ ...flag, percentage: 100, user_ids: ["a"] })).toBe("everyone");
  expect(rolloutLabel({ ...flag, percentage: 25 })).toBe("25 % of users");
  expect(rolloutLabel({ ...flag, segments: ["beta_tester"], user_ids: ["a", "b"] })).toBe("1 segment, 2 users");
  expect(rolloutLabel({ ...flag, percentage: 10, segments: ["x", "y"] })).toBe("10 % of users, 2 segments");
  expect(rolloutLabel({ ...flag, enabled: false, percentage: 100 })).toBe("no one");
  expect(rolloutLabel({ ...flag, is_boolean: true })).toBe("everyone");
});
