import { expect, test } from "vitest";
import { isPublishable, requestOf, publishBlockedReason } from "./publishing";

test("an order says when, and nothing else", () => {
  expect(requestOf({ at: "now", privacy: "unlisted" })).toEqual({ privacy: "unlisted" });
  expect(requestOf({ at: "slot" })).toEqual({ next_slot: true });
  expect(requestOf({ at: Date.UTC(2026, 11, 24, 18) })).toEqual({ publish_at: "2026-12-24T18:00:00.000Z" });
});

test("what is on its way is not published again, and what is not known yet is not offered", () => {
  expect(isPublishable({ status: "ready" }, null)).toBe(true);
  expect(isPublishable({ status: "ready" }, undefined)).toBe(false);
  expect(isPublishable({ status: "scheduled" }, { status: "failed" })).toBe(true);
  expect(isPublishable({ status: "scheduled" }, { status: "planned" })).toBe(false);
  expect(isPublishable({ status: "published" }, null)).toBe(false);
  expect(isPublishable({ status: "failed" }, null)).toBe(false);
});

test("why it cannot be published", () => {
  const channel = { name: "Dawn", status: "active", connection: "connected" } as const;
  expect(publishBlockedReason({ access: "write" }, channel)).toBeNull();
  expect(publishBlockedReason({ access: "read" }, channel)).toMatch(/read access/);
  expect(publishBlockedReason({ access: "write" }, { ...channel, status: "paused" })).toMatch(/paused/);
  expect(publishBlockedReason({ access: "write" }, { ...channel, connection: null })).toMatch(/not connected/);
  expect(publishBlockedReason({ access: "write" }, { ...channel, connection: "expired" })).toMatch(/again/);
});
