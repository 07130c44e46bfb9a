import type { Tone } from "../ui/State";

interface Standing {
  tone: Tone;
  mark: string;
  words: string;
}

const STANDING: Record<string, Standing> = {
  planned: { tone: "primary", mark: "○", words: "planned" },
  uploading: { tone: "primary", mark: "▸", words: "uploading" },
  processing: { tone: "primary", mark: "▸", words: "processing" },
  scheduled: { tone: "primary", mark: "○", words: "scheduled" },
  unknown: { tone: "warning", mark: "!", words: "in doubt" },
  live: { tone: "success", mark: "✓", words: "live" },
  failed: { tone: "error", mark: "✕", words: "failed" },
  removed: { tone: "muted", mark: "–", words: "removed" },
  gone: { tone: "warning", mark: "!", words: "deleted at YouTube" },
};

/** How a publication stands, in one word, the same on every page. */
export const standingOf = ({ status, is_scheduled }: { status: string; is_scheduled: boolean }): Standing =>
  STANDING[is_scheduled ? "scheduled" : status] ?? { tone: "muted", mark: "○", words: status };
