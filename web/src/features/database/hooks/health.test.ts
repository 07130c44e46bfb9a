import { describe, expect, it } from "vitest";
import type { Alert, Finding, MaintenanceTask } from "../../../api/client";
import { interval, reach, taskStatusOf, durationOf, verdict, worstFirst } from "./health";

const finding = (check: string, status: Finding["status"]): Finding => ({ check, status, detail: "", remedy: null });
const report = (...findings: Finding[]) => ({ checked_at: "2026-01-01T00:00:00Z", ok: true, findings });
const alert: Alert = {
  id: "a",
  rule: "partition_missing",
  key: "x",
  channel_id: null,
  severity: "warning",
  title: "",
  message: "",
  link: null,
  opened_at: "",
  last_seen_at: "",
  expires_at: null,
  closed_at: null,
  acknowledged_at: null,
  acknowledged_by: null,
};
const task: MaintenanceTask = {
  name: "queue",
  description: "",
  interval_seconds: 86400,
  due_at: "",
  overdue: false,
  running: false,
  last: null,
};

it("puts what needs somebody first", () => {
  expect(
    worstFirst([finding("a", "ok"), finding("b", "warning"), finding("c", "critical"), finding("d", "warning")]).map((one) => one.check),
  ).toEqual(["c", "b", "d", "a"]);
});

describe("the verdict", () => {
  it.each([
    [{ report: null, alerts: [] }, "muted", "not checked yet"],
    [{ report: report(finding("a", "ok")), alerts: [] }, "success", "healthy"],
    [{ report: report(finding("a", "warning")), alerts: [] }, "warning", "1 warning"],
    [{ report: report(finding("a", "critical"), finding("b", "critical")), alerts: [alert] }, "error", "2 critical, 1 open alert"],
    [{ report: null, alerts: [{ ...alert, severity: "critical" as const }] }, "error", "1 open alert"],
  ])("%#", (health, tone, text) => expect(verdict(health)).toMatchObject({ tone, text }));
});

it("says how a task stands", () => {
  const last = { started_at: "2026-01-01T00:00:00Z", finished_at: "2026-01-01T00:00:03Z", outcome: "completed" as const, error: null };
  expect(taskStatusOf(task).text).toBe("never run");
  expect(durationOf(task)).toBeNull();
  expect(taskStatusOf({ ...task, last }).text).toBe("completed");
  expect(durationOf({ ...task, last })).toBe(3);
  expect(taskStatusOf({ ...task, last: { ...last, outcome: "failed" } }).text).toBe("failed");
  expect(taskStatusOf({ ...task, last: { ...last, outcome: "running", finished_at: null } }).text).toBe("interrupted");
  expect(taskStatusOf({ ...task, running: true, last }).text).toBe("running");
});

it("writes intervals and how far partitions reach", () => {
  expect([21600, 86400, 43200, 90].map(interval)).toEqual(["6 hours", "day", "12 hours", "90 s"]);
  const now = Date.parse("2026-11-20T00:00:00Z");
  expect(reach("2027-03-01T00:00:00Z", now)).toMatchObject({ tone: "muted", text: "3 months" });
  expect(reach("2026-12-01T00:00:00Z", now)).toMatchObject({ tone: "warning", text: "11 days" });
  expect(reach("2026-11-21T00:00:00Z", now).tone).toBe("error");
  expect(reach("2026-11-01T00:00:00Z", now).text).toBe("used up");
});
