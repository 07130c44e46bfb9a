import type { Persona } from "../../../api/client";
import { contrast, READABLE } from "../../../lib/contrast";

type Brand = Persona["brand"];

export const ENGINE: Record<Persona["voice"]["engine"], string> = {
  kokoro: "Kokoro (natural)",
  espeak: "espeak-ng (synthetic)",
  elevenlabs: "ElevenLabs",
  google: "Google Text-to-Speech",
  openai: "OpenAI",
  piper: "Piper",
};
/** The engines that take a pitch. */
export const HAS_PITCH: Persona["voice"]["engine"][] = ["espeak", "google"];
export const FAMILIES: Brand["family"][] = ["Inter", "Newsreader", "Space Grotesk"];
export const MOTIFS: Brand["motif"][] = ["orbits", "waves", "grid", "contours", "particles"];
export const TRANSITION: Record<Brand["transitions"][number], string> = {
  fade: "Fade",
  dissolve: "Dissolve",
  smoothleft: "Glide left",
  smoothup: "Glide up",
  wipeleft: "Wipe left",
  circleopen: "Circle",
};

/** Where a new persona begins. */
export const PLAIN: Persona = {
  name: "",
  sign_off: "",
  brand: {
    accent: "#6AA8FF",
    companions: ["#5EC487", "#E3B341"],
    background: "#0E1217",
    text: "#E7EBF0",
    family: "Inter",
    motif: "orbits",
    transitions: ["fade", "smoothleft"],
  },
  voice: { engine: "kokoro", voice: null, words_per_minute: 158, pitch: 42, style: null },
};

/** Which colours are hard to read on the background, with how far they stand apart. */
export function lowContrast({ text, accent, background }: Pick<Brand, "text" | "accent" | "background">): string[] {
  return Object.entries({ text, accent })
    .filter(([, colour]) => contrast(colour, background) < READABLE)
    .map(
      ([name, colour]) =>
        `The contrast of ${name} and background is ${contrast(colour, background).toFixed(1)}:1. At least ${READABLE}:1 is needed to read it well.`,
    );
}
