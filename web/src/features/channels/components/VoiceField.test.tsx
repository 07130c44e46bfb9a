// @vitest-environment happy-dom
// @vitest-environment-options { "url": "http://localhost/" }
import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PersonaRow, Tagged, Voice } from "../../../api/client";
import { answerApi, show } from "../../../testing/api";
import { PLAIN } from "../hooks/personas";
import { voicesQuery } from "../hooks/voices";
import { PersonaDialog } from "./PersonaDialog";

const ready = { available: true, hint: null, is_default: false, has_sample: true };
const kokoro = (voice: string, label: string, language: string): Voice => ({
  ...ready,
  engine: "kokoro",
  voice,
  label,
  language,
  gender: "female",
  sample_url: `/api/v1/voices/kokoro/${voice}/sample`,
});
const REED: Voice = {
  ...ready,
  engine: "espeak",
  voice: "en-us+Reed",
  label: "Reed (America)",
  language: "en-US",
  gender: "male",
  is_default: true,
  sample_url: "/api/v1/voices/espeak/en-us%2BReed/sample",
};
const ALL = {
  items: [{ ...kokoro("af_heart", "Heart", "en-US"), is_default: true }, kokoro("bf_emma", "Emma", "en-GB"), REED],
  engines: [
    { engine: "kokoro", available: true, hint: null },
    { engine: "espeak", available: true, hint: null },
    { engine: "openai", available: false, hint: "Set YTEMPIRE_SPEECH__API_KEY." },
    { engine: "piper", available: false, hint: "Set YTEMPIRE_SPEECH__PIPER_VOICE." },
  ],
};
const DIVER = { id: "p1", owner_id: "me", definition: { ...PLAIN, name: "Diver", sign_off: "Back to the surface." }, etag: '"1"' };

const play = vi.fn<() => Promise<void>>();
const pause = vi.fn();
const played: string[] = [];
let sound: HTMLAudioElement;

beforeEach(() => {
  played.length = 0;
  play.mockReset().mockResolvedValue(undefined);
  vi.spyOn(HTMLMediaElement.prototype, "play").mockImplementation(function (this: HTMLAudioElement) {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the page makes it
    sound = this;
    played.push(new URL(this.src).pathname);
    return play();
  });
  vi.spyOn(HTMLMediaElement.prototype, "pause").mockImplementation(pause);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function open(voice: Partial<typeof PLAIN.voice> = {}) {
  const row = { ...DIVER, definition: { ...DIVER.definition, voice: { ...PLAIN.voice, ...voice } } };
  show(<PersonaDialog row={row as Tagged<PersonaRow>} onClose={() => undefined} />, [[voicesQuery().queryKey, ALL]]);
  return within(screen.getByRole("dialog", { name: "Edit Diver", hidden: true }));
}
type Form = ReturnType<typeof open>;
const box = (form: Form) => form.getByRole<HTMLInputElement>("combobox", { name: "Voice", hidden: true });
const listen = (form: Form, name: RegExp | string) => form.getByRole("button", { name, hidden: true });
async function saved(form: Form, asked: { body: unknown }[]) {
  fireEvent.click(form.getByRole("button", { name: "Save", hidden: true }));
  await waitFor(() => expect(asked).toHaveLength(1));
  return (asked[0]!.body as typeof PLAIN).voice.voice;
}

test("the voices of the engine are offered by language, and the one that is picked is saved", async () => {
  const asked = answerApi({ "PUT /api/v1/personas/p1": DIVER });
  const form = open({ engine: "kokoro" });
  expect(form.getByText("Default: Heart, female, American English")).toBeTruthy();
  fireEvent.mouseDown(box(form));
  const options = screen.getAllByRole("option", { hidden: true });
  expect(options.map((option) => option.textContent)).toEqual(["Heart, femaleaf_heart", "Emma, femalebf_emma"]);
  expect(screen.getByText("British English")).toBeTruthy();
  fireEvent.click(options[1]!);
  expect(box(form).value).toBe("bf_emma");
  expect(form.getByText("Emma, female, British English")).toBeTruthy();
  expect(await saved(form, asked)).toBe("bf_emma");
});

test("a voice is found by any of its words, by keyboard alone", () => {
  const form = open({ engine: "kokoro" });
  fireEvent.change(box(form), { target: { value: "brit fem" } });
  expect(screen.getAllByRole("option", { hidden: true })).toHaveLength(1);
  fireEvent.keyDown(box(form), { key: "ArrowDown" });
  fireEvent.keyDown(box(form), { key: "Enter" });
  expect(box(form).value).toBe("bf_emma");
});

test("a voice of ones own may be written, and has nothing to hear", async () => {
  const asked = answerApi({ "PUT /api/v1/personas/p1": DIVER });
  const form = open({ engine: "kokoro" });
  fireEvent.change(box(form), { target: { value: "/voices/af_mine.bin" } });
  expect(form.getByText(/^Path of your own voice file/)).toBeTruthy();
  const button = form.getByRole("button", { name: "Listen", description: "Only listed voices have a sample.", hidden: true });
  expect(button.getAttribute("aria-disabled")).toBe("true");
  fireEvent.click(button);
  expect(played).toEqual([]);
  expect(await saved(form, asked)).toBe("/voices/af_mine.bin");
});

test("another engine begins with its default, and one that is not set up says what to do", async () => {
  const asked = answerApi({ "PUT /api/v1/personas/p1": DIVER });
  const form = open({ engine: "kokoro", voice: "bf_emma" });
  expect(form.queryByLabelText("Pitch")).toBeNull();
  fireEvent.mouseDown(form.getByRole("combobox", { name: "Voice engine", hidden: true }));
  fireEvent.click(screen.getByRole("option", { name: "OpenAI", hidden: true }));
  expect(box(form).value).toBe("");
  expect(form.getByRole("status", { hidden: true }).textContent).toContain("Set YTEMPIRE_SPEECH__API_KEY.");
  expect(form.getByRole("button", { name: "Listen", description: /cost money/, hidden: true })).toBeTruthy();
  expect(await saved(form, asked)).toBeNull();
});

test("a sample is played, stopped, and played to its end", async () => {
  const form = open({ engine: "espeak" });
  expect(form.getByLabelText("Pitch")).toBeTruthy();
  fireEvent.click(listen(form, "Listen: Reed (America)"));
  await waitFor(() => expect(listen(form, /^Stop/)).toBeTruthy());
  expect(played).toEqual(["/api/v1/voices/espeak/en-us%2BReed/sample"]);
  fireEvent.click(listen(form, /^Stop/));
  expect(pause).toHaveBeenCalled();
  fireEvent.click(listen(form, /^Listen/));
  await waitFor(() => expect(listen(form, /^Stop/)).toBeTruthy());
  fireEvent(sound, new Event("ended"));
  expect(listen(form, /^Listen/)).toBeTruthy();
});

test("another voice ends the sample of the one before", async () => {
  const form = open({ engine: "kokoro" });
  fireEvent.click(listen(form, "Listen: Heart"));
  await waitFor(() => expect(listen(form, "Stop: Heart")).toBeTruthy());
  pause.mockClear();
  fireEvent.change(box(form), { target: { value: "bf_emma" } });
  expect(pause).toHaveBeenCalled();
  expect(listen(form, "Listen: Emma")).toBeTruthy();
});

test("a sample that cannot be played says so", async () => {
  play.mockRejectedValue(new DOMException("No source", "NotSupportedError"));
  const form = open();
  fireEvent.click(listen(form, /^Listen/));
  expect(await form.findByText("It could not be played.")).toBeTruthy();
});

test("voices that cannot be loaded leave the field usable", async () => {
  answerApi({ "GET /api/v1/voices": { problem: 503, detail: "Away." } });
  show(<PersonaDialog row={DIVER as Tagged<PersonaRow>} onClose={() => undefined} />);
  const form = within(screen.getByRole("dialog", { name: "Edit Diver", hidden: true }));
  expect(await form.findByText(/^Voices could not be loaded/)).toBeTruthy();
  fireEvent.change(box(form), { target: { value: "en-us+f3" } });
  expect(box(form).value).toBe("en-us+f3");
});
