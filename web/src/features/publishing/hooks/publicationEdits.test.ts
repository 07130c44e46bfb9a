import { expect, test } from "vitest";
import type { PublicationEdit } from "../../../api/client";
import { isOnYouTube, sendable, editStatusOf } from "./publicationEdits";

const change = (more: Partial<PublicationEdit>): PublicationEdit => ({
  id: "1",
  kind: "update",
  status: "planned",
  reason: null,
  requested_by: "2",
  requested_at: "2026-11-26T12:00:00Z",
  expires_at: null,
  confirmed_by: null,
  confirmed_at: null,
  next_try_at: null,
  last_error: null,
  settled_at: null,
  ...more,
});
const error = { step: "update", reason: "x", message: "YouTube does not know it.", hint: null };

test("what YouTube has can be changed, and nothing else", () => {
  expect(isOnYouTube({ status: "live", is_scheduled: false })).toBe(true);
  expect(isOnYouTube({ status: "processing", is_scheduled: true })).toBe(true);
  expect(isOnYouTube({ status: "uploading", is_scheduled: false })).toBe(false);
});

test("what YouTube did not take or waits for somebody is sent again, and captions whenever one likes", () => {
  const live = { status: "live", youtube_video_id: "v", thumbnail_status: "done", captions_status: "done", last_error: null } as const;
  expect(sendable(live)).toEqual(["captions"]);
  expect(sendable({ ...live, thumbnail_status: "failed", captions_status: "skipped" })).toEqual(["thumbnail"]);
  expect(
    sendable({ ...live, thumbnail_status: "pending", captions_status: "pending", last_error: { ...error, step: "thumbnail" } }),
  ).toEqual(["thumbnail"]);
  expect(sendable({ ...live, status: "planned", youtube_video_id: null, captions_status: "failed" })).toEqual([]);
});

test("how a change stands is said until it is forgotten", () => {
  expect(editStatusOf(undefined)).toBeNull();
  expect(editStatusOf(change({}))?.text).toContain("Updating on YouTube");
  expect(editStatusOf(change({ kind: "deletion", last_error: error }))?.text).toContain(
    "Deleting from YouTube … YouTube does not know it.",
  );
  expect(editStatusOf(change({ status: "failed", last_error: error }))).toMatchObject({
    tone: "error",
    text: "Not updated on YouTube: YouTube does not know it.",
  });
  expect(editStatusOf(change({ kind: "deletion", status: "awaiting_confirmation" }))).toBeNull();
});
