import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, type DatabaseHealth, type Finding, type MaintenanceTask, unwrap } from "../../../api/client";
import { day } from "../../../lib/dates";
import { failed, inactive, type StatusLabel, succeeded, TASK_STATUS, warning } from "../../../ui/statuses";

const EVERY_MS = 30_000;
const PAGE = 20;

export const healthQuery = () =>
  queryOptions({ queryKey: ["database", "health"], queryFn: () => unwrap(api.GET("/api/v1/database/health")), refetchInterval: EVERY_MS });

export const closedAlertsQuery = () =>
  infiniteQueryOptions({
    queryKey: ["database", "alerts", "closed"],
    queryFn: ({ pageParam }) =>
      unwrap(api.GET("/api/v1/alerts", { params: { query: { limit: PAGE, cursor: pageParam, state: "closed", installation: true } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

const RANK = { critical: 0, warning: 1, ok: 2 } as const;

/** Most severe first. */
export const worstFirst = (findings: Finding[]) => [...findings].sort((one, other) => RANK[one.status] - RANK[other.status]);

export const many = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** A summary of the last report and the open alerts. */
export function verdict({ report, alerts }: Pick<DatabaseHealth, "report" | "alerts">): StatusLabel {
  const count = (status: Finding["status"]) => report?.findings.filter((one) => one.status === status).length ?? 0;
  const parts = [
    count("critical") && `${count("critical")} critical`,
    count("warning") && many(count("warning"), "warning"),
    alerts.length && many(alerts.length, "open alert"),
  ].filter(Boolean);
  const bad = count("critical") > 0 || alerts.some((one) => one.severity === "critical");
  if (parts.length) return (bad ? failed : warning)(parts.join(", "));
  return report ? succeeded("healthy") : inactive("not checked yet");
}

/** The status of a task: a running one comes before its last result. */
export function taskStatusOf(task: MaintenanceTask): StatusLabel {
  if (task.running) return TASK_STATUS.running;
  if (!task.last) return TASK_STATUS.never_run;
  // a run that never told of its end, and goes on no more
  return TASK_STATUS[task.last.outcome === "running" ? "interrupted" : task.last.outcome];
}

/** 21600 → "6 hours"; 86400 → "day". Goes after "every". */
export function interval(seconds: number): string {
  for (const [word, size] of [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
  ] as const) {
    if (seconds >= size && seconds % size === 0) return seconds === size ? word : many(seconds / size, word);
  }
  return `${seconds} s`;
}

export const durationOf = (task: MaintenanceTask) =>
  task.last?.finished_at ? (Date.parse(task.last.finished_at) - Date.parse(task.last.started_at)) / 1000 : null;

/** Writes into a table by month are refused from its last partition on. */
export function reach(until: string, now: number): StatusLabel {
  const days = Math.floor((Date.parse(until) - now) / 86_400_000);
  if (days < 2) return failed(days < 0 ? "used up" : "used up tomorrow");
  return days < 31 ? warning(`${days} days`) : { tone: "muted", mark: "", text: many(Math.floor(days / 30.44), "month") };
}

export const dayOf = (iso: string) => day(iso);
