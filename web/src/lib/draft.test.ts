import { expect, it } from "vitest";
import { begin, follow, isChanged, over, theirs, typed, valuesOf } from "./draft";

const first = { title: "One", tags: ["a"] };
const second = { title: "Two", tags: ["a"] };

it("knows what was typed", () => {
  const draft = typed(begin(first, "1"), { tags: ["a", "b"] });
  expect(draft.mine).toEqual({ tags: ["a", "b"] });
  expect(valuesOf(draft)).toEqual({ title: "One", tags: ["a", "b"] });
  expect(isChanged(typed(draft, { tags: ["a"] }))).toBe(false);
});

it("follows a newer version only while nothing was typed", () => {
  const untouched = begin(first, "1");
  expect(follow(untouched, first, "1")).toBe(untouched);
  expect(follow(untouched, second, "2")).toEqual(begin(second, "2"));
  const draft = typed(untouched, { title: "Mine" });
  expect(follow(draft, second, "2")).toBe(draft);
  // another part of the row changed: what was typed is over this version as well
  expect(follow(draft, { ...first }, "2")).toEqual({ ...draft, tag: "2" });
});

it("says what others changed, and can be put over it", () => {
  const draft = typed(begin(first, "1"), { tags: ["b"] });
  expect(theirs(draft, second)).toEqual(["title"]);
  expect(over(draft, second, "2")).toEqual({ base: second, tag: "2", mine: { tags: ["b"] } });
  expect(isChanged(over(draft, { title: "Two", tags: ["b"] }, "2"))).toBe(false);
});
