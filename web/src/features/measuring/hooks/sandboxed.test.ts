import { expect, test } from "vitest";
import { inventedOf, sandboxedOf } from "./sandboxed";

const REAL = { id: "a", is_sandbox: false }, NEVER = { id: "b", is_sandbox: null }, MADE_UP = { id: "c", is_sandbox: true };

test("figures of the sandbox are said to be made up", () => {
  expect(inventedOf([REAL, NEVER], null)).toBeNull();
  expect(inventedOf([REAL, NEVER, MADE_UP], null)).toMatch(/of 1 of 3 channels are made up/);
  expect(inventedOf([MADE_UP], null)).toBe("Viewers and revenue are made up.");
  expect(inventedOf([REAL, MADE_UP], "a")).toBeNull();
  expect(inventedOf([REAL, MADE_UP], "c")).toBe("Viewers and revenue are made up.");
  expect([...sandboxedOf([REAL, NEVER, MADE_UP])]).toEqual(["c"]);
});
