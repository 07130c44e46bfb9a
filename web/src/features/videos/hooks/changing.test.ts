import { expect, test } from "vitest";
import type { PublicationChange } from "../../../api/client";
import { isThere, standOf } from "./changing";

const change = (more: Partial<PublicationChange>): PublicationChange => ({
  id: "1", kind: "update", status: "planned", reason: null, requested_by: "2", requested_at: "2026-11-26T12:00:00Z", expires_at: null,
  confirmed_by: null, confirmed_at: null, next_try_at: null, last_error: null, settled_at: null, ...more,
});
const error = { step: "update", reason: "x", message: "YouTube does not know it.", hint: null };

test("what YouTube has can be changed, and nothing else", () => {
  expect(isThere({ status: "live", is_scheduled: false })).toBe(true);
  expect(isThere({ status: "processing", is_scheduled: true })).toBe(true);
  expect(isThere({ status: "uploading", is_scheduled: false })).toBe(false);
});

test("how a change stands is said until it is forgotten", () => {
  expect(standOf(undefined)).toBeNull();
  expect(standOf(change({}))?.words).toContain("is being changed");
  expect(standOf(change({ kind: "removal", last_error: error }))?.words).toContain("deleted at YouTube … YouTube does not know it.");
  expect(standOf(change({ status: "failed", last_error: error }))).toEqual({ tone: "error", words: "It was not changed at YouTube: YouTube does not know it." });
  expect(standOf(change({ kind: "removal", status: "asked" }))).toBeNull();
});
