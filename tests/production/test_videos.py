"""What finished videos say of themselves, where they stand, and finding them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from tests.api import client_of, settings_for
from tests.conftest import Database
from tests.database.lock_waits import wait_until_blocking
from tests.production.factories import ARTICLE
from ytempire.channels.templates import TemplateText
from ytempire.kit import clock
from ytempire.kit.database import conninfo
from ytempire.production.schemas import VideoOut
from ytempire.production.template_rendering import TemplateSnapshot

ORDER = {"source_name": "sky.md", "source_text": ARTICLE.decode(), "options": {"seconds": 30}, "allow_duplicate": True}


@pytest.fixture
async def client(database: Database, cache_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(settings_for(database, cache_url, tmp_path)) as client:
        yield client


async def finished(client: httpx.AsyncClient, database: Database, **said: str) -> str:
    """The address of a video that was ordered and is said to be ready; rendering it takes a minute."""
    run = (await client.post("/api/v1/runs", json=ORDER)).json()
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        owner.execute(
            "UPDATE core.videos SET status = 'ready', duration_seconds = 60, title = %s, description = %s, script = %s"
            " WHERE id = %s",
            [said.get("title", "Night"), said.get("description", "Words."), said.get("script", ""), run["video_id"]],
        )
    return f"/api/v1/videos/{run['video_id']}"


async def test_video_list_item_equals_video(client: httpx.AsyncClient, database: Database) -> None:
    """PostgreSQL writes the list, pydantic the video."""
    path = await finished(client, database)
    with psycopg.connect(conninfo(database.owner_url)) as owner:
        owner.execute("""
            INSERT INTO core.run_artifacts (run_id, name, step, sha256, size_bytes, media_type)
            SELECT id, name, 'assemble', repeat('ab', 32), 7, 'text/plain'
            FROM core.runs, unnest(ARRAY['video.mp4', 'captions.srt', 'voice.wav']) AS name""")
        owner.execute("""UPDATE core.videos SET script_score = 0.91, tags = '{sky,"two words"}',
                         chapters = '[{"start_s": 1.5, "title": "The question"}]'""")
    whole = (await client.get(path)).json()
    (listed,) = (await client.get("/api/v1/videos", params={"channel_id": whole["channel_id"]})).json()["items"]
    assert listed.keys() == whole.keys()
    assert VideoOut.model_validate(listed) == VideoOut.model_validate(whole)
    assert [file["name"] for file in listed["files"]] == ["captions.srt", "video.mp4"]
    other = await client.get("/api/v1/videos", params={"channel_id": str(UUID(int=1))})
    assert other.json() == {"items": [], "next_cursor": None}


class TestVersions:
    async def test_video_versions_keep_edits_and_can_be_restored(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        path = await finished(client, database)
        for title in ("First", "Second"):
            answer = await client.patch(path, json={"title": title, "tags": ["sky"]})
            assert (answer.status_code, answer.json()["title"]) == (200, title)
        assert (await client.patch(path, json={"title": "Second"})).status_code == 200  # changes nothing
        back = await client.post(f"{path}/versions/1/restore")
        assert back.json()["title"] == "First"
        kept = (await client.get(f"{path}/versions")).json()["items"]
        assert [(one["version"], one["created_by"], one["title"]) for one in kept] == [
            (3, "restore", "First"),
            (2, "edit", "Second"),
            (1, "edit", "First"),
        ]
        assert {one["created_by_name"] for one in kept} == {"Ordinary operator"}
        assert (await client.post(f"{path}/versions/9/restore")).status_code == 404

    async def test_video_edit_with_stale_etag_is_refused(self, client: httpx.AsyncClient, database: Database) -> None:
        path = await finished(client, database)
        seen = (await client.get(path)).headers["etag"]
        await client.patch(path, json={"title": "First"})
        late = await client.patch(path, json={"title": "Late"}, headers={"If-Match": seen})
        assert late.status_code == 412
        assert len((await client.get(f"{path}/versions")).json()["items"]) == 1

    @pytest.mark.parametrize(
        ("change", "saying"),
        [
            ({"title": "a < b"}, "angle bracket"),
            ({"title": "x" * 101}, "100"),
            ({"description": "é" * 2600}, "5200 bytes"),
            ({"tags": ["word " * 10] * 20}, "500"),
        ],
    )
    async def test_video_edit_beyond_youtube_limits_is_refused(
        self, client: httpx.AsyncClient, database: Database, change: dict[str, Any], saying: str
    ) -> None:
        answer = await client.patch(await finished(client, database), json=change)
        assert answer.status_code == 422
        assert saying in answer.json()["detail"]

    async def test_video_edit_after_concurrent_removal_is_refused(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        path = await finished(client, database)
        async with await psycopg.AsyncConnection.connect(conninfo(database.owner_url)) as other:
            await other.execute("UPDATE core.videos SET status = 'removed'")
            editing = asyncio.create_task(client.patch(path, json={"title": "Too late"}))
            await wait_until_blocking(other)
            await other.commit()
        assert (await editing).status_code == 422
        assert (await client.get(path)).json()["title"] != "Too late"

    async def test_video_edit_while_generating_is_refused(self, client: httpx.AsyncClient) -> None:
        run = (await client.post("/api/v1/runs", json=ORDER)).json()
        answer = await client.patch(f"/api/v1/videos/{run['video_id']}", json={"title": "Too soon"})
        assert (answer.status_code, "is generating" in answer.json()["detail"]) == (422, True)


class TestPlaces:
    async def test_video_schedule_can_be_set_and_cleared(self, client: httpx.AsyncClient, database: Database) -> None:
        path = await finished(client, database)
        at = clock.now() + timedelta(days=1)
        answer = await client.put(f"{path}/schedule", json={"at": at.isoformat()})
        assert (answer.json()["status"], answer.json()["scheduled_at"] is not None) == ("scheduled", True)
        past = await client.put(f"{path}/schedule", json={"at": (clock.now() - timedelta(minutes=1)).isoformat()})
        assert (past.status_code, "past" in past.json()["detail"]) == (422, True)
        beyond = await client.put(f"{path}/schedule", json={"at": "9999-12-31T23:59:59-12:00"})
        assert beyond.status_code == 422
        assert (await client.delete(f"{path}/schedule")).json()["status"] == "ready"
        assert (await client.delete(f"{path}/schedule")).status_code == 409

    async def test_video_can_be_archived_restored_and_removed(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        path = await finished(client, database)
        assert (await client.post(f"{path}/archive")).json()["status"] == "archived"
        assert (await client.get("/api/v1/videos")).json()["items"] == []
        assert len((await client.get("/api/v1/videos", params={"status": "archived"})).json()["items"]) == 1
        assert (await client.post(f"{path}/unarchive")).json()["status"] == "ready"
        assert (await client.delete(path)).status_code == 204
        assert (await client.get(path)).json()["status"] == "removed"
        assert (await client.post(f"{path}/unarchive")).status_code == 409

    async def test_run_retry_on_paused_channel_is_refused(self, client: httpx.AsyncClient) -> None:
        run = (await client.post("/api/v1/runs", json=ORDER)).json()
        await client.post(f"/api/v1/runs/{run['id']}/cancel")
        await client.patch(f"/api/v1/channels/{run['channel_id']}", json={"status": "paused"})
        answer = await client.post(f"/api/v1/runs/{run['id']}/retry", json={})
        assert (answer.status_code, answer.json()["detail"]) == (
            409,
            "The channel “Clear Signal” is paused: activate it first.",
        )


class TestSearch:
    @pytest.fixture(autouse=True)
    async def videos(self, client: httpx.AsyncClient, database: Database) -> None:
        await finished(client, database, title="Why the night sky is dark", script="Olbers asked about galaxies.")
        bread = await finished(client, database, title="Bread at home", description="A galaxy of crumbs.")
        await client.patch(bread, json={"tags": ["sourdough"]})
        await finished(client, database, title="Galaxies collide", script="Two spirals meet.")

    async def found(self, client: httpx.AsyncClient, asked: str) -> list[str]:
        answer = await client.get("/api/v1/search", params={"q": asked})
        assert answer.status_code == 200, answer.text
        return [one["title"] for one in answer.json()["items"]]

    async def test_search_ranks_titles_before_descriptions_and_scripts(self, client: httpx.AsyncClient) -> None:
        assert await self.found(client, "galaxies") == [
            "Galaxies collide",
            "Bread at home",
            "Why the night sky is dark",
        ]

    @pytest.mark.parametrize(
        ("asked", "first"),
        [
            ("galxies", "Galaxies collide"),  # a letter is missing
            ("nihgt sky", "Why the night sky is dark"),  # two are exchanged
            ("colliding galaxy", "Galaxies collide"),  # other forms of the words
            ('"spirals meet"', "Galaxies collide"),
            ("claer signal", "Clear Signal"),  # a channel
            ("crubms", "Bread at home"),  # in a description, two letters exchanged
            ("suordough", "Bread at home"),  # in a tag, another letter
            ("Obers asked", "Why the night sky is dark"),  # in a script, beside a word that is right
            ("galaxies Olbres -bread", "Why the night sky is dark"),
            ('"spirals mete"', "Galaxies collide"),  # in a phrase
        ],
    )
    async def test_search_with_typing_error_finds_intended_word(
        self, client: httpx.AsyncClient, asked: str, first: str
    ) -> None:
        assert (await self.found(client, asked))[:1] == [first]

    @pytest.mark.parametrize(
        "asked",
        ["quantum chromodynamics", "'", '"', "(((", "-", "&|!", "or", "%", "a" * 200, "-" * 50, "- " * 99],
    )
    async def test_search_for_arbitrary_input_finds_none_without_error(
        self, client: httpx.AsyncClient, asked: str
    ) -> None:
        assert await self.found(client, asked) == []

    async def test_search_excerpt_shows_matching_passage(self, client: httpx.AsyncClient) -> None:
        [found] = (await client.get("/api/v1/search", params={"q": "Olbers"})).json()["items"]
        assert (found["kind"], found["channel_name"], found["excerpt"]) == (
            "video",
            "Clear Signal",
            "Olbers asked about galaxies.",
        )

    async def test_search_ranks_exact_word_before_similar_word(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        await finished(client, database, title="A word that is rare", script="Some call it a spirol.")
        assert await self.found(client, "spirol or spirals") == ["A word that is rare", "Galaxies collide"]
        assert await self.found(client, "spirol") == ["A word that is rare"]  # it is a word of ours
        await finished(client, database, title="Spirels, a title like the word")
        ranked = (await client.get("/api/v1/search", params={"q": "spirol"})).json()["items"]
        assert [one["title"] for one in ranked] == ["A word that is rare", "Spirels, a title like the word"]
        assert ranked[0]["rank"] > 1 > ranked[1]["rank"]

    async def test_search_excerpt_shows_corrected_word(self, client: httpx.AsyncClient, database: Database) -> None:
        await finished(
            client, database, title="Long", script="Filler. " * 100 + "A thylacine is seen. " + "More. " * 100
        )
        [found] = (await client.get("/api/v1/search", params={"q": "thylacnie"})).json()["items"]
        assert "thylacine" in found["excerpt"]

    async def test_search_ignores_words_of_other_users(self, client: httpx.AsyncClient, database: Database) -> None:
        """Nor does it matter to the answer whether somebody else uses the word that was asked for, or one like it."""
        asked = "select video_id, rank from core.search_videos(%s, 20)"
        with psycopg.connect(conninfo(database.owner_url)) as owner:
            [mine] = owner.execute(
                "INSERT INTO core.users (email) VALUES ('mine@example.com') RETURNING id"
            ).fetchone() or [None]
            [persona] = owner.execute(
                "INSERT INTO core.personas (owner_id, name, definition)"
                " SELECT %s, name, definition FROM core.personas LIMIT 1 RETURNING id",
                [mine],
            ).fetchone() or [None]
            [channel] = owner.execute(
                "INSERT INTO core.channels (owner_id, name, persona_id) VALUES (%s, 'Mine', %s) RETURNING id",
                [mine, persona],
            ).fetchone() or [None]
            owner.execute(
                "INSERT INTO core.videos (channel_id, title, format, script) VALUES"
                " (%s, 'Mine too', '16:9', 'Two spinals and a comet.')",
                [channel],
            )
        with psycopg.connect(conninfo(database.app_url)) as connection:
            connection.execute("SELECT core.set_subject(%s, 'operator', NULL, NULL, NULL)", [mine])
            # "spirals" is another's, right and mistyped; mine is what is most like it
            for said in ("spirals", "sprinals"):
                [(_, rank)] = connection.execute(asked, [said]).fetchall()
                assert rank < 1, said
            for said in ("Olbers", "Olbres", "crumbs", "crubms"):
                assert connection.execute(asked, [said]).fetchall() == [], said
                assert connection.execute("SELECT * FROM core.correct_words(%s)", [said]).fetchall() == [(None, None)]

    async def test_search_uses_indexes_under_row_level_security(self, database: Database) -> None:
        with psycopg.connect(conninfo(database.owner_url)) as owner:
            owner.execute("SET LOCAL enable_seqscan = off")  # three rows are read faster without any index
            owner.execute(
                "INSERT INTO core.search_vocabulary SELECT translate(md5(n::text), '0123456789', 'ghijklmnop')"
                " FROM generate_series(1, 2000) n"
            )
            owner.execute("SELECT gin_clean_pending_list('core.search_vocabulary_word_trgm_idx')")
            owner.execute("ANALYZE core.search_vocabulary")
            plans = [
                "\n".join(row[0] for row in owner.execute("EXPLAIN " + query).fetchall())  # type: ignore[operator]
                for query in (
                    "SELECT id FROM core.videos v WHERE v.search @@ websearch_to_tsquery('english', 'galaxy')",
                    "SELECT id FROM core.videos v WHERE 'galaxy' OPERATOR(public.<%) v.title",
                    "SELECT word FROM core.search_vocabulary v WHERE v.word OPERATOR(public.%) 'galxy'",
                )
            ]
        assert "videos_search_idx" in plans[0]
        assert "videos_title_trgm_idx" in plans[1]
        assert "search_vocabulary_word_trgm_idx" in plans[2]


class TestJobs:
    async def test_job_list_shows_pending_jobs_with_run(self, client: httpx.AsyncClient) -> None:
        runs = [(await client.post("/api/v1/runs", json=ORDER)).json()["id"] for _ in range(3)]
        first = (await client.get("/api/v1/jobs", params={"limit": 2})).json()
        rest = (await client.get("/api/v1/jobs", params={"limit": 2, "cursor": first["next_cursor"]})).json()
        jobs = first["items"] + rest["items"]
        assert [one["run_id"] for one in jobs] == runs[::-1]
        assert {(one["status"], one["step"], one["priority"]) for one in jobs} == {("pending", "research", 5)}
        assert rest["next_cursor"] is None


class TestWording:
    words = TemplateSnapshot(
        text=TemplateText(
            title="{title} | {channel}", description="{summary}\n\nOn {date}.\n\n{credits}", tags=("a b", "sky")
        ),
        channel="Field Notes",
        date="2026-11-20",
    )

    def test_template_title_cuts_video_title_and_keeps_suffix(self) -> None:
        title = self.words.title("word " * 30, "words")
        assert len(title) <= 100
        assert title.endswith("word | Field Notes")

    def test_template_topic_is_rendered_in_title_and_description(self) -> None:
        text = TemplateText(title="{topic}: {title}", description="About {topic}.\n\n{credits}")
        snapshot = self.words.model_copy(update={"text": text})
        assert snapshot.title("Why it is dark", "night sky") == "night sky: Why it is dark"
        assert snapshot.description("T", "night sky", "S.", "Source: X") == "About night sky.\n\nSource: X"

    def test_template_description_has_no_gaps_or_angle_brackets(self) -> None:
        said = self.words.description("T", "t", "Sum <b>.", "Source: X")
        assert said == "Sum b.\n\nOn 2026-11-20.\n\nSource: X"
        assert self.words.description("T", "t", "S.", "") == "S.\n\nOn 2026-11-20."

    def test_template_tags_come_first_without_duplicates(self) -> None:
        assert self.words.tags(["Sky", "stars"]) == ("a b", "sky", "stars")
        assert self.words.tags(["Sky", "stars"], topics=["Light", "SKY"]) == ("Light", "SKY", "a b", "stars")
        assert len(",".join(self.words.tags([f"tag {n}" for n in range(200)]))) < 500

    async def test_run_request_keeps_copy_of_deleted_template(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        body = {"name": "House", "title": "{title}!", "description": "{credits}"}
        template = (await client.post("/api/v1/templates", json=body)).json()
        answer = await client.post("/api/v1/runs", json={**ORDER, "options": {"template_id": template["id"]}})
        assert answer.status_code == 202
        await client.delete(f"/api/v1/templates/{template['id']}")
        with psycopg.connect(conninfo(database.owner_url)) as owner:
            [kept] = owner.execute("SELECT request -> 'template' FROM core.runs").fetchone() or [None]
        assert (kept["text"]["title"], kept["channel"]) == ("{title}!", "Clear Signal")
        gone = await client.post("/api/v1/runs", json={**ORDER, "options": {"template_id": template["id"]}})
        assert gone.status_code == 404
