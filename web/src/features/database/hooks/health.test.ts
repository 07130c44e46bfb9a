import { describe, expect, it } from "vitest";
import type { Alert, Finding, MaintenanceTask } from "../../../api/client";
import { interval, reach, standingOf, took, verdict, worstFirst } from "./health";

const finding = (check: string, status: Finding["status"]): Finding => ({ check, status, found: "", todo: null });
const report = (...findings: Finding[]) => ({ checked_at: "2026-01-01T00:00:00Z", ok: true, findings });
const alert: Alert = { id: "a", key: "partitions/x", severity: "warning", message: "", todo: "", opened_at: "", last_seen_at: "", closed_at: null };
const task: MaintenanceTask = { name: "queue", does: "", every_s: 86400, due_at: "", overdue: false, running: false, last: null };

it("puts what needs somebody first", () => {
  expect(worstFirst([finding("a", "ok"), finding("b", "warning"), finding("c", "problem"), finding("d", "warning")]).map((one) => one.check)).toEqual(["c", "b", "d", "a"]);
});

describe("the verdict", () => {
  it.each([
    [{ report: null, alerts: [] }, "muted", "not examined yet"],
    [{ report: report(finding("a", "ok")), alerts: [] }, "success", "well"],
    [{ report: report(finding("a", "warning")), alerts: [] }, "warning", "1 warning"],
    [{ report: report(finding("a", "problem"), finding("b", "problem")), alerts: [alert] }, "error", "2 problems, 1 open alert"],
    [{ report: null, alerts: [{ ...alert, severity: "problem" as const }] }, "error", "1 open alert"],
  ])("%#", (health, tone, words) => expect(verdict(health)).toMatchObject({ tone, words }));
});

it("says how a task stands", () => {
  const last = { started_at: "2026-01-01T00:00:00Z", finished_at: "2026-01-01T00:00:03Z", outcome: "completed" as const, error: null };
  expect(standingOf(task).words).toBe("never done");
  expect(took(task)).toBeNull();
  expect(standingOf({ ...task, last }).words).toBe("completed");
  expect(took({ ...task, last })).toBe(3);
  expect(standingOf({ ...task, last: { ...last, outcome: "failed" } }).words).toBe("failed");
  expect(standingOf({ ...task, last: { ...last, outcome: "running", finished_at: null } }).words).toBe("broken off");
  expect(standingOf({ ...task, running: true, last }).words).toBe("running");
});

it("writes intervals and how far partitions reach", () => {
  expect([21600, 86400, 43200, 90].map(interval)).toEqual(["6 hours", "day", "12 hours", "90 s"]);
  const now = Date.parse("2026-11-20T00:00:00Z");
  expect(reach("2027-03-01T00:00:00Z", now)).toMatchObject({ tone: "muted", words: "3 months" });
  expect(reach("2026-12-01T00:00:00Z", now)).toMatchObject({ tone: "warning", words: "11 days" });
  expect(reach("2026-11-21T00:00:00Z", now).tone).toBe("error");
  expect(reach("2026-11-01T00:00:00Z", now).words).toBe("used up");
});
