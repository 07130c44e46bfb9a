"""The calendar as it is read: times, what fills them, what does not go together, and quota."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tests.publishing.publisher import Publisher
from ytempire.channels import service as channels
from ytempire.kit import clock
from ytempire.kit.database import as_subject
from ytempire.kit.errors import InvalidInput, NotFound, PreconditionFailed, YtempireError
from ytempire.kit.subject import Subject
from ytempire.production import video_lifecycle
from ytempire.production.errors import WrongState
from ytempire.publishing import queries, service
from ytempire.publishing.calendar import Calendar, read_calendar
from ytempire.publishing.planning import LEAD
from ytempire.publishing.service import PublicationRequest
from ytempire.publishing.slot_times import to_utc
from ytempire.youtube.projects import ServiceClock

UTC_ZONE = ZoneInfo("UTC")


def day(after: int) -> date:
    return clock.now().date() + timedelta(days=after)


def at(after: int, hour: int) -> datetime:
    return to_utc(day(after), time(hour), UTC_ZONE)


async def calendar(publisher: Publisher, **given: Any) -> Calendar:
    given = {"since": day(0), "until": day(6), **given}
    return await read_calendar(publisher.youtube_env.youtube, publisher.youtube_env.sessions, **given)


async def used_up(publisher: Publisher) -> ServiceClock:
    """One upload a day, and it is noon in California and today's was made."""
    now = await publisher.youtube_env.youtube.now(publisher.youtube_env.project)
    publisher.youtube_env.sandbox_server.advance((now.next_day - now.at).total_seconds() + 12 * 3600)
    now = await publisher.youtube_env.youtube.now(publisher.youtube_env.project)
    await publisher.allow(inserts=1)
    publisher.execute(
        "INSERT INTO core.quota_usage (project_id, bucket, day, used)"
        " SELECT id, 'inserts', %s, 1 FROM core.youtube_projects",
        now.day,
    )
    return now


def kinds(found: Calendar) -> list[str]:
    return [one.kind for one in found.conflicts]


class TestSlots:
    async def test_calendar_lists_slots_with_their_videos(self, publisher: Publisher) -> None:
        await publisher.automate()
        await publisher.order(PublicationRequest(publish_at=at(2, 12)))
        found = await calendar(publisher)
        assert len(found.slots) == 7 * 3
        assert {one.at: list(one.video_ids) for one in found.slots if one.video_ids} == {
            at(2, 12): [publisher.video_id]
        }
        assert [one.is_past for one in found.slots] == [one.at <= found.now for one in found.slots]
        [entry] = found.entries
        assert (entry.in_slot, entry.status, entry.can_move, entry.day) == (True, "planned", True, day(2))
        assert not kinds(found)

    async def test_calendar_days_are_in_channel_time_zone(self, publisher: Publisher) -> None:
        """Noon in UTC is the next day in Kiritimati, from 10:00 on."""
        async with publisher.youtube_env.sessions.begin() as session:
            zone = {"time_zone": "Pacific/Kiritimati"}
            await channels.update_channel(session, publisher.youtube_env.channel_id, zone)
        await publisher.order(PublicationRequest(publish_at=at(2, 12)))
        assert [one.day for one in (await calendar(publisher)).entries] == [day(3)]
        assert (await calendar(publisher, until=day(2))).entries == []
        assert len((await calendar(publisher, since=day(3), until=day(3))).entries) == 1

    async def test_calendar_keeps_overdue_entries_until_resolved(self, publisher: Publisher) -> None:
        """And nothing else of before: a failure has been told."""
        ordered, scheduled = publisher.video_id, await publisher.finish()
        await publisher.order(PublicationRequest(publish_at=at(2, 12)))
        async with publisher.youtube_env.sessions.begin() as session:
            await video_lifecycle.schedule_video(session, scheduled, at(2, 13))
        publisher.execute("UPDATE core.publications SET publish_at = now() - interval '30 hours'")
        publisher.execute("ALTER TABLE core.videos DISABLE TRIGGER USER")  # they let nothing be scheduled for the past
        publisher.execute("UPDATE core.videos SET scheduled_at = now() - interval '30 hours' WHERE id = %s", scheduled)
        publisher.execute("UPDATE core.channels SET status = 'paused' WHERE id = %s", publisher.youtube_env.channel_id)
        found = await calendar(publisher)
        assert {(one.video_id, one.is_overdue) for one in found.entries} == {(ordered, True), (scheduled, True)}
        assert sorted(kinds(found)) == ["channel_stopped", "not_published", "time_passed"]
        assert len((await calendar(publisher, since=day(-30), until=day(-20))).entries) == 0
        publisher.execute(
            "UPDATE core.publications SET status = 'failed', next_try_at = NULL, last_error ="
            """ '{"step": "send", "reason": "x", "message": "YouTube has said no.", "hint": null}'"""
        )
        publisher.execute("UPDATE core.videos SET status = 'ready', scheduled_at = NULL WHERE id = %s", ordered)
        assert [one.video_id for one in (await calendar(publisher)).entries] == [scheduled]

    @pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "Pacific/Kiritimati"])
    async def test_calendar_without_since_begins_with_local_today(self, publisher: Publisher, zone: str) -> None:
        """Nearly everywhere one of the two has another day than UTC."""
        async with publisher.youtube_env.sessions.begin() as session:
            await channels.update_channel(session, publisher.youtube_env.channel_id, {"time_zone": zone})
        await publisher.automate(times=["00:00", "23:59"])
        found = await calendar(publisher, since=None, channel_id=publisher.youtube_env.channel_id)
        today = clock.now().astimezone(ZoneInfo(zone)).date()
        assert found.since == found.slots[0].day == today
        assert [one.is_past for one in found.slots[:2]] == [True, False]

    async def test_calendar_with_invalid_or_too_long_range_is_refused(self, publisher: Publisher) -> None:
        with pytest.raises(InvalidInput):
            await calendar(publisher, until=day(-1))
        with pytest.raises(InvalidInput):
            await calendar(publisher, until=day(100))

    async def test_calendar_for_user_without_channels_is_empty(self, publisher: Publisher) -> None:
        """Nobody's channels, and so no project whose quota would concern them."""
        await publisher.order(PublicationRequest(publish_at=at(2, 12)))
        stranger = as_subject(publisher.youtube_env.sessions, Subject(uuid4(), "operator"))
        found = await read_calendar(publisher.youtube_env.youtube, stranger, since=day(0), until=day(6))
        assert (found.channel_schedules, found.entries, found.slots, found.backlog, found.quota) == ([], [], [], [], [])
        with pytest.raises(NotFound):
            await read_calendar(
                publisher.youtube_env.youtube,
                stranger,
                since=day(0),
                until=day(6),
                channel_id=publisher.youtube_env.channel_id,
            )

    async def test_calendar_of_channel_excludes_other_channels(self, publisher: Publisher) -> None:
        await publisher.order(PublicationRequest(publish_at=at(2, 12)))
        other = await publisher.youtube_env.channel("Another")
        found = await calendar(publisher, channel_id=other)
        assert (found.entries, found.backlog) == ([], [])
        assert [one.channel.id for one in found.channel_schedules] == [other]


class TestConflicts:
    async def test_conflict_same_time_and_daily_limit_are_reported(self, publisher: Publisher) -> None:
        await publisher.automate(videos_per_day=1)
        other = await publisher.finish()
        await publisher.order(PublicationRequest(publish_at=at(2, 12)))
        await publisher.order(PublicationRequest(publish_at=at(2, 12)), video_id=other)
        found = await calendar(publisher)
        assert sorted(kinds(found)) == ["daily_limit", "same_time"]
        for one in found.conflicts:
            assert sorted(one.video_ids) == sorted([publisher.video_id, other])
            assert one.day == day(2)
        assert "12:00 in UTC" in next(one.message for one in found.conflicts if one.kind == "same_time")

    @pytest.mark.parametrize(
        ("statement", "kind", "said"),
        [
            ("UPDATE core.channels SET status = 'paused' WHERE id = %s", "channel_stopped", "is paused: 1 publication"),
            (
                "UPDATE core.channel_connections SET status = 'expired' WHERE channel_id = %s",
                "not_connected",
                "is not connected to YouTube: 1 publication",
            ),
        ],
    )
    async def test_conflict_of_stopped_or_disconnected_channel_is_reported(
        self, publisher: Publisher, statement: str, kind: str, said: str
    ) -> None:
        await publisher.order(PublicationRequest(publish_at=at(2, 12)))
        publisher.execute(statement, publisher.youtube_env.channel_id)
        found = await calendar(publisher)
        assert kinds(found) == [kind]
        assert said in found.conflicts[0].message
        assert found.conflicts[0].hint

    async def test_conflict_of_passed_time_is_reported(self, publisher: Publisher) -> None:
        await publisher.order(PublicationRequest(publish_at=at(2, 12)))
        publisher.execute("UPDATE core.publications SET publish_at = now() - interval '1 minute'")
        found = await calendar(publisher, since=day(-1))
        assert kinds(found) == ["time_passed"]

    async def test_conflict_of_scheduled_video_without_publication_is_reported(self, publisher: Publisher) -> None:
        async with publisher.youtube_env.sessions.begin() as session:
            await video_lifecycle.schedule_video(session, publisher.video_id, at(2, 12))
        found = await calendar(publisher)
        assert kinds(found) == ["not_published"]
        assert [one.publication_id for one in found.entries] == [None]
        await publisher.order()
        assert not kinds(await calendar(publisher))

    async def test_conflict_of_upload_late_by_quota_reset_is_reported(self, publisher: Publisher) -> None:
        now = await used_up(publisher)
        await publisher.order(PublicationRequest(publish_at=clock.now() + timedelta(minutes=5)))
        found = await calendar(publisher)
        [entry] = found.entries
        assert entry.publish_at is not None
        assert entry.waits_until == now.to_local_time(now.next_day)
        assert entry.late == now.to_local_time(now.next_day) + LEAD - entry.publish_at
        assert kinds(found) == ["late"]
        assert [(one.used, one.planned, one.fits) for one in found.quota[0].days[:3]] == [
            (1, 0, 1),
            (0, 1, 1),
            (0, 0, 1),
        ]

    async def test_conflict_of_many_late_uploads_is_one_message(self, publisher: Publisher) -> None:
        await used_up(publisher)
        for minutes in range(5):
            video_id = await publisher.finish()
            await publisher.order(
                PublicationRequest(publish_at=clock.now() + timedelta(minutes=5 + minutes)), video_id=video_id
            )
        [late] = (await calendar(publisher)).conflicts
        assert (late.kind, len(late.video_ids)) == ("late", 5)
        assert "5 publications of “Clear Signal” will be up to 4 d" in late.message

    async def test_calendar_shows_failed_publication_until_retried(self, publisher: Publisher) -> None:
        await publisher.order(PublicationRequest(publish_at=at(2, 12)))
        publisher.execute(
            "UPDATE core.publications SET status = 'failed', next_try_at = NULL, last_error ="
            """ '{"step": "send", "reason": "x", "message": "YouTube has said no.", "hint": null}'"""
        )
        publisher.execute("UPDATE core.videos SET status = 'ready', scheduled_at = NULL")
        assert [one.status for one in (await calendar(publisher)).entries] == ["failed"]
        await publisher.order(PublicationRequest(publish_at=at(3, 12)))
        assert [one.status for one in (await calendar(publisher)).entries] == ["planned"]


class TestReady:
    async def test_backlog_names_unscheduled_reason(self, publisher: Publisher) -> None:
        await publisher.automate()
        publisher.execute("UPDATE core.videos SET description = 'a <b>'")
        good = await publisher.finish()
        found = await calendar(publisher)
        why = {one.video_id: one.unscheduled_reason for one in found.backlog}
        assert why[good] is None
        assert "description has < or >" in (why[publisher.video_id] or "")
        assert kinds(found) == ["not_scheduled"]

    async def test_backlog_without_automation_is_no_conflict(self, publisher: Publisher) -> None:
        found = await calendar(publisher)
        assert [one.unscheduled_reason for one in found.backlog] == [None]
        assert not kinds(found)

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ("UPDATE core.channel_automation SET consent_version = 'older'", "consent is to an older text"),
            ("UPDATE core.channel_automation SET videos_per_day = 0", "0 videos a day"),
            ("DELETE FROM core.publishing_slots", "has no times"),
        ],
    )
    async def test_backlog_of_channel_that_cannot_schedule_names_reason(
        self, publisher: Publisher, change: str, said: str
    ) -> None:
        await publisher.automate()
        publisher.execute(change)
        found = await calendar(publisher)
        assert kinds(found) == ["not_scheduled"]
        assert said in found.conflicts[0].message

    async def test_backlog_without_free_slot_names_reason(self, publisher: Publisher) -> None:
        await publisher.automate(times=["12:00"])
        coming = [moment for after in range(31) if (moment := at(after, 12)) > clock.now()]
        for moment in coming:
            publisher.execute(
                "INSERT INTO core.videos (channel_id, title, status, duration_seconds, scheduled_at, format, language)"
                " SELECT channel_id, 'Taken', 'scheduled', 95, %s, format, language FROM core.videos LIMIT 1",
                moment,
            )
        found = await calendar(publisher)
        assert {one.unscheduled_reason for one in found.backlog} == {"No time of the next 28 days is free."}


class TestQuota:
    async def test_quota_forecast_of_week_counts_complete_uploads(self, publisher: Publisher) -> None:
        await publisher.order(PublicationRequest(publish_at=at(2, 12)))
        [found] = (await calendar(publisher)).quota
        assert (found.is_sandbox, found.waiting, found.error) == (True, 1, None)
        assert len(found.days) == 7
        assert (found.days[0].used, found.days[0].planned) == (0, 1)
        assert {one.fits for one in found.days[1:]} == {(10_000 - 320) // 462}
        assert all(one.ends_at == other.begins_at for one, other in zip(found.days, found.days[1:], strict=False))

    async def test_quota_forecast_with_faster_clock_uses_our_time(self, publisher: Publisher) -> None:
        """A day of its is a minute of ours."""
        publisher.youtube_env.sandbox_server.control("PUT", "/clock", {"factor": 1440})
        [found] = (await calendar(publisher)).quota
        lengths = {round((one.ends_at - one.begins_at).total_seconds()) for one in found.days[1:]}
        assert lengths == {60}

    async def test_quota_forecast_with_sandbox_down_reports_error_only_there(self, publisher: Publisher) -> None:
        await publisher.order(PublicationRequest(publish_at=at(2, 12)))
        publisher.youtube_env.sandbox_server.stop()
        found = await calendar(publisher)
        assert found.quota[0].error
        assert found.quota[0].days == []
        assert len(found.entries) == 1
        publisher.youtube_env.sandbox_server.start()


class TestMove:
    async def move(self, publisher: Publisher, to: datetime | None, **given: Any) -> queries.PublicationView:
        async with publisher.youtube_env.sessions.begin() as session:
            return await service.move(session, publisher.video_id, to, **given)

    async def test_move_to_given_time_or_next_free_slot(self, publisher: Publisher) -> None:
        await publisher.automate()
        await publisher.order(PublicationRequest(publish_at=at(2, 12)))
        view = await self.move(publisher, at(3, 15))
        assert (view.publish_at, view.privacy) == (at(3, 15), "private")
        assert publisher.video() == ("scheduled", None, at(3, 15))
        view = await self.move(publisher, None)
        assert publisher.video() == ("scheduled", None, view.publish_at)
        assert view.publish_at is not None
        assert view.publish_at < at(3, 15)

    async def test_move_of_immediate_publication_sets_time(self, publisher: Publisher) -> None:
        await publisher.order()
        assert (await self.move(publisher, at(3, 15))).privacy == "private"
        assert publisher.video() == ("scheduled", None, at(3, 15))

    @pytest.mark.parametrize(
        ("statement", "error"),
        [
            ("UPDATE core.publications SET status = 'uploading'", WrongState),
            ("UPDATE core.publications SET lease_token = gen_random_uuid(), heartbeat_at = now()", WrongState),
            ("UPDATE core.publications SET privacy = 'unlisted', publish_at = NULL", WrongState),
        ],
    )
    async def test_move_after_upload_began_is_refused(
        self, publisher: Publisher, statement: str, error: type[YtempireError]
    ) -> None:
        await publisher.order(PublicationRequest(publish_at=at(2, 12)))
        publisher.execute(statement)
        with pytest.raises(error):
            await self.move(publisher, at(3, 15))

    async def test_move_into_past_or_with_stale_version_is_refused(self, publisher: Publisher) -> None:
        view = (await publisher.order(PublicationRequest(publish_at=at(2, 12)))).publication
        with pytest.raises(InvalidInput):
            await self.move(publisher, at(-1, 12))
        with pytest.raises(PreconditionFailed):
            await self.move(publisher, at(3, 12), expected_updated_at=view.created_at - timedelta(days=1))
        assert (await publisher.view()).publish_at == at(2, 12)
        assert await self.move(publisher, at(3, 12), expected_updated_at=view.updated_at)

    async def test_schedule_of_video_with_publication_cannot_be_changed_directly(self, publisher: Publisher) -> None:
        await publisher.order(PublicationRequest(publish_at=at(2, 12)))
        with pytest.raises(Exception, match="on its way to YouTube"):
            publisher.execute("UPDATE core.videos SET scheduled_at = now() + interval '9 hours'")
