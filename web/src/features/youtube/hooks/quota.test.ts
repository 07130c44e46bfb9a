import { expect, it } from "vitest";
import type { Bucket } from "../../../api/client";
import { completeUploads, uploadCostLabel, inOrder, PACIFIC, resetIn, roomOf, bucketStatusOf } from "./quota";

const bucket = (name: string, used: number, allowed: number, exhausted = false, kept = 0): Bucket => ({
  bucket: name,
  used,
  allowed,
  left: exhausted ? 0 : allowed - used,
  exhausted,
  collection_allocation_today: kept / 2,
  collection_allocation_daily: kept,
  resets_at: "2026-11-27T08:00:00Z",
});

const cost = { inserts: 1, units: 462 };

it("says what a complete upload costs", () => {
  const parts = [
    { method: "videos.insert", times: 1, bucket: "inserts", units: 1 },
    { method: "videos.list", times: 12, bucket: "units", units: 12 },
  ];
  expect(uploadCostLabel({ cost, parts })).toBe("A complete upload costs 1 insert and 462 units: videos.insert, videos.list 12 times.");
});

it("says what is left in complete uploads, by the bucket that runs out first", () => {
  expect([completeUploads(cost, "units", 10_000), completeUploads(cost, "inserts", 100), completeUploads(cost, "searches", 100)]).toEqual([
    21,
    100,
    null,
  ]);
  expect(roomOf(cost, [bucket("units", 0, 10_000), bucket("inserts", 0, 100)])).toEqual({ left: 21, allowed: 21, first: "units" });
  expect(roomOf(cost, [bucket("units", 0, 10_000), bucket("inserts", 98, 100)])).toEqual({ left: 2, allowed: 21, first: "inserts" });
  // at noon half of what reading needs is still kept for it
  expect(roomOf(cost, [bucket("units", 0, 10_000, false, 320), bucket("inserts", 0, 100)])).toEqual({
    left: 21,
    allowed: 20,
    first: "units",
  });
  expect(roomOf(cost, [])).toBeNull();
});

it("puts what uploads need first, and what is unknown last", () => {
  expect(inOrder(["new", "reports", "units", "searches", "inserts"].map((name) => bucket(name, 0, 1))).map((one) => one.bucket)).toEqual([
    "inserts",
    "units",
    "searches",
    "reports",
    "new",
  ]);
});

it("says how a bucket stands", () => {
  expect(bucketStatusOf(bucket("units", 0, 100)).text).toBe("available");
  expect(bucketStatusOf(bucket("units", 95, 100)).text).toBe("nearly used up");
  expect(bucketStatusOf(bucket("units", 100, 100)).text).toBe("used up");
  expect(bucketStatusOf(bucket("units", 1, 100, true))).toMatchObject({ text: "exhausted", tone: "error" });
});

it("says the reset in any zone", () => {
  expect(resetIn("2026-11-27T08:00:00Z", PACIFIC)).toContain("00:00");
  expect(resetIn("2026-11-27T08:00:00Z", "Europe/Berlin")).toContain("09:00");
});
