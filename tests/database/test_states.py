"""Rule A7 and every change of state, held by the database itself: asked with plain SQL, as the application's role."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import procrastinate
import psycopg
import pytest

from tests.conftest import Database
from tests.database.lock_waits import wait_until_blocked
from tests.production.factories import start
from ytempire.kit.database import Sessions, conninfo
from ytempire.kit.jobs import open_queue
from ytempire.kit.storage import ObjectStore
from ytempire.kit.subject import SYSTEM

READY = "UPDATE core.videos SET status = 'ready', duration_seconds = 60"


@pytest.fixture
async def run(sessions: Sessions, database: Database, tmp_path: Path) -> UUID:
    """A run that was ordered; its video is being generated."""
    async with open_queue(database.app_url).open_async() as queue:
        return (await _start(sessions, queue, tmp_path)).id


async def _start(sessions: Sessions, queue: procrastinate.App, folder: Path):  # type: ignore[no-untyped-def]
    return await start(sessions, queue, ObjectStore(folder / "objects"))


@pytest.fixture
def application(database: Database, run: UUID) -> Iterator[psycopg.Connection]:
    with psycopg.connect(conninfo(database.app_url)) as connection:
        connection.execute("SELECT core.set_subject(%s, 'service', NULL, NULL, NULL)", [SYSTEM.user_id])
        yield connection
        connection.rollback()


def refused(connection: psycopg.Connection, statement: str, saying: str) -> None:
    with (
        pytest.raises((psycopg.errors.RaiseException, psycopg.errors.CheckViolation)) as error,
        connection.transaction(),
    ):
        connection.execute(statement)  # type: ignore[arg-type]  # from this file
    assert saying in str(error.value)


class TestVideos:
    @pytest.mark.parametrize("status", ["paused", "suspended", "archived"])
    def test_video_insert_on_inactive_channel_is_refused(self, application: psycopg.Connection, status: str) -> None:
        application.execute("UPDATE core.channels SET status = %s", [status])
        refused(
            application,
            "INSERT INTO core.videos (channel_id, title, format) SELECT id, 't', '16:9' FROM core.channels LIMIT 1",
            f"is {status}: activate it first.",
        )

    def test_video_published_without_time_is_refused(self, application: psycopg.Connection) -> None:
        application.execute(READY)
        refused(application, "UPDATE core.videos SET status = 'published'", "videos_published_has_time_check")
        refused(application, "UPDATE core.videos SET published_at = now()", "is said as it becomes published")
        application.execute("UPDATE core.videos SET status = 'published', published_at = now()")
        refused(application, "UPDATE core.videos SET published_at = now() + '1s'", "is set once")

    def test_video_published_cannot_be_deleted_and_becomes_removed(self, application: psycopg.Connection) -> None:
        application.execute(READY)
        application.execute("UPDATE core.videos SET status = 'published', published_at = now()")
        refused(application, "DELETE FROM core.videos", "A published video is never deleted: mark it removed.")
        refused(
            application, "UPDATE core.videos SET status = 'generating'", "that is published cannot become generating"
        )
        application.execute("UPDATE core.videos SET status = 'archived'")
        refused(application, "UPDATE core.videos SET status = 'ready'", "comes back from the archive as what it was")
        application.execute("UPDATE core.videos SET status = 'published'")
        application.execute("UPDATE core.videos SET status = 'removed'")
        refused(application, "UPDATE core.videos SET status = 'published'", "that is removed cannot become published")
        refused(application, "DELETE FROM core.videos", "never deleted")

    def test_video_published_at_without_publishing_is_refused(self, application: psycopg.Connection) -> None:
        """Through the archive one that failed could otherwise come back as published."""
        application.execute("UPDATE core.videos SET status = 'failed'")
        for status in ("archived", "removed"):
            refused(
                application,
                f"UPDATE core.videos SET status = '{status}', published_at = now()",
                "is said as it becomes published",
            )

    def test_video_ready_without_duration_is_refused(self, application: psycopg.Connection) -> None:
        refused(application, "UPDATE core.videos SET status = 'ready'", "without a duration cannot be ready")
        application.execute(READY)
        application.execute("UPDATE core.videos SET status = 'scheduled', scheduled_at = now() + '1 hour'")
        refused(application, "UPDATE core.videos SET duration_seconds = NULL", "without a duration cannot be scheduled")

    def test_video_channel_change_is_refused(self, application: psycopg.Connection) -> None:
        application.execute(
            "INSERT INTO core.videos (channel_id, title, format) SELECT id, 'alone', '16:9' FROM core.channels LIMIT 1"
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="stays on its channel"):
            application.execute(
                "UPDATE core.videos v SET channel_id = c.id FROM core.channels c"
                " WHERE v.title = 'alone' AND c.id <> v.channel_id"
            )

    def test_video_scheduled_in_past_is_refused(self, application: psycopg.Connection) -> None:
        application.execute(READY)
        refused(application, "UPDATE core.videos SET status = 'scheduled'", "videos_scheduled_at_check")
        past = "UPDATE core.videos SET status = 'scheduled', scheduled_at = now()"
        refused(application, past, "for a time that is past")
        application.execute("UPDATE core.videos SET status = 'scheduled', scheduled_at = now() + '1 hour'")
        refused(
            application, "UPDATE core.videos SET scheduled_at = now() - interval '1 hour'", "for a time that is past"
        )

    def test_video_second_active_run_is_refused(self, application: psycopg.Connection) -> None:
        with pytest.raises(psycopg.errors.UniqueViolation), application.transaction():
            application.execute(
                "INSERT INTO core.runs (channel_id, video_id, request, requested_by)"
                " SELECT channel_id, video_id, '{}', requested_by FROM core.runs"
            )

    def test_video_updated_at_always_increases(self, application: psycopg.Connection) -> None:
        application.execute("UPDATE core.videos SET title = 'a'")
        first = application.execute("SELECT updated_at FROM core.videos").fetchone()
        application.execute("UPDATE core.videos SET title = 'b', updated_at = '2000-01-01'")
        assert application.execute("SELECT updated_at > %s FROM core.videos", first).fetchone() == (True,)


class TestStates:
    @pytest.mark.parametrize(
        ("row", "saying"),
        [
            (
                "videos (channel_id, title, format, status, published_at)"
                " SELECT channel_id, 't', '16:9', 'published', now() FROM core.videos",
                "A video does not begin as published.",
            ),
            (
                "videos (channel_id, title, format, status) SELECT channel_id, 't', '16:9', 'failed' FROM core.videos",
                "A video does not begin as failed.",
            ),
            (
                "runs (channel_id, video_id, request, requested_by, status, completed_at)"
                " SELECT channel_id, video_id, '{}', requested_by, 'completed', now() FROM core.runs",
                "A run does not begin as completed.",
            ),
            (
                "run_steps (run_id, name, position, status) SELECT id, 'x', 99, 'completed' FROM core.runs",
                "A step does not begin as completed.",
            ),
        ],
    )
    def test_insert_with_later_state_is_refused(self, application: psycopg.Connection, row: str, saying: str) -> None:
        refused(application, f"INSERT INTO core.{row}", saying)

    @pytest.mark.parametrize(
        ("change", "saying"),
        [
            ("UPDATE core.videos SET status = 'scheduled'", "A video that is generating cannot become scheduled."),
            ("UPDATE core.runs SET status = 'completed', completed_at = now()", "A run that is pending"),
            ("UPDATE core.run_steps SET status = 'completed'", "A step that is pending cannot become completed."),
            ("UPDATE core.users SET status = 'deleted', deleted_at = now()", None),
        ],
    )
    def test_state_transition_not_allowed_is_refused(
        self, application: psycopg.Connection, change: str, saying: str | None
    ) -> None:
        if saying is not None:
            refused(application, change, saying)
            return
        application.execute(change)  # type: ignore[arg-type]  # from the list above
        refused(
            application,
            "UPDATE core.users SET status = 'active', deleted_at = NULL",
            "An account that is deleted cannot become active.",
        )


class TestSuspension:
    @pytest.mark.parametrize("status", ["suspended", "archived"])
    def test_channel_suspension_stops_runs_and_videos(
        self, application: psycopg.Connection, run: UUID, status: str
    ) -> None:
        application.execute(
            "INSERT INTO core.videos (channel_id, title, format, duration_seconds)"
            " SELECT channel_id, 'later', '16:9', 60 FROM core.videos"
        )
        for step in ("'generating'", "'ready'", "'scheduled', scheduled_at = now() + '1 hour'"):
            application.execute(f"UPDATE core.videos SET status = {step} WHERE title = 'later'")  # type: ignore[arg-type]
        application.execute(
            "UPDATE core.channels SET status = %s WHERE id = (SELECT channel_id FROM core.runs)", [status]
        )
        assert application.execute("SELECT status, completed_at IS NOT NULL FROM core.runs").fetchall() == [
            ("cancelled", True)
        ]
        steps = application.execute("SELECT DISTINCT status FROM core.run_steps").fetchall()
        assert steps == [("cancelled",)]
        videos = dict(application.execute("SELECT title = 'later', status FROM core.videos").fetchall())
        assert videos == {True: "ready", False: "failed"}
        said = application.execute("SELECT message FROM core.run_logs WHERE event = 'run_cancelled'").fetchall()
        assert said == [(f"The channel was {status}.",)]

    @pytest.mark.parametrize("status", ["paused", "suspended", "archived"])
    def test_channel_inactive_refuses_new_runs(self, application: psycopg.Connection, status: str) -> None:
        application.execute("UPDATE core.runs SET status = 'cancelled', completed_at = now()")
        application.execute("UPDATE core.channels SET status = %s", [status])
        saying = f"is {status}: activate it first."
        refused(application, "UPDATE core.runs SET status = 'running', completed_at = NULL", saying)
        refused(
            application,
            "INSERT INTO core.runs (channel_id, video_id, request, requested_by)"
            " SELECT channel_id, video_id, '{}', requested_by FROM core.runs",
            saying,
        )

    def test_channel_suspension_leaves_other_channels_running(self, application: psycopg.Connection) -> None:
        application.execute(
            "UPDATE core.channels SET status = 'suspended' WHERE id <> (SELECT channel_id FROM core.runs)"
        )
        assert application.execute("SELECT status FROM core.runs").fetchone() == ("pending",)

    def test_channel_suspension_waits_for_concurrent_insert_and_stops_video(
        self, database: Database, run: UUID
    ) -> None:
        """Both at once: no video is added to a channel that was suspended meanwhile."""
        with (
            psycopg.connect(conninfo(database.app_url)) as adding,
            psycopg.connect(conninfo(database.app_url)) as suspending,
        ):
            for connection in (adding, suspending):
                connection.execute("SELECT core.set_subject(%s, 'service', NULL, NULL, NULL)", [SYSTEM.user_id])
            adding.execute(
                "INSERT INTO core.videos (channel_id, title, format, status)"
                " SELECT channel_id, 'added', '16:9', 'generating' FROM core.runs"
            )
            thread = threading.Thread(
                target=suspending.execute, args=("UPDATE core.channels SET status = 'suspended'",)
            )
            thread.start()
            wait_until_blocked(database, suspending)
            adding.commit()
            thread.join(30)
            suspending.commit()
        with psycopg.connect(conninfo(database.owner_url)) as owner:
            assert owner.execute("SELECT DISTINCT status FROM core.videos").fetchall() == [("failed",)]
