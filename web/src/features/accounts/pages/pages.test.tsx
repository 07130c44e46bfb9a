// @vitest-environment happy-dom
// @vitest-environment-options { "url": "http://localhost/" }
import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { answerApi, show } from "../../../testing/api";
import { RegisterPage } from "./RegisterPage";
import { SignInPage } from "./SignInPage";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const field = (label: string | RegExp) => screen.getByLabelText<HTMLInputElement>(label);
const type = (label: string | RegExp, value: string) => fireEvent.change(field(label), { target: { value } });

test("signing in needs an address and a password, of any length", async () => {
  const requests = answerApi({ "POST /api/v1/auth/sign-in": { problem: 401, code: "invalid_credentials", detail: "Wrong." } });
  show(<SignInPage />);
  press("Sign in");
  await screen.findByText(/^Enter an email address/);
  expect(screen.getByText("Enter your password.")).toBeTruthy();
  expect(requests).toEqual([]);
  type("Email", "ada@example.org");
  type(/^Password/, "short");
  press("Sign in");
  expect((await screen.findByRole("alert")).textContent).toContain("Wrong.");
  expect(requests).toEqual([
    { request: "POST /api/v1/auth/sign-in", body: { email: "ada@example.org", password: "short", code: null, transport: "cookie" } },
  ]);
  expect(document.activeElement).toBe(field(/^Password/));
});

test("a second factor asks for its code, and starting over keeps the address alone", async () => {
  const requests = answerApi({ "POST /api/v1/auth/sign-in": { problem: 401, code: "second_factor_required", detail: "Code." } });
  show(<SignInPage />);
  type("Email", "ada@example.org");
  type(/^Password/, "four unrelated words");
  press("Sign in");
  await screen.findByRole("heading", { name: "Enter your code" });
  press("Sign in");
  await screen.findByText("Enter a code.");
  type("Code", "123456");
  press("Sign in");
  await waitFor(() => expect(requests).toHaveLength(2));
  expect(requests[1]!.body).toEqual({ email: "ada@example.org", password: "four unrelated words", code: "123456", transport: "cookie" });
  press("Sign in as another user");
  expect([field("Email").value, field(/^Password/).value]).toEqual(["ada@example.org", ""]);
});

test("a registration says what is too short, and where the email goes", async () => {
  const requests = answerApi({ "POST /api/v1/auth/register": { detail: "We sent an email." } });
  show(<RegisterPage />);
  type("Email", "ada@example.org");
  type(/^Password/, "too short");
  press("Register");
  await screen.findByText("Enter at least 12 characters.");
  type(/^Password/, "four unrelated words");
  press("Register");
  await screen.findByText("We sent an email.");
  expect(screen.getByText(/No email at ada@example.org/)).toBeTruthy();
  expect(requests[0]!.body).toEqual({ full_name: "", email: "ada@example.org", password: "four unrelated words" });
});
