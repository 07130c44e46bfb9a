import { expect, test } from "vitest";
import { sandboxNotice, sandboxedOf } from "./sandboxed";

const REAL = { id: "a", is_sandbox: false },
  NEVER = { id: "b", is_sandbox: null },
  MADE_UP = { id: "c", is_sandbox: true };

test("figures of the sandbox are said to be simulated", () => {
  expect(sandboxNotice([REAL, NEVER], null)).toBeNull();
  expect(sandboxNotice([REAL, NEVER, MADE_UP], null)).toMatch(/of 1 of 3 channels are simulated/);
  expect(sandboxNotice([MADE_UP], null)).toBe("Views and revenue are simulated.");
  expect(sandboxNotice([REAL, MADE_UP], "a")).toBeNull();
  expect(sandboxNotice([REAL, MADE_UP], "c")).toBe("Views and revenue are simulated.");
  expect([...sandboxedOf([REAL, NEVER, MADE_UP])]).toEqual(["c"]);
});
