"""Search over titles, descriptions, scripts and channels: ranked, and kind to who mistypes (`sql/search.sql`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import text

from ytempire.kit.database import AsyncSession


@dataclass(frozen=True)
class SearchHit:
    kind: Literal["video", "channel"]
    id: UUID
    title: str
    channel_id: UUID
    channel_name: str
    excerpt: str
    rank: float


# The excerpt is made for those few that are shown: ts_headline reads the whole text.
_SEARCH = text("""
    SELECT 'video' AS kind, v.id, v.title, c.id AS channel_id, c.name AS channel_name,
           CASE WHEN to_tsvector('english', v.description) @@ f.words OR NOT to_tsvector('english', v.script) @@ f.words
                THEN ts_headline('english', v.description, f.words, :shown)
                ELSE ts_headline('english', v.script, f.words, :shown) END AS excerpt,
           f.rank
    FROM core.search_videos(:query_text, :max_rows) AS f
    JOIN core.videos v ON v.id = f.video_id
    JOIN core.channels c ON c.id = f.channel_id
    UNION ALL
    SELECT 'channel', c.id, c.name, c.id, c.name, left(c.description, 200), f.rank
    FROM core.search_channels(:query_text, :max_rows) AS f JOIN core.channels c ON c.id = f.channel_id
    ORDER BY rank DESC, id DESC LIMIT :max_rows
""")
SHOWN = 'StartSel="", StopSel="", MaxWords=30, MinWords=15'


async def search(session: AsyncSession, query: str, *, limit: int) -> list[SearchHit]:
    """The best of what one may see. Words, "quoted phrases", -without, or."""
    rows = await session.execute(_SEARCH, {"query_text": query, "max_rows": limit, "shown": SHOWN})
    return [SearchHit(**row) for row in rows.mappings()]
