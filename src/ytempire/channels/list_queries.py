"""The list of channels, as the page shows it; its shape is `endpoints.ListedChannel`."""

from __future__ import annotations

from uuid import UUID

from ytempire.channels.access import access_to
from ytempire.channels.service import FIRST_CURSOR
from ytempire.kit.read_pool import JsonRow, Reader, fetch_json_rows

# The owner's name is there for those who may see their account: administrators everybody's, others their own.
_CHANNELS = """
    SELECT c.id, json_build_object(
        'id', c.id, 'owner_id', c.owner_id,
        'owner', CASE WHEN u.id IS NOT NULL
                 THEN coalesce(nullif(u.full_name, ''), u.email, 'Local operator') END,
        'name', c.name, 'description', c.description, 'category', c.category, 'status', c.status,
        'time_zone', c.time_zone, 'persona_id', c.persona_id, 'persona_name', p.definition ->> 'name',
        'accent', p.definition -> 'brand' ->> 'accent', 'created_at', c.created_at, 'updated_at', c.updated_at,
        'connection', k.status, 'is_sandbox', k.is_sandbox,
        'access', {access}
    )::text
    FROM core.channels c JOIN core.personas p ON p.id = c.persona_id LEFT JOIN core.users u ON u.id = c.owner_id
        LEFT JOIN core.channel_connections k ON k.channel_id = c.id
    WHERE c.id > %(after)s AND (c.status = 'archived') = %(archived)s
    ORDER BY c.id LIMIT %(limit)s
"""
_CHANNELS_TO_ME = _CHANNELS.format(access=access_to("c"))


async def list_channels(reader: Reader, *, limit: int, after: UUID | None, archived: bool) -> list[JsonRow]:
    """Oldest first: those that are archived, or all others."""
    return await fetch_json_rows(
        reader, _CHANNELS_TO_ME, {"limit": limit, "after": after or FIRST_CURSOR, "archived": archived}
    )
