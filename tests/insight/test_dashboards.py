"""Every dashboard is what the events give when they are counted in Python, for whoever may see them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from pydantic import BaseModel

from tests.api import client_of, settings_for
from tests.conftest import own_database
from tests.ingest.factories import Measured, event, hours_ago, make_measured, ndjson
from tests.ingest.recount import Happened, as_float, as_text, figures, happenings, members, ratio, total
from ytempire.accounts.api_keys import create_key
from ytempire.channels.models import Channel
from ytempire.ingest.ingestor import Ingestor, IngestRequest
from ytempire.insight import dashboard_schemas as schemas
from ytempire.insight.derived_metrics import DERIVED_METRICS
from ytempire.kit.database import Sessions, as_subject, connect
from ytempire.runtime.local_operator import operator_sessions
from ytempire.runtime.postgres import EmbeddedPostgres

pytestmark = pytest.mark.asyncio(loop_scope="module")
ANALYTICS = "/api/v1/analytics"
ZONES = ("Asia/Kolkata", "America/New_York", "UTC")
SHAPES: dict[str, type[BaseModel]] = {
    "overview": schemas.Overview,
    "channels": schemas.ChannelRanking,
    "videos": schemas.TopVideos,
    "rpm": schemas.RpmByWeek,
    "heatmap": schemas.Heatmap,
    "traffic": schemas.Traffic,
}


async def key_of(sessions: Sessions, person: Measured, *scopes: str) -> dict[str, str]:
    async with as_subject(sessions, person.subject).begin() as session:
        _, secret = await create_key(
            session,
            person.subject.user_id,
            name=f"{scopes} {uuid4()}",
            scopes=list(scopes) or ["read"],
            hourly_limit=1_000_000,
            expires_at=None,
        )
    return {"Authorization": f"Bearer {secret}"}


@dataclass(frozen=True)
class World:
    """Ann's three channels in three zones, and what happened to them; Bob has one, and events as well; Cho's have
    corrections.
    """

    ann: Measured
    events: list[Happened]
    client: httpx.AsyncClient
    headers: dict[str, str]
    bob: Measured
    bobs_headers: dict[str, str]
    cho: Measured
    chos_headers: dict[str, str]

    async def get(self, path: str, **parameters: Any) -> Any:
        answer = await self.client.get(f"{ANALYTICS}/{path}", params=parameters, headers=self.headers)
        assert answer.status_code == 200, answer.text
        name = path if path in SHAPES else "video"
        SHAPES.get(name, schemas.VideoMetricsOut).model_validate_json(answer.content, extra="forbid")
        return answer.json()

    def within(self, since: str | date, until: str | date, channel: UUID | None = None) -> list[Happened]:
        return [
            one for one in self.events if str(since) <= str(one.day) <= str(until) and channel in {None, one.channel}
        ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(
    postgres: EmbeddedPostgres, cache_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """For all tests here: they only read."""
    chance = random.Random(11)
    with own_database(postgres) as database:
        engine = connect(database.app_url, pool_size=2)
        sessions = await operator_sessions(engine)
        ann = await make_measured(sessions, "ann", zones=ZONES, videos=3)
        bob = await make_measured(sessions, "bob")
        events = happenings(chance, ann, ZONES, days=70, many=900)
        others = happenings(chance, bob, ["UTC"], days=70, many=50)
        async with Ingestor(database.app_url, application="test") as ingestor:
            for who, happened in ((ann, events), (bob, others)):
                receipt = await ingestor.ingest(
                    IngestRequest(ndjson(*(one.line for one in happened)), "api"), who.subject
                )
                assert receipt.inserted == len(happened)
            cho = await make_measured(sessions, "cho", zones=ZONES)
            await ingestor.ingest(IngestRequest(ndjson(*corrected(cho)), "youtube"), cho.subject)
        async with as_subject(sessions, ann.subject).begin() as session:
            (await session.get_one(Channel, next(iter(ann.videos)))).category = "technology"
        keys = {who: await key_of(sessions, person) for who, person in (("ann", ann), ("bob", bob), ("cho", cho))}
        await engine.dispose()
        home = tmp_path_factory.mktemp("world")
        async with client_of(settings_for(database, cache_url, home), person="admin") as client:
            yield World(ann, events, client, keys["ann"], bob, keys["bob"], cho, keys["cho"])


def corrected(who: Measured) -> list[dict[str, Any]]:
    """The first channel has the best video by far, and another that lost more than that."""
    (fallen, (best, other)), *others = who.videos.items()
    return [
        event(fallen, best, hours_ago(48), views=2_000_000_000, shares=2_000, estimated_revenue_usd=20),
        *(
            event(
                fallen,
                other,
                hours_ago(49 + n),
                views=-1_500_000_000,
                shares=-1_500,
                estimated_revenue_usd=-15,
                correction=True,
            )
            for n in range(2)
        ),
        *(
            event(channel, videos[0], hours_ago(48), views=100_000_000, shares=100, estimated_revenue_usd=1)
            for channel, videos in others
        ),
    ]


def known(item: dict[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in DERIVED_METRICS}


def last_day(channel_zone: Happened) -> date:
    return datetime.now(UTC).astimezone(channel_zone.zone).date()


async def test_overview_equals_python_recount(world: World) -> None:
    for channel in (None, *world.ann.videos):
        said = await world.get("overview", days=20, **({"channel_id": channel} if channel else {}))
        today = max(last_day(one) for one in world.events if channel in {None, one.channel})
        assert (said["since"], said["until"]) == (str(today - timedelta(days=19)), str(today))
        assert known(said["current"]) == figures(world.within(said["since"], said["until"], channel))
        before = said["previous"]
        assert (before["since"], before["until"]) == (str(today - timedelta(days=39)), str(today - timedelta(days=20)))
        assert known(before) == figures(world.within(before["since"], before["until"], channel))
        assert [one["day"] for one in said["days"]] == [str(today - timedelta(days=n)) for n in reversed(range(20))]
        assert all(known(one) == figures(world.within(one["day"], one["day"], channel)) for one in said["days"])


async def test_dashboards_without_events_are_zero_with_null_rates(world: World) -> None:
    said = await world.get("overview", since="2006-01-01", until="2006-01-02")
    assert (said["current"]["views"], said["current"]["revenue_usd"]) == (0, "0.000000")
    assert {said["current"][name] for name in ("engagement_rate", "rpm_usd", "click_through_rate")} == {None}
    assert [one["views"] for one in said["days"]] == [0, 0]
    for path in ("channels", "videos", "rpm", "traffic"):
        assert (await world.get(path, since="2006-01-01", until="2006-01-02"))["items"] == []


async def test_channel_ranking_by_each_metric_has_previous_rank(world: World) -> None:
    for metric in DERIVED_METRICS:
        said = await world.get("channels", days=25, metric=metric)
        since, until = date.fromisoformat(said["since"]), date.fromisoformat(said["until"])
        present = {one: figures(world.within(since, until, one)) for one in world.ann.videos}
        before = {
            one: figures(world.within(since - timedelta(days=25), since - timedelta(days=1), one))
            for one in world.ann.videos
        }
        for item in said["items"]:
            channel = UUID(item["channel_id"])
            assert known(item) == present[channel]
            assert item["rank"] == 1 + sum(_less(present[channel], one, metric) for one in present.values())
            assert item["previous_rank"] == 1 + sum(_less(before[channel], one, metric) for one in before.values())
        ranks = [item["rank"] for item in said["items"]]
        assert (len(ranks), ranks) == (3, sorted(ranks))
    of_niche = await world.get("channels", category="technology")
    assert [(one["rank"], one["channel_id"]) for one in of_niche["items"]] == [(1, str(next(iter(world.ann.videos))))]
    assert len((await world.get("channels", limit=1))["items"]) == 1


def _less(one: dict[str, Any], other: dict[str, Any], metric: str) -> bool:
    return Decimal(str(one[metric])) < Decimal(str(other[metric]))


async def test_top_videos_by_each_metric_equal_python_recount(world: World) -> None:
    for channel in (None, next(iter(world.ann.videos))):
        of = [video for one, video in world.ann.pairs if channel in {None, one}]
        for metric in DERIVED_METRICS:
            more = {"channel_id": channel} if channel else {}
            said = await world.get("videos", days=30, metric=metric, limit=4, **more)
            within = world.within(said["since"], said["until"])
            expected = {video: figures(e for e in within if e.video == video) for video in of}
            best = sorted((Decimal(str(one[metric])) for one in expected.values()), reverse=True)[:4]
            assert [Decimal(str(one[metric])) for one in said["items"]] == best
            for item in said["items"]:
                assert known(item) == expected[UUID(item["video_id"])]
                assert item["title"].startswith("ann ")
            # of three channels two are looked through first
            (first,) = (await world.get("videos", days=30, metric=metric, limit=1, **more))["items"]
            assert first == said["items"][0]
    fewest = min(one["views"] for one in said["items"])
    several = await world.get("videos", days=30, min_views=fewest + 1, channel_id=channel)
    assert min(one["views"] for one in several["items"]) > fewest


async def test_top_videos_find_best_beside_negative_video(world: World) -> None:
    """What was taken away of the other video leaves its channel last of all."""
    best = next(iter(world.cho.videos.values()))[0]
    for metric, most in (("views", 2_000_000_000), ("shares", 2_000), ("revenue_usd", "20.000000")):
        asked = {"limit": 1, "metric": metric}
        said = await world.client.get(f"{ANALYTICS}/videos", params=asked, headers=world.chos_headers)
        assert [(one["video_id"], one[metric]) for one in said.json()["items"]] == [(str(best), most)]


async def test_overview_with_corrections_shows_negative_sums(world: World) -> None:
    fallen, *_ = world.cho.videos
    taken = {"channel_id": str(fallen), "days": 5}
    said = (await world.client.get(f"{ANALYTICS}/overview", params=taken, headers=world.chos_headers)).json()["current"]
    assert (said["views"], said["shares"], said["revenue_usd"]) == (-1_000_000_000, -1_000, "-10.000000")
    assert (said["engagement_rate"], said["rpm_usd"]) == (None, None)  # there are no views to divide by


async def test_rpm_by_week_has_moving_average(world: World) -> None:
    said = await world.get("rpm", days=30)
    monday = date.fromisoformat(said["since"])
    assert monday.weekday() == 0
    assert {item["channel_id"] for item in said["items"]} == set(map(str, world.ann.videos))
    earned = []
    for item in said["items"]:
        of = [one for one in world.events if str(one.channel) == item["channel_id"] and str(one.day) <= said["until"]]
        by_week = defaultdict(list)
        for one in of:
            by_week[one.day - timedelta(days=one.day.weekday())].append(one)
        shown = sorted(week for week in by_week if week >= monday)
        assert [week["monday"] for week in item["weeks"]] == [str(week) for week in shown]
        for week, first in zip(item["weeks"], shown, strict=True):
            year, number, _ = first.isocalendar()
            assert week["week"] == f"{year}-W{number:02}"
            assert (week["views"], week["rpm_usd"]) == tuple(figures(by_week[first])[n] for n in ("views", "rpm_usd"))
            month = [one for back in range(4) for one in by_week.get(first - timedelta(weeks=back), [])]
            moving = ratio(total(month, "estimated_revenue_usd") * 1000, total(month, "views"))
            assert week["moving_rpm_usd"] == as_text(moving)
        earned.append(total((one for one in of if one.day >= monday), "estimated_revenue_usd"))
    assert earned == sorted(earned, reverse=True)


async def test_heatmap_uses_channel_zone_and_utc_for_all_channels(world: World) -> None:
    kolkata, new_york, _ = world.ann.videos
    for channel, zone in ((new_york, world.within("2000", "3000", new_york)[0].zone), (None, UTC)):
        said = await world.get("heatmap", days=15, **({"channel_id": channel} if channel else {}))
        assert said["time_zone"] == str(zone)
        expected: dict[tuple[int, int], list[Happened]] = defaultdict(list)
        for one in world.events:
            if one.hour is None:
                continue
            at = one.hour.astimezone(zone)
            if channel in {None, one.channel} and said["since"] <= str(at.date()) <= said["until"]:
                expected[at.isoweekday(), at.hour].append(one)
        cells = {(one["weekday"], one["hour"]): one for one in said["items"]}
        assert len(cells) == 168
        assert expected.keys() <= cells.keys()
        for place, cell in cells.items():
            views = total(expected[place], "views")
            assert (cell["views"], cell["hours"]) == (views, cell["hours"])
            assert cell["views_per_hour"] == as_float(ratio(views, Decimal(cell["hours"])))
            assert cell["engagement_rate"] == figures(expected[place])["engagement_rate"]
        # of all channels the last day is that of the zone farthest ahead, which UTC may not have begun
        first = datetime.combine(date.fromisoformat(said["since"]), time(), zone)
        begun = sum(cell["hours"] for cell in cells.values())
        assert begun == pytest.approx((datetime.now(UTC) - first) / timedelta(hours=1), abs=1)
    half_past = await world.get("heatmap", days=15, channel_id=kolkata)
    assert sum(cell["views"] for cell in half_past["items"]) > 0


async def test_traffic_by_each_dimension_equals_python_recount(world: World) -> None:
    channel = next(iter(world.ann.videos))
    for dimension in ("traffic_source", "country", "device", "age_group", "gender"):
        for of in (None, channel):
            more = {"channel_id": of} if of else {}
            said = await world.get("traffic", days=40, dimension=dimension, **more)
            expected = members(world.within(said["since"], said["until"], of), dimension)
            assert said["items"] == expected
            assert said["views"] == sum(one["views"] for one in expected)
    (first,) = (await world.get("traffic", days=40, dimension="country", limit=1))["items"]
    assert first["share"] < 1


async def test_video_dashboard_equals_python_recount(world: World) -> None:
    for channel, video in world.ann.pairs[::4]:
        said = await world.get(f"videos/{video}", days=12)
        of = [one for one in world.events if one.video == video]
        within = [one for one in of if said["since"] <= str(one.day) <= said["until"]]
        assert (said["channel_id"], said["until"]) == (str(channel), str(last_day(of[0])))
        assert known(said["current"]) == figures(within)
        assert len(said["days"]) == 12
        assert all(known(one) == figures(e for e in of if str(e.day) == one["day"]) for one in said["days"])
        hours = [datetime.fromisoformat(one["hour"]) for one in said["hours"]]
        assert [one - hours[0] for one in hours] == [timedelta(hours=number) for number in range(48)]
        assert datetime.now(UTC) - hours[-1] < timedelta(hours=1, minutes=1)
        assert all(
            known(one) == figures(e for e in of if e.hour == at) for one, at in zip(said["hours"], hours, strict=True)
        )
        parts = {name: members(within, name) for name in ("country", "device", "traffic_source")}
        assert {one["dimension"]: one["items"] for one in said["breakdowns"]} == {k: v for k, v in parts.items() if v}


WRONG: list[tuple[str, dict[str, Any], int, str]] = [
    ("overview", {"days": 0}, 422, "days"),
    ("overview", {"days": 731}, 422, "days"),
    ("overview", {"days": 7, "since": "2026-01-01"}, 422, "not by both"),
    ("overview", {"since": "2026-02-01", "until": "2026-01-01"}, 422, "after its end"),
    ("overview", {"since": "2190-01-01"}, 422, "after its end"),
    ("overview", {"since": "2020-01-01", "until": "2025-01-01"}, 422, "730 days"),
    ("overview", {"since": "0001-01-01", "until": "0001-01-02"}, 422, "since"),
    ("overview", {"until": "soon"}, 422, "until"),
    ("overview", {"channel_id": str(UUID(int=5))}, 404, "no such channel"),
    ("channels", {"metric": "luck"}, 422, "metric"),
    ("channels", {"category": "a\0"}, 422, "category"),
    ("videos", {"limit": 101}, 422, "limit"),
    ("videos", {"min_views": -1}, 422, "min_views"),
    ("traffic", {"dimension": "mood"}, 422, "dimension"),
    (f"videos/{UUID(int=5)}", {}, 404, "no such video"),
]


async def test_dashboard_invalid_query_is_refused_with_reason(world: World) -> None:
    for path, parameters, status, words in WRONG:
        answer = await world.client.get(f"{ANALYTICS}/{path}", params=parameters, headers=world.headers)
        assert (answer.status_code, words in answer.text) == (status, True), answer.text


async def test_dashboards_exclude_channels_of_other_users(world: World) -> None:
    (bobs_channel, bobs_video), *_ = world.bob.pairs
    for path in SHAPES:
        if path != "channels":
            answer = await world.client.get(
                f"{ANALYTICS}/{path}", params={"channel_id": str(bobs_channel)}, headers=world.headers
            )
            assert answer.status_code == 404, path
    answer = await world.client.get(f"{ANALYTICS}/videos/{bobs_video}", headers=world.headers)
    assert answer.status_code == 404
    theirs = (await world.client.get(f"{ANALYTICS}/overview", params={"days": 60}, headers=world.bobs_headers)).json()
    chos = (await world.client.get(f"{ANALYTICS}/overview", params={"days": 60}, headers=world.chos_headers)).json()
    mine = await world.get("overview", days=60)
    # without a key it is the local operator's cookie, who administers
    alls = (await world.client.get(f"{ANALYTICS}/overview", params={"days": 60})).json()
    if mine["until"] == theirs["until"] == alls["until"]:  # not while a day has begun in Kolkata alone
        assert alls["current"]["views"] == sum(one["current"]["views"] for one in (mine, theirs, chos))
    assert 0 < theirs["current"]["views"] < mine["current"]["views"]
    nobody = httpx.AsyncClient(transport=world.client._transport, base_url=world.client.base_url)
    assert (await nobody.get(f"{ANALYTICS}/overview")).status_code == 401
