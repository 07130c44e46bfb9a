import { queryOptions } from "@tanstack/react-query";
import { api, type Bucket, type DressedUpload, unwrap } from "../../../api/client";
import { weekdayMoment } from "../../../lib/dates";
import { amounts } from "../../../lib/format";
import type { Tone } from "../../../ui/State";

const EVERY_MS = 30_000;
export const PACIFIC = "America/Los_Angeles";

export const quotaQuery = () =>
  queryOptions({ queryKey: ["youtube", "quota"], queryFn: () => unwrap(api.GET("/api/v1/youtube/quota")), refetchInterval: EVERY_MS });

/** What one upload with all that belongs to it takes, in words. */
export const dressedWords = ({ cost, parts }: DressedUpload) =>
  `A dressed upload takes ${amounts(cost)}: ${parts.map((one) => `${one.method}${one.times > 1 ? ` ${one.times} times` : ""}`).join(", ")}.`;

export type Cost = DressedUpload["cost"];

interface Kind {
  name: string;
  unit: string;
  about: string;
}
export const KINDS: Record<string, Kind> = {
  inserts: { name: "Uploads", unit: "calls", about: "videos.insert" },
  units: { name: "Units", unit: "units", about: "All else: thumbnails, captions, playlists, changes, look-ups" },
  searches: { name: "Searches", unit: "calls", about: "search.list" },
  reports: { name: "Reports", unit: "calls", about: "reports.query of the Analytics API" },
};
const ORDER = Object.keys(KINDS);
const rank = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

/** What uploads need first. */
export const inOrder = (buckets: Bucket[]) => [...buckets].sort((one, other) => rank(one.bucket) - rank(other.bucket));
export const kindOf = (bucket: string): Kind => KINDS[bucket] ?? { name: bucket, unit: "calls", about: "" };

/** How many dressed uploads an amount of a bucket is good for; null where they take nothing from it. */
export const dressed = (cost: Cost, bucket: string, amount: number) => (cost[bucket] ? Math.floor(amount / cost[bucket]) : null);

/** What uploads may take of a bucket: reading keeps a part of it. */
export const forUploads = ({ left, allowed, kept_for_reading, kept_for_reading_daily }: Bucket) => ({ left: left - kept_for_reading, allowed: allowed - kept_for_reading_daily });

interface Room {
  left: number;
  allowed: number;
  /** The bucket that ends first. */
  first: string;
}

/** Dressed uploads of a project: the bucket that ends first decides. */
export function roomOf(cost: Cost, buckets: Bucket[]): Room | null {
  const needed = inOrder(buckets).filter((one) => cost[one.bucket]);
  if (!needed.length) return null;
  const of = (amount: "left" | "allowed") => Math.min(...needed.map((one) => dressed(cost, one.bucket, forUploads(one)[amount]) ?? 0));
  const left = of("left");
  return { left, allowed: of("allowed"), first: needed.find((one) => dressed(cost, one.bucket, forUploads(one).left) === left)!.bucket };
}

const NEARLY = 0.1;

interface Standing {
  tone: Tone;
  mark: string;
  words: string;
  means: string | null;
}

export function standingOf({ exhausted, left, allowed }: Bucket): Standing {
  if (exhausted) return { tone: "error", mark: "✕", words: "exhausted", means: "YouTube says that nothing is left, whatever was counted here. What needs it waits until the reset." };
  if (left <= 0) return { tone: "error", mark: "✕", words: "used up", means: "All was used or is reserved. What needs it waits until the reset." };
  if (left < allowed * NEARLY) return { tone: "warning", mark: "!", words: "nearly used up", means: null };
  return { tone: "success", mark: "✓", words: "room", means: null };
}

/** "Fri 27 Nov, 08:00" in a zone. */
export const resetIn = (iso: string, zone: string) =>
  weekdayMoment(iso, zone);
