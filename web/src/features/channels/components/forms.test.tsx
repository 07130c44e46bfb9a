// @vitest-environment happy-dom
// @vitest-environment-options { "url": "http://localhost/" }
import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Channel, PersonaRow, Tagged } from "../../../api/client";
import { answerApi, show } from "../../../testing/api";
import { personasQuery } from "../hooks/channels";
import { voicesQuery } from "../hooks/voices";
import { PLAIN } from "../hooks/personas";
import { CreateChannelDialog } from "./CreateChannelDialog";
import { PersonaDialog } from "./PersonaDialog";
import { SharingSection } from "./SharingSection";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const ME = [["me"], { id: "me", time_zone: "Europe/Lisbon" }] as [string[], object];
const DIVER = { id: "p1", owner_id: "me", definition: { ...PLAIN, name: "Diver", sign_off: "Back to the surface." } };
const knownPersonas = (...items: object[]): [readonly unknown[], object] => [personasQuery().queryKey, { items, next_cursor: null }];
const NO_VOICES: [readonly unknown[], object] = [voicesQuery().queryKey, { items: [], engines: [] }];
const dialog = (name: string) => within(screen.getByRole("dialog", { name, hidden: true }));

test("a channel begins with one's own zone and first persona, and needs a name", async () => {
  const asked = answerApi({ "POST /api/v1/channels": { id: "c1" } });
  show(<CreateChannelDialog onClose={() => undefined} />, [ME, knownPersonas({ ...DIVER, id: "p0", owner_id: "other" }, DIVER)]);
  const form = dialog("Create channel");
  fireEvent.click(form.getByRole("button", { name: "Create channel" }));
  await form.findByText("Enter a name.");
  expect(document.activeElement).toBe(form.getByLabelText(/^Name/));
  fireEvent.change(form.getByLabelText(/^Name/), { target: { value: "Deep Water" } });
  fireEvent.click(form.getByRole("button", { name: "Create channel" }));
  await waitFor(() => expect(asked).toHaveLength(1));
  expect(asked[0]!.body).toMatchObject({ name: "Deep Water", time_zone: "Europe/Lisbon", persona_id: "p1", category: null });
});

test("without a persona one is made on the way, and its form sends itself alone", async () => {
  const asked = answerApi({ "POST /api/v1/personas": DIVER, "GET /api/v1/personas": { items: [DIVER], next_cursor: null } });
  show(<CreateChannelDialog onClose={() => undefined} />, [ME, knownPersonas(), NO_VOICES]);
  const form = dialog("Create channel");
  fireEvent.change(form.getByLabelText(/^Name/), { target: { value: "Deep Water" } });
  fireEvent.click(form.getByRole("button", { name: "Create channel" }));
  await form.findByText("Choose a persona, or create one.");
  fireEvent.click(form.getByRole("button", { name: "Create one" }));
  const making = dialog("Create persona");
  fireEvent.change(making.getByLabelText(/^Name/), { target: { value: "Diver" } });
  fireEvent.change(making.getByLabelText(/^Closing line/), { target: { value: "Back to the surface." } });
  fireEvent.click(making.getByRole("button", { name: "Create persona" }));
  await waitFor(() => expect(screen.queryByRole("dialog", { name: "Create persona" })).toBeNull());
  expect(asked.map((one) => one.request)).toEqual(["POST /api/v1/personas"]);
  await waitFor(() => expect(form.getByRole("combobox", { name: "Persona", hidden: true }).textContent).toContain("Diver"));
});

test("a persona is saved as it was, but for what was changed", async () => {
  const asked = answerApi({ "PUT /api/v1/personas/p1": DIVER });
  show(<PersonaDialog row={{ ...DIVER, etag: '"1"' } as Tagged<PersonaRow>} onClose={() => undefined} />, [NO_VOICES]);
  const form = dialog("Edit Diver");
  fireEvent.change(form.getByLabelText("Words per minute"), { target: { value: "90" } });
  fireEvent.click(form.getByRole("button", { name: "Save" }));
  await form.findByText("Enter a whole number from 120 to 200.");
  expect(document.activeElement).toBe(form.getByLabelText("Words per minute"));
  fireEvent.change(form.getByLabelText("Words per minute"), { target: { value: "140" } });
  fireEvent.change(form.getByLabelText("Companion 2"), { target: { value: "#00ff00" } });
  fireEvent.click(form.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(asked).toHaveLength(1));
  const { definition } = DIVER;
  expect(asked[0]!.body).toEqual({
    ...definition,
    voice: { ...definition.voice, words_per_minute: 140 },
    brand: { ...definition.brand, companions: [definition.brand.companions[0], "#00FF00"] },
  });
});

test("colours that are hard to read are warned of", async () => {
  show(<PersonaDialog row={null} onClose={() => undefined} />, [NO_VOICES]);
  expect(screen.queryByText(/is needed to read it well/)).toBeNull();
  fireEvent.change(screen.getByLabelText("Text"), { target: { value: "#333333" } });
  await screen.findByText(/contrast of text and background .* is needed to read it well/);
});

test("a channel is shared by address, and the next one begins anew with the same permission", async () => {
  const requests = answerApi({ "POST /api/v1/channels/c1/permissions": { id: "g1" } });
  show(<SharingSection channel={{ id: "c1", name: "Deep Water" } as Channel} />);
  const form = within(await screen.findByRole("form", { name: "Share channel" }));
  const share = () => fireEvent.click(form.getByRole("button", { name: "Share" }));
  const email = () => form.getByLabelText<HTMLInputElement>(/^Email/);
  share();
  await form.findByText(/^Enter an email address/);
  fireEvent.change(email(), { target: { value: "ada@example.org" } });
  share();
  await waitFor(() => expect(requests.filter(({ request }) => request.startsWith("POST"))).toHaveLength(1));
  await waitFor(() => expect(email().value).toBe(""));
  fireEvent.change(email(), { target: { value: "b" } });
  expect(form.queryByText(/^Enter an email address/)).toBeNull();
});
