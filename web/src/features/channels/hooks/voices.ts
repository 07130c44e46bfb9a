import { queryOptions } from "@tanstack/react-query";
import { api, type Persona, unwrap, type Voice, type VoiceList } from "../../../api/client";

export type Engine = Persona["voice"]["engine"];

export const voicesQuery = () =>
  queryOptions({ queryKey: ["voices"], queryFn: () => unwrap(api.GET("/api/v1/voices")), staleTime: 60_000 });

/** What may be written where a voice is no listed one. */
export const OWN_VOICE: Record<Engine, string> = {
  kokoro: "Path of your own voice file, ending in .bin",
  espeak: "A voice of espeak-ng with a variant, such as en-us+f3",
  openai: "A voice of your speech service, by its name",
  elevenlabs: "The id of a voice of ElevenLabs",
  google: "A voice of Google, such as en-US-Neural2-D",
  piper: "Path of an .onnx voice file",
};

const PAID: Engine[] = ["openai", "elevenlabs", "google"];

const languages = new Intl.DisplayNames("en", { type: "language" });

/** A language of BCP 47 by its name. */
export function languageName(language: string | null): string {
  if (language === null) return "Several languages";
  try {
    return languages.of(language) ?? language;
  } catch {
    return language; // a voice file may say anything
  }
}

/** Who speaks, and in which language. */
export const describeVoice = ({ label, gender, language }: Voice) => [label, gender, languageName(language)].filter(Boolean).join(", ");

const splitWords = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Whether every word that was typed begins one of the voice's name or description. */
export function hasWords(voice: Voice, typed: string): boolean {
  const words = splitWords(`${voice.voice} ${describeVoice(voice)}`);
  return splitWords(typed).every((begun) => words.some((word) => word.startsWith(begun)));
}

/** The voices of an engine, and what to set up where it cannot speak here. */
export function voicesOf(list: VoiceList | undefined, engine: Engine) {
  const voices = list?.items.filter((voice) => voice.engine === engine) ?? [];
  const hint = list?.engines.find((state) => state.engine === engine)?.hint ?? null;
  return { voices, hint };
}

/** The listed voice that speaks: the default where none is named, none for a voice of one's own. */
export const spokenBy = (voices: Voice[], name: string | null | undefined) =>
  voices.find((voice) => (name ? voice.voice === name : voice.is_default));

/** Why there is nothing to hear; null where there is. */
export function whySilent(engine: Engine, voice: Voice | undefined): string | null {
  if (voice?.sample_url) return null;
  if (PAID.includes(engine)) return "Voices of a speech service cost money, so there is no sample. A video lets you hear them.";
  return voice ? "This voice has no sample." : "Only listed voices have a sample.";
}
