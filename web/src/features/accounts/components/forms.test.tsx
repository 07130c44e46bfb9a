// @vitest-environment happy-dom
// @vitest-environment-options { "url": "http://localhost/" }
import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { CurrentUser } from "../../../api/client";
import { answerApi, show } from "../../../testing/api";
import { InviteDialog } from "./InviteDialog";
import { NewKeyDialog } from "./NewKeyDialog";
import { PasswordForm } from "./PasswordForm";
import { PersonForm } from "./PersonForm";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const nothing = () => undefined;
const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const type = (label: string | RegExp, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });

test("an invitation needs an address", async () => {
  const asked = answerApi({ "POST /api/v1/users": { email: "ada@example.org" } });
  show(<InviteDialog onClose={nothing} />);
  press("Send invitation");
  await screen.findByText(/^Enter an email address/);
  expect(document.activeElement).toBe(screen.getByLabelText(/^Email address/));
  expect(asked).toEqual([]);
  type(/^Email address/, "ada@example.org");
  press("Send invitation");
  await screen.findByRole("dialog", { name: "Invitation sent" });
  expect(asked).toEqual([{ request: "POST /api/v1/users", body: { email: "ada@example.org", full_name: "", role: "operator" } }]);
});

test("a field that the API names is where its refusal stands", async () => {
  const errors = [{ loc: ["body", "email"], msg: "This domain takes no mail" }];
  answerApi({ "POST /api/v1/users": { problem: 422, errors } });
  show(<InviteDialog onClose={nothing} />);
  type(/^Email address/, "ada@example.invalid");
  press("Send invitation");
  await screen.findByRole("textbox", { name: /^Email address/, description: "This domain takes no mail." });
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a key needs a name, scopes and a limit", async () => {
  const asked = answerApi({ "POST /api/v1/me/api-keys": { name: "Nightly", secret: "yt_secret" } });
  show(<NewKeyDialog isAdmin={false} onClose={nothing} />);
  fireEvent.click(screen.getByRole("checkbox", { name: /^Read/ }));
  type("Requests per hour", "0");
  press("Create");
  await screen.findByText("Enter a name.");
  expect(screen.getByRole("group", { name: "Scopes", description: "Choose at least one scope." })).toBeTruthy();
  expect(screen.getByText("Enter a whole number from 1 to 1,000,000.")).toBeTruthy();
  expect(screen.queryByRole("checkbox", { name: /^Admin/ })).toBeNull();
  type("Name", "Nightly");
  fireEvent.click(screen.getByRole("checkbox", { name: /^Ingest/ }));
  type("Requests per hour", "60");
  press("Create");
  await screen.findByText("yt_secret");
  expect(asked[0]!.body).toMatchObject({ name: "Nightly", scopes: ["ingest"], hourly_limit: 60 });
});

test("a password is changed once both are there, and both fields are empty afterwards", async () => {
  const asked = answerApi({});
  show(<PasswordForm email="ada@example.org" />);
  press("Change password");
  await screen.findByText("Enter your current password.");
  type("Current password", "old words");
  type("New password", "four unrelated new words");
  press("Change password");
  await screen.findByText(/Password changed/);
  expect(asked).toEqual([{ request: "POST /api/v1/me/password", body: { current: "old words", new: "four unrelated new words" } }]);
  expect(screen.getByLabelText<HTMLInputElement>("New password").value).toBe("");
});

test("a person is saved where something was changed", async () => {
  const me = { full_name: "Ada", time_zone: "UTC" } as CurrentUser;
  answerApi({ "PATCH /api/v1/me": { ...me, full_name: "Ada Lovelace" } });
  show(<PersonForm me={me} />);
  const save = screen.getByRole("button", { name: "Save" });
  expect(save.getAttribute("aria-disabled")).toBe("true");
  type("Name", "Ada Lovelace ");
  await waitFor(() => expect(save.getAttribute("aria-disabled")).toBeNull());
  save.focus();
  press("Save");
  await screen.findByText("✓ Saved");
  expect(document.activeElement).toBe(save);
  expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("Ada Lovelace");
  expect(save.getAttribute("aria-disabled")).toBe("true");
});
