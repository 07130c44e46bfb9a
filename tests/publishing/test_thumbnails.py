"""The picture of a video: chosen from three or brought, before it is published and after."""

from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.api import client_of, settings_for
from tests.publishing.publisher import Publisher, picture, until
from ytempire.production.models import UPLOADED_THUMBNAIL


def drawn(size: tuple[int, int] = (1280, 720), kind: str = "PNG", mode: str = "RGB", colour: Any = "teal") -> bytes:
    content = BytesIO()
    Image.new(mode, size, colour).save(content, kind)
    return content.getvalue()


def announced(width: int, height: int) -> bytes:
    """A PNG that says it has so many pixels; nobody has to hold them for that."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunk = struct.pack(">I", len(header) - 4) + header + struct.pack(">I", zlib.crc32(header))
    data = b"IDAT" + zlib.compress(b"\0")
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))


@pytest.fixture
async def client(publisher: Publisher, cache_url: str) -> AsyncIterator[httpx.AsyncClient]:
    second = publisher.store.put_bytes(drawn(kind="JPEG", colour="olive"))
    publisher.execute(
        "INSERT INTO core.run_artifacts (run_id, name, step, sha256, size_bytes, media_type)"
        " SELECT id, 'thumbnail-2.jpg', 'thumbnails', %s, %s, 'image/jpeg' FROM core.runs WHERE video_id = %s",
        second.sha256,
        second.size_bytes,
        publisher.video_id,
    )
    settings = settings_for(publisher.youtube_env.database, cache_url, publisher.youtube_env.home)
    async with client_of(settings) as client:
        yield client


def path_of(publisher: Publisher) -> str:
    return f"/api/v1/videos/{publisher.video_id}/thumbnail"


def shown(publisher: Publisher) -> tuple[int, int, int]:
    """The colour of the picture that YouTube has."""
    [there] = publisher.at_youtube()
    answer = httpx.get(
        f"{publisher.youtube_env.sandbox_server.base}/vi/{there['id']}/maxresdefault.jpg", trust_env=False
    )
    red, green, blue = Image.open(BytesIO(answer.content)).convert("RGB").getpixel((400, 300))  # type: ignore[misc]
    return round(red / 32), round(green / 32), round(blue / 32)


async def test_thumbnail_is_chosen_before_and_uploaded_after_publication(
    publisher: Publisher, client: httpx.AsyncClient
) -> None:
    chosen = await client.put(path_of(publisher), json={"name": "thumbnail-2.jpg"})
    assert (chosen.status_code, chosen.json()["thumbnail"]) == (200, "thumbnail-2.jpg"), chosen.text
    await publisher.order()
    assert (await publisher.until_settled()).thumbnail_status == "done"
    assert shown(publisher) == (4, 4, 0)  # olive
    brought = await client.post(path_of(publisher), content=drawn(), headers={"Content-Type": "image/png"})
    assert brought.json()["thumbnail"] == UPLOADED_THUMBNAIL, brought.text
    assert UPLOADED_THUMBNAIL in {one["name"] for one in brought.json()["files"]}
    assert (await publisher.view()).thumbnail_status == "pending"
    view = await publisher.until_settled()
    assert (view.status, view.thumbnail_status, view.captions_status) == ("live", "done", "done")
    assert shown(publisher) == (0, 4, 4)  # teal
    assert publisher.youtube_env.calls_at_youtube("captions.insert") == 1


async def test_thumbnail_chosen_during_upload_is_uploaded_too(publisher: Publisher, client: httpx.AsyncClient) -> None:
    """Chosen while a worker brings the first: what YouTube has at the end is what was chosen last."""
    await publisher.order()
    publisher.youtube_env.sandbox_server.fault("thumbnails.set", "slow", seconds=1)
    view = await publisher.until_settled()
    assert view.thumbnail_status == "done"
    publisher.youtube_env.sandbox_server.fault("thumbnails.set", "slow", seconds=2)
    await client.put(path_of(publisher), json={"name": "thumbnail-2.jpg"})
    publisher.hurry()
    with publisher.run_in_other_process():
        await until(lambda: publisher.youtube_env.rows("SELECT FROM core.publications WHERE lease_token IS NOT NULL"))
        await client.put(path_of(publisher), json={"name": "thumbnail-1.jpg"})
        await until(
            lambda: not publisher.youtube_env.rows("SELECT FROM core.publications WHERE lease_token IS NOT NULL")
        )
    assert (await publisher.view()).next_try_at is not None
    assert (await publisher.until_settled()).thumbnail_status == "done"
    assert shown(publisher) == (0, 0, 4)  # navy


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no picture"),
        (b"<html>no</html>", "no picture"),
        (picture()[:3000], "no picture"),
        (drawn((320, 180)), "320 pixels wide"),
        (announced(9000, 9000), "more than 50 million pixels"),
        (announced(60000, 60000), "more than 50 million pixels"),
    ],
)
async def test_thumbnail_unusable_for_youtube_is_refused(
    publisher: Publisher, client: httpx.AsyncClient, content: bytes, says: str
) -> None:
    answer = await client.post(path_of(publisher), content=content)
    assert (answer.status_code, says in answer.json()["detail"]) == (422, True), answer.text


async def test_thumbnail_too_large_is_refused_unread(publisher: Publisher, client: httpx.AsyncClient) -> None:
    answer = await client.post(path_of(publisher), content=b"0" * 20_000_001)
    assert answer.status_code == 413
    nothing = await client.put(path_of(publisher), json={"name": "thumbnail-3.jpg"})
    assert (nothing.status_code, "no picture" in nothing.json()["detail"]) == (404, True)


@pytest.mark.parametrize(
    ("content", "size", "grey"),
    [
        (drawn((4000, 3000), "JPEG", colour="gray"), (1440, 1080), 128),
        (drawn((800, 450), "PNG", "RGBA", (255, 0, 0, 0)), (800, 450), 0),
        (drawn((1280, 720), "PNG", "I;16", 30000), (1280, 720), 117),
        (drawn((1280, 720), "GIF", "L", 200), (1280, 720), 200),
        (drawn((1280, 720), "WEBP", colour="gray"), (1280, 720), 128),
    ],
)
async def test_thumbnail_of_other_format_is_converted(
    publisher: Publisher, client: httpx.AsyncClient, content: bytes, size: tuple[int, int], grey: int
) -> None:
    brought = (await client.post(path_of(publisher), content=content)).json()
    [own] = [one for one in brought["files"] if one["name"] == UPLOADED_THUMBNAIL]
    kept = await client.get(own["url"])
    image = Image.open(BytesIO(kept.content))
    assert (image.format, image.mode, image.size, own["size_bytes"] <= 2_000_000) == ("JPEG", "RGB", size, True)
    assert image.getpixel((100, 100)) == (grey, grey, grey)
