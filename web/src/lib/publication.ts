import type { Tone } from "../ui/State";

interface Standing {
  tone: Tone;
  mark: string;
  word: string;
}

const STANDING: Record<string, Standing> = {
  planned: { tone: "primary", mark: "○", word: "planned" },
  uploading: { tone: "primary", mark: "▸", word: "uploading" },
  processing: { tone: "primary", mark: "▸", word: "processing" },
  scheduled: { tone: "primary", mark: "○", word: "scheduled" },
  unknown: { tone: "warning", mark: "!", word: "in doubt" },
  live: { tone: "success", mark: "✓", word: "live" },
  failed: { tone: "error", mark: "✕", word: "failed" },
  removed: { tone: "muted", mark: "–", word: "removed" },
};

/** How a publication stands, in one word, the same on every page. */
export const standingOf = ({ status, is_scheduled }: { status: string; is_scheduled: boolean }): Standing =>
  STANDING[is_scheduled ? "scheduled" : status] ?? { tone: "muted", mark: "○", word: status };
