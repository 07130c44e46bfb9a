// @vitest-environment happy-dom
// @vitest-environment-options { "url": "http://localhost/" }
import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { answerApi, show } from "../../../testing/api";
import { channelsQuery } from "../../channels/hooks/channels";
import { templatesQuery } from "../../channels/hooks/templates";
import { NewRunDialog } from "./NewRunDialog";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const CHANNELS = [
  { id: "c0", name: "Dusk", access: "read", status: "active" },
  { id: "c1", name: "Dawn", access: "owner", status: "active" },
];
const TEMPLATES = [
  { id: "t1", name: "Long", seconds: 75 },
  { id: "t2", name: "Any length", seconds: null },
];
const RUN = "POST /api/v1/runs";
const open = (answer: object, items: object[] = CHANNELS) => {
  const requests = answerApi({ [RUN]: answer });
  show(<NewRunDialog onClose={() => undefined} />, [
    [channelsQuery().queryKey, { items, next_cursor: null }],
    [templatesQuery().queryKey, { items: TEMPLATES }],
  ]);
  return requests;
};
const text = () => screen.getByRole("textbox", { name: /^Text/ });
const choose = (field: string, option: string) => {
  fireEvent.mouseDown(screen.getByRole("combobox", { name: field }));
  fireEvent.click(screen.getByRole("option", { name: option }));
};
const send = () => fireEvent.click(screen.getByRole("button", { name: "Create video" }));

test("a text becomes a run on the first channel that may get one", async () => {
  const requests = open({ id: "r1" });
  send();
  await screen.findByText("Choose a file or paste a text.");
  expect(requests).toEqual([]);
  fireEvent.change(text(), { target: { value: "The sky is dark at night." } });
  send();
  await waitFor(() => expect(requests).toHaveLength(1));
  expect(requests[0]!.body).toEqual({
    source_name: "pasted text.md",
    source_text: "The sky is dark at night.",
    channel_id: "c1",
    allow_duplicate: false,
    options: { seconds: 60, format: "16:9" },
  });
});

test("a refused file name is shown, and the text can be sent again", async () => {
  const requests = open({ problem: 422, detail: "source_name: too long.", errors: [{ loc: ["body", "source_name"], msg: "Too long" }] });
  fireEvent.change(text(), { target: { value: "The sky is dark at night." } });
  send();
  expect((await screen.findByRole("alert")).textContent).toContain("source_name: too long.");
  send();
  await waitFor(() => expect(requests).toHaveLength(2));
});

test("without a channel that may get a video it says what to do", async () => {
  const requests = open({ id: "r1" }, [CHANNELS[0]!]);
  fireEvent.change(text(), { target: { value: "The sky is dark at night." } });
  send();
  await waitFor(() => expect(screen.getByRole("combobox", { name: /^Channel/ }).getAttribute("aria-invalid")).toBe("true"));
  expect(screen.getByText(/No channel with write access/)).toBeTruthy();
  expect(requests).toEqual([]);
});

test("a template is ordered with its length, which can still be changed", async () => {
  const requests = open({ id: "r1" });
  fireEvent.change(text(), { target: { value: "The sky is dark at night." } });
  choose("Template", "Long");
  expect(screen.getByRole("combobox", { name: "Length" }).textContent).toBe("75 s");
  choose("Template", "Any length");
  choose("Length", "90 s");
  send();
  await waitFor(() => expect(requests).toHaveLength(1));
  expect(requests[0]!.body).toMatchObject({ options: { seconds: 90, format: "16:9", template_id: "t2" } });
});
