// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { StatusChip, StatusMark } from "./StatusChip";
import { RUN_STATUS, warning } from "./statuses";

afterEach(cleanup);

test("a chip has its word, and its mark for the eye alone", () => {
  const { container } = render(<StatusChip status={RUN_STATUS.failed} />);
  expect(container.textContent).toBe("✕failed");
  expect(screen.getByText("failed").textContent).toBe("failed");
  expect(screen.getByText("✕").getAttribute("aria-hidden")).toBe("true");
});

test("a status without a mark leaves no gap for one", () => {
  const { container } = render(<StatusChip status={{ tone: "muted", mark: "", text: "3 months" }} />);
  expect(container.querySelector("[aria-hidden]")).toBeNull();
});

test("a sentence may break into lines, a word not", () => {
  render(<StatusChip status={RUN_STATUS.running} />);
  render(<StatusChip wrap status={warning("The project could not be read.")} />);
  const whiteSpaceAround = (text: string) => getComputedStyle(screen.getByText(text).parentElement!).whiteSpace;
  expect(whiteSpaceAround("running")).toBe("nowrap");
  expect(whiteSpaceAround("The project could not be read.")).toBe("normal");
});

test("a mark alone is a picture with the word as its name", () => {
  render(<StatusMark status={RUN_STATUS.completed} />);
  expect(screen.getByRole("img", { name: "completed" }).textContent).toBe("✓");
});
