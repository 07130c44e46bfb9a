// @vitest-environment happy-dom
// @vitest-environment-options { "url": "http://localhost/" }
import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { TemplateRow } from "../../../api/client";
import { useConfirm } from "../../../stores/confirm";
import { answerApi, show } from "../../../testing/api";
import { bodyOf, templatesQuery, valuesOf } from "../hooks/templates";
import { TemplateSection } from "./TemplateSection";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const ME = [["me"], { id: "me" }] as [string[], object];
const OWN = {
  ...bodyOf({ ...valuesOf(null), name: "Night sky", niche: "astronomy", seconds: 90 }),
  id: "t1",
  owner_id: "me",
  times_used: 3,
  average_score: 0.853,
  updated_at: "2026-12-01T10:00:00Z",
} as TemplateRow;
const SHARED = { ...OWN, id: "t2", owner_id: "other", name: "House", shared: true, niche: null, times_used: 0, average_score: null };

const open = (items: TemplateRow[], answers: Record<string, object> = {}) => {
  const requests = answerApi(answers);
  show(<TemplateSection />, [ME, [templatesQuery().queryKey, { items }]]);
  return requests;
};
const dialog = (name: string) => screen.findByRole("dialog", { name, hidden: true }).then((element) => within(element));

test("templates show how often they were used and their average score", () => {
  open([OWN, SHARED]);
  const [, own, shared] = screen.getAllByRole("row").map((row) => within(row));
  for (const cell of ["Night sky", "astronomy", "3", "0.853"]) expect(own!.getByText(cell)).toBeTruthy();
  expect(shared!.getByText("Only its owner can edit it")).toBeTruthy();
  expect(shared!.queryByRole("button")).toBeNull();
});

test("a template is created with what is set alone", async () => {
  const requests = open([], { "POST /api/v1/templates": OWN });
  fireEvent.click(screen.getByRole("button", { name: "Create template" }));
  const form = await dialog("Create template");
  fireEvent.change(form.getByLabelText(/^Description/), { target: { value: "Words." } });
  fireEvent.change(form.getByLabelText("Retention target"), { target: { value: "45" } });
  fireEvent.click(form.getByRole("button", { name: "Create template" }));
  await form.findByText("Enter a name.");
  expect(form.getByText(/^Add \{credits\}/)).toBeTruthy();
  expect(form.getByText("Enter a number from 0 to 1.")).toBeTruthy();
  fireEvent.change(form.getByLabelText(/^Name/), { target: { value: "Night sky" } });
  fireEvent.change(form.getByLabelText(/^Description/), { target: { value: "{credits}" } });
  fireEvent.change(form.getByLabelText("Retention target"), { target: { value: "0.45" } });
  fireEvent.click(form.getByRole("button", { name: "Create template" }));
  await waitFor(() => expect(requests).toHaveLength(1));
  expect(requests[0]!.body).toEqual(bodyOf({ ...valuesOf(null), name: "Night sky", description: "{credits}", retention_target: 0.45 }));
});

test("one transition alone is refused, and both are saved", async () => {
  const requests = open([OWN], { "GET /api/v1/templates/t1": OWN, "PUT /api/v1/templates/t1": OWN });
  fireEvent.click(screen.getByRole("button", { name: "Edit Night sky" }));
  const form = await dialog("Edit Night sky");
  const choose = (field: string, option: string) => {
    fireEvent.mouseDown(form.getByRole("combobox", { name: field, hidden: true }));
    fireEvent.click(screen.getByRole("option", { name: option }));
  };
  choose("Transition", "Fade");
  fireEvent.click(form.getByRole("button", { name: "Save", hidden: true }));
  await form.findByText("Choose both transitions, or none.");
  expect(requests).toEqual([]);
  choose("Second transition", "Dissolve");
  fireEvent.click(form.getByRole("button", { name: "Save", hidden: true }));
  await waitFor(() => expect(requests).toHaveLength(1));
  expect(requests[0]!.body).toMatchObject({ seconds: 90, visual_settings: { transitions: ["fade", "dissolve"] } });
});

test("a template is deleted once that is confirmed", async () => {
  const requests = open([OWN]);
  fireEvent.click(screen.getByRole("button", { name: "Delete Night sky" }));
  expect(requests).toEqual([]);
  useConfirm.getState().question!.onConfirm();
  await waitFor(() => expect(requests.map(({ request }) => request)).toEqual(["DELETE /api/v1/templates/t1"]));
});
