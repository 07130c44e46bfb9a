// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { ExplainedButton } from "./ExplainedButton";

afterEach(cleanup);

const WHY = "The channel is paused.";

test("where it can be used it is a button like any other", () => {
  const use = vi.fn();
  render(
    <ExplainedButton why={null} onClick={use}>
      Publish
    </ExplainedButton>,
  );
  const button = screen.getByRole("button", { name: "Publish" });
  fireEvent.click(button);
  expect(use).toHaveBeenCalledOnce();
  expect(button.getAttribute("aria-disabled")).toBeNull();
});

test("where it cannot, it does nothing, takes the focus and says why", async () => {
  const use = vi.fn();
  render(
    <ExplainedButton why={WHY} onClick={use}>
      Publish
    </ExplainedButton>,
  );
  const button = screen.getByRole("button", { name: "Publish", description: WHY });
  expect(button.getAttribute("aria-disabled")).toBe("true");
  expect([button.hasAttribute("disabled"), button.tabIndex]).toEqual([false, 0]);
  fireEvent.click(button);
  expect(use).not.toHaveBeenCalled();
  fireEvent.mouseOver(button);
  expect((await screen.findByRole("tooltip")).textContent).toBe(WHY);
  await waitFor(() => expect(button.getAttribute("aria-describedby")).toBe(screen.getByRole("tooltip").id));
});

test("words that stand beside it are its description, and no tooltip says them again", () => {
  render(
    <>
      <p id="why">{WHY}</p>
      <ExplainedButton why={WHY} saidBy="why">
        Publish
      </ExplainedButton>
    </>,
  );
  const button = screen.getByRole("button", { name: "Publish", description: WHY });
  expect(button.title).toBe("");
});

test("a form is not sent by it", () => {
  const send = vi.fn();
  render(
    <form aria-label="Order" onSubmit={send}>
      <ExplainedButton type="submit" why={WHY}>
        Publish
      </ExplainedButton>
    </form>,
  );
  fireEvent.click(screen.getByRole("button", { name: "Publish" }));
  expect(send).not.toHaveBeenCalled();
});

test("while something is on its way it is disabled without words", () => {
  render(
    <ExplainedButton why={null} isBusy>
      Publish
    </ExplainedButton>,
  );
  expect(screen.getByRole("button", { name: "Publish" }).hasAttribute("disabled")).toBe(true);
});
