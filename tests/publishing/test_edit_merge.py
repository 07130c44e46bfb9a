"""Decisions, times and lost answers, where what is meant here and what was edited at YouTube come together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.publishing.publisher import Publisher
from tests.publishing.test_edits import attempt, scheduled, update
from tests.publishing.test_remote_edits import at_youtube, by_hand, gone, look, seen
from ytempire.kit import clock
from ytempire.kit.errors import InvalidInput
from ytempire.production import versions
from ytempire.publishing import remote_sync
from ytempire.publishing.service import PublicationRequest


async def test_resolution_local_of_audio_language_restores_ours(live: Publisher) -> None:
    before = await by_hand(live, defaultAudioLanguage="de")
    await look(live)
    done = await attempt(live, await update(live, {}, sides={"audio_language": "local"}))
    assert done.status == "done", done.last_error
    assert (await at_youtube(live))["snippet"]["defaultAudioLanguage"] == before["snippet"]["defaultAudioLanguage"]


async def test_resolution_repeated_after_conflict_sends_no_other_fields(live: Publisher) -> None:
    await by_hand(live, title="Theirs")
    await look(live)
    async with live.youtube_env.sessions.begin() as session:
        await versions.edit_video(session, live.video_id, tags=["not sent yet"])
    ordered = await update(live, {}, sides={"title": "local"})
    await by_hand(live, title="Theirs again")
    assert (await attempt(live, ordered)).status == "conflict"
    done = await attempt(live, await update(live, {}, sides={"title": "local"}))
    assert done.status == "done", done.last_error
    assert "not sent yet" not in (await at_youtube(live))["snippet"]["tags"]


async def test_resolution_made_before_conflict_still_counts(live: Publisher) -> None:
    before = await by_hand(live, title="Theirs", description="D theirs")
    await look(live)
    ordered = await update(live, {}, sides={"title": "local", "description": "remote"})
    await by_hand(live, description="D theirs again")
    assert (await attempt(live, ordered)).status == "conflict"
    done = await attempt(live, await update(live, {}, sides={"description": "remote"}))
    assert done.status == "done", done.last_error
    assert (await at_youtube(live))["snippet"]["title"] == before["snippet"]["title"]


async def test_publication_edit_superseded_before_sending_is_merged(live: Publisher) -> None:
    await update(live, {"privacy": "unlisted"})
    done = await attempt(live, await update(live, {"licence": "creativeCommon"}))
    assert done.status == "done"
    assert (await at_youtube(live))["status"]["privacyStatus"] == "unlisted"


async def test_resolution_remote_with_new_value_is_refused(live: Publisher) -> None:
    await by_hand(live, privacyStatus="private")
    await look(live)
    with pytest.raises(InvalidInput):
        await update(live, {"privacy": "unlisted"}, sides={"visibility": "remote"})


async def test_resolution_remote_of_archived_video_is_done(live: Publisher) -> None:
    await by_hand(live, title="Theirs")
    await look(live)
    live.execute("UPDATE core.videos SET status = 'archived'")
    done = await attempt(live, await update(live, {}, sides={"title": "remote"}))
    assert done.status == "done", done.last_error


async def test_publish_at_of_video_made_public_remotely_is_not_done(publisher: Publisher) -> None:
    await scheduled(publisher)
    [there] = publisher.at_youtube()
    body = {"id": there["id"], "status": {"privacyStatus": "public"}}
    await publisher.runtime.youtube.call(
        publisher.youtube_env.channel_id, lambda apis: apis.data.videos().update(part="status", body=body)
    )
    done = await attempt(publisher, await update(publisher, {"publish_at": clock.now() + timedelta(days=3)}))
    assert done.status != "done"


async def test_resolution_remote_after_local_time_passed_is_done(publisher: Publisher) -> None:
    await scheduled(publisher)
    ordered = await update(publisher, {"publish_at": clock.now() + timedelta(hours=2)})
    now = await publisher.runtime.youtube.now_of(publisher.youtube_env.channel_id)
    await by_hand(publisher, publishAt=(now.at + timedelta(days=3)).replace(microsecond=0).isoformat())
    assert (await attempt(publisher, ordered)).status == "conflict"
    publisher.execute(
        "UPDATE core.publication_edits SET desired = desired || jsonb_build_object('publish_at', %s::text)",
        (clock.now() - timedelta(hours=1)).isoformat(),
    )
    done = await attempt(publisher, await update(publisher, {}, sides={"visibility": "remote"}))
    assert done.status == "done", done.last_error


async def test_remote_edit_ignores_line_endings(live: Publisher) -> None:
    async with live.youtube_env.sessions.begin() as session:
        await versions.edit_video(session, live.video_id, description="Line one.\r\nLine two.\n")
    done = await attempt(live, await update(live, {}))
    assert done.status == "done", done.last_error
    await by_hand(live, description="By hand.")
    await look(live)
    done = await attempt(live, await update(live, {"privacy": "unlisted"}))
    assert done.status == "done", done.last_error
    assert (await at_youtube(live))["snippet"]["description"] == "By hand."


async def test_publish_at_moved_remotely_before_processing_is_kept(publisher: Publisher) -> None:
    await publisher.order(PublicationRequest(publish_at=clock.now() + timedelta(days=1)))
    await publisher.attempt()
    now = await publisher.runtime.youtube.now_of(publisher.youtube_env.channel_id)
    later = (now.at + timedelta(days=3)).replace(microsecond=0)
    await by_hand(publisher, publishAt=later.isoformat())
    publisher.youtube_env.sandbox_server.advance(30)
    view = await publisher.attempt()
    there = (await at_youtube(publisher))["status"]
    assert there["publishAt"][:19] == later.isoformat()[:19], (there, view)
    publisher.youtube_env.sandbox_server.advance(130)
    assert seen(await publisher.attempt()).keys() == {"visibility"}


async def test_publish_at_being_changed_is_no_remote_edit(publisher: Publisher) -> None:
    await scheduled(publisher)
    at = clock.now() + timedelta(days=3)
    await update(publisher, {"publish_at": at})
    now = await publisher.runtime.youtube.now_of(publisher.youtube_env.channel_id)
    # YouTube has it, it is not settled yet
    publisher.execute(
        "UPDATE core.publication_edits SET lease_token = core.new_id(), next_try_at = now() + interval '5 minutes'"
    )
    told = now.to_service_time(at).replace(microsecond=0)
    await by_hand(publisher, publishAt=told.isoformat())
    await publisher.attempt()
    assert (await at_youtube(publisher))["status"]["publishAt"][:19] == told.isoformat()[:19]


async def test_archived_video_listed_again_is_published(live: Publisher) -> None:
    item = await at_youtube(live)
    await gone(live, really=False)
    live.execute("UPDATE core.videos SET status = 'archived'")
    now = await live.runtime.youtube.now_of(live.youtube_env.channel_id)
    async with live.runtime.sessions.begin() as session:
        await remote_sync.record_listed(session, {item["id"]: item}, now)
    live.execute("UPDATE core.videos SET status = 'published' WHERE published_at IS NOT NULL")
    assert live.video()[0] == "published", live.video()


@pytest.mark.parametrize("anew", ["T2", "Why the night sky is dark"])
async def test_lost_update_response_creates_no_remote_edit(live: Publisher, anew: str) -> None:
    async with live.youtube_env.sessions.begin() as session:
        await versions.edit_video(session, live.video_id, title="T1")
    first = await update(live, {})
    live.youtube_env.sandbox_server.fault("videos.update", "answer_lost")
    assert (await attempt(live, first)).status == "planned"
    assert (await at_youtube(live))["snippet"]["title"] == "T1"
    async with live.youtube_env.sessions.begin() as session:
        await versions.edit_video(session, live.video_id, title=anew)
    done = await attempt(live, await update(live, {}))
    assert done.status == "done", done.last_error
    assert (await at_youtube(live))["snippet"]["title"] == anew
    assert (await live.view()).remote_edits == []


async def test_lost_update_response_hides_no_remote_edit(live: Publisher) -> None:
    async with live.youtube_env.sessions.begin() as session:
        await versions.edit_video(session, live.video_id, title="T1")
    first = await update(live, {})
    live.youtube_env.sandbox_server.fault("videos.update", "answer_lost")
    await attempt(live, first)
    await by_hand(live, title="By hand")
    assert (await attempt(live, await update(live, {}))).status == "conflict"
    assert (await at_youtube(live))["snippet"]["title"] == "By hand"


async def test_video_listed_again_after_failed_republication_is_live(live: Publisher) -> None:
    item, there = await at_youtube(live), (await live.view()).youtube_video_id
    await gone(live, really=False)
    await live.order()
    live.execute("UPDATE core.publications SET status = 'failed', next_try_at = NULL WHERE status = 'planned'")
    now = await live.runtime.youtube.now_of(live.youtube_env.channel_id)
    async with live.runtime.sessions.begin() as session:
        await remote_sync.record_listed(session, {item["id"]: item}, now)
    view = await live.view()
    assert (view.status, view.youtube_video_id) == ("live", there)
    assert not (await live.order()).is_new


@pytest.mark.parametrize("ending", [" ", "\n", "\u00a0", "\r\n\r\n"])
async def test_remote_edit_ignores_trailing_space_of_uploaded_text(publisher: Publisher, ending: str) -> None:
    publisher.execute("UPDATE core.videos SET description = %s", "One.\r\nTwo." + ending)
    await publisher.order()
    await publisher.until_settled()
    await by_hand(publisher, description="By hand.")
    await look(publisher)
    done = await attempt(publisher, await update(publisher, {"privacy": "unlisted"}))
    assert done.status == "done", done.last_error
    assert seen(await publisher.view()) == {"description": "By hand."}


async def test_resolution_of_visibility_with_other_setting_is_done(live: Publisher) -> None:
    await by_hand(live, privacyStatus="private", license="creativeCommon")
    await look(live)
    done = await attempt(
        live, await update(live, {"category_id": "22"}, sides={"visibility": "local", "licence": "remote"})
    )
    assert done.status == "done", done.last_error
    view = await live.view()
    assert (view.remote_edits, view.licence, view.category_id, view.youtube_privacy) == (
        [],
        "creativeCommon",
        "22",
        "public",
    )


async def test_publish_at_removed_remotely_is_remote_edit_until_restored(publisher: Publisher) -> None:
    await scheduled(publisher)
    status = {**(await at_youtube(publisher))["status"]}
    del status["publishAt"]
    body = {"id": publisher.at_youtube()[0]["id"], "status": status}
    await publisher.runtime.youtube.call(
        publisher.youtube_env.channel_id, lambda apis: apis.data.videos().update(part="status", body=body)
    )
    publisher.youtube_env.sandbox_server.advance(130)
    view = await publisher.attempt()
    assert seen(view) == {"visibility": "private"}
    done = await attempt(publisher, await update(publisher, {}, sides={"visibility": "local"}))
    assert done.status == "done", done.last_error
    view = await publisher.view()
    assert (view.remote_edits, "publishAt" in (await at_youtube(publisher))["status"]) == ([], True)
    publisher.youtube_env.sandbox_server.advance(2 * 86_400)
    await look(publisher)
    view = await publisher.view()
    assert (view.remote_edits, view.youtube_privacy, publisher.video()[0]) == ([], "public", "published")


async def test_resolution_remote_of_publish_at_set_remotely_is_kept(publisher: Publisher) -> None:
    await publisher.order(PublicationRequest(privacy="private"))
    await publisher.until_settled()
    now = await publisher.runtime.youtube.now_of(publisher.youtube_env.channel_id)
    await by_hand(publisher, publishAt=(now.at + timedelta(hours=3)).replace(microsecond=0).isoformat())
    await look(publisher)
    assert seen(await publisher.view()).keys() == {"visibility"}
    done = await attempt(publisher, await update(publisher, {}, sides={"visibility": "remote"}))
    assert done.status == "done", done.last_error
    assert (await publisher.view()).remote_edits == []
    done = await attempt(publisher, await update(publisher, {"licence": "creativeCommon"}))
    assert done.status == "done", done.last_error
    publisher.youtube_env.sandbox_server.advance(4 * 3600)
    await look(publisher)
    view = await publisher.view()
    assert (view.remote_edits, view.youtube_privacy) == ([], "public")


async def test_remote_edit_ignores_order_case_and_marker_of_tags(live: Publisher) -> None:
    item = await at_youtube(live)
    mine = [tag for tag in item["snippet"]["tags"] if not tag.startswith("ytempire")]
    await by_hand(live, tags=mine[::-1])
    await look(live)
    assert (await live.view()).remote_edits == []
    async with live.youtube_env.sessions.begin() as session:
        await versions.edit_video(session, live.video_id, tags=[])
    done = await attempt(live, await update(live, {}))
    assert done.status == "done", done.last_error
    assert [tag for tag in (await at_youtube(live))["snippet"]["tags"] if not tag.startswith("ytempire")] == []
    await look(live)
    assert (await live.view()).remote_edits == []


async def test_lost_privacy_response_creates_no_remote_edit(live: Publisher) -> None:
    first = await update(live, {"privacy": "unlisted"})
    live.youtube_env.sandbox_server.fault("videos.update", "answer_lost")
    assert (await attempt(live, first)).status == "planned"
    done = await attempt(live, await update(live, {"privacy": "private"}))
    assert done.status == "done", done.last_error
    assert (await live.view()).youtube_privacy == "private"


async def test_publication_edit_of_previous_version_is_applied(live: Publisher) -> None:
    await update(live, {"licence": "creativeCommon"})
    live.execute('UPDATE core.publication_edits SET desired = desired || \'{"privacy": null, "publish_at": null}\'')
    await by_hand(live, privacyStatus="unlisted")
    await look(live)
    live.execute(
        "UPDATE core.publications SET remote_edits_seen_at = now(),"
        ' remote_edits = \'{"visibility": {"remote": "unlisted", "shown": "unlisted"}}\''
    )
    done = await attempt(live, await update(live, {"category_id": "22"}))
    assert done.status == "done", done.last_error
    there = await at_youtube(live)
    assert (there["status"]["license"], there["status"]["privacyStatus"]) == ("creativeCommon", "unlisted")
