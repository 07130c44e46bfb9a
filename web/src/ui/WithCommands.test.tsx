// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { WithCommands } from "./WithCommands";

afterEach(cleanup);

test("what stands between backquotes is shown as a command, without them", () => {
  const { container } = render(<WithCommands>Run `ytempire doctor` first, then `ytempire up`.</WithCommands>);
  expect(container.textContent).toBe("Run ytempire doctor first, then ytempire up.");
  expect([...container.querySelectorAll("code")].map((code) => code.textContent)).toEqual(["ytempire doctor", "ytempire up"]);
});
