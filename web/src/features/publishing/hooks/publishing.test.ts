import { expect, test } from "vitest";
import { requestOf } from "./publishing";

test("an order says when, and nothing else", () => {
  expect(requestOf({ at: "now", privacy: "unlisted" })).toEqual({ privacy: "unlisted" });
  expect(requestOf({ at: "slot" })).toEqual({ next_slot: true });
  expect(requestOf({ at: Date.UTC(2026, 11, 24, 18) })).toEqual({ publish_at: "2026-12-24T18:00:00.000Z" });
});
