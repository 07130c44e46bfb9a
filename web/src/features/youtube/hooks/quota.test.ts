import { expect, it } from "vitest";
import type { Bucket } from "../../../api/client";
import { dressed, dressedWords, inOrder, PACIFIC, resetIn, roomOf, standingOf } from "./quota";

const bucket = (name: string, used: number, allowed: number, exhausted = false, kept = 0): Bucket => ({
  bucket: name, used, allowed, left: exhausted ? 0 : allowed - used, exhausted, kept_for_reading: kept / 2, kept_for_reading_daily: kept, resets_at: "2026-11-27T08:00:00Z",
});

const cost = { inserts: 1, units: 462 };

it("says what a dressed upload takes", () => {
  const parts = [{ method: "videos.insert", times: 1, bucket: "inserts", units: 1 }, { method: "videos.list", times: 12, bucket: "units", units: 12 }];
  expect(dressedWords({ cost, parts })).toBe("A dressed upload takes 1 insert and 462 units: videos.insert, videos.list 12 times.");
});

it("says what is left in dressed uploads, by the bucket that ends first", () => {
  expect([dressed(cost, "units", 10_000), dressed(cost, "inserts", 100), dressed(cost, "searches", 100)]).toEqual([21, 100, null]);
  expect(roomOf(cost, [bucket("units", 0, 10_000), bucket("inserts", 0, 100)])).toEqual({ left: 21, allowed: 21, first: "units" });
  expect(roomOf(cost, [bucket("units", 0, 10_000), bucket("inserts", 98, 100)])).toEqual({ left: 2, allowed: 21, first: "inserts" });
  // at noon half of what reading needs is still kept for it
  expect(roomOf(cost, [bucket("units", 0, 10_000, false, 320), bucket("inserts", 0, 100)])).toEqual({ left: 21, allowed: 20, first: "units" });
  expect(roomOf(cost, [])).toBeNull();
});

it("puts what uploads need first, and what is unknown last", () => {
  expect(inOrder(["new", "reports", "units", "searches", "inserts"].map((name) => bucket(name, 0, 1))).map((one) => one.bucket)).toEqual(["inserts", "units", "searches", "reports", "new"]);
});

it("says how a bucket stands", () => {
  expect(standingOf(bucket("units", 0, 100)).words).toBe("room");
  expect(standingOf(bucket("units", 95, 100)).words).toBe("nearly used up");
  expect(standingOf(bucket("units", 100, 100)).words).toBe("used up");
  expect(standingOf(bucket("units", 1, 100, true))).toMatchObject({ words: "exhausted", tone: "error" });
});

it("says the reset in any zone", () => {
  expect(resetIn("2026-11-27T08:00:00Z", PACIFIC)).toContain("00:00");
  expect(resetIn("2026-11-27T08:00:00Z", "Europe/Berlin")).toContain("09:00");
});
