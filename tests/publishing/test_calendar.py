"""The calendar as it is read: times, what fills them, what does not go together, and quota."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tests.publishing.conftest import Studio
from ytempire.channels import service as channels
from ytempire.kit import clock
from ytempire.kit.database import as_subject
from ytempire.kit.errors import InvalidInput, NotFound, PreconditionFailed, YtempireError
from ytempire.kit.subject import Subject
from ytempire.production import shelving
from ytempire.production.errors import WrongState
from ytempire.publishing import queries, service
from ytempire.publishing.calendar import Calendar, read_calendar
from ytempire.publishing.planning import LEAD
from ytempire.publishing.service import Order
from ytempire.publishing.slots import moment_of
from ytempire.youtube.projects import Moment

UTC_ZONE = ZoneInfo("UTC")


def day(after: int) -> date:
    return clock.now().date() + timedelta(days=after)


def at(after: int, hour: int) -> datetime:
    return moment_of(day(after), time(hour), UTC_ZONE)


async def calendar(studio: Studio, **given: Any) -> Calendar:
    given = {"since": day(0), "until": day(6), **given}
    return await read_calendar(studio.world.youtube, studio.world.sessions, **given)


async def used_up(studio: Studio) -> Moment:
    """One upload a day, and it is noon in California and today's was made."""
    now = await studio.world.youtube.now(studio.world.project)
    studio.world.served.advance((now.next_day - now.at).total_seconds() + 12 * 3600)
    now = await studio.world.youtube.now(studio.world.project)
    await studio.allow(inserts=1)
    studio.execute(
        "INSERT INTO core.youtube_quota (project_id, bucket, day, used)"
        " SELECT id, 'inserts', %s, 1 FROM core.youtube_projects",
        now.day,
    )
    return now


def kinds(found: Calendar) -> list[str]:
    return [one.kind for one in found.conflicts]


class TestSlots:
    async def test_each_time_with_what_fills_it(self, studio: Studio) -> None:
        await studio.automate()
        await studio.order(Order(publish_at=at(2, 12)))
        found = await calendar(studio)
        assert len(found.slots) == 7 * 3
        assert {one.at: list(one.video_ids) for one in found.slots if one.video_ids} == {at(2, 12): [studio.video_id]}
        assert [one.is_past for one in found.slots] == [one.at <= found.now for one in found.slots]
        [entry] = found.entries
        assert (entry.in_slot, entry.status, entry.can_move, entry.day) == (True, "planned", True, day(2))
        assert not kinds(found)

    async def test_days_are_the_channels_own(self, studio: Studio) -> None:
        """Noon in UTC is the next day in Kiritimati, from 10:00 on."""
        async with studio.world.sessions.begin() as session:
            zone = {"time_zone": "Pacific/Kiritimati"}
            await channels.change_channel(session, studio.world.channel_id, zone)
        await studio.order(Order(publish_at=at(2, 12)))
        assert [one.day for one in (await calendar(studio)).entries] == [day(3)]
        assert (await calendar(studio, until=day(2))).entries == []
        assert len((await calendar(studio, since=day(3), until=day(3))).entries) == 1

    async def test_what_is_overdue_stays_until_somebody_acts(self, studio: Studio) -> None:
        """And nothing else of before: a failure has been told."""
        ordered, scheduled = studio.video_id, await studio.finish()
        await studio.order(Order(publish_at=at(2, 12)))
        async with studio.world.sessions.begin() as session:
            await shelving.schedule_video(session, scheduled, at(2, 13))
        studio.execute("UPDATE core.publications SET publish_at = now() - interval '30 hours'")
        studio.execute("ALTER TABLE core.videos DISABLE TRIGGER USER")  # they let nothing be scheduled for the past
        studio.execute("UPDATE core.videos SET scheduled_at = now() - interval '30 hours' WHERE id = %s", scheduled)
        studio.execute("UPDATE core.channels SET status = 'paused' WHERE id = %s", studio.world.channel_id)
        found = await calendar(studio)
        assert {(one.video_id, one.is_overdue) for one in found.entries} == {(ordered, True), (scheduled, True)}
        assert sorted(kinds(found)) == ["channel_stopped", "not_ordered", "time_passed"]
        assert len((await calendar(studio, since=day(-30), until=day(-20))).entries) == 0
        studio.execute(
            "UPDATE core.publications SET status = 'failed', next_try_at = NULL, last_error ="
            """ '{"step": "send", "reason": "x", "message": "YouTube has said no.", "hint": null}'"""
        )
        studio.execute("UPDATE core.videos SET status = 'ready', scheduled_at = NULL WHERE id = %s", ordered)
        assert [one.video_id for one in (await calendar(studio)).entries] == [scheduled]

    @pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "Pacific/Kiritimati"])
    async def test_without_a_first_day_it_begins_with_each_channels_own_today(self, studio: Studio, zone: str) -> None:
        """Nearly everywhere one of the two has another day than UTC."""
        async with studio.world.sessions.begin() as session:
            await channels.change_channel(session, studio.world.channel_id, {"time_zone": zone})
        await studio.automate(times=["00:00", "23:59"])
        found = await calendar(studio, since=None, channel_id=studio.world.channel_id)
        today = clock.now().astimezone(ZoneInfo(zone)).date()
        assert found.since == found.slots[0].day == today
        assert [one.is_past for one in found.slots[:2]] == [True, False]

    async def test_a_calendar_has_an_end(self, studio: Studio) -> None:
        with pytest.raises(InvalidInput):
            await calendar(studio, until=day(-1))
        with pytest.raises(InvalidInput):
            await calendar(studio, until=day(100))

    async def test_a_stranger_sees_nothing(self, studio: Studio) -> None:
        """Nobody's channels, and so no project whose quota would concern them."""
        await studio.order(Order(publish_at=at(2, 12)))
        stranger = as_subject(studio.world.sessions, Subject(uuid4(), "operator"))
        found = await read_calendar(studio.world.youtube, stranger, since=day(0), until=day(6))
        assert (found.desks, found.entries, found.slots, found.ready, found.quota) == ([], [], [], [], [])
        with pytest.raises(NotFound):
            await read_calendar(
                studio.world.youtube, stranger, since=day(0), until=day(6), channel_id=studio.world.channel_id
            )

    async def test_of_another_channel_nothing_is_shown(self, studio: Studio) -> None:
        await studio.order(Order(publish_at=at(2, 12)))
        other = await studio.world.channel("Another")
        found = await calendar(studio, channel_id=other)
        assert (found.entries, found.ready) == ([], [])
        assert [one.channel.id for one in found.desks] == [other]


class TestConflicts:
    async def test_two_at_one_time_and_more_than_a_day_is_to_have(self, studio: Studio) -> None:
        await studio.automate(videos_per_day=1)
        other = await studio.finish()
        await studio.order(Order(publish_at=at(2, 12)))
        await studio.order(Order(publish_at=at(2, 12)), video_id=other)
        found = await calendar(studio)
        assert sorted(kinds(found)) == ["same_time", "too_many"]
        for one in found.conflicts:
            assert sorted(one.video_ids) == sorted([studio.video_id, other])
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
    async def test_what_its_channel_keeps_from_going(
        self, studio: Studio, statement: str, kind: str, said: str
    ) -> None:
        await studio.order(Order(publish_at=at(2, 12)))
        studio.execute(statement, studio.world.channel_id)
        found = await calendar(studio)
        assert kinds(found) == [kind]
        assert said in found.conflicts[0].message
        assert found.conflicts[0].hint

    async def test_a_time_that_passed(self, studio: Studio) -> None:
        await studio.order(Order(publish_at=at(2, 12)))
        studio.execute("UPDATE core.publications SET publish_at = now() - interval '1 minute'")
        found = await calendar(studio, since=day(-1))
        assert kinds(found) == ["time_passed"]

    async def test_a_time_that_nobody_acts_on(self, studio: Studio) -> None:
        async with studio.world.sessions.begin() as session:
            await shelving.schedule_video(session, studio.video_id, at(2, 12))
        found = await calendar(studio)
        assert kinds(found) == ["not_ordered"]
        assert [one.publication_id for one in found.entries] == [None]
        await studio.order()
        assert not kinds(await calendar(studio))

    async def test_one_that_waits_for_a_reset_and_comes_late(self, studio: Studio) -> None:
        now = await used_up(studio)
        await studio.order(Order(publish_at=clock.now() + timedelta(minutes=5)))
        found = await calendar(studio)
        [entry] = found.entries
        assert entry.publish_at is not None
        assert entry.waits_until == now.ours(now.next_day)
        assert entry.late == now.ours(now.next_day) + LEAD - entry.publish_at
        assert kinds(found) == ["late"]
        assert [(one.used, one.planned, one.fits) for one in found.quota[0].days[:3]] == [
            (1, 0, 1),
            (0, 1, 1),
            (0, 0, 1),
        ]

    async def test_many_that_come_late_are_one_sentence(self, studio: Studio) -> None:
        await used_up(studio)
        for minutes in range(5):
            video_id = await studio.finish()
            await studio.order(Order(publish_at=clock.now() + timedelta(minutes=5 + minutes)), video_id=video_id)
        [late] = (await calendar(studio)).conflicts
        assert (late.kind, len(late.video_ids)) == ("late", 5)
        assert "5 publications of “Clear Signal” will be up to 4 d" in late.message

    async def test_a_failure_is_shown_until_it_is_tried_anew(self, studio: Studio) -> None:
        await studio.order(Order(publish_at=at(2, 12)))
        studio.execute(
            "UPDATE core.publications SET status = 'failed', next_try_at = NULL, last_error ="
            """ '{"step": "send", "reason": "x", "message": "YouTube has said no.", "hint": null}'"""
        )
        studio.execute("UPDATE core.videos SET status = 'ready', scheduled_at = NULL")
        assert [one.status for one in (await calendar(studio)).entries] == ["failed"]
        await studio.order(Order(publish_at=at(3, 12)))
        assert [one.status for one in (await calendar(studio)).entries] == ["planned"]


class TestReady:
    async def test_says_why_it_is_not_planned(self, studio: Studio) -> None:
        await studio.automate()
        studio.execute("UPDATE core.videos SET description = 'a <b>'")
        good = await studio.finish()
        found = await calendar(studio)
        why = {one.video_id: one.why for one in found.ready}
        assert why[good] is None
        assert "description has < or >" in (why[studio.video_id] or "")
        assert kinds(found) == ["not_planned"]

    async def test_where_somebody_else_publishes_nothing_is_wrong(self, studio: Studio) -> None:
        found = await calendar(studio)
        assert [one.why for one in found.ready] == [None]
        assert not kinds(found)

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ("UPDATE core.channel_automation SET consent_version = 'older'", "consent is to an older text"),
            ("UPDATE core.channel_automation SET videos_per_day = 0", "0 videos a day"),
            ("DELETE FROM core.schedule_slots", "has no times"),
        ],
    )
    async def test_a_channel_that_plans_nothing_says_why(self, studio: Studio, change: str, said: str) -> None:
        await studio.automate()
        studio.execute(change)
        found = await calendar(studio)
        assert kinds(found) == ["not_planned"]
        assert said in found.conflicts[0].message

    async def test_without_a_free_time(self, studio: Studio) -> None:
        await studio.automate(times=["12:00"])
        coming = [moment for after in range(31) if (moment := at(after, 12)) > clock.now()]
        for moment in coming:
            studio.execute(
                "INSERT INTO core.videos (channel_id, title, status, duration_seconds, scheduled_at, format, language)"
                " SELECT channel_id, 'Taken', 'scheduled', 95, %s, format, language FROM core.videos LIMIT 1",
                moment,
            )
        found = await calendar(studio)
        assert {one.why for one in found.ready} == {"No time of the next 28 days is free."}


class TestQuota:
    async def test_a_week_in_dressed_uploads(self, studio: Studio) -> None:
        await studio.order(Order(publish_at=at(2, 12)))
        [found] = (await calendar(studio)).quota
        assert (found.is_sandbox, found.waiting, found.trouble) == (True, 1, None)
        assert len(found.days) == 7
        assert (found.days[0].used, found.days[0].planned) == (0, 1)
        assert {one.fits for one in found.days[1:]} == {(10_000 - 320) // 462}
        assert all(one.ends_at == other.begins_at for one, other in zip(found.days, found.days[1:], strict=False))

    async def test_days_of_a_faster_clock_are_shown_in_our_time(self, studio: Studio) -> None:
        """A day of its is a minute of ours."""
        studio.world.served.control("PUT", "/clock", {"factor": 1440})
        [found] = (await calendar(studio)).quota
        lengths = {round((one.ends_at - one.begins_at).total_seconds()) for one in found.days[1:]}
        assert lengths == {60}

    async def test_a_sandbox_that_is_down_is_said_and_the_rest_is_there(self, studio: Studio) -> None:
        await studio.order(Order(publish_at=at(2, 12)))
        studio.world.served.stop()
        found = await calendar(studio)
        assert found.quota[0].trouble
        assert found.quota[0].days == []
        assert len(found.entries) == 1
        studio.world.served.start()


class TestMove:
    async def move(self, studio: Studio, to: datetime | None, **given: Any) -> queries.PublicationView:
        async with studio.world.sessions.begin() as session:
            return await service.move(session, studio.video_id, to, **given)

    async def test_to_another_time_and_to_the_next_free_one(self, studio: Studio) -> None:
        await studio.automate()
        await studio.order(Order(publish_at=at(2, 12)))
        view = await self.move(studio, at(3, 15))
        assert (view.publish_at, view.privacy) == (at(3, 15), "private")
        assert studio.video() == ("scheduled", None, at(3, 15))
        view = await self.move(studio, None)
        assert studio.video() == ("scheduled", None, view.publish_at)
        assert view.publish_at is not None
        assert view.publish_at < at(3, 15)

    async def test_one_that_was_to_go_at_once_gets_a_time(self, studio: Studio) -> None:
        await studio.order()
        assert (await self.move(studio, at(3, 15))).privacy == "private"
        assert studio.video() == ("scheduled", None, at(3, 15))

    @pytest.mark.parametrize(
        ("statement", "error"),
        [
            ("UPDATE core.publications SET status = 'uploading'", WrongState),
            ("UPDATE core.publications SET claim = gen_random_uuid(), heartbeat_at = now()", WrongState),
            ("UPDATE core.publications SET privacy = 'unlisted', publish_at = NULL", WrongState),
        ],
    )
    async def test_not_when_it_has_begun(self, studio: Studio, statement: str, error: type[YtempireError]) -> None:
        await studio.order(Order(publish_at=at(2, 12)))
        studio.execute(statement)
        with pytest.raises(error):
            await self.move(studio, at(3, 15))

    async def test_not_into_the_past_and_not_over_what_was_not_seen(self, studio: Studio) -> None:
        view = (await studio.order(Order(publish_at=at(2, 12)))).publication
        with pytest.raises(InvalidInput):
            await self.move(studio, at(-1, 12))
        with pytest.raises(PreconditionFailed):
            await self.move(studio, at(3, 12), seen=view.created_at - timedelta(days=1))
        assert (await studio.view()).publish_at == at(2, 12)
        assert await self.move(studio, at(3, 12), seen=view.updated_at)

    async def test_its_time_cannot_be_changed_behind_it(self, studio: Studio) -> None:
        await studio.order(Order(publish_at=at(2, 12)))
        with pytest.raises(Exception, match="on its way to YouTube"):
            studio.execute("UPDATE core.videos SET scheduled_at = now() + interval '9 hours'")
