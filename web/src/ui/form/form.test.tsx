// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { useForm } from "react-hook-form";
import { afterEach, expect, test, vi } from "vitest";
import { ApiError, refusedFields } from "../../api/client";
import { DialogForm } from "./DialogForm";
import { FormPasswordField } from "./FormPasswordField";
import { FormNumberField, FormTextField } from "./FormTextField";
import { FormToggle } from "./FormToggle";
import { emailAddress, futureTime, newPassword, required, wholeNumber } from "./rules";
import { fieldErrorsOf } from "./serverErrors";

afterEach(cleanup);

interface Order {
  title: string;
  email: string;
  copies: number | null;
  address: { city: string };
  password: string;
  is_gift: boolean;
}
const EMPTY: Order = { title: "", email: "", copies: 1, address: { city: "" }, password: "", is_gift: false };

interface Props {
  onSend?: (order: Order) => void;
  error?: Error | null;
}

function OrderForm({ onSend = () => undefined, error = null }: Props) {
  const form = useForm<Order>({ defaultValues: EMPTY });
  const { control } = form;
  return (
    <DialogForm form={form} onSubmit={onSend} submit="Order" mutation={{ isPending: false, error }} onClose={() => undefined}>
      <FormTextField control={control} name="title" rules={required("Enter a title.")} label="Title" helperText="Of the book" />
      <FormTextField control={control} name="email" rules={emailAddress()} label="Email" />
      <FormNumberField control={control} name="copies" rules={wholeNumber(1, 1000)} label="Copies" />
      <FormTextField control={control} name="address.city" label="City" />
      <FormPasswordField control={control} name="password" label="Password" kind="current" />
      <FormToggle control={control} name="is_gift" kind="checkbox" label={(on) => (on ? "A gift" : "No gift")} />
      {form.formState.isDirty && <p>Changed</p>}
    </DialogForm>
  );
}

const field = (name: string) => screen.getByLabelText<HTMLInputElement>(name);
const type = (name: string, value: string) => fireEvent.change(field(name), { target: { value } });
const send = () => fireEvent.click(screen.getByRole("button", { name: "Order" }));

test("what was typed is sent, each value as what it is", async () => {
  const onSend = vi.fn();
  render(<OrderForm onSend={onSend} />);
  expect(screen.queryByText("Changed")).toBeNull();
  type("Title", "Waves");
  type("Email", "ada@example.org");
  type("Copies", "3");
  type("City", "London");
  type("Password", "four unrelated words");
  fireEvent.click(screen.getByRole("checkbox", { name: "No gift" }));
  expect(screen.getByRole("checkbox", { name: "A gift" })).toBeTruthy();
  expect(screen.getByText("Changed")).toBeTruthy();
  send();
  await waitFor(() => expect(onSend).toHaveBeenCalledOnce());
  expect(onSend.mock.calls[0]![0]).toEqual({
    title: "Waves",
    email: "ada@example.org",
    copies: 3,
    address: { city: "London" },
    password: "four unrelated words",
    is_gift: true,
  });
});

test("what is wrong is said beside its field, and the first such field takes the focus", async () => {
  const onSend = vi.fn();
  render(<OrderForm onSend={onSend} />);
  type("Title", "Waves");
  type("Email", "ada");
  type("Copies", "");
  send();
  await screen.findByText("Enter an email address, such as ada@example.org.");
  expect(screen.getByText("Enter a whole number from 1 to 1,000.")).toBeTruthy();
  expect(document.activeElement).toBe(field("Email"));
  expect(field("Email").getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByRole("textbox", { name: "Email", description: "Enter an email address, such as ada@example.org." })).toBeTruthy();
  expect(screen.getByText("Of the book")).toBeTruthy();
  expect(onSend).not.toHaveBeenCalled();

  type("Email", "ada@example.org");
  await waitFor(() => expect(screen.queryByText(/^Enter an email address/)).toBeNull());
});

const problem = (fields: ApiError["fields"]) => new ApiError(422, "invalid_input", "title: too long.", undefined, "r1", {}, fields);

test("what the API refuses is said beside the fields that it names, and nowhere else", async () => {
  const { rerender } = render(<OrderForm />);
  const error = problem([
    { path: ["address", "city"], message: "No such city." },
    { path: ["copies"], message: "Out of print." },
  ]);
  rerender(<OrderForm error={error} />);
  await screen.findByText("No such city.");
  expect(screen.getByText("Out of print.")).toBeTruthy();
  expect(screen.queryByRole("alert")).toBeNull();
  expect(document.activeElement).toBe(field("City"));
});

test("what it says of nothing in the form stands below it", async () => {
  const { rerender } = render(<OrderForm />);
  rerender(<OrderForm error={problem([{ path: ["warehouse"], message: "Closed." }])} />);
  expect((await screen.findByRole("alert")).textContent).toContain("title: too long.");
  rerender(<OrderForm error={new Error("Cannot reach the server.")} />);
  expect(screen.getByRole("alert").textContent).toContain("Cannot reach the server.");
});

function FormWithHiddenValue({ onSend = () => undefined, error = null }: Props) {
  const form = useForm<Order>({ defaultValues: EMPTY });
  return (
    <DialogForm form={form} onSubmit={onSend} submit="Order" mutation={{ isPending: false, error }} onClose={() => undefined}>
      <FormTextField control={form.control} name="email" label="Email" />
    </DialogForm>
  );
}

test("what it says of a value without a field stands below it, and the form can be sent again", async () => {
  const onSend = vi.fn();
  const { rerender } = render(<FormWithHiddenValue onSend={onSend} />);
  rerender(<FormWithHiddenValue onSend={onSend} error={problem([{ path: ["title"], message: "Too long." }])} />);
  expect((await screen.findByRole("alert")).textContent).toContain("title: too long.");
  send();
  await waitFor(() => expect(onSend).toHaveBeenCalledOnce());
});

test("an item of a list belongs to the field of the list", () => {
  const found = fieldErrorsOf(problem([{ path: ["tags", "0"], message: "Too long." }]), { tags: ["x"] }, () => true);
  expect(found).toEqual({ fields: [{ path: "tags", message: "Too long." }], isAll: true });
});

test("of a problem's errors those of the body are about fields", () => {
  expect(
    refusedFields([
      { loc: ["body", "name"], msg: "Value too long" },
      { loc: ["query", "limit"], msg: "Too large" },
      { loc: ["body"], msg: "Not JSON" },
    ]),
  ).toEqual([{ path: ["name"], message: "Value too long." }]);
  expect(refusedFields(null)).toEqual([]);
});

test.each([
  [required("no").validate("  "), "no"],
  [required("no").validate(null), "no"],
  [required("no").validate("a"), true],
  [emailAddress("no").validate("a@b"), true],
  [emailAddress("no").validate("a b@c"), "no"],
  [newPassword.validate("eleven char"), "Enter at least 12 characters."],
  [newPassword.validate("twelve chars"), true],
  [futureTime("UTC").validate(""), "Enter a time."],
  [futureTime("UTC").validate("2020-01-01T10:00"), "This time is in the past."],
  [futureTime("UTC").validate("2999-01-01T10:00"), true],
  [wholeNumber(1, 9).validate(1), true],
  [wholeNumber(1, 9).validate(10), "Enter a whole number from 1 to 9."],
  [wholeNumber(1, 9).validate(1.5), "Enter a whole number from 1 to 9."],
])("a rule says %s", (said, expected) => {
  expect(said).toBe(expected);
});
