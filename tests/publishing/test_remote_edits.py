"""What was edited or deleted at YouTube by hand: it stays, is noticed and told, and somebody says whose is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.api import client_of, settings_for
from tests.publishing.publisher import Publisher
from tests.publishing.test_edits import attempt, scheduled, update
from tests.relay import relay
from ytempire.kit import clock
from ytempire.production import versions
from ytempire.publishing import remote_sync
from ytempire.publishing.errors import RemoteEditConflict
from ytempire.publishing.service import PublicationRequest

TOLD = "SELECT title, message FROM core.notifications WHERE kind = 'publication_edited_remotely' ORDER BY created_at"


async def at_youtube(publisher: Publisher) -> dict[str, Any]:
    """The video as its channel sees it there."""
    [there] = publisher.at_youtube()
    answer = await publisher.runtime.youtube.call(
        publisher.youtube_env.channel_id, lambda apis: apis.data.videos().list(part="snippet,status", id=there["id"])
    )
    [item] = answer["items"]
    item["snippet"].pop("thumbnails", None)
    return dict(item)


async def by_hand(publisher: Publisher, **changed: Any) -> dict[str, Any]:
    """Edit it as YouTube Studio does: everything else as it is. How it is there before."""
    item = await at_youtube(publisher)
    for part in ("snippet", "status"):
        given = {name: value for name, value in changed.items() if name in NAMES[part]}
        if given:
            body = {"id": item["id"], part: {**item[part], **given}}
            await publisher.runtime.youtube.call(
                publisher.youtube_env.channel_id,
                lambda apis, part=part, body=body: apis.data.videos().update(part=part, body=body),  # type: ignore[misc]
            )
    return item


NAMES = {
    "snippet": {"title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage"},
    "status": {
        "privacyStatus", "publishAt", "license", "selfDeclaredMadeForKids", "embeddable", "containsSyntheticMedia",
    },
}  # fmt: skip


async def look(publisher: Publisher) -> None:
    """As with the counters: what YouTube lists of it, once a list does not lag any more."""
    publisher.youtube_env.sandbox_server.advance(130)
    item = await at_youtube(publisher)
    now = await publisher.runtime.youtube.now_of(publisher.youtube_env.channel_id)
    async with publisher.runtime.sessions.begin() as session:
        await remote_sync.record_listed(session, {item["id"]: item}, now)


def seen(view: Any) -> Mapping[str, Any]:
    return {one.field: one.remote for one in view.remote_edits}


class TestWhatIsNotMeantStays:
    async def test_update_of_privacy_keeps_remote_edits(self, live: Publisher) -> None:
        await by_hand(live, title="Edited in Studio", defaultAudioLanguage="en-GB", embeddable=False)
        before = await at_youtube(live)
        done = await attempt(live, await update(live, {"privacy": "unlisted"}))
        assert done.status == "done", done.last_error
        after = await at_youtube(live)
        assert after["snippet"] == before["snippet"]
        assert after["status"] == {**before["status"], "privacyStatus": "unlisted"}
        assert seen(await live.view()) == {"title": "Edited in Studio", "audio_language": "en-GB"}

    @pytest.mark.parametrize(
        ("changed", "settings"),
        [
            ({"description": "By hand."}, {"licence": "creativeCommon"}),
            ({"tags": ["by hand"]}, {"made_for_kids": True}),
            ({"categoryId": "22"}, {"synthetic_media": False}),
            ({"license": "creativeCommon"}, {"category_id": "22"}),
            ({"selfDeclaredMadeForKids": True}, {"privacy": "private"}),
            ({"containsSyntheticMedia": False}, {"privacy": "private"}),
            ({"privacyStatus": "unlisted"}, {"licence": "creativeCommon"}),
            ({"defaultLanguage": "de"}, {"licence": "creativeCommon"}),
        ],
    )
    async def test_update_of_setting_keeps_remote_edit_of_other_field(
        self, live: Publisher, changed: Mapping[str, Any], settings: Mapping[str, Any]
    ) -> None:
        await by_hand(live, **changed)
        done = await attempt(live, await update(live, settings))
        assert done.status == "done", done.last_error
        there = await at_youtube(live)
        [(name, value)] = changed.items()
        part = "snippet" if name in NAMES["snippet"] else "status"
        assert there[part][name] == value
        assert len((await live.view()).remote_edits) == 1

    async def test_update_of_title_keeps_remote_description_and_tags(self, live: Publisher) -> None:
        await by_hand(live, description="By hand.", tags=["by hand"])
        async with live.youtube_env.sessions.begin() as session:
            await versions.edit_video(session, live.video_id, title="Ours, anew")
        assert (await attempt(live, await update(live, {}))).status == "done"
        there = (await at_youtube(live))["snippet"]
        assert (there["title"], there["description"], there["tags"]) == ("Ours, anew", "By hand.", ["by hand"])

    async def test_update_equal_to_remote_value_makes_no_call(self, live: Publisher) -> None:
        await by_hand(live, title="The same idea")
        async with live.youtube_env.sessions.begin() as session:
            await versions.edit_video(session, live.video_id, title="The same idea")
        before = live.youtube_env.calls_at_youtube("videos.update")
        assert (await attempt(live, await update(live, {}))).status == "done"
        assert live.youtube_env.calls_at_youtube("videos.update") == before
        assert (await live.view()).remote_edits == []

    async def test_update_of_other_field_keeps_moved_publish_at(self, publisher: Publisher) -> None:
        await scheduled(publisher)
        later = (await publisher.runtime.youtube.now_of(publisher.youtube_env.channel_id)).at + timedelta(days=3)
        await by_hand(publisher, publishAt=later.isoformat())
        assert (await attempt(publisher, await update(publisher, {"licence": "creativeCommon"}))).status == "done"
        there = (await at_youtube(publisher))["status"]
        assert there["publishAt"][:19] == later.isoformat()[:19]
        assert seen(await publisher.view()).keys() == {"visibility"}


class TestNoticing:
    async def test_remote_edit_is_shown_and_notified_once(self, live: Publisher) -> None:
        await by_hand(live, title="Edited in Studio", privacyStatus="unlisted")
        await look(live)
        await look(live)
        view = await live.view()
        assert seen(view) == {"title": "Edited in Studio", "visibility": "unlisted"}
        assert {one.field: one.local for one in view.remote_edits}["visibility"] == "public"
        assert (view.youtube_privacy, view.remote_edits_seen_at is not None) == ("unlisted", True)
        await relay(live.youtube_env.database)
        [(title, message)] = live.youtube_env.rows(TOLD)
        assert "was edited at YouTube" in title
        assert "title, visibility" in message
        await by_hand(live, title="Edited again")
        await look(live)
        await relay(live.youtube_env.database)
        assert len(live.youtube_env.rows(TOLD)) == 2

    async def test_remote_edit_reverted_remotely_disappears(self, live: Publisher) -> None:
        before = await by_hand(live, title="Edited in Studio")
        await look(live)
        await by_hand(live, title=before["snippet"]["title"])
        await look(live)
        view = await live.view()
        assert (view.remote_edits, view.remote_edits_seen_at) == ([], None)

    async def test_own_update_is_no_remote_edit(self, live: Publisher) -> None:
        ordered = await update(live, {"privacy": "unlisted", "category_id": "22"})
        await look(live)
        assert (await attempt(live, ordered)).status == "done"
        await look(live)
        await relay(live.youtube_env.database)
        assert ((await live.view()).remote_edits, live.youtube_env.rows(TOLD)) == ([], [])

    async def test_stale_video_list_is_no_remote_edit(self, live: Publisher) -> None:
        before = await at_youtube(live)
        assert (await attempt(live, await update(live, {"privacy": "unlisted"}))).status == "done"
        now = await live.runtime.youtube.now_of(live.youtube_env.channel_id)
        async with live.runtime.sessions.begin() as session:
            await remote_sync.record_listed(session, {before["id"]: before}, now)
        assert (await live.view()).remote_edits == []

    async def test_reading_without_change_keeps_updated_at(self, live: Publisher) -> None:
        await look(live)
        before = (await live.view()).updated_at
        await look(live)
        assert (await live.view()).updated_at == before

    async def test_publication_at_scheduled_time_is_no_remote_edit(self, publisher: Publisher) -> None:
        await publisher.order(PublicationRequest(publish_at=clock.now() + timedelta(seconds=30)))
        assert (await publisher.until_settled()).status == "live"
        await look(publisher)
        view = await publisher.view()
        assert (view.youtube_privacy, view.remote_edits) == ("public", [])

    async def test_remote_edit_of_scheduled_video_is_noticed(self, publisher: Publisher) -> None:
        await scheduled(publisher)
        await by_hand(publisher, title="Edited in Studio")
        publisher.youtube_env.sandbox_server.advance(130)
        assert seen(await publisher.attempt()) == {"title": "Edited in Studio"}


class TestDeciding:
    async def test_conflict_of_field_changed_on_both_sides_needs_resolution(self, live: Publisher) -> None:
        async with live.youtube_env.sessions.begin() as session:
            await versions.edit_video(session, live.video_id, title="Ours")
        ordered = await update(live, {"licence": "creativeCommon"})
        await by_hand(live, title="Theirs")
        asked = await attempt(live, ordered)
        assert asked.status == "conflict"
        assert "title" in (asked.last_error or {})["message"]
        there = await at_youtube(live)
        assert (there["snippet"]["title"], there["status"]["license"]) == ("Theirs", "youtube")
        assert seen(await live.view()) == {"title": "Theirs"}
        with pytest.raises(RemoteEditConflict, match="title"):
            await update(live, {})
        done = await attempt(live, await update(live, {}, sides={"title": "local"}))
        assert done.status == "done", done.last_error
        there = await at_youtube(live)
        assert (there["snippet"]["title"], there["status"]["license"]) == ("Ours", "creativeCommon")
        assert (await live.view()).remote_edits == []

    async def test_resolution_remote_adopts_remote_values(self, live: Publisher) -> None:
        await by_hand(live, title="Theirs", tags=["by hand"], privacyStatus="unlisted", categoryId="22")
        await look(live)
        calls = live.youtube_env.calls_at_youtube("videos.update")
        keep = dict.fromkeys(("title", "tags", "visibility", "category_id"), "remote")
        done = await attempt(live, await update(live, {}, sides=keep))
        assert (done.status, live.youtube_env.calls_at_youtube("videos.update")) == ("done", calls), done.last_error
        view = await live.view()
        assert (view.remote_edits, view.title, view.privacy, view.category_id) == ([], "Theirs", "unlisted", "22")
        async with live.youtube_env.sessions.begin() as session:
            newest = (await versions.list_versions(session, live.video_id))[0]
        assert (newest.created_by, newest.title, newest.tags) == ("youtube", "Theirs", ("by hand",))
        await look(live)
        assert (await live.view()).remote_edits == []
        assert (await attempt(live, await update(live, {"made_for_kids": True}))).status == "done"
        assert (await at_youtube(live))["snippet"]["title"] == "Theirs"

    async def test_resolution_local_restores_only_decided_fields(self, live: Publisher) -> None:
        before = await by_hand(live, title="Theirs", privacyStatus="private", description="By hand.")
        await look(live)
        async with live.youtube_env.sessions.begin() as session:
            await versions.edit_video(session, live.video_id, tags=["not sent yet"])
        done = await attempt(live, await update(live, {}, sides={"title": "local", "visibility": "local"}))
        assert done.status == "done", done.last_error
        there = await at_youtube(live)
        assert (there["snippet"]["title"], there["status"]["privacyStatus"]) == (before["snippet"]["title"], "public")
        assert (there["snippet"]["description"], there["snippet"]["tags"]) == ("By hand.", before["snippet"]["tags"])
        assert seen(await live.view()) == {"description": "By hand."}

    async def test_resolution_of_field_edited_again_is_conflict(self, live: Publisher) -> None:
        await by_hand(live, title="Theirs")
        await look(live)
        for whose in ("local", "remote"):
            ordered = await update(live, {}, sides={"title": whose})
            await by_hand(live, title=f"Theirs, before {whose}")
            assert (await attempt(live, ordered)).status == "conflict"
            assert (await at_youtube(live))["snippet"]["title"] == f"Theirs, before {whose}"

    async def test_resolution_remote_adopts_moved_publish_at(self, publisher: Publisher) -> None:
        await scheduled(publisher)
        now = await publisher.runtime.youtube.now_of(publisher.youtube_env.channel_id)
        later = (now.at + timedelta(days=3)).replace(microsecond=0)
        await by_hand(publisher, publishAt=later.isoformat())
        publisher.youtube_env.sandbox_server.advance(130)
        assert seen(await publisher.attempt()).keys() == {"visibility"}
        done = await attempt(publisher, await update(publisher, {}, sides={"visibility": "remote"}))
        assert done.status == "done", done.last_error
        view = await publisher.view()
        now = await publisher.runtime.youtube.now_of(publisher.youtube_env.channel_id)
        assert view.publish_at == now.to_local_time(later)
        assert publisher.video() == ("scheduled", None, view.publish_at)

    async def test_resolution_endpoint_validates_fields_and_sides(self, live: Publisher, cache_url: str) -> None:
        await by_hand(live, title="Theirs")
        await look(live)
        async with client_of(settings_for(live.youtube_env.database, cache_url, live.youtube_env.home)) as client:
            here = f"/api/v1/videos/{live.video_id}/publication"
            [edit] = (await client.get(here)).json()["remote_edits"]
            assert (edit["field"], edit["remote"]) == ("title", "Theirs")
            refused = await client.patch(here, json={"resolutions": {"licence": "local"}})
            assert (refused.status_code, refused.json()["code"]) == (409, "invalid_state")
            assert (await client.patch(here, json={"resolutions": {"title": "mine"}})).status_code == 422
            assert (await client.patch(here, json={"resolutions": {"title": "local"}})).status_code == 202


class TestDeleted:
    async def test_video_deleted_remotely_notifies_and_can_be_republished(self, live: Publisher) -> None:
        first = (await live.view()).youtube_video_id
        assert first is not None
        await gone(live)
        view = await live.view()
        assert (view.status, live.video()[:2]) == ("gone", ("ready", None))
        await relay(live.youtube_env.database)
        [(title,)] = live.youtube_env.rows("SELECT title FROM core.notifications WHERE kind = 'publication_missing'")
        assert "is not on YouTube any more" in title
        ordered = await live.order(PublicationRequest(privacy="unlisted"))
        assert ordered.is_new
        view = await live.until_settled()
        assert (view.status, view.youtube_video_id != first, live.video()[0]) == ("live", True, "published")

    async def test_update_of_video_deleted_remotely_fails_as_missing(self, live: Publisher) -> None:
        ordered = await update(live, {"privacy": "unlisted"})
        await delete_there(live)
        done = await attempt(live, ordered)
        assert (done.status, (done.last_error or {})["reason"]) == ("failed", "videoMissing")

    async def test_archived_video_deleted_remotely_can_become_ready(self, live: Publisher) -> None:
        live.execute("UPDATE core.videos SET status = 'archived'")
        await gone(live)
        assert live.video()[:2] == ("archived", None)
        live.execute("UPDATE core.videos SET status = 'ready'")

    async def test_missing_video_listed_again_is_live(self, live: Publisher) -> None:
        item, published_at = await at_youtube(live), live.video()[1]
        await gone(live, really=False)
        assert live.video()[0] == "ready"
        now = await live.runtime.youtube.now_of(live.youtube_env.channel_id)
        async with live.runtime.sessions.begin() as session:
            await remote_sync.record_listed(session, {item["id"]: item}, now)
        assert ((await live.view()).status, live.video()[0]) == ("live", "published")
        assert published_at is not None

    async def test_removed_publication_reported_gone_stays_removed(self, live: Publisher) -> None:
        there = (await live.view()).youtube_video_id or ""
        live.execute("UPDATE core.publications SET status = 'removed'")
        async with live.runtime.sessions.begin() as session:
            await remote_sync.note_gone(session, [there])
        assert (await live.view()).status == "removed"

    async def test_published_video_cannot_become_ready_directly(self, live: Publisher) -> None:
        with pytest.raises(Exception, match="cannot become ready again"):
            live.execute("UPDATE core.videos SET status = 'ready'")
        with pytest.raises(Exception, match="set once"):
            live.execute("UPDATE core.videos SET status = 'ready', published_at = NULL")


async def delete_there(publisher: Publisher) -> None:
    [there] = publisher.at_youtube()
    await publisher.runtime.youtube.call(
        publisher.youtube_env.channel_id, lambda apis: apis.data.videos().delete(id=there["id"])
    )


async def gone(publisher: Publisher, *, really: bool = True) -> None:
    there = (await publisher.view()).youtube_video_id or ""
    if really:
        await delete_there(publisher)
    async with publisher.runtime.sessions.begin() as session:
        await remote_sync.note_gone(session, [there])
