import { expect, it } from "vitest";
import type { Batch, IngestHealth } from "../../../api/client";
import { milliseconds, took, verdict } from "./ingest";

const health: IngestHealth = { batches: 0, events: 0, rejected: 0, p50_ms: null, p99_ms: null, last_committed_at: null, unfinished: 0, in_quarantine: 0, waiting_rebuilds: 0 };

it("says how ingest does", () => {
  expect(verdict(health).words).toBe("nothing came in yet");
  expect(verdict({ ...health, last_committed_at: "2026-11-21T00:00:00Z" })).toMatchObject({ tone: "success", words: "well" });
  expect(verdict({ ...health, unfinished: 1, in_quarantine: 20 })).toMatchObject({ tone: "warning", words: "1 unfinished, 20 in quarantine" });
});

it("says how long a delivery took", () => {
  const batch = { received_at: "2026-11-21T00:00:00.100Z", committed_at: "2026-11-21T00:00:00.350Z" } as Batch;
  expect(took(batch)).toBe(250);
  expect(took({ ...batch, committed_at: null })).toBeNull();
  expect([null, 249.6, 1500].map(milliseconds)).toEqual(["–", "250 ms", "1.5 s"]);
});
