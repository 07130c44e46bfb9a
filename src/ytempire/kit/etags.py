"""Entity tags (RFC 9110): nobody overwrites what they have not seen, and an unchanged answer is not sent again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import Request, Response

from ytempire.kit.errors import PreconditionFailed

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def etag_of(changed_at: datetime, shown_to: str = "") -> str:
    """The tag of a row by when it was last changed, which is later each time (`core.set_updated_at`).

    `shown_to` is what of the answer depends on who asks: who may do more than before is not told that nothing changed.
    """
    version = f"{(changed_at - EPOCH) // timedelta(microseconds=1):x}"
    return f'"{version}.{shown_to}"' if shown_to else f'"{version}"'


def require_match(request: Request, changed_at: datetime) -> datetime | None:
    """With `If-Match`: only if it names the present version. Raises PreconditionFailed.

    Returns what `kit.row_updates` has to hold the row against, since it may still change before it is locked.
    """
    wanted = request.headers.get("if-match")
    if wanted is None or wanted.strip() == "*":
        return None
    if etag_of(changed_at) not in {_version(tag) for tag in _listed(wanted)}:
        raise stale()
    return changed_at


def stale() -> PreconditionFailed:
    return PreconditionFailed(
        "Somebody changed this since you read it.", hint="Read it again, and make your change on the present one."
    )


def is_not_modified(request: Request, response: Response, etag: str) -> bool:
    """Tag the answer; True when the client has this version already and 304 says it all."""
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    known = request.headers.get("if-none-match")
    return known is not None and (known == "*" or etag in _listed(known))


def _version(tag: str) -> str:
    """The tag without what depends on who asks."""
    version, dot, _ = tag.partition(".")
    return f'{version}"' if dot else tag


def _listed(header: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]
