import { queryOptions } from "@tanstack/react-query";
import { api, type Bucket, type CompleteUpload, unwrap } from "../../../api/client";
import { weekdayMoment } from "../../../lib/dates";
import { amounts } from "../../../lib/format";
import { BUCKET_STATUS, type StatusLabel } from "../../../ui/statuses";

const EVERY_MS = 30_000;
export const PACIFIC = "America/Los_Angeles";

export const quotaQuery = () =>
  queryOptions({ queryKey: ["youtube", "quota"], queryFn: () => unwrap(api.GET("/api/v1/youtube/quota")), refetchInterval: EVERY_MS });

/** The quota cost of a complete upload, in a sentence. */
export const uploadCostLabel = ({ cost, parts }: CompleteUpload) =>
  `A complete upload costs ${amounts(cost)}: ${parts.map((one) => `${one.method}${one.times > 1 ? ` ${one.times} times` : ""}`).join(", ")}.`;

export type Cost = CompleteUpload["cost"];

interface Kind {
  name: string;
  unit: string;
  about: string;
}
export const BUCKETS: Record<string, Kind> = {
  inserts: { name: "Uploads", unit: "calls", about: "videos.insert" },
  units: { name: "Units", unit: "units", about: "Everything else: thumbnails, captions, playlists, edits, reads" },
  searches: { name: "Searches", unit: "calls", about: "search.list" },
  reports: { name: "Reports", unit: "calls", about: "reports.query of the Analytics API" },
};
const ORDER = Object.keys(BUCKETS);
const rank = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

/** What uploads need first. */
export const inOrder = (buckets: Bucket[]) => [...buckets].sort((one, other) => rank(one.bucket) - rank(other.bucket));
export const kindOf = (bucket: string): Kind => BUCKETS[bucket] ?? { name: bucket, unit: "calls", about: "" };

/** How many complete uploads an amount of a bucket is good for; null where they take nothing from it. */
export const completeUploads = (cost: Cost, bucket: string, amount: number) => (cost[bucket] ? Math.floor(amount / cost[bucket]) : null);

/** What uploads may take of a bucket: reading keeps a part of it. */
export const forUploads = ({ left, allowed, collection_allocation_today, collection_allocation_daily }: Bucket) => ({
  left: left - collection_allocation_today,
  allowed: allowed - collection_allocation_daily,
});

interface Room {
  left: number;
  allowed: number;
  /** The bucket that ends first. */
  first: string;
}

/** Complete uploads of a project: the bucket that runs out first decides. */
export function roomOf(cost: Cost, buckets: Bucket[]): Room | null {
  const needed = inOrder(buckets).filter((one) => cost[one.bucket]);
  if (!needed.length) return null;
  const of = (amount: "left" | "allowed") =>
    Math.min(...needed.map((one) => completeUploads(cost, one.bucket, forUploads(one)[amount]) ?? 0));
  const left = of("left");
  return {
    left,
    allowed: of("allowed"),
    first: needed.find((one) => completeUploads(cost, one.bucket, forUploads(one).left) === left)!.bucket,
  };
}

const NEARLY = 0.1;

interface BucketStatus extends StatusLabel {
  means: string | null;
}

export function bucketStatusOf({ exhausted, left, allowed }: Bucket): BucketStatus {
  if (exhausted)
    return {
      ...BUCKET_STATUS.exhausted,
      means: "YouTube reports that nothing is left, whatever was counted here. Requests wait until the reset.",
    };
  if (left <= 0) return { ...BUCKET_STATUS.used_up, means: "Everything is used or reserved. Requests wait until the reset." };
  return { ...BUCKET_STATUS[left < allowed * NEARLY ? "nearly_used_up" : "available"], means: null };
}

/** "Fri 27 Nov, 08:00" in a zone. */
export const resetIn = (iso: string, zone: string) => weekdayMoment(iso, zone);
