// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Setting } from "../../../api/client";
import { SettingTable } from "./SettingTable";

const setting = (key: string, change: Partial<Setting> = {}): Setting => ({
  key,
  secret: key.endsWith("password"),
  source: "default",
  is_set: false,
  value: null,
  fallback_value: null,
  is_withheld: false,
  set_at: null,
  ...change,
});

beforeEach(() => {
  const settings = [
    setting("smtp.host", { source: "override", is_set: true, value: "mail.example.org", set_at: "2026-11-20T10:00:00Z" }),
    setting("smtp.user"),
    setting("smtp.password", { source: "environment", is_set: true }),
  ];
  render(
    <QueryClientProvider client={new QueryClient()}>
      <SettingTable label="Email" settings={settings} />
    </QueryClientProvider>,
  );
});
afterEach(cleanup);

const rowOf = (name: RegExp) => screen.getByRole("row", { name });

test("a value is shown, and of a secret only whether there is one", () => {
  expect(rowOf(/^Server/).textContent).toContain("mail.example.org");
  expect(rowOf(/^User/).textContent).toContain("none");
  expect(rowOf(/^Password/).textContent).toContain("is set");
});

test("only what was set here can be reset", () => {
  expect(within(rowOf(/^Server/)).getByRole("button", { name: "Reset Server" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Reset User" })).toBeNull();
});

test("a setting is edited in its row, and the focus comes back to where it was", () => {
  fireEvent.click(screen.getByRole("button", { name: "Change User" }));
  fireEvent.click(screen.getByRole("button", { name: "Change Server" }));
  expect(screen.getAllByRole("form").map((form) => form.getAttribute("aria-label"))).toEqual(["Server", "User"]);
  expect(screen.queryByRole("button", { name: "Reset Server" })).toBeNull();
  fireEvent.keyDown(within(screen.getByRole("form", { name: "User" })).getByRole("textbox"), { key: "Escape" });
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "Change User" }));
  expect(screen.getAllByRole("form")).toHaveLength(1);
});
