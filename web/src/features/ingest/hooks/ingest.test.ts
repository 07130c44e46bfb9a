import { expect, it } from "vitest";
import type { Batch, IngestHealth } from "../../../api/client";
import { milliseconds, durationOf, verdict } from "./ingest";

const health: IngestHealth = {
  batches: 0,
  events: 0,
  rejected: 0,
  p50_ms: null,
  p99_ms: null,
  last_committed_at: null,
  unfinished: 0,
  in_quarantine: 0,
  pending_rebuilds: 0,
  unmerged_segments: 0,
  oldest_unmerged_at: null,
  merged_segments: 0,
};

it("says how ingest does", () => {
  expect(verdict(health).text).toBe("no events yet");
  expect(verdict({ ...health, last_committed_at: "2026-11-21T00:00:00Z" })).toMatchObject({ tone: "success", text: "healthy" });
  expect(verdict({ ...health, unfinished: 1, in_quarantine: 20 })).toMatchObject({
    tone: "warning",
    text: "1 unfinished, 20 in quarantine",
  });
});

it("says how long a batch took", () => {
  const batch = { received_at: "2026-11-21T00:00:00.100Z", committed_at: "2026-11-21T00:00:00.350Z" } as Batch;
  expect(durationOf(batch)).toBe(250);
  expect(durationOf({ ...batch, committed_at: null })).toBeNull();
  expect([null, 249.6, 1500].map(milliseconds)).toEqual(["–", "250 ms", "1.5 s"]);
});
