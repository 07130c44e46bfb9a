import type { ListedRun, Run, Step } from "../../../api/client";
import { duration, median } from "../../../lib/format";
import { useLive } from "../../../stores/live";

/** How far a running step is, 0..1: the live figure where it is ahead of the API's. */
export function useStepProgress(run: string, step: Step): number {
  const live = useLive((state) => state.progress[`${run}/${step.name}`]) ?? 0;
  return step.status === "running" ? Math.max(step.progress, live) : step.status === "completed" ? 1 : 0;
}

export interface Estimate {
  seconds: number;
  basis: number;
}

/** Seconds still to go, from the median of each step in earlier completed runs; null without any. */
export function remaining(run: Run, others: ListedRun[], now: number): Estimate | null {
  const done = others.filter((other) => other.status === "completed" && other.id !== run.id);
  if (!done.length) return null;
  let seconds = 0;
  for (const step of run.steps) {
    if (step.status === "completed") continue;
    const usual = median(done.flatMap((other) => other.steps.filter((s) => s.name === step.name).map((s) => s.seconds)));
    if (usual === null) return null;
    const spent = step.status === "running" && step.started_at ? (now - Date.parse(step.started_at)) / 1000 : 0;
    seconds += Math.max(usual - spent, 0);
  }
  return { seconds, basis: done.length };
}

/** How long the video is, or was asked to be while it is made. */
export function lengthOf({
  duration_seconds: made,
  requested_seconds: asked,
}: Pick<Run, "duration_seconds" | "requested_seconds">): string {
  return made == null && asked != null ? `${asked} s requested` : duration(made);
}
