"""Moments that a person gives: with a zone, and such that what is stored can be read again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from ytempire.kit.clock import Timestamp

MOMENT = TypeAdapter(Timestamp)


def test_moment_without_zone_is_refused() -> None:
    assert MOMENT.validate_python("2027-01-31T12:00:00+05:30") == datetime(2027, 1, 31, 6, 30, tzinfo=UTC)
    with pytest.raises(ValidationError):
        MOMENT.validate_python("2027-01-31T12:00:00")


@pytest.mark.parametrize("far", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "2201-01-01T00:00:00Z"])
def test_moment_outside_1970_to_2200_is_refused(far: str) -> None:
    with pytest.raises(ValidationError, match="is not between 1970 and 2200"):
        MOMENT.validate_python(far)
