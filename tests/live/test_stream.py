"""Messages of a process: what a page hears, what it missed, what it may not know."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import UUID, uuid4

import pytest

from ytempire.live import stream as streaming
from ytempire.live.broadcaster import MERGE_INTERVAL_S, Broadcaster
from ytempire.live.stream import Channels, Message, Stream, Subscriber
from ytempire.production.live import run_changed, step_progress
from ytempire.realtime.messages import metrics_changed

ONE, OTHER = UUID(int=1), UUID(int=2)


def told(channel: UUID | None, **data: Any) -> Message:
    return Message("told", None if channel is None else frozenset([channel]), data)


def changed(*channels: UUID) -> Message:
    return Message("metrics_changed", frozenset(channels) or None, lists_channels=True)


async def heard(stream: Stream, subscriber: Subscriber) -> list[dict[str, Any]]:
    """All that waits for the page and that it may know."""
    found = []
    while subscriber._pending:
        serialized = stream.serialize(await subscriber.next(), subscriber.channels)
        if serialized is not None:
            found.append(serialized)
    return found


def joined(stream: Stream, channels: Channels = None, after: str | None = None) -> Subscriber:
    subscriber = Subscriber(channels)
    stream.join(subscriber, after=after)
    return subscriber


async def test_stream_delivers_only_visible_channels() -> None:
    stream = Stream()
    all_of_it, subscriber = joined(stream), joined(stream, frozenset([ONE]))
    for message in (told(ONE, n=1), told(OTHER, n=2), told(None, n=3)):
        stream.send(message)
    assert [(one["seq"], one["type"], one["data"]) for one in await heard(stream, subscriber)] == [
        (0, "welcome", {}), (1, "told", {"n": 1}), (3, "told", {"n": 3}),
    ]  # fmt: skip
    assert [one["id"] for one in await heard(stream, all_of_it)] == [f"{stream.id}:{seq}" for seq in range(4)]
    stream.leave(subscriber)
    stream.send(told(ONE))
    assert await heard(stream, subscriber) == []


async def test_stream_message_lists_only_visible_channels() -> None:
    stream = Stream()
    admin, subscriber, stranger = joined(stream), joined(stream, frozenset([ONE])), joined(stream, frozenset())
    stream.send(changed(ONE, OTHER))
    stream.send(changed())
    assert [one["data"] for one in await heard(stream, admin)][1:] == [
        {"channels": [str(ONE), str(OTHER)]}, {"channels": None},
    ]  # fmt: skip
    assert [one["data"] for one in await heard(stream, subscriber)][1:] == [
        {"channels": [str(ONE)]},
        {"channels": None},
    ]
    assert [one["data"] for one in await heard(stream, stranger)][1:] == [{"channels": None}]


async def test_stream_resume_delivers_missed_messages_of_visible_channels() -> None:
    stream = Stream()
    for number in range(5):
        stream.send(told((ONE, OTHER)[number % 2], n=number))
    back = joined(stream, frozenset([OTHER]), after=f"{stream.id}:1")
    stream.send(told(OTHER, n=5))
    assert [one["data"]["n"] for one in await heard(stream, back)] == [1, 3, 5]
    assert await heard(stream, joined(stream, None, after=f"{stream.id}:6")) == []  # missed nothing


@pytest.mark.parametrize("after", ["", ":", "nonsense", "{other}:3", "{id}:", "{id}:-1", "{id}:99", "{id}:1", "{id}:²"])
async def test_stream_resume_from_unknown_position_sends_resync(after: str) -> None:
    stream = Stream(kept=2)
    for number in range(4):
        stream.send(told(ONE, n=number))
    [said] = await heard(stream, joined(stream, frozenset([ONE]), after.format(id=stream.id, other=Stream().id)))
    assert (said["type"], said["id"]) == ("resync", f"{stream.id}:4")
    assert len(await heard(stream, joined(stream, None, after=f"{stream.id}:2"))) == 2


async def test_stream_slow_subscriber_receives_resync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "MAX_PENDING", 3)
    stream = Stream()
    subscriber = joined(stream)
    for number in range(4):
        stream.send(told(ONE, n=number))
    assert [one["type"] for one in await heard(stream, subscriber)] == ["resync", "told"]


async def test_broadcaster_merges_frequent_metrics_messages() -> None:
    broadcaster = Broadcaster("postgresql://nowhere", None, notified={}, published={})  # type: ignore[arg-type]
    subscriber = joined(broadcaster.stream)
    channels = [uuid4() for _ in range(40)]
    began = time.monotonic()
    for channel in channels:
        broadcaster._publish(metrics_changed, f'{{"channels": ["{channel}"]}}')
        await asyncio.sleep(0.01)
    broadcaster._publish(metrics_changed, "what is this")
    broadcaster._publish(metrics_changed, '{"channels": "all"}')
    await asyncio.sleep(0.3)
    said = [one["data"]["channels"] for one in (await heard(broadcaster.stream, subscriber))[1:]]
    assert 2 <= len(said) <= (time.monotonic() - began) / MERGE_INTERVAL_S + 1
    assert said[0] == [str(channels[0])]
    assert sorted(name for names in said for name in names) == sorted(map(str, channels))


def test_run_notifications_are_translated_to_messages() -> None:
    run = str(uuid4())
    assert run_changed(f"{run} {ONE}") == Message("run_changed", frozenset([ONE]), {"run_id": run})
    progress = step_progress(f"{run} {ONE} voice 0.5")
    assert progress.data == {"run_id": run, "step": "voice", "progress": 0.5}
    for translate in (run_changed, step_progress):
        with pytest.raises(ValueError, match=r".+"):
            translate("somebody else's message")
