"""One finding of the review."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Check(BaseModel):
    """`value` and `limit` are plain JSON: numbers with the unit that the check's name implies, text or lists."""

    model_config = ConfigDict(frozen=True)

    name: str
    ok: bool
    value: Any
    limit: Any
    reason: str | None = None  # for a person: why the check failed, or what is to be known though it passed

    @classmethod
    def measured(cls, name: str, passed: bool, value: Any, limit: Any, reason: str) -> Check:
        return cls(name=name, ok=passed, value=value, limit=limit, reason=None if passed else reason)
