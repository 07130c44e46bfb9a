import { expect, it } from "vitest";
import type { Run, Step } from "../../../api/client";
import { remaining } from "./progress";

const step = (name: string, status: Step["status"], seconds: number, started_at: string | null = null): Step => ({
  name,
  status,
  seconds,
  started_at,
  progress: 0,
  provider: null,
  attempts: 1,
  cpu_seconds: 0,
  peak_bytes: null,
  cost_usd: "0.000000",
  completed_at: null,
  evidence: {},
  error: null,
});
const run = (id: string, status: Run["status"], steps: Step[]): Run => ({
  id,
  status,
  steps,
  priority: 5,
  channel_id: "c",
  access: "owner",
  channel_name: "C",
  video_id: "v",
  title: "T",
  format: "16:9",
  duration_seconds: null,
  requested_seconds: 60,
  source_name: "t.md",
  created_at: "2026-01-01T00:00:00Z",
  started_at: null,
  completed_at: null,
  cost_usd: "0.000000",
});
const now = Date.parse("2026-01-01T00:01:00Z");

it("knows nothing without an earlier run", () => {
  expect(remaining(run("a", "running", [step("script", "running", 0)]), [], now)).toBeNull();
});

it("adds what the unfinished steps usually take, less what the running one has spent", () => {
  const earlier = run("b", "completed", [step("script", "completed", 4), step("assemble", "completed", 40)]);
  const current = run("a", "running", [step("script", "completed", 3), step("assemble", "running", 0, "2026-01-01T00:00:50Z")]);
  expect(remaining(current, [earlier, current], now)).toEqual({ seconds: 30, basis: 1 });
});
