"""A sandbox whose clock is wound on or runs faster, while something waits there for its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.publishing.conftest import LEASE, Studio
from tests.publishing.test_changes import attempt, scheduled, update
from ytempire.kit import clock
from ytempire.measurement.attempts import MeasurementRuntime
from ytempire.measurement.winding import Winding
from ytempire.publishing.service import Order


class TestAClockThatIsChanged:
    """What is planned is planned by our clock, however the sandbox's ran when it was told."""

    async def test_a_plan_of_while_it_ran_faster_comes_at_its_time(self, studio: Studio) -> None:
        studio.world.served.control("PUT", "/clock", {"factor": 1000})
        at = clock.now() + timedelta(hours=6)
        await studio.order(Order(publish_at=at))
        await studio.attempt()
        studio.world.served.advance(3600)
        assert (await studio.attempt()).is_scheduled
        studio.world.served.control("PUT", "/clock", {"factor": 1})
        assert (await studio.attempt()).is_scheduled
        now = await studio.runtime.youtube.now_of(studio.world.channel_id)
        [there] = studio.at_youtube()
        told = datetime.fromtimestamp(there["status"]["publishAt"], UTC)
        assert abs(told - now.theirs(at)) < timedelta(seconds=1)
        assert abs(told - now.at - timedelta(hours=6)) < timedelta(minutes=1)

    async def test_one_whose_time_has_come_is_public(self, studio: Studio) -> None:
        studio.world.served.control("PUT", "/clock", {"factor": 100_000})
        await studio.order(Order(publish_at=clock.now() + timedelta(hours=1)))
        await studio.attempt()
        view = await studio.attempt()
        assert view.is_scheduled, view
        studio.world.served.control("PUT", "/clock", {"factor": 1})
        studio.execute("UPDATE core.publications SET publish_at = now() - interval '1 second'")
        view = await studio.attempt()
        assert (view.status, view.youtube_privacy, studio.at_youtube()[0]["privacy"]) == ("live", "public", "public")

    async def test_it_is_looked_at_as_soon_as_the_clock_was_wound(self, studio: Studio) -> None:
        await scheduled(studio)
        winding = Winding(MeasurementRuntime(studio.runtime.sessions, studio.runtime.youtube, None, LEASE, LEASE))  # type: ignore[arg-type]  # nothing is delivered
        await winding.look()
        studio.execute("UPDATE core.publications SET next_try_at = now() + interval '1 hour'")
        await winding.look()
        assert (await studio.view()).next_try_at > clock.now()  # type: ignore[operator]  # nothing was changed
        studio.world.served.advance(2 * 86_400)
        await winding.look()
        view = await studio.until_settled()
        assert (view.status, studio.video()[0]) == ("live", "published")

    async def test_one_that_was_just_moved_closer_is_said_to_be_public(self, studio: Studio) -> None:
        """However young the change is: how it is shown is no edit."""
        await scheduled(studio)
        planned = await update(studio, {"publish_at": clock.now() + timedelta(seconds=2)})
        assert (await attempt(studio, planned)).status == "done"
        studio.world.served.advance(3)
        view = await studio.attempt()
        assert (view.status, view.youtube_privacy, view.edits) == ("live", "public", [])
