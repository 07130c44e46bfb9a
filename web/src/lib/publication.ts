import type { Tone } from "../ui/State";

interface StatusLabel {
  tone: Tone;
  mark: string;
  text: string;
}

const PUBLICATION_STATUS: Record<string, StatusLabel> = {
  planned: { tone: "primary", mark: "○", text: "planned" },
  uploading: { tone: "primary", mark: "▸", text: "uploading" },
  processing: { tone: "primary", mark: "▸", text: "processing" },
  scheduled: { tone: "primary", mark: "○", text: "scheduled" },
  unknown: { tone: "warning", mark: "!", text: "unknown" },
  live: { tone: "success", mark: "✓", text: "live" },
  failed: { tone: "error", mark: "✕", text: "failed" },
  removed: { tone: "muted", mark: "–", text: "removed" },
  gone: { tone: "warning", mark: "!", text: "deleted on YouTube" },
};

/** How a publication stands, in one word, the same on every page. */
export const publicationStatusOf = ({ status, is_scheduled }: { status: string; is_scheduled: boolean }): StatusLabel =>
  PUBLICATION_STATUS[is_scheduled ? "scheduled" : status] ?? { tone: "muted", mark: "○", text: status };
