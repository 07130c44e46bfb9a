import { expect, test } from "vitest";
import * as statuses from "./statuses";
import type { StatusLabel } from "./statuses";

const isLabel = (value: object): value is StatusLabel => "tone" in value && "mark" in value && "text" in value;

const labels = Object.values(statuses)
  .filter((value) => typeof value === "object")
  .flatMap((value): StatusLabel[] => (isLabel(value) ? [value] : Object.values(value)));

test("the same word has the same colour and mark wherever it stands", () => {
  const looks = new Map<string, string>();
  for (const { text, tone, mark } of labels) {
    const look = `${tone} ${mark}`;
    expect(looks.get(text) ?? look, text).toBe(look);
    looks.set(text, look);
  }
  expect(looks.size).toBeGreaterThan(40);
});

test("no status is shown by its colour alone", () => {
  for (const { text, mark } of labels) expect([text, mark], text).not.toContain("");
});

test("the same mark is never of two colours, but for what has not happened yet", () => {
  const tones = new Map<string, Set<string>>();
  for (const { tone, mark } of labels) tones.set(mark, (tones.get(mark) ?? new Set()).add(tone));
  expect([...tones].filter(([, found]) => found.size > 1).map(([mark]) => mark)).toEqual(["○"]);
});

test("a status that this page does not know yet is shown by its name", () => {
  expect(statuses.videoStatusOf("published")).toMatchObject({ tone: "success", text: "published" });
  expect(statuses.videoStatusOf("translated")).toEqual({ tone: "muted", mark: "○", text: "translated" });
  expect(statuses.publicationStatusOf({ status: "gone", is_scheduled: false }).text).toBe("deleted on YouTube");
  expect(statuses.publicationStatusOf({ status: "queued", is_scheduled: false }).text).toBe("queued");
});

test("a publication that waits for its time on YouTube is scheduled", () => {
  expect(statuses.publicationStatusOf({ status: "processing", is_scheduled: true }).text).toBe("scheduled");
});
