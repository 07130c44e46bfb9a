"""The columns that hold envelopes of secrets, as the domains declare them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect


@dataclass(frozen=True)
class SealedColumn:
    """A column of envelopes, and the data that the envelope of a row is bound to."""

    model: Any
    name: str
    associated_data: Callable[[Any], str]

    @property
    def column(self) -> Any:
        return getattr(self.model, self.name)

    @property
    def title(self) -> str:
        return f"{self.model.__table__.fullname}.{self.name}"

    @property
    def key(self) -> tuple[Any, ...]:
        return tuple(getattr(self.model, column.key) for column in inspect(self.model).primary_key)
