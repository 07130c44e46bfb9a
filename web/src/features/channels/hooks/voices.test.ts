import { expect, it } from "vitest";
import type { Voice, VoiceList } from "../../../api/client";
import { describeVoice, hasWords, languageName, spokenBy, voicesOf, whySilent } from "./voices";

const EMMA: Voice = {
  engine: "kokoro",
  voice: "bf_emma",
  label: "Emma",
  language: "en-GB",
  gender: "female",
  is_default: false,
  available: true,
  hint: null,
  has_sample: true,
  sample_url: "/api/v1/voices/kokoro/bf_emma/sample",
};
const HEART: Voice = { ...EMMA, voice: "af_heart", label: "Heart", is_default: true };
const ALLOY: Voice = { ...EMMA, engine: "openai", voice: "alloy", label: "Alloy", language: null, gender: null, sample_url: null };

it("names languages, and what is none as it came", () => {
  expect(["en-GB", "pt-BR", "es", "en-029"].map(languageName)).toEqual([
    "British English",
    "Brazilian Portuguese",
    "Spanish",
    "English (Caribbean)",
  ]);
  expect([languageName(null), languageName("no language")]).toEqual(["Several languages", "no language"]);
  expect([describeVoice(EMMA), describeVoice(ALLOY)]).toEqual(["Emma, female, British English", "Alloy, Several languages"]);
});

it("finds a voice by words of its name and description, in any order", () => {
  expect(["", " ", "emma", "BF_", "british fem", "female  english"].filter((typed) => !hasWords(EMMA, typed))).toEqual([]);
  expect(["american", "male", "emma italian", "/voices/af_mine.bin"].filter((typed) => hasWords(EMMA, typed))).toEqual([]);
});

it("gives the voices of one engine, and what to set up", () => {
  const engines: VoiceList["engines"] = [
    { engine: "kokoro", available: false, hint: "Run make setup." },
    { engine: "openai", available: true, hint: null },
  ];
  const list = { items: [EMMA, ALLOY], engines };
  expect(voicesOf(list, "kokoro")).toEqual({ voices: [EMMA], hint: "Run make setup." });
  expect(voicesOf(list, "openai").hint).toBeNull();
  expect(voicesOf(undefined, "piper")).toEqual({ voices: [], hint: null });
});

it("knows who speaks: the default where nobody is named", () => {
  expect(spokenBy([EMMA, HEART], "bf_emma")).toBe(EMMA);
  expect(spokenBy([EMMA, HEART], "")).toBe(HEART);
  expect(spokenBy([EMMA, HEART], null)).toBe(HEART);
  expect(spokenBy([EMMA, HEART], "/voices/af_mine.bin")).toBeUndefined();
});

it("says why there is nothing to hear", () => {
  expect(whySilent("kokoro", EMMA)).toBeNull();
  expect(whySilent("kokoro", undefined)).toContain("Only listed voices");
  expect(whySilent("piper", { ...ALLOY, engine: "piper" })).toContain("no sample");
  expect(whySilent("openai", ALLOY)).toContain("cost money");
});
