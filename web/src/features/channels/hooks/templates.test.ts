import { expect, it } from "vitest";
import type { TemplateRow } from "../../../api/client";
import { bodyOf, valuesOf } from "./templates";

const ROW: TemplateRow = {
  id: "t1",
  owner_id: "me",
  name: "Night sky",
  title: "{topic}: {title}",
  description: "{credits}",
  tags: ["sky"],
  shared: true,
  niche: "astronomy",
  style: null,
  seconds: 90,
  retention_target: 0.45,
  engagement_target: null,
  script_template: "Begin with a question.",
  voice_settings: { engine: null, voice: null, words_per_minute: 140, pitch: null, style: null },
  visual_settings: { accent: null, family: null, motif: "waves", transitions: ["fade", "dissolve"] },
  times_used: 3,
  average_score: 0.853,
  updated_at: "2026-12-01T10:00:00Z",
};

it("sends a template as it was read", () => {
  const { id, owner_id, times_used, average_score, updated_at, ...body } = ROW;
  expect([id, owner_id, times_used, average_score, updated_at]).not.toContain(undefined);
  expect(bodyOf(valuesOf(ROW))).toEqual(body);
});

it("sends null for what is empty", () => {
  const body = bodyOf(valuesOf(null));
  expect(body).toMatchObject({ title: "{title}", niche: null, style: null, seconds: null, script_template: null });
  expect(body.voice_settings).toEqual({ engine: null, voice: null, words_per_minute: null, pitch: null, style: null });
  expect(body.visual_settings).toEqual({ accent: null, family: null, motif: null, transitions: null });
});
