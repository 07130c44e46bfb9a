"""Decisions, times and lost answers, where what is meant here and what was edited at YouTube come together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.publishing.conftest import Studio
from tests.publishing.test_changes import attempt, live, scheduled, update
from tests.publishing.test_edits import at_youtube, by_hand, gone, look, seen
from ytempire.kit import clock
from ytempire.kit.errors import InvalidInput
from ytempire.production import versions
from ytempire.publishing import observing
from ytempire.publishing.service import Order

__all__ = ["live"]


async def test_of_the_language_of_the_sound_alone_ours_is_restored(live: Studio) -> None:
    before = await by_hand(live, defaultAudioLanguage="de")
    await look(live)
    done = await attempt(live, await update(live, {}, keep={"audio_language": "ours"}))
    assert done.status == "done", done.last_error
    assert (await at_youtube(live))["snippet"]["defaultAudioLanguage"] == before["snippet"]["defaultAudioLanguage"]


async def test_a_decision_that_is_asked_again_sends_nothing_beside_it(live: Studio) -> None:
    await by_hand(live, title="Theirs")
    await look(live)
    async with live.world.sessions.begin() as session:
        await versions.edit_video(session, live.video_id, tags=["not sent yet"])
    ordered = await update(live, {}, keep={"title": "ours"})
    await by_hand(live, title="Theirs again")
    assert (await attempt(live, ordered)).status == "conflict"
    done = await attempt(live, await update(live, {}, keep={"title": "ours"}))
    assert done.status == "done", done.last_error
    assert "not sent yet" not in (await at_youtube(live))["snippet"]["tags"]


async def test_what_was_decided_before_another_was_asked_again_counts(live: Studio) -> None:
    before = await by_hand(live, title="Theirs", description="D theirs")
    await look(live)
    ordered = await update(live, {}, keep={"title": "ours", "description": "theirs"})
    await by_hand(live, description="D theirs again")
    assert (await attempt(live, ordered)).status == "conflict"
    done = await attempt(live, await update(live, {}, keep={"description": "theirs"}))
    assert done.status == "done", done.last_error
    assert (await at_youtube(live))["snippet"]["title"] == before["snippet"]["title"]


async def test_what_nobody_did_yet_is_done_with_what_replaces_it(live: Studio) -> None:
    await update(live, {"privacy": "unlisted"})
    done = await attempt(live, await update(live, {"licence": "creativeCommon"}))
    assert done.status == "done"
    assert (await at_youtube(live))["status"]["privacyStatus"] == "unlisted"


async def test_theirs_and_another_at_once_are_refused(live: Studio) -> None:
    await by_hand(live, privacyStatus="private")
    await look(live)
    with pytest.raises(InvalidInput):
        await update(live, {"privacy": "unlisted"}, keep={"visibility": "theirs"})


async def test_theirs_are_kept_of_one_in_the_archive(live: Studio) -> None:
    await by_hand(live, title="Theirs")
    await look(live)
    live.execute("UPDATE core.videos SET status = 'archived'")
    done = await attempt(live, await update(live, {}, keep={"title": "theirs"}))
    assert done.status == "done", done.last_error


async def test_one_that_was_made_public_there_is_not_said_to_wait(studio: Studio) -> None:
    await scheduled(studio)
    [there] = studio.at_youtube()
    body = {"id": there["id"], "status": {"privacyStatus": "public"}}
    await studio.runtime.youtube.call(
        studio.world.channel_id, lambda apis: apis.data.videos().update(part="status", body=body)
    )
    done = await attempt(studio, await update(studio, {"publish_at": clock.now() + timedelta(days=3)}))
    assert done.status != "done"


async def test_a_time_that_came_while_it_was_asked(studio: Studio) -> None:
    await scheduled(studio)
    ordered = await update(studio, {"publish_at": clock.now() + timedelta(hours=2)})
    now = await studio.runtime.youtube.now_of(studio.world.channel_id)
    await by_hand(studio, publishAt=(now.at + timedelta(days=3)).replace(microsecond=0).isoformat())
    assert (await attempt(studio, ordered)).status == "conflict"
    studio.execute(
        "UPDATE core.publication_changes SET wanted = wanted || jsonb_build_object('publish_at', %s::text)",
        (clock.now() - timedelta(hours=1)).isoformat(),
    )
    done = await attempt(studio, await update(studio, {}, keep={"visibility": "theirs"}))
    assert done.status == "done", done.last_error


async def test_ends_of_lines_are_no_words(live: Studio) -> None:
    async with live.world.sessions.begin() as session:
        await versions.edit_video(session, live.video_id, description="Line one.\r\nLine two.\n")
    done = await attempt(live, await update(live, {}))
    assert done.status == "done", done.last_error
    await by_hand(live, description="By hand.")
    await look(live)
    done = await attempt(live, await update(live, {"privacy": "unlisted"}))
    assert done.status == "done", done.last_error
    assert (await at_youtube(live))["snippet"]["description"] == "By hand."


async def test_a_time_that_was_moved_there_before_it_was_processed_stays(studio: Studio) -> None:
    await studio.order(Order(publish_at=clock.now() + timedelta(days=1)))
    await studio.attempt()
    now = await studio.runtime.youtube.now_of(studio.world.channel_id)
    later = (now.at + timedelta(days=3)).replace(microsecond=0)
    await by_hand(studio, publishAt=later.isoformat())
    studio.world.served.advance(30)
    view = await studio.attempt()
    there = (await at_youtube(studio))["status"]
    assert there["publishAt"][:19] == later.isoformat()[:19], (there, view)
    studio.world.served.advance(130)
    assert seen(await studio.attempt()).keys() == {"visibility"}


async def test_a_time_that_is_being_changed_just_now_stays(studio: Studio) -> None:
    await scheduled(studio)
    at = clock.now() + timedelta(days=3)
    await update(studio, {"publish_at": at})
    now = await studio.runtime.youtube.now_of(studio.world.channel_id)
    # YouTube has it, it is not settled yet
    studio.execute(
        "UPDATE core.publication_changes SET claim = core.new_id(), next_try_at = now() + interval '5 minutes'"
    )
    told = now.theirs(at).replace(microsecond=0)
    await by_hand(studio, publishAt=told.isoformat())
    await studio.attempt()
    assert (await at_youtube(studio))["status"]["publishAt"][:19] == told.isoformat()[:19]


async def test_one_in_the_archive_that_is_listed_again_is_published(live: Studio) -> None:
    item = await at_youtube(live)
    await gone(live, really=False)
    live.execute("UPDATE core.videos SET status = 'archived'")
    now = await live.runtime.youtube.now_of(live.world.channel_id)
    async with live.runtime.sessions.begin() as session:
        await observing.note_listed(session, {item["id"]: item}, now)
    live.execute("UPDATE core.videos SET status = 'published' WHERE published_at IS NOT NULL")
    assert live.video()[0] == "published", live.video()


@pytest.mark.parametrize("anew", ["T2", "Why the night sky is dark"])
async def test_an_answer_that_was_lost_makes_no_edit_of_ours(live: Studio, anew: str) -> None:
    async with live.world.sessions.begin() as session:
        await versions.edit_video(session, live.video_id, title="T1")
    first = await update(live, {})
    live.world.served.fault("videos.update", "answer_lost")
    assert (await attempt(live, first)).status == "planned"
    assert (await at_youtube(live))["snippet"]["title"] == "T1"
    async with live.world.sessions.begin() as session:
        await versions.edit_video(session, live.video_id, title=anew)
    done = await attempt(live, await update(live, {}))
    assert done.status == "done", done.last_error
    assert (await at_youtube(live))["snippet"]["title"] == anew
    assert (await live.view()).edits == []


async def test_nor_hides_it_one_of_theirs(live: Studio) -> None:
    async with live.world.sessions.begin() as session:
        await versions.edit_video(session, live.video_id, title="T1")
    first = await update(live, {})
    live.world.served.fault("videos.update", "answer_lost")
    await attempt(live, first)
    await by_hand(live, title="By hand")
    assert (await attempt(live, await update(live, {}))).status == "conflict"
    assert (await at_youtube(live))["snippet"]["title"] == "By hand"


async def test_one_that_is_listed_again_after_another_failed(live: Studio) -> None:
    item, there = await at_youtube(live), (await live.view()).youtube_video_id
    await gone(live, really=False)
    await live.order()
    live.execute("UPDATE core.publications SET status = 'failed', next_try_at = NULL WHERE status = 'planned'")
    now = await live.runtime.youtube.now_of(live.world.channel_id)
    async with live.runtime.sessions.begin() as session:
        await observing.note_listed(session, {item["id"]: item}, now)
    view = await live.view()
    assert (view.status, view.youtube_video_id) == ("live", there)
    assert not (await live.order()).is_new


@pytest.mark.parametrize("ending", [" ", "\n", "\u00a0", "\r\n\r\n"])
async def test_ends_of_a_text_are_no_words_when_it_is_uploaded(studio: Studio, ending: str) -> None:
    studio.execute("UPDATE core.videos SET description = %s", "One.\r\nTwo." + ending)
    await studio.order()
    await studio.until_settled()
    await by_hand(studio, description="By hand.")
    await look(studio)
    done = await attempt(studio, await update(studio, {"privacy": "unlisted"}))
    assert done.status == "done", done.last_error
    assert seen(await studio.view()) == {"description": "By hand."}


async def test_a_visibility_decided_with_another_setting(live: Studio) -> None:
    await by_hand(live, privacyStatus="private", license="creativeCommon")
    await look(live)
    done = await attempt(
        live, await update(live, {"category_id": "22"}, keep={"visibility": "ours", "licence": "theirs"})
    )
    assert done.status == "done", done.last_error
    view = await live.view()
    assert (view.edits, view.licence, view.category_id, view.youtube_privacy) == ([], "creativeCommon", "22", "public")


async def test_a_time_that_was_taken_away_there(studio: Studio) -> None:
    await scheduled(studio)
    status = {**(await at_youtube(studio))["status"]}
    del status["publishAt"]
    body = {"id": studio.at_youtube()[0]["id"], "status": status}
    await studio.runtime.youtube.call(
        studio.world.channel_id, lambda apis: apis.data.videos().update(part="status", body=body)
    )
    studio.world.served.advance(130)
    view = await studio.attempt()
    assert seen(view) == {"visibility": "private"}
    done = await attempt(studio, await update(studio, {}, keep={"visibility": "ours"}))
    assert done.status == "done", done.last_error
    view = await studio.view()
    assert (view.edits, "publishAt" in (await at_youtube(studio))["status"]) == ([], True)
    studio.world.served.advance(2 * 86_400)
    await look(studio)
    view = await studio.view()
    assert (view.edits, view.youtube_privacy, studio.video()[0]) == ([], "public", "published")


async def test_theirs_of_a_time_that_was_given_to_a_private_one(studio: Studio) -> None:
    await studio.order(Order(privacy="private"))
    await studio.until_settled()
    now = await studio.runtime.youtube.now_of(studio.world.channel_id)
    await by_hand(studio, publishAt=(now.at + timedelta(hours=3)).replace(microsecond=0).isoformat())
    await look(studio)
    assert seen(await studio.view()).keys() == {"visibility"}
    done = await attempt(studio, await update(studio, {}, keep={"visibility": "theirs"}))
    assert done.status == "done", done.last_error
    assert (await studio.view()).edits == []
    done = await attempt(studio, await update(studio, {"licence": "creativeCommon"}))
    assert done.status == "done", done.last_error
    studio.world.served.advance(4 * 3600)
    await look(studio)
    view = await studio.view()
    assert (view.edits, view.youtube_privacy) == ([], "public")


async def test_tags_without_order_case_or_marker(live: Studio) -> None:
    item = await at_youtube(live)
    mine = [tag for tag in item["snippet"]["tags"] if not tag.startswith("ytempire")]
    await by_hand(live, tags=mine[::-1])
    await look(live)
    assert (await live.view()).edits == []
    async with live.world.sessions.begin() as session:
        await versions.edit_video(session, live.video_id, tags=[])
    done = await attempt(live, await update(live, {}))
    assert done.status == "done", done.last_error
    assert [tag for tag in (await at_youtube(live))["snippet"]["tags"] if not tag.startswith("ytempire")] == []
    await look(live)
    assert (await live.view()).edits == []


async def test_an_answer_about_privacy_that_was_lost_makes_no_edit_of_ours(live: Studio) -> None:
    first = await update(live, {"privacy": "unlisted"})
    live.world.served.fault("videos.update", "answer_lost")
    assert (await attempt(live, first)).status == "planned"
    done = await attempt(live, await update(live, {"privacy": "private"}))
    assert done.status == "done", done.last_error
    assert (await live.view()).youtube_privacy == "private"


async def test_an_update_that_was_written_down_by_the_version_before(live: Studio) -> None:
    await update(live, {"licence": "creativeCommon"})
    live.execute('UPDATE core.publication_changes SET wanted = wanted || \'{"privacy": null, "publish_at": null}\'')
    await by_hand(live, privacyStatus="unlisted")
    await look(live)
    live.execute(
        "UPDATE core.publications SET edits_seen_at = now(),"
        ' edits = \'{"visibility": {"theirs": "unlisted", "shown": "unlisted"}}\''
    )
    done = await attempt(live, await update(live, {"category_id": "22"}))
    assert done.status == "done", done.last_error
    there = await at_youtube(live)
    assert (there["status"]["license"], there["status"]["privacyStatus"]) == ("creativeCommon", "unlisted")
