"""What holds between rows, whatever happened: each with the query that finds rows for which it does not.

Constraints and triggers keep most of it from being stored at all; these find what got past them, was restored from
elsewhere or was changed by hand. A query gives the ids of wrong rows.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Invariant:
    description: str
    violations_sql: str  # SQL: one column, what is wrong by its id
    remedy: str


INVARIANTS = (
    Invariant(
        "A published video has costs.",
        "SELECT v.id FROM core.videos v WHERE v.published_at IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM core.cost_lines c WHERE c.video_id = v.id)",
        "Its ledger lines are lost: restore them from a backup before any report is trusted.",
    ),
    Invariant(
        "A run is active only on a channel that is not suspended or archived.",
        "SELECT w.id FROM core.runs w JOIN core.channels c ON c.id = w.channel_id"
        " WHERE w.status IN ('pending', 'running') AND c.status IN ('suspended', 'archived')",
        "Cancel it: POST /api/v1/runs/{id}/cancel.",
    ),
    Invariant(
        "A video that is generating has an active run.",
        "SELECT v.id FROM core.videos v WHERE v.status = 'generating' AND NOT EXISTS (SELECT FROM core.runs w"
        " WHERE w.video_id = v.id AND w.status IN ('pending', 'running'))",
        "Retry its run, or set the video to failed.",
    ),
    Invariant(
        "A completed run has only completed steps.",
        "SELECT DISTINCT w.id FROM core.runs w JOIN core.run_steps s ON s.run_id = w.id"
        " WHERE w.status = 'completed' AND s.status <> 'completed'",
        "Retry the run from the first step that is not completed.",
    ),
    Invariant(
        "A ready video has the files that it is made of.",
        "SELECT v.id FROM core.videos v JOIN core.runs w ON w.video_id = v.id"
        " WHERE v.status IN ('ready', 'scheduled') AND NOT EXISTS (SELECT FROM core.run_artifacts a"
        " WHERE a.run_id = w.id AND a.name = 'video.mp4')",
        "Retry its run from the step assemble.",
    ),
    Invariant(
        "A settled reservation has its line in the ledger.",
        "SELECT r.id FROM core.cost_reservations r WHERE r.status = 'settled'"
        " AND NOT EXISTS (SELECT FROM core.cost_lines c WHERE c.reservation_id = r.id)",
        "The ledger is short of it: compare with the provider's bill and restore the line from a backup.",
    ),
    Invariant(
        "A line of the ledger belongs to the channel of its video.",
        "SELECT c.id FROM core.cost_lines c JOIN core.videos v ON v.id = c.video_id WHERE v.channel_id <> c.channel_id",
        "Somebody moved the video: put it back on the channel that paid.",
    ),
    Invariant(
        "The newest version of a video is what it says.",
        "SELECT v.id FROM core.videos v JOIN LATERAL (SELECT * FROM core.video_versions n WHERE n.video_id = v.id"
        " ORDER BY n.version DESC LIMIT 1) n ON true WHERE v.status IN ('ready', 'scheduled', 'published')"
        " AND (v.title, v.description, v.tags) IS DISTINCT FROM (n.title, n.description, n.tags)",
        "It was changed by hand: save it once on its page, so that a version holds what it says.",
    ),
    Invariant(
        "A scheduled video is not more than a day late.",
        "SELECT id FROM core.videos WHERE status = 'scheduled' AND scheduled_at < now() - interval '1 day'",
        "Publish it, or take the schedule back.",
    ),
    Invariant(
        "An enabled second factor has recovery codes.",
        "SELECT u.id FROM core.users u WHERE u.totp_confirmed_at IS NOT NULL AND u.status = 'active'"
        " AND NOT EXISTS (SELECT FROM core.recovery_codes r WHERE r.user_id = u.id)",
        "Without its app the account is closed to its person: ask them to make new codes on their profile.",
    ),
)
