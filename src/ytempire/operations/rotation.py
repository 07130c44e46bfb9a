"""Rotation of the keys of stored secrets: every envelope is sealed again with the current key.

It may be killed at any point and run again: rows change in small transactions, and what is not current yet is found by
how its envelope begins. Old keys stay in the ring, since backups need them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, inspect, select, tuple_, update

from ytempire.accounts.letters import about_body
from ytempire.accounts.models import OutgoingMail, SigningKey, User
from ytempire.accounts.sign_in import about_totp
from ytempire.accounts.signing import about_private
from ytempire.channels.credentials import about_credential
from ytempire.channels.models import Credential
from ytempire.configuration.models import ConfigurationValue
from ytempire.configuration.values import about_value
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import AsyncSession, Model, Sessions
from ytempire.kit.errors import YtempireError
from ytempire.kit.logs import get_logger
from ytempire.publishing.models import Publication
from ytempire.publishing.queries import about_session
from ytempire.youtube.connecting import about_verifier
from ytempire.youtube.models import Consent, Project
from ytempire.youtube.projects import about_secret

log = get_logger(__name__)
BATCH = 100  # rows that are locked together, for some milliseconds


@dataclass(frozen=True)
class SealedColumn:
    """A column of envelopes, and what those of a row are bound to."""

    model: Any
    name: str
    about: Callable[[Any], str]

    @property
    def column(self) -> Any:
        return getattr(self.model, self.name)

    @property
    def title(self) -> str:
        return f"{self.model.__table__.fullname}.{self.name}"

    @property
    def key(self) -> tuple[Any, ...]:
        return tuple(getattr(self.model, one.key) for one in inspect(self.model).primary_key)


# Every column that holds envelopes; a test holds this against the models.
SEALED = (
    SealedColumn(ConfigurationValue, "value", lambda row: about_value(row.key)),
    SealedColumn(Credential, "secret", lambda row: about_credential(row.channel_id, row.provider)),
    SealedColumn(OutgoingMail, "body", lambda row: about_body(row.id)),
    SealedColumn(SigningKey, "private_pem", lambda row: about_private(row.kid)),
    SealedColumn(User, "totp_secret", about_totp),
    SealedColumn(Project, "client_secret", lambda row: about_secret(row.id)),
    SealedColumn(Consent, "verifier", lambda row: about_verifier(row.state_hash)),
    SealedColumn(Publication, "session_address", lambda row: about_session(row.id)),
)


@dataclass
class Resealed:
    """How many envelopes of each column were sealed again, and which could not be opened, with the reason."""

    done: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


async def envelopes_by_key(session: AsyncSession) -> dict[str, Counter[str]]:
    """How many envelopes each key has sealed, by column. Needs the platform's session or an administrator's."""
    counts = {}
    for sealed in SEALED:
        length = func.get_byte(sealed.column, 1)
        # all envelopes of one key begin alike, so the beginnings are counted and not the envelopes read
        head = func.substring(sealed.column, 1, length + 2)
        rows = await session.execute(
            select(head, func.count()).where(sealed.column.is_not(None)).group_by(head).order_by(head)
        )
        counts[sealed.title] = Counter({bytes(start)[2:].decode("ascii", "replace"): count for start, count in rows})
    return counts


async def reseal(platform: Sessions, keys: KeyRing, *, batch: int = BATCH) -> Resealed:
    """Seal what another key sealed with the current one. What cannot be opened is left as it is, and named."""
    result = Resealed()
    for sealed in SEALED:
        broken: list[tuple[Any, ...]] = []
        done = 0
        while True:
            async with platform.begin() as session:
                rows = await _stale(session, sealed, keys.current_head, broken, batch)
                for row in rows:
                    try:
                        await _seal_again(session, sealed, keys, row)
                        done += 1
                    except YtempireError as error:
                        place = _place(sealed, row)
                        broken.append(place)
                        named = f"{sealed.title} of {', '.join(map(str, place))}: {error.message}"
                        result.failed.append(named)
                        log.warning(
                            "envelope_not_resealed", column=sealed.title, row=list(map(str, place)), why=error.code
                        )
            if not rows:
                break
        if done:
            result.done[sealed.title] = done
    if result.done:
        log.info("secrets_resealed", key=keys.current, **{"rows": result.done})
    return result


async def _stale(
    session: AsyncSession, sealed: SealedColumn, head: bytes, broken: list[tuple[Any, ...]], batch: int
) -> list[Model]:
    """Some rows whose envelope the current key has not sealed, locked: who changes one meanwhile waits for us."""
    query = select(sealed.model).where(sealed.column.is_not(None), func.substring(sealed.column, 1, len(head)) != head)
    if broken:
        query = query.where(tuple_(*sealed.key).not_in(broken))
    return list(await session.scalars(query.order_by(*sealed.key).limit(batch).with_for_update()))


async def _seal_again(session: AsyncSession, sealed: SealedColumn, keys: KeyRing, row: Model) -> None:
    about = sealed.about(row)
    values = {sealed.name: keys.seal(keys.open(getattr(row, sealed.name), about=about), about=about)}
    if hasattr(sealed.model, "updated_at"):
        values["updated_at"] = sealed.model.updated_at  # what it says did not change
    await session.execute(
        update(sealed.model).where(*_is(sealed, row)).values(values).execution_options(synchronize_session=False)
    )


def _is(sealed: SealedColumn, row: Model) -> Iterator[Any]:
    return (column == value for column, value in zip(sealed.key, _place(sealed, row), strict=True))


def _place(sealed: SealedColumn, row: Model) -> tuple[Any, ...]:
    return tuple(getattr(row, column.key) for column in sealed.key)
