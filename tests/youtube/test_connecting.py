"""To the consent page and back, against the sandbox's own: each way that can go wrong, and none loses anything."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest

from tests.sandbox.conftest import plain
from tests.youtube.conftest import PAGE, World, consented
from ytempire.accounts.models import Permission, User
from ytempire.channels import credentials
from ytempire.kit import clock
from ytempire.kit.database import as_subject, conninfo
from ytempire.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from ytempire.kit.subject import SYSTEM, Subject
from ytempire.youtube import connecting, connections, health, projects, tokens
from ytempire.youtube.connections import PROVIDER
from ytempire.youtube.errors import ChannelStopped, ConsentUnusable, NotConnected
from ytempire.youtube.tokens import MANAGE, MONEY, REPORTS, SCOPES, Tokens

TESTING = pytest.mark.parametrize("project_given", [{"mode": "testing"}])
DAY_S = 86_400


async def kept_tokens(world: World) -> Tokens:
    async with world.youtube.platform.begin() as session:
        return Tokens.of(await credentials.open_credential(session, world.youtube.keys, world.channel_id, PROVIDER))


def notified(world: World) -> list[str]:
    return [row[0] for row in world.rows("SELECT title FROM core.notifications ORDER BY id")]


async def test_a_channel_is_connected_and_asked(world: World) -> None:
    view = await world.connect()
    assert (view.status, view.is_sandbox, view.title) == ("connected", True, "Clear Signal")
    assert (view.country, view.description) == (world.counterpart["country"], world.counterpart["description"])
    assert view.youtube_channel_id == world.counterpart["id"]
    assert view.uploads_playlist_id == world.counterpart["uploads_playlist"]
    assert (view.refresh_expires_at, view.missing, set(view.scopes)) == (None, [], set(SCOPES))
    answer = await world.youtube.call(
        world.channel_id, lambda apis: apis.data.channels().list(part="snippet", mine=True)
    )
    assert answer["items"][0]["snippet"]["title"] == "Clear Signal"
    assert world.rows("SELECT method, units, outcome FROM core.youtube_calls ORDER BY id") == [
        ("channels.list", 1, "success"),
        ("channels.list", 1, "success"),
    ]
    assert world.rows("SELECT bucket, used FROM core.youtube_quota") == [("units", 2)]
    assert world.used() == 2
    events = world.rows("SELECT kind, user_id FROM core.event_log WHERE kind LIKE 'connection%'")
    assert events == [("connection_connected", world.operator.user_id)]
    assert world.rows("SELECT label FROM core.credentials") == [("[sandbox] Clear Signal",)]


class TestTheWayBack:
    async def test_a_state_that_nobody_was_given(self, world: World) -> None:
        back = consented(await world.begin(), world.counterpart["id"])
        with pytest.raises(ConsentUnusable, match="used already, is too old, or was somebody else's"):
            await connecting.finish(world.youtube, world.operator, **{**back, "state": "made-up"})
        assert (await connecting.finish(world.youtube, world.operator, **back)).status == "connected"

    async def test_another_persons_state_is_none_and_stays_theirs(self, world: World) -> None:
        back = consented(await world.begin(), world.counterpart["id"])
        with pytest.raises(ConsentUnusable, match="somebody else's"):
            await connecting.finish(world.youtube, Subject(uuid4(), "admin"), **back)
        assert (await connecting.finish(world.youtube, world.operator, **back)).status == "connected"

    async def test_a_state_works_once(self, world: World) -> None:
        back = consented(await world.begin(), world.counterpart["id"])
        await connecting.finish(world.youtube, world.operator, **back)
        with pytest.raises(ConsentUnusable, match="used already"):
            await connecting.finish(world.youtube, world.operator, **back)

    async def test_a_state_that_is_too_old(self, world: World) -> None:
        back = consented(await world.begin(), world.counterpart["id"])
        with psycopg.connect(conninfo(world.database.owner_url)) as owner:
            owner.execute("UPDATE core.youtube_consents SET expires_at = now()")
        with pytest.raises(ConsentUnusable, match="too old"):
            await connecting.finish(world.youtube, world.operator, **back)

    async def test_a_code_works_once_and_with_its_own_verifier(self, world: World) -> None:
        """Somebody who has seen a code cannot use it for a consent that they began."""
        first = consented(await world.begin(), world.counterpart["id"])
        second = consented(await world.begin(), world.counterpart["id"])
        with pytest.raises(ConsentUnusable, match="does not take this consent"):
            await connecting.finish(world.youtube, world.operator, **{**second, "code": first["code"]})
        await connecting.finish(world.youtube, world.operator, **first)
        third = consented(await world.begin(), world.counterpart["id"])
        with pytest.raises(ConsentUnusable, match="does not take this consent"):
            await connecting.finish(world.youtube, world.operator, **{**third, "code": first["code"]})
        assert (await world.youtube.connection(world.channel_id)).status == "connected"

    async def test_who_says_no_changes_nothing(self, world: World) -> None:
        await world.connect()
        before = await kept_tokens(world)
        back = consented(await world.begin(), world.counterpart["id"], decision="deny")
        with pytest.raises(ConsentUnusable, match="was not given"):
            await connecting.finish(world.youtube, world.operator, **back)
        assert await kept_tokens(world) == before

    async def test_a_right_that_is_left_out_is_named(self, world: World) -> None:
        address = (await world.begin()).replace("yt-analytics-monetary.readonly", "yt-analytics.readonly")
        view = await connecting.finish(world.youtube, world.operator, **consented(address, world.counterpart["id"]))
        assert view.missing == ["reports of revenue"]

    async def test_without_the_right_to_upload_nothing_works(self, world: World) -> None:
        address = (await world.begin()).replace("youtube.force-ssl", "youtube.readonly")
        with pytest.raises(ConsentUnusable, match="leaves out the right to upload"):
            await connecting.finish(world.youtube, world.operator, **consented(address, world.counterpart["id"]))


class TestUnticked:
    """Whoever consents may leave out some of what is asked for, and is told what that costs."""

    async def test_the_right_to_upload_is_named_in_the_words_of_the_page(self, world: World) -> None:
        before = await world.connect()
        page = plain().get(address := await world.begin()).text
        back = consented(address, world.counterpart["id"], ticked=[REPORTS, MONEY])
        with pytest.raises(ConsentUnusable, match="leaves out the right to upload and manage videos") as caught:
            await connecting.finish(world.youtube, world.operator, **back)
        words = re.findall("“(.+)”", caught.value.hint or "")
        assert (caught.value.reason, len(words), words[0] in page) == ("incomplete", 1, True)
        after = await world.youtube.connection(world.channel_id)
        assert (after.status, after.connected_at) == ("connected", before.connected_at)

    @pytest.mark.parametrize(
        ("ticked", "missing"),
        [
            ([MANAGE, REPORTS], ["reports of revenue"]),
            ([MANAGE, MONEY], ["reports of views and viewers"]),
            ([MANAGE], ["reports of views and viewers", "reports of revenue"]),
        ],
    )
    async def test_reports_are_named_and_the_rest_works(
        self, world: World, ticked: list[str], missing: list[str]
    ) -> None:
        back = consented(await world.begin(), world.counterpart["id"], ticked=ticked)
        view = await connecting.finish(world.youtube, world.operator, **back)
        assert (view.status, view.missing, set(view.scopes)) == ("connected", missing, set(ticked))
        assert (await health.check(world.youtube, world.channel_id)).status == "connected"

    async def test_nothing_ticked_is_a_no(self, world: World) -> None:
        back = consented(await world.begin(), world.counterpart["id"], ticked=[])
        with pytest.raises(ConsentUnusable, match="was not given"):
            await connecting.finish(world.youtube, world.operator, **back)


class TestWhichChannel:
    async def test_again_keeps_all_and_takes_the_new_tokens(self, world: World) -> None:
        first = await world.connect()
        old = await kept_tokens(world)
        again = await world.connect()
        assert again.connected_at > first.connected_at
        assert (again.youtube_channel_id, again.status) == (first.youtube_channel_id, "connected")
        assert (await kept_tokens(world)).refresh_token != old.refresh_token

    async def test_another_youtube_channel_than_before_is_refused_and_the_old_one_goes_on(self, world: World) -> None:
        await world.connect()
        other = world.served.channel("Stranger")
        with pytest.raises(Conflict, match="is “Clear Signal” at YouTube, and the consent is for “Stranger”"):
            await world.connect(counterpart=other["id"])
        assert (await health.check(world.youtube, world.channel_id)).title == "Clear Signal"

    async def test_a_youtube_channel_belongs_to_one_channel(self, world: World) -> None:
        await world.connect()
        other = await world.channel("Another")
        with pytest.raises(Conflict, match="is connected here already, as another channel"):
            await world.connect(other)
        with pytest.raises(NotConnected, match="has never been connected"):
            await world.youtube.connection(other)
        assert len(world.rows("SELECT FROM core.credentials")) == 1

    async def test_what_belongs_to_the_sandbox_never_becomes_real(self, world: World) -> None:
        await world.connect()
        async with world.youtube.platform.begin() as session:
            await projects.add_project(session, world.youtube.keys, name="Real", client_id="c", client_secret="s")
        with pytest.raises(Conflict, match="belongs to the sandbox"):
            await world.begin()
        begun = await connecting.begin(
            world.youtube, world.sessions, world.operator, await world.channel("New"), page=PAGE
        )
        assert (begun.is_sandbox, begun.address.startswith("https://accounts.google.com/")) == (False, True)

    async def test_a_row_cannot_say_that_the_sandbox_is_real(self, world: World) -> None:
        await world.connect()
        with (
            psycopg.connect(conninfo(world.database.owner_url)) as owner,
            pytest.raises(psycopg.errors.ForeignKeyViolation),
        ):
            owner.execute("UPDATE core.channel_connections SET is_sandbox = false")

    @pytest.mark.parametrize("status", ["suspended", "archived"])
    async def test_a_stopped_channel_is_not_connected(self, world: World, status: str) -> None:
        await world.set_status(status)
        with pytest.raises(ChannelStopped, match=status):
            await world.begin()

    async def test_who_does_not_see_a_channel_does_not_connect_it(self, world: World) -> None:
        stranger = Subject(uuid4(), "operator")
        with pytest.raises(NotFound):
            await connecting.begin(
                world.youtube, as_subject(world.sessions, stranger), stranger, world.channel_id, page=PAGE
            )


class TestTakenBackMeanwhile:
    """Whoever was sent to YouTube with a permission may come back without it."""

    async def sent_away(self, world: World) -> tuple[Subject, dict[str, Any]]:
        ann = await granted(world, "admin")
        begun = await connecting.begin(world.youtube, as_subject(world.sessions, ann), ann, world.channel_id, page=PAGE)
        return ann, consented(begun.address, world.counterpart["id"])

    async def test_who_still_has_it_connects(self, world: World) -> None:
        ann, back = await self.sent_away(world)
        assert (await connecting.finish(world.youtube, ann, **back)).status == "connected"

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            ("DELETE FROM core.permissions", NotFound),
            ("UPDATE core.permissions SET level = 'write'", Forbidden),
            ("UPDATE core.channels SET status = 'suspended'", ChannelStopped),
        ],
        ids=["taken back", "made less", "the channel stopped"],
    )
    async def test_who_has_it_no_more_ties_nothing(
        self, world: World, change: LiteralString, refusal: type[Exception]
    ) -> None:
        ann, back = await self.sent_away(world)
        with psycopg.connect(conninfo(world.database.owner_url)) as owner:
            owner.execute(change)
        with pytest.raises(refusal):
            await connecting.finish(world.youtube, ann, **back)
        assert world.rows("SELECT FROM core.channel_connections") == []
        assert world.rows("SELECT FROM core.credentials") == []
        assert world.calls_at_youtube("oauth.token") == 0, "the code is not even redeemed"

    async def test_also_while_youtube_takes_its_time(self, world: World) -> None:
        ann, back = await self.sent_away(world)
        world.served.fault("channels.list", "slow", seconds=2)
        finishing = asyncio.create_task(connecting.finish(world.youtube, ann, **back))
        while not (await asyncio.to_thread(world.served.control, "GET", "/faults"))[0]["happened"]:
            assert not finishing.done()
        with psycopg.connect(conninfo(world.database.owner_url)) as owner:
            owner.execute("DELETE FROM core.permissions")
        with pytest.raises(NotFound):
            await finishing
        assert world.rows("SELECT FROM core.channel_connections") == []
        assert world.rows("SELECT FROM core.credentials") == []


async def granted(world: World, level: str) -> Subject:
    """An operator with a permission on the channel and nothing else."""
    async with world.youtube.platform.begin() as session:
        user = User(email="ann@example.com", full_name="Ann", email_verified_at=clock.now(), password_hash="x")
        session.add(user)
        await session.flush()
        session.add(
            Permission(user_id=user.id, channel_id=world.channel_id, level=level, granted_by=world.operator.user_id)
        )
        return Subject(user.id, "operator")


class TestProjects:
    async def test_a_second_one_says_which_other_client_it_is(self, world: World) -> None:
        given: dict[str, Any] = {"name": "Real", "client_secret": "s"}
        keys = world.youtube.keys
        async with world.youtube.platform.begin() as session:
            await projects.add_project(session, keys, client_id="one", **given)
        with pytest.raises(Conflict, match="forbid dividing"):
            async with world.youtube.platform.begin() as session:
                await projects.add_project(session, keys, client_id="two", **given)
        async with world.youtube.platform.begin() as session:
            await projects.add_project(
                session, keys, client_id="two", declared_client="the app of our other brand", **given
            )
            assert [one.client_secret for one in await projects.list_projects(session, keys)][1:] == ["s", "s"]

    async def test_what_google_granted_is_data(self, world: World) -> None:
        async with world.youtube.platform.begin() as session:
            await projects.set_allowances(session, world.project.id, {"units": 1_000_000})
            again = await projects.get_project(session, world.youtube.keys, world.project.id)
        assert (again.allowances["units"], again.allowances["inserts"]) == (1_000_000, 100)
        with pytest.raises(InvalidInput, match="There is no bucket likes"):
            async with world.youtube.platform.begin() as session:
                await projects.set_allowances(session, world.project.id, {"likes": 1})


class TestHealth:
    @TESTING
    async def test_the_end_of_a_consent_is_told_two_days_before_and_once(self, world: World) -> None:
        view = await world.connect()
        assert view.refresh_expires_at is not None
        await health.look_after(world.youtube)
        assert notified(world) == []
        world.served.advance(5 * DAY_S + 60)
        for _ in range(2):
            await health.look_after(world.youtube)
        assert notified(world) == ["[sandbox] YouTube's consent for “Clear Signal” ends soon"]
        assert (await world.youtube.connection(world.channel_id)).status == "expiring"
        assert (await world.connect()).status == "connected"

    @TESTING
    async def test_a_consent_that_ended_is_told_once_and_given_again(self, world: World) -> None:
        await world.connect()
        world.served.advance(8 * DAY_S)
        world.served.control("DELETE", "/tokens")
        with pytest.raises(NotConnected, match="has ended or was taken back"):
            await health.check(world.youtube, world.channel_id)
        for _ in range(2):
            with pytest.raises(NotConnected, match="is not connected any more"):
                await health.check(world.youtube, world.channel_id)
            await health.look_after(world.youtube)
        assert notified(world) == ["[sandbox] YouTube's consent for “Clear Signal” has ended"]
        assert (await world.connect()).status == "connected"
        assert (await health.check(world.youtube, world.channel_id)).last_error is None

    async def test_what_was_not_tried_for_a_day_is_tried(self, world: World) -> None:
        await world.connect()
        await health.look_after(world.youtube)
        assert world.used() == 1
        with psycopg.connect(conninfo(world.database.owner_url)) as owner:
            owner.execute(
                "UPDATE core.channel_connections SET checked_at = now() - interval '25 hours',"
                " fetched_at = now() - interval '31 days', subscriber_count = 5"
            )
        world.served.fault("channels.list", "unavailable")
        await health.look_after(world.youtube)
        view = await world.youtube.connection(world.channel_id)
        assert (view.last_error, view.subscriber_count) == ("YouTube answered 503.", None)
        checked = (await health.check(world.youtube, world.channel_id)).subscriber_count
        assert checked == world.counterpart["subscribers"]

    async def test_a_suspended_channel_is_left_alone(self, world: World) -> None:
        await world.connect()
        await world.set_status("suspended")
        with pytest.raises(ChannelStopped):
            await health.check(world.youtube, world.channel_id)
        assert (await world.youtube.connection(world.channel_id)).last_error is None


class TestDisconnect:
    async def test_it_ends_the_consent_there_and_here(self, world: World) -> None:
        await world.connect()
        old = await kept_tokens(world)
        await world.set_status("suspended")  # stopping altogether is always possible
        await connecting.disconnect(world.youtube, world.sessions, world.operator, world.channel_id)
        with pytest.raises(NotConnected, match="not connected any more"):
            await world.youtube.connection(world.channel_id)
        assert world.rows("SELECT FROM core.credentials") == []
        with pytest.raises(NotConnected):
            await tokens.refresh(world.youtube.wire, world.project, old)
        await world.set_status("active")
        with pytest.raises(Conflict):
            await world.connect(counterpart=world.served.channel("Stranger")["id"])
        assert (await world.connect()).status == "connected"

    async def test_one_that_youtube_does_not_hear_of_is_not_done(self, world: World) -> None:
        await world.connect()
        world.served.fault("oauth.revoke", "unavailable")
        with pytest.raises(Exception, match="answered 503"):
            await connecting.disconnect(world.youtube, world.sessions, world.operator, world.channel_id)
        assert (await world.youtube.connection(world.channel_id)).status == "connected"


async def test_tokens_of_a_newer_consent_are_not_overwritten(world: World) -> None:
    """Another process renews with the old ones while somebody connects again."""
    await world.connect()
    old = await kept_tokens(world)
    await world.connect()
    new = await kept_tokens(world)
    async with world.youtube.platform.begin() as session:
        late = Tokens(old.refresh_token, "late", old.access_expires_at + timedelta(hours=1))
        await connections.keep_tokens(session, world.youtube.keys, world.channel_id, before=old, now=late)
        await connections.mark_ended(session, world.youtube.keys, world.channel_id, old, "ended")
    assert await kept_tokens(world) == new
    assert (await world.youtube.connection(world.channel_id)).status == "connected"


@pytest.mark.parametrize("during", ["oauth.token", "channels.list"])
async def test_killed_between_consent_and_storing_nothing_is_half_made(world: World, during: str) -> None:
    back = consented(await world.begin(), world.counterpart["id"])
    world.served.fault(during, "slow", seconds=600)
    with world.elsewhere("finish", back=back) as process:
        while not world.served.control("GET", "/faults")[0]["happened"]:
            assert process.poll() is None
    assert world.rows("SELECT FROM core.channel_connections") == []
    assert world.rows("SELECT FROM core.credentials") == []
    world.served.control("DELETE", "/faults")
    with pytest.raises(ConsentUnusable, match="used already"):
        await connecting.finish(world.youtube, world.operator, **back)
    assert (await world.connect()).status == "connected"
    assert SYSTEM.user_id not in {row[0] for row in world.rows("SELECT connected_by FROM core.channel_connections")}


class TestTheSandboxsPage:
    async def test_offers_a_channel_of_the_same_name(self, world: World) -> None:
        """One that somebody added here has no counterpart there yet; the second time it is the same one."""
        other = await world.channel("Deep Water & Co")
        page = plain().get(await world.begin(other)).text
        assert 'value="new" required checked> Deep Water &amp; Co <small>a new channel' in page
        assert "Clear Signal" in page
        view = await world.connect(other, counterpart="new")
        assert view.title == "Deep Water & Co"
        again = await world.connect(other, counterpart="new")
        assert again.youtube_channel_id == view.youtube_channel_id
        assert 'value="new"' not in plain().get(await world.begin(other)).text
