"""What does not go together on a calendar, in sentences with what to do. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from ytempire.channels.service import ChannelView
from ytempire.publishing.automation import AutomationView
from ytempire.publishing.slot_times import to_local
from ytempire.youtube.connections import ConnectionView

Kind = Literal[
    "same_time",
    "daily_limit",
    "channel_stopped",
    "not_connected",
    "time_passed",
    "not_published",
    "late",
    "not_scheduled",
]
ON_THE_WAY = ("planned", "uploading", "unknown")
INACTIVE_STATUSES = ("failed", "removed", "gone")  # what takes no time
MIN_LATENESS = timedelta(minutes=1)  # what is later than that is worth a sentence
MAX_SINGLE_CONFLICTS = 3  # of a channel; more are said in one sentence


@dataclass(frozen=True)
class CalendarEntry:
    """What is on the calendar: a publication, or a video with a time that nobody has ordered to be published."""

    video_id: UUID
    publication_id: UUID | None
    channel_id: UUID
    title: str
    at: datetime
    publish_at: datetime | None
    status: str
    is_scheduled: bool
    is_automatic: bool
    is_sandbox: bool
    last_error: Mapping[str, Any] | None
    can_move: bool
    day: date  # the channel's own
    in_slot: bool = False
    waits_until: datetime | None = None  # the reset of quota at which its upload can begin
    late: timedelta = timedelta()
    is_overdue: bool = False  # its time has passed, and it is not public


@dataclass(frozen=True)
class BacklogVideo:
    """A finished video without a time. `why` its channel does not plan it by itself; None: it will, or is not to."""

    video_id: UUID
    channel_id: UUID
    title: str
    unscheduled_reason: str | None


@dataclass(frozen=True)
class ChannelSchedule:
    """A channel with what decides about its calendar."""

    channel: ChannelView
    plan: AutomationView
    connection: ConnectionView | None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.channel.time_zone)

    @property
    def is_connected(self) -> bool:
        return self.connection is not None and self.connection.is_usable

    @property
    def is_auto_scheduled(self) -> bool:
        """Whether what is finished gets the free times without anybody."""
        plan = self.plan
        return bool(
            self.channel.status == "active"
            and self.is_connected
            and plan.can_publish
            and plan.videos_per_day
            and plan.slots
        )

    @property
    def idle_reason(self) -> str | None:
        """Why nothing is planned here by itself, although somebody wants that."""
        if not self.plan.auto_publish or self.channel.status != "active" or not self.is_connected:
            return None  # said otherwise, or not wanted
        if not self.plan.can_publish:
            return "The consent is to an older text: somebody has to agree to the present one."
        if not self.plan.videos_per_day:
            return "It is to publish 0 videos a day by itself."
        return None if self.plan.slots else "The channel has no times."


@dataclass(frozen=True)
class Conflict:
    kind: Kind
    channel_id: UUID
    message: str
    hint: str
    at: datetime | None = None
    day: date | None = None
    video_ids: Sequence[UUID] = field(default_factory=list)


def conflicts(
    channel_schedules: Mapping[UUID, ChannelSchedule],
    entries: Sequence[CalendarEntry],
    backlog: Sequence[BacklogVideo],
    *,
    now: datetime,
) -> list[Conflict]:
    """Channels first, then by time."""
    all_conflicts = [
        *_of_channels(channel_schedules, entries, backlog),
        *_same_time_conflicts(channel_schedules, entries),
        *_daily_limit_conflicts(channel_schedules, entries),
        *(conflict for entry in entries for conflict in _of_entry(channel_schedules[entry.channel_id], entry, now)),
        *_late_conflicts(channel_schedules, entries),
        *_unscheduled_conflicts(backlog),
    ]
    first = datetime.min.replace(tzinfo=now.tzinfo)
    return sorted(all_conflicts, key=lambda conflict: (conflict.at or first, conflict.kind, conflict.channel_id))


def _of_channels(
    channel_schedules: Mapping[UUID, ChannelSchedule], entries: Iterable[CalendarEntry], backlog: Iterable[BacklogVideo]
) -> Iterator[Conflict]:
    waiting: dict[UUID, list[UUID]] = defaultdict(list)
    for entry in entries:
        if entry.status in ON_THE_WAY:
            waiting[entry.channel_id].append(entry.video_id)
    finished = {video.channel_id for video in backlog}
    for channel_schedule in channel_schedules.values():
        channel, ids = channel_schedule.channel, waiting[channel_schedule.channel.id]
        wanted = bool(ids) or (channel_schedule.plan.auto_publish and channel.id in finished)
        if channel.status != "active" and wanted:
            message = f"“{channel.name}” is {channel.status}: {_waits(len(ids))}"
            yield Conflict("channel_stopped", channel.id, message, "Activate the channel.", video_ids=ids)
        elif not channel_schedule.is_connected and wanted:
            message = f"“{channel.name}” is not connected to YouTube: {_waits(len(ids))}"
            yield Conflict("not_connected", channel.id, message, "Connect the channel; nothing is lost.", video_ids=ids)
        if channel_schedule.idle_reason and channel.id in finished:
            message = f"“{channel.name}” plans nothing by itself. {channel_schedule.idle_reason}"
            yield Conflict("not_scheduled", channel.id, message, "Change that in the section Automation of its page.")


def _waits(count: int) -> str:
    if not count:
        return "nothing is planned on it."
    return "1 publication waits for it." if count == 1 else f"{count} publications wait for it."


def _same_time_conflicts(
    channel_schedules: Mapping[UUID, ChannelSchedule], entries: Iterable[CalendarEntry]
) -> Iterator[Conflict]:
    together: dict[tuple[UUID, datetime], list[CalendarEntry]] = defaultdict(list)
    for entry in entries:
        if entry.publish_at is not None and entry.status not in ("live", *INACTIVE_STATUSES):
            together[entry.channel_id, entry.publish_at].append(entry)
    for (channel_id, at), group in together.items():
        if len(group) > 1:
            channel_schedule = channel_schedules[channel_id]
            name, time = channel_schedule.channel.name, _format_time(at, channel_schedule.zone)
            message = f"{_titles(group)} are for the same time on “{name}”: {time}."
            yield Conflict("same_time", channel_id, message, "Move one of them.", at, group[0].day, _ids(group))


def _daily_limit_conflicts(
    channel_schedules: Mapping[UUID, ChannelSchedule], entries: Iterable[CalendarEntry]
) -> Iterator[Conflict]:
    of_day: dict[tuple[UUID, date], list[CalendarEntry]] = defaultdict(list)
    for entry in entries:
        if entry.status not in INACTIVE_STATUSES:
            of_day[entry.channel_id, entry.day].append(entry)
    for (channel_id, day), day_entries in of_day.items():
        channel_schedule = channel_schedules[channel_id]
        most = channel_schedule.plan.videos_per_day
        # what is there already cannot be helped
        if most and len(day_entries) > most and any(entry.status != "live" for entry in day_entries):
            name = channel_schedule.channel.name
            message = f"“{name}” has {len(day_entries)} videos on {day:%a, %d %b}, and is to publish {most} a day."
            yield Conflict(
                "daily_limit",
                channel_id,
                message,
                "Move one to another day.",
                max(entry.at for entry in day_entries),
                day,
                _ids(day_entries),
            )


def _of_entry(channel_schedule: ChannelSchedule, entry: CalendarEntry, now: datetime) -> Iterator[Conflict]:
    channel_id, ids = entry.channel_id, [entry.video_id]
    passed = entry.publish_at is not None and entry.publish_at <= now
    if entry.publication_id is None and entry.status == "scheduled":
        time = _format_time(entry.at, channel_schedule.zone)
        message = f"“{entry.title}” has a time, {time}, and nobody has ordered it to be published."
        yield Conflict("not_published", channel_id, message, "Publish it; it keeps its time.", entry.at, entry.day, ids)
    elif passed and entry.status in ON_THE_WAY:
        message = (
            f"The time of “{entry.title}” has passed while it waited: it becomes public as soon as YouTube has it."
        )
        yield Conflict("time_passed", channel_id, message, _hint(entry), entry.at, entry.day, ids)


def _late_conflicts(
    channel_schedules: Mapping[UUID, ChannelSchedule], entries: Iterable[CalendarEntry]
) -> Iterator[Conflict]:
    """Each by itself, as long as a channel has few of them."""
    late: dict[UUID, list[CalendarEntry]] = defaultdict(list)
    for entry in entries:
        if entry.publish_at is not None and entry.waits_until is not None and entry.late > MIN_LATENESS:
            late[entry.channel_id].append(entry)
    for channel_id, late_entries in late.items():
        channel_schedule = channel_schedules[channel_id]
        if len(late_entries) > MAX_SINGLE_CONFLICTS:
            most = _duration(max(late_entry.late for late_entry in late_entries))
            name = channel_schedule.channel.name
            message = f"{len(late_entries)} publications of “{name}” will be up to {most} late: they wait for quota."
            hint = "Plan fewer, move some, or ask Google for more quota."
            yield Conflict("late", channel_id, message, hint, late_entries[0].at, None, _ids(late_entries))
            continue
        for late_entry in late_entries:
            assert late_entry.waits_until is not None
            message = (
                f"“{late_entry.title}” will be {_duration(late_entry.late)} late: its upload waits for the reset of"
                f" quota at {_format_time(late_entry.waits_until, channel_schedule.zone)}."
            )
            hint = "Move it, or make room: take another one back."
            yield Conflict("late", channel_id, message, hint, late_entry.at, late_entry.day, _ids([late_entry]))


def _unscheduled_conflicts(backlog: Iterable[BacklogVideo]) -> Iterator[Conflict]:
    for video in backlog:
        if video.unscheduled_reason is not None:
            yield Conflict(
                "not_scheduled",
                video.channel_id,
                f"“{video.title}” cannot be planned by itself. {video.unscheduled_reason}",
                "Mend that, or publish it by hand.",
                video_ids=[video.video_id],
            )


def _hint(entry: CalendarEntry) -> str:
    error = entry.last_error or {}
    why = str(error.get("message") or "Nothing is to be done; it goes on by itself.")
    return f"{why} {error['hint']}" if error.get("hint") else why


def _titles(entries: Sequence[CalendarEntry]) -> str:
    quoted = [f"“{entry.title}”" for entry in entries]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _ids(entries: Iterable[CalendarEntry]) -> list[UUID]:
    return [entry.video_id for entry in entries]


def _format_time(at: datetime, zone: ZoneInfo) -> str:
    return f"{to_local(at, zone):%a, %d %b, %H:%M} in {zone.key}"


def _duration(length: timedelta) -> str:
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    days, hours = divmod(hours, 24)
    parts = [f"{amount} {unit}" for amount, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if amount]
    return " ".join(parts[:2]) or "less than a minute"
