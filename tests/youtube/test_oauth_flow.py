"""To the consent page and back, against the sandbox's own: each way that can go wrong, and none loses anything."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest

from tests.relay import relay
from tests.sandbox.conftest import plain
from tests.youtube.conftest import PAGE, YouTubeEnv, consented
from ytempire.accounts.models import Permission, User
from ytempire.channels import credentials
from ytempire.kit import clock
from ytempire.kit.database import as_subject, conninfo
from ytempire.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from ytempire.kit.subject import SYSTEM, Subject
from ytempire.youtube import connection_check, connections, oauth_flow, projects, tokens
from ytempire.youtube.connections import PROVIDER
from ytempire.youtube.errors import ChannelStopped, ConsentUnusable, NotConnected
from ytempire.youtube.tokens import MANAGE, MONEY, REPORTS, SCOPES, Tokens

TESTING = pytest.mark.parametrize("project_given", [{"mode": "testing"}])
DAY_S = 86_400


async def kept_tokens(youtube_env: YouTubeEnv) -> Tokens:
    async with youtube_env.youtube.platform.begin() as session:
        return Tokens.parse(
            await credentials.open_credential(session, youtube_env.youtube.keys, youtube_env.channel_id, PROVIDER)
        )


async def notified(youtube_env: YouTubeEnv) -> list[str]:
    await relay(youtube_env.database)
    return [row[0] for row in youtube_env.rows("SELECT title FROM core.notifications ORDER BY id")]


async def test_connect_stores_channel_details_and_allows_calls(youtube_env: YouTubeEnv) -> None:
    view = await youtube_env.connect()
    assert (view.status, view.is_sandbox, view.title) == ("connected", True, "Clear Signal")
    assert (view.country, view.description) == (
        youtube_env.counterpart["country"],
        youtube_env.counterpart["description"],
    )
    assert view.youtube_channel_id == youtube_env.counterpart["id"]
    assert view.uploads_playlist_id == youtube_env.counterpart["uploads_playlist"]
    assert (view.refresh_expires_at, view.missing, set(view.scopes)) == (None, [], set(SCOPES))
    answer = await youtube_env.youtube.call(
        youtube_env.channel_id, lambda apis: apis.data.channels().list(part="snippet", mine=True)
    )
    assert answer["items"][0]["snippet"]["title"] == "Clear Signal"
    assert youtube_env.rows("SELECT method, units, outcome FROM core.youtube_calls ORDER BY id") == [
        ("channels.list", 1, "success"),
        ("channels.list", 1, "success"),
    ]
    assert youtube_env.rows("SELECT bucket, used FROM core.quota_usage") == [("units", 2)]
    assert youtube_env.used() == 2
    events = youtube_env.rows("SELECT kind, user_id FROM core.event_log WHERE kind LIKE 'connection%'")
    assert events == [("connection_connected", youtube_env.operator.user_id)]
    assert youtube_env.rows("SELECT label FROM core.credentials") == [("[sandbox] Clear Signal",)]


class TestTheWayBack:
    async def test_complete_authorization_with_unknown_state_is_refused(self, youtube_env: YouTubeEnv) -> None:
        back = consented(await youtube_env.begin(), youtube_env.counterpart["id"])
        with pytest.raises(ConsentUnusable, match="used already, is too old, or was somebody else's"):
            await oauth_flow.complete_authorization(
                youtube_env.youtube, youtube_env.operator, **{**back, "state": "made-up"}
            )
        assert (
            await oauth_flow.complete_authorization(youtube_env.youtube, youtube_env.operator, **back)
        ).status == "connected"

    async def test_complete_authorization_with_state_of_other_user_is_refused(self, youtube_env: YouTubeEnv) -> None:
        back = consented(await youtube_env.begin(), youtube_env.counterpart["id"])
        with pytest.raises(ConsentUnusable, match="somebody else's"):
            await oauth_flow.complete_authorization(youtube_env.youtube, Subject(uuid4(), "admin"), **back)
        assert (
            await oauth_flow.complete_authorization(youtube_env.youtube, youtube_env.operator, **back)
        ).status == "connected"

    async def test_complete_authorization_with_used_state_is_refused(self, youtube_env: YouTubeEnv) -> None:
        back = consented(await youtube_env.begin(), youtube_env.counterpart["id"])
        await oauth_flow.complete_authorization(youtube_env.youtube, youtube_env.operator, **back)
        with pytest.raises(ConsentUnusable, match="used already"):
            await oauth_flow.complete_authorization(youtube_env.youtube, youtube_env.operator, **back)

    async def test_complete_authorization_with_expired_state_is_refused(self, youtube_env: YouTubeEnv) -> None:
        back = consented(await youtube_env.begin(), youtube_env.counterpart["id"])
        with psycopg.connect(conninfo(youtube_env.database.owner_url)) as owner:
            owner.execute("UPDATE core.oauth_states SET expires_at = now()")
        with pytest.raises(ConsentUnusable, match="too old"):
            await oauth_flow.complete_authorization(youtube_env.youtube, youtube_env.operator, **back)

    async def test_complete_authorization_code_requires_own_verifier_and_works_once(
        self, youtube_env: YouTubeEnv
    ) -> None:
        """Somebody who has seen a code cannot use it for a consent that they began."""
        first = consented(await youtube_env.begin(), youtube_env.counterpart["id"])
        second = consented(await youtube_env.begin(), youtube_env.counterpart["id"])
        with pytest.raises(ConsentUnusable, match="does not take this consent"):
            await oauth_flow.complete_authorization(
                youtube_env.youtube, youtube_env.operator, **{**second, "code": first["code"]}
            )
        await oauth_flow.complete_authorization(youtube_env.youtube, youtube_env.operator, **first)
        third = consented(await youtube_env.begin(), youtube_env.counterpart["id"])
        with pytest.raises(ConsentUnusable, match="does not take this consent"):
            await oauth_flow.complete_authorization(
                youtube_env.youtube, youtube_env.operator, **{**third, "code": first["code"]}
            )
        assert (await youtube_env.youtube.connection(youtube_env.channel_id)).status == "connected"

    async def test_complete_authorization_denied_keeps_tokens(self, youtube_env: YouTubeEnv) -> None:
        await youtube_env.connect()
        before = await kept_tokens(youtube_env)
        back = consented(await youtube_env.begin(), youtube_env.counterpart["id"], decision="deny")
        with pytest.raises(ConsentUnusable, match="was not given"):
            await oauth_flow.complete_authorization(youtube_env.youtube, youtube_env.operator, **back)
        assert await kept_tokens(youtube_env) == before

    async def test_complete_authorization_names_missing_scope(self, youtube_env: YouTubeEnv) -> None:
        address = (await youtube_env.begin()).replace("yt-analytics-monetary.readonly", "yt-analytics.readonly")
        view = await oauth_flow.complete_authorization(
            youtube_env.youtube, youtube_env.operator, **consented(address, youtube_env.counterpart["id"])
        )
        assert view.missing == ["reports of revenue"]

    async def test_complete_authorization_without_upload_scope_is_refused(self, youtube_env: YouTubeEnv) -> None:
        address = (await youtube_env.begin()).replace("youtube.force-ssl", "youtube.readonly")
        with pytest.raises(ConsentUnusable, match="leaves out the right to upload"):
            await oauth_flow.complete_authorization(
                youtube_env.youtube, youtube_env.operator, **consented(address, youtube_env.counterpart["id"])
            )


class TestUnticked:
    """Whoever consents may leave out some of what is asked for, and is told what that costs."""

    async def test_unticked_upload_scope_is_named_as_on_page(self, youtube_env: YouTubeEnv) -> None:
        before = await youtube_env.connect()
        page = plain().get(address := await youtube_env.begin()).text
        back = consented(address, youtube_env.counterpart["id"], ticked=[REPORTS, MONEY])
        with pytest.raises(ConsentUnusable, match="leaves out the right to upload and manage videos") as caught:
            await oauth_flow.complete_authorization(youtube_env.youtube, youtube_env.operator, **back)
        words = re.findall("“(.+)”", caught.value.hint or "")
        assert (caught.value.reason, len(words), words[0] in page) == ("incomplete", 1, True)
        after = await youtube_env.youtube.connection(youtube_env.channel_id)
        assert (after.status, after.connected_at) == ("connected", before.connected_at)

    @pytest.mark.parametrize(
        ("ticked", "missing"),
        [
            ([MANAGE, REPORTS], ["reports of revenue"]),
            ([MANAGE, MONEY], ["reports of views and viewers"]),
            ([MANAGE], ["reports of views and viewers", "reports of revenue"]),
        ],
    )
    async def test_unticked_report_scopes_are_named_and_rest_works(
        self, youtube_env: YouTubeEnv, ticked: list[str], missing: list[str]
    ) -> None:
        back = consented(await youtube_env.begin(), youtube_env.counterpart["id"], ticked=ticked)
        view = await oauth_flow.complete_authorization(youtube_env.youtube, youtube_env.operator, **back)
        assert (view.status, view.missing, set(view.scopes)) == ("connected", missing, set(ticked))
        assert (await connection_check.check(youtube_env.youtube, youtube_env.channel_id)).status == "connected"

    async def test_no_ticked_scope_is_refused(self, youtube_env: YouTubeEnv) -> None:
        back = consented(await youtube_env.begin(), youtube_env.counterpart["id"], ticked=[])
        with pytest.raises(ConsentUnusable, match="was not given"):
            await oauth_flow.complete_authorization(youtube_env.youtube, youtube_env.operator, **back)


class TestWhichChannel:
    async def test_connect_again_keeps_connection_and_replaces_tokens(self, youtube_env: YouTubeEnv) -> None:
        first = await youtube_env.connect()
        old = await kept_tokens(youtube_env)
        again = await youtube_env.connect()
        assert again.connected_at > first.connected_at
        assert (again.youtube_channel_id, again.status) == (first.youtube_channel_id, "connected")
        assert (await kept_tokens(youtube_env)).refresh_token != old.refresh_token

    async def test_connect_other_youtube_channel_is_refused_and_old_stays(self, youtube_env: YouTubeEnv) -> None:
        await youtube_env.connect()
        other = youtube_env.sandbox_server.channel("Stranger")
        with pytest.raises(Conflict, match="is “Clear Signal” at YouTube, and the consent is for “Stranger”"):
            await youtube_env.connect(counterpart=other["id"])
        assert (await connection_check.check(youtube_env.youtube, youtube_env.channel_id)).title == "Clear Signal"

    async def test_connect_youtube_channel_twice_is_conflict(self, youtube_env: YouTubeEnv) -> None:
        await youtube_env.connect()
        other = await youtube_env.channel("Another")
        with pytest.raises(Conflict, match="is connected here already, as another channel"):
            await youtube_env.connect(other)
        with pytest.raises(NotConnected, match="has never been connected"):
            await youtube_env.youtube.connection(other)
        assert len(youtube_env.rows("SELECT FROM core.credentials")) == 1

    async def test_sandbox_channel_cannot_be_connected_to_real_youtube(self, youtube_env: YouTubeEnv) -> None:
        await youtube_env.connect()
        async with youtube_env.youtube.platform.begin() as session:
            await projects.add_project(session, youtube_env.youtube.keys, name="Real", client_id="c", client_secret="s")
        with pytest.raises(Conflict, match="belongs to the sandbox"):
            await youtube_env.begin()
        authorization = await oauth_flow.start_authorization(
            youtube_env.youtube, youtube_env.sessions, youtube_env.operator, await youtube_env.channel("New"), page=PAGE
        )
        assert (authorization.is_sandbox, authorization.url.startswith("https://accounts.google.com/")) == (False, True)

    async def test_sandbox_connection_cannot_be_marked_real(self, youtube_env: YouTubeEnv) -> None:
        await youtube_env.connect()
        with (
            psycopg.connect(conninfo(youtube_env.database.owner_url)) as owner,
            pytest.raises(psycopg.errors.ForeignKeyViolation),
        ):
            owner.execute("UPDATE core.channel_connections SET is_sandbox = false")

    @pytest.mark.parametrize("status", ["suspended", "archived"])
    async def test_start_authorization_of_stopped_channel_is_refused(
        self, youtube_env: YouTubeEnv, status: str
    ) -> None:
        await youtube_env.set_status(status)
        with pytest.raises(ChannelStopped, match=status):
            await youtube_env.begin()

    async def test_start_authorization_of_invisible_channel_is_not_found(self, youtube_env: YouTubeEnv) -> None:
        stranger = Subject(uuid4(), "operator")
        with pytest.raises(NotFound):
            await oauth_flow.start_authorization(
                youtube_env.youtube,
                as_subject(youtube_env.sessions, stranger),
                stranger,
                youtube_env.channel_id,
                page=PAGE,
            )


class TestTakenBackMeanwhile:
    """Whoever was sent to YouTube with a permission may come back without it."""

    async def sent_away(self, youtube_env: YouTubeEnv) -> tuple[Subject, dict[str, Any]]:
        ann = await granted(youtube_env, "admin")
        authorization = await oauth_flow.start_authorization(
            youtube_env.youtube, as_subject(youtube_env.sessions, ann), ann, youtube_env.channel_id, page=PAGE
        )
        return ann, consented(authorization.url, youtube_env.counterpart["id"])

    async def test_complete_authorization_with_permission_kept_connects(self, youtube_env: YouTubeEnv) -> None:
        ann, back = await self.sent_away(youtube_env)
        assert (await oauth_flow.complete_authorization(youtube_env.youtube, ann, **back)).status == "connected"

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            ("DELETE FROM core.permissions", NotFound),
            ("UPDATE core.permissions SET level = 'write'", Forbidden),
            ("UPDATE core.channels SET status = 'suspended'", ChannelStopped),
        ],
        ids=["taken back", "made less", "the channel stopped"],
    )
    async def test_complete_authorization_after_permission_revoked_stores_no_token(
        self, youtube_env: YouTubeEnv, change: LiteralString, refusal: type[Exception]
    ) -> None:
        ann, back = await self.sent_away(youtube_env)
        with psycopg.connect(conninfo(youtube_env.database.owner_url)) as owner:
            owner.execute(change)
        with pytest.raises(refusal):
            await oauth_flow.complete_authorization(youtube_env.youtube, ann, **back)
        assert youtube_env.rows("SELECT FROM core.channel_connections") == []
        assert youtube_env.rows("SELECT FROM core.credentials") == []
        assert youtube_env.calls_at_youtube("oauth.token") == 0, "the code is not even redeemed"

    async def test_complete_authorization_with_permission_revoked_during_call_is_refused(
        self, youtube_env: YouTubeEnv
    ) -> None:
        ann, back = await self.sent_away(youtube_env)
        youtube_env.sandbox_server.fault("channels.list", "slow", seconds=2)
        finishing = asyncio.create_task(oauth_flow.complete_authorization(youtube_env.youtube, ann, **back))
        while not (await asyncio.to_thread(youtube_env.sandbox_server.control, "GET", "/faults"))[0]["happened"]:
            assert not finishing.done()
        with psycopg.connect(conninfo(youtube_env.database.owner_url)) as owner:
            owner.execute("DELETE FROM core.permissions")
        with pytest.raises(NotFound):
            await finishing
        assert youtube_env.rows("SELECT FROM core.channel_connections") == []
        assert youtube_env.rows("SELECT FROM core.credentials") == []


async def granted(youtube_env: YouTubeEnv, level: str) -> Subject:
    """An operator with a permission on the channel and nothing else."""
    async with youtube_env.youtube.platform.begin() as session:
        user = User(email="ann@example.com", full_name="Ann", email_verified_at=clock.now(), password_hash="x")
        session.add(user)
        await session.flush()
        session.add(
            Permission(
                user_id=user.id, channel_id=youtube_env.channel_id, level=level, granted_by=youtube_env.operator.user_id
            )
        )
        return Subject(user.id, "operator")


class TestProjects:
    async def test_add_project_second_requires_declared_client(self, youtube_env: YouTubeEnv) -> None:
        given: dict[str, Any] = {"name": "Real", "client_secret": "s"}
        keys = youtube_env.youtube.keys
        async with youtube_env.youtube.platform.begin() as session:
            await projects.add_project(session, keys, client_id="one", **given)
        with pytest.raises(Conflict, match="forbid dividing"):
            async with youtube_env.youtube.platform.begin() as session:
                await projects.add_project(session, keys, client_id="two", **given)
        async with youtube_env.youtube.platform.begin() as session:
            await projects.add_project(
                session, keys, client_id="two", declared_client="the app of our other brand", **given
            )
            assert [one.client_secret for one in await projects.list_projects(session, keys)][1:] == ["s", "s"]

    async def test_set_allowances_stores_granted_quota(self, youtube_env: YouTubeEnv) -> None:
        async with youtube_env.youtube.platform.begin() as session:
            await projects.set_allowances(session, youtube_env.project.id, {"units": 1_000_000})
            again = await projects.get_project(session, youtube_env.youtube.keys, youtube_env.project.id)
        assert (again.allowances["units"], again.allowances["inserts"]) == (1_000_000, 100)
        with pytest.raises(InvalidInput, match="There is no bucket likes"):
            async with youtube_env.youtube.platform.begin() as session:
                await projects.set_allowances(session, youtube_env.project.id, {"likes": 1})


class TestHealth:
    @TESTING
    async def test_consent_end_is_notified_once_two_days_before(self, youtube_env: YouTubeEnv) -> None:
        view = await youtube_env.connect()
        assert view.refresh_expires_at is not None
        await connection_check.check_connections(youtube_env.youtube)
        assert await notified(youtube_env) == []
        youtube_env.sandbox_server.advance(5 * DAY_S + 60)
        for _ in range(2):
            await connection_check.check_connections(youtube_env.youtube)
        assert await notified(youtube_env) == ["[sandbox] YouTube's consent for “Clear Signal” ends soon"]
        assert (await youtube_env.youtube.connection(youtube_env.channel_id)).status == "expiring"
        assert (await youtube_env.connect()).status == "connected"

    @TESTING
    async def test_consent_ended_is_notified_once_and_can_be_renewed(self, youtube_env: YouTubeEnv) -> None:
        await youtube_env.connect()
        youtube_env.sandbox_server.advance(8 * DAY_S)
        youtube_env.sandbox_server.control("DELETE", "/tokens")
        with pytest.raises(NotConnected, match="has ended or was taken back"):
            await connection_check.check(youtube_env.youtube, youtube_env.channel_id)
        for _ in range(2):
            with pytest.raises(NotConnected, match="is not connected any more"):
                await connection_check.check(youtube_env.youtube, youtube_env.channel_id)
            await connection_check.check_connections(youtube_env.youtube)
        assert await notified(youtube_env) == ["[sandbox] YouTube's consent for “Clear Signal” has ended"]
        assert (await youtube_env.connect()).status == "connected"
        assert (await connection_check.check(youtube_env.youtube, youtube_env.channel_id)).last_error is None

    async def test_check_connections_checks_those_unchecked_for_day(self, youtube_env: YouTubeEnv) -> None:
        await youtube_env.connect()
        await connection_check.check_connections(youtube_env.youtube)
        assert youtube_env.used() == 1
        with psycopg.connect(conninfo(youtube_env.database.owner_url)) as owner:
            owner.execute(
                "UPDATE core.channel_connections SET checked_at = now() - interval '25 hours',"
                " fetched_at = now() - interval '31 days', subscriber_count = 5"
            )
        youtube_env.sandbox_server.fault("channels.list", "unavailable")
        await connection_check.check_connections(youtube_env.youtube)
        view = await youtube_env.youtube.connection(youtube_env.channel_id)
        assert (view.last_error, view.subscriber_count) == ("YouTube answered 503.", None)
        checked = (await connection_check.check(youtube_env.youtube, youtube_env.channel_id)).subscriber_count
        assert checked == youtube_env.counterpart["subscribers"]

    async def test_check_of_suspended_channel_is_refused_without_error(self, youtube_env: YouTubeEnv) -> None:
        await youtube_env.connect()
        await youtube_env.set_status("suspended")
        with pytest.raises(ChannelStopped):
            await connection_check.check(youtube_env.youtube, youtube_env.channel_id)
        assert (await youtube_env.youtube.connection(youtube_env.channel_id)).last_error is None


class TestDisconnect:
    async def test_disconnect_revokes_consent_and_deletes_tokens(self, youtube_env: YouTubeEnv) -> None:
        await youtube_env.connect()
        old = await kept_tokens(youtube_env)
        await youtube_env.set_status("suspended")  # stopping altogether is always possible
        await oauth_flow.disconnect(
            youtube_env.youtube, youtube_env.sessions, youtube_env.operator, youtube_env.channel_id
        )
        with pytest.raises(NotConnected, match="not connected any more"):
            await youtube_env.youtube.connection(youtube_env.channel_id)
        assert youtube_env.rows("SELECT FROM core.credentials") == []
        with pytest.raises(NotConnected):
            await tokens.refresh(youtube_env.youtube.http, youtube_env.project, old)
        await youtube_env.set_status("active")
        with pytest.raises(Conflict):
            await youtube_env.connect(counterpart=youtube_env.sandbox_server.channel("Stranger")["id"])
        assert (await youtube_env.connect()).status == "connected"

    async def test_disconnect_with_failed_revocation_keeps_connection(self, youtube_env: YouTubeEnv) -> None:
        await youtube_env.connect()
        youtube_env.sandbox_server.fault("oauth.revoke", "unavailable")
        with pytest.raises(Exception, match="answered 503"):
            await oauth_flow.disconnect(
                youtube_env.youtube, youtube_env.sessions, youtube_env.operator, youtube_env.channel_id
            )
        assert (await youtube_env.youtube.connection(youtube_env.channel_id)).status == "connected"


async def test_renewed_old_tokens_do_not_overwrite_newer_consent(youtube_env: YouTubeEnv) -> None:
    """Another process renews with the old ones while somebody connects again."""
    await youtube_env.connect()
    old = await kept_tokens(youtube_env)
    await youtube_env.connect()
    new = await kept_tokens(youtube_env)
    async with youtube_env.youtube.platform.begin() as session:
        late = Tokens(old.refresh_token, "late", old.access_expires_at + timedelta(hours=1))
        await connections.store_tokens(session, youtube_env.youtube.keys, youtube_env.channel_id, before=old, now=late)
        await connections.mark_ended(session, youtube_env.youtube.keys, youtube_env.channel_id, old, "ended")
    assert await kept_tokens(youtube_env) == new
    assert (await youtube_env.youtube.connection(youtube_env.channel_id)).status == "connected"


@pytest.mark.parametrize("during", ["oauth.token", "channels.list"])
async def test_complete_authorization_killed_midway_stores_all_or_no_rows(youtube_env: YouTubeEnv, during: str) -> None:
    back = consented(await youtube_env.begin(), youtube_env.counterpart["id"])
    youtube_env.sandbox_server.fault(during, "slow", seconds=600)
    with youtube_env.run_in_other_process("finish", back=back) as process:
        while not youtube_env.sandbox_server.control("GET", "/faults")[0]["happened"]:
            assert process.poll() is None
    assert youtube_env.rows("SELECT FROM core.channel_connections") == []
    assert youtube_env.rows("SELECT FROM core.credentials") == []
    youtube_env.sandbox_server.control("DELETE", "/faults")
    with pytest.raises(ConsentUnusable, match="used already"):
        await oauth_flow.complete_authorization(youtube_env.youtube, youtube_env.operator, **back)
    assert (await youtube_env.connect()).status == "connected"
    assert SYSTEM.user_id not in {
        row[0] for row in youtube_env.rows("SELECT connected_by FROM core.channel_connections")
    }


class TestTheSandboxsPage:
    async def test_consent_page_offers_channel_of_same_name(self, youtube_env: YouTubeEnv) -> None:
        """One that somebody added here has no counterpart there yet; the second time it is the same one."""
        other = await youtube_env.channel("Deep Water & Co")
        page = plain().get(await youtube_env.begin(other)).text
        assert 'value="new" required checked> Deep Water &amp; Co <small>a new channel' in page
        assert "Clear Signal" in page
        view = await youtube_env.connect(other, counterpart="new")
        assert view.title == "Deep Water & Co"
        again = await youtube_env.connect(other, counterpart="new")
        assert again.youtube_channel_id == view.youtube_channel_id
        assert 'value="new"' not in plain().get(await youtube_env.begin(other)).text
