import type {
  Alert,
  Channel,
  ChannelCollection,
  Connection,
  Finding,
  Gap,
  LiveVideo,
  MaintenanceTask,
  Publication,
  PublicationEdit,
  Reconciliation,
  Run,
  User,
} from "../api/client";

export type Tone = "muted" | "primary" | "success" | "error" | "warning";

/** How a status is shown: its text, and a mark and a colour that go with it. */
export interface StatusLabel {
  tone: Tone;
  mark: string;
  text: string;
}
export interface ExplainedStatus extends StatusLabel {
  /** What follows from it. */
  means: string;
}

// Colour is never the only sign: each tone comes with a mark.
export const succeeded = (text: string): StatusLabel => ({ tone: "success", mark: "✓", text });
export const warning = (text: string): StatusLabel => ({ tone: "warning", mark: "!", text });
export const failed = (text: string): StatusLabel => ({ tone: "error", mark: "✕", text });
export const inProgress = (text: string): StatusLabel => ({ tone: "primary", mark: "▸", text });
/** It will happen by itself. */
export const upcoming = (text: string): StatusLabel => ({ tone: "primary", mark: "○", text });
/** Nothing happened yet, or it is turned off. */
export const inactive = (text: string): StatusLabel => ({ tone: "muted", mark: "○", text });
/** It is over, or of no account. */
export const ended = (text: string): StatusLabel => ({ tone: "muted", mark: "–", text });

// --- videos ---

/** Of a run and of each of its steps. */
export const RUN_STATUS: Record<Run["status"], StatusLabel> = {
  pending: inactive("pending"),
  running: inProgress("running"),
  completed: succeeded("completed"),
  failed: failed("failed"),
  refused: warning("refused"),
  cancelled: ended("cancelled"),
};

export const REVIEW_CHECK_STATUS = { passed: succeeded("passed"), failed: failed("failed") };

// the API's schema says no more of it than that it is a string
type VideoStatus = "draft" | "generating" | "ready" | "scheduled" | "published" | "failed" | "archived" | "removed";
export const VIDEO_STATUS: Record<VideoStatus, StatusLabel> = {
  draft: inactive("draft"),
  generating: inProgress("generating"),
  ready: succeeded("ready"),
  scheduled: upcoming("scheduled"),
  published: succeeded("published"),
  failed: failed("failed"),
  archived: ended("archived"),
  removed: ended("removed"),
};
export const videoStatusOf = (status: string): StatusLabel => (VIDEO_STATUS as Record<string, StatusLabel>)[status] ?? inactive(status);

// --- publications ---

export const NOT_PUBLISHED = warning("not published");

export const PUBLICATION_STATUS: Record<Publication["status"] | "scheduled", StatusLabel> = {
  planned: upcoming("planned"),
  uploading: inProgress("uploading"),
  processing: inProgress("processing"),
  scheduled: upcoming("scheduled"),
  unknown: warning("unknown"),
  live: succeeded("live"),
  failed: failed("failed"),
  removed: ended("removed"),
  gone: warning("deleted on YouTube"),
};

/** A publication that YouTube keeps private until its time is scheduled, whatever else is known of it. */
export const publicationStatusOf = ({ status, is_scheduled }: { status: string; is_scheduled: boolean }): StatusLabel =>
  (PUBLICATION_STATUS as Record<string, StatusLabel>)[is_scheduled ? "scheduled" : status] ?? inactive(status);

export const EDIT_STATUS: Record<PublicationEdit["status"], StatusLabel> = {
  awaiting_confirmation: inactive("awaiting confirmation"),
  planned: upcoming("planned"),
  done: succeeded("done"),
  failed: failed("failed"),
  conflict: failed("conflict"),
};

// --- channels ---

export const CHANNEL_STATUS: Record<Channel["status"], ExplainedStatus> = {
  active: { ...succeeded("active"), means: "New videos can be created and scheduled." },
  paused: {
    ...warning("paused"),
    mark: "‖",
    means: "No new videos. Runs in progress continue, and scheduled videos stay scheduled.",
  },
  suspended: { ...failed("suspended"), means: "No new videos. Its runs are cancelled and nothing is scheduled." },
  archived: { ...ended("archived"), means: "Hidden from lists and search. All its data is kept." },
};

export const CONNECTION_STATUS: Record<Connection["status"], ExplainedStatus> = {
  connected: { ...succeeded("connected"), means: "YTEMPIRE can upload and read." },
  expiring: { ...warning("expiring"), means: "The consent expires soon. Connect again before then; no data is lost." },
  expired: {
    ...failed("expired"),
    means: "The consent has expired. Nothing is uploaded or read until you connect again. No data is lost.",
  },
  revoked: { ...ended("revoked"), means: "Disconnected. You can connect the same YouTube channel again." },
};

// --- data collection and analytics ---

export const FRESHNESS: Record<ChannelCollection["counters"]["freshness"], StatusLabel> = {
  fresh: succeeded("fresh"),
  late: warning("late"),
  stale: failed("stale"),
};

export const GAP_SEVERITY: Record<Gap["severity"], StatusLabel> = {
  brief: ended("short"),
  warning: warning("long"),
  critical: failed("very long"),
};

export const RECONCILIATION_STATUS: Record<Reconciliation["status"], StatusLabel> = {
  match: succeeded("match"),
  warning: warning("slightly different"),
  critical: failed("different"),
  insufficient_data: ended("too few views to compare"),
};

export const VIDEO_TIER: Record<LiveVideo["tier"], StatusLabel> = {
  viral: { ...upcoming("viral"), mark: "▲▲" },
  trending: { ...upcoming("trending"), mark: "▲" },
  performing: succeeded("performing"),
  normal: ended("normal"),
};

export const BATCH_STATUS = { committed: succeeded("committed"), unfinished: warning("unfinished") };

// --- the installation ---

export const FINDING_STATUS: Record<Finding["status"], StatusLabel> = {
  ok: succeeded("passed"),
  warning: warning("warning"),
  critical: failed("critical"),
};

export const CLOSED_ALERT = ended("closed");

type TaskOutcome = NonNullable<MaintenanceTask["last"]>["outcome"];
export const TASK_STATUS: Record<TaskOutcome | "interrupted" | "never_run", StatusLabel> = {
  running: inProgress("running"),
  completed: succeeded("completed"),
  failed: failed("failed"),
  interrupted: warning("interrupted"),
  never_run: inactive("never run"),
};

export const OVERDUE_TASK = warning("overdue");

export const BUCKET_STATUS = {
  exhausted: failed("exhausted"),
  used_up: failed("used up"),
  nearly_used_up: warning("nearly used up"),
  available: succeeded("available"),
};

export const SECRET_STATUS = { set: succeeded("is set"), unset: inactive("not set") };

// --- accounts ---

export const USER_STATUS: Record<User["status"] | "locked" | "unverified", StatusLabel> = {
  active: succeeded("active"),
  suspended: failed("suspended"),
  deleted: ended("deleted"),
  locked: warning("locked after wrong passwords"),
  unverified: warning("email not verified"),
};

export const SECOND_FACTOR_STATUS = { on: succeeded("on"), off: inactive("off") };

export const CURRENT_SESSION = succeeded("current");

export const EXPIRED_KEY = failed("expired");

export const EMAIL_STATUS = { sent: succeeded("sent"), failed: failed("not sent"), waiting: inactive("waiting") };

/** Of alerts and notifications. */
export const SEVERITY: Record<Alert["severity"], StatusLabel> = {
  info: { tone: "muted", mark: "•", text: "info" },
  success: succeeded("success"),
  warning: warning("warning"),
  critical: failed("critical"),
};
