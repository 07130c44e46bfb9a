"""Which picture stands for a video: one of the three that its run drew, or one that somebody brought."""

from __future__ import annotations

import io
from uuid import UUID

from PIL import Image, ImageOps
from sqlalchemy.dialects.postgresql import insert

from ytempire.kit.database import AsyncSession
from ytempire.kit.errors import Forbidden, InvalidInput, NotFound
from ytempire.kit.row_updates import NOT_PERMITTED, update_row
from ytempire.kit.storage import ObjectStore, StoredObject
from ytempire.production import queries
from ytempire.production.errors import VideoNotFound
from ytempire.production.models import UPLOADED_THUMBNAIL, RunArtifact, Video
from ytempire.studio.image_conversion import to_rgb

MEDIA_TYPE = "image/jpeg"
MOST_UPLOADED = 20_000_000  # bytes; a photo of 24 million pixels has some 10 MB
_MOST_PIXELS = 50_000_000  # 150 MB once it is unpacked
_MOST_BYTES = 2_000_000  # YouTube takes 2 MB
_LEAST_WIDTH = 640  # so does its help page on thumbnails
_LARGEST = (1920, 1080)
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def store_uploaded_thumbnail(store: ObjectStore, content: bytes) -> StoredObject:
    """Keep somebody's picture as YouTube takes it: upright, JPEG, at most 1920 x 1080 pixels and 2 MB.

    Raises InvalidInput for what is no picture, or none that YouTube would take.
    """
    return store.put_bytes(_encoded(_opened(content)))


def _opened(content: bytes) -> Image.Image:
    hint = "Take a JPEG, PNG, WebP or GIF of 1280 x 720 pixels."
    try:
        picture = Image.open(io.BytesIO(content), formats=_FORMATS)
        too_many = picture.width * picture.height > _MOST_PIXELS
        if not too_many:
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        too_many = True
    except (OSError, SyntaxError, ValueError) as error:
        raise InvalidInput("This file is no picture that can be read.", hint=hint) from error
    if too_many:
        raise InvalidInput(f"This picture has more than {_MOST_PIXELS // 1_000_000} million pixels.", hint=hint)
    upright = ImageOps.exif_transpose(picture)
    if upright.width < _LEAST_WIDTH:
        raise InvalidInput(
            f"This picture is {upright.width} pixels wide; YouTube takes thumbnails from {_LEAST_WIDTH} on.", hint=hint
        )
    return upright


def _encoded(picture: Image.Image) -> bytes:
    opaque = to_rgb(picture, background="black")
    opaque.thumbnail(_LARGEST)
    for quality in (92, 85, 75, 60, 40):
        out = io.BytesIO()
        opaque.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= _MOST_BYTES:
            break
    return out.getvalue()


async def use_uploaded_thumbnail(session: AsyncSession, video_id: UUID, picture: StoredObject) -> None:
    """Make somebody's own picture a file of the video, in place of the one before. Raises VideoNotFound, Forbidden."""
    video = await _writable(session, video_id)
    values = {"step": "own", "sha256": picture.sha256, "size_bytes": picture.size_bytes, "media_type": MEDIA_TYPE}
    await session.execute(
        insert(RunArtifact)
        .values(run_id=video.run_id, name=UPLOADED_THUMBNAIL, **values)
        .on_conflict_do_update(index_elements=["run_id", "name"], set_=values)
    )


async def choose_thumbnail(session: AsyncSession, video_id: UUID, name: str) -> None:
    """Raises VideoNotFound, NotFound for a picture that the video does not have, Forbidden."""
    video = await _writable(session, video_id)
    if name not in video.files:
        raise NotFound(f"This video has no picture “{name}”.", hint=f"It has {', '.join(list_thumbnails(video))}.")
    row = await session.get(Video, video_id)
    if row is None:
        raise VideoNotFound(video_id)
    if row.thumbnail != name:
        await update_row(session, row, {"thumbnail": name}, expected_updated_at=None)


def list_thumbnails(video: queries.VideoView) -> list[str]:
    return [name for name in video.files if name.startswith("thumbnail-")]


async def _writable(session: AsyncSession, video_id: UUID) -> queries.VideoView:
    video = await queries.get_video(session, video_id)
    if video.access == "read":
        raise Forbidden(NOT_PERMITTED, hint="Ask its owner.")
    return video
