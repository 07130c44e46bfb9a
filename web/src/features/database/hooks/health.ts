import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, type DatabaseHealth, type Finding, type MaintenanceTask, unwrap } from "../../../api/client";
import { day } from "../../../lib/dates";
import type { Tone } from "../../../ui/State";

const EVERY_MS = 30_000;
const PAGE = 20;

export const healthQuery = () =>
  queryOptions({ queryKey: ["database", "health"], queryFn: () => unwrap(api.GET("/api/v1/database/health")), refetchInterval: EVERY_MS });

export const closedAlertsQuery = () =>
  infiniteQueryOptions({
    queryKey: ["database", "alerts", "closed"],
    queryFn: ({ pageParam }) => unwrap(api.GET("/api/v1/alerts", { params: { query: { limit: PAGE, cursor: pageParam, state: "closed" } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export interface Standing {
  tone: Tone;
  mark: string;
  words: string;
}

export const SEVERITY: Record<"ok" | "warning" | "problem", Standing> = {
  ok: { tone: "success", mark: "✓", words: "well" }, warning: { tone: "warning", mark: "!", words: "warning" }, problem: { tone: "error", mark: "✕", words: "problem" },
};
const RANK = { problem: 0, warning: 1, ok: 2 } as const;

/** What needs somebody first. */
export const worstFirst = (findings: Finding[]) => [...findings].sort((one, other) => RANK[one.status] - RANK[other.status]);

export const many = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** Is the database well? In a few words, from the last report and what is open. */
export function verdict({ report, alerts }: Pick<DatabaseHealth, "report" | "alerts">): Standing {
  const count = (status: Finding["status"]) => report?.findings.filter((one) => one.status === status).length ?? 0;
  const parts = [count("problem") && many(count("problem"), "problem"), count("warning") && many(count("warning"), "warning"), alerts.length && many(alerts.length, "open alert")].filter(Boolean);
  const bad = count("problem") > 0 || alerts.some((one) => one.severity === "problem");
  if (parts.length) return { tone: bad ? "error" : "warning", mark: bad ? "✕" : "!", words: parts.join(", ") };
  return report ? { tone: "success", mark: "✓", words: "well" } : { tone: "muted", mark: "○", words: "not examined yet" };
}

/** How a task stands: what goes on now comes before what was. */
export function standingOf(task: MaintenanceTask): Standing {
  if (task.running) return { tone: "primary", mark: "▸", words: "running" };
  if (!task.last) return { tone: "muted", mark: "○", words: "never done" };
  if (task.last.outcome === "failed") return { tone: "error", mark: "✕", words: "failed" };
  if (task.last.outcome === "running") return { tone: "warning", mark: "!", words: "broken off" };
  return { tone: "success", mark: "✓", words: "completed" };
}

/** 21600 → "6 hours"; 86400 → "day". Goes after "every". */
export function interval(seconds: number): string {
  for (const [word, size] of [["day", 86400], ["hour", 3600], ["minute", 60]] as const) {
    if (seconds >= size && seconds % size === 0) return seconds === size ? word : many(seconds / size, word);
  }
  return `${seconds} s`;
}

export const took = (task: MaintenanceTask) =>
  task.last?.finished_at ? (Date.parse(task.last.finished_at) - Date.parse(task.last.started_at)) / 1000 : null;

/** Writes into a table by month are refused from its last partition on. */
export function reach(until: string, now: number): Standing {
  const days = Math.floor((Date.parse(until) - now) / 86_400_000);
  if (days < 2) return { tone: "error", mark: "✕", words: days < 0 ? "used up" : "used up tomorrow" };
  return days < 31 ? { tone: "warning", mark: "!", words: `${days} days` } : { tone: "muted", mark: "", words: many(Math.floor(days / 30.44), "month") };
}

export const dayOf = (iso: string) => day(iso);
