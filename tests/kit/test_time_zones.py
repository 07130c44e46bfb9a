"""Zones that somebody may choose, and times that somebody writes."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from ytempire.cli.parameter_types import parse_time
from ytempire.kit.clock import Timestamp
from ytempire.kit.errors import InvalidInput
from ytempire.kit.time_zones import TIME_ZONES, TimeZone

ZONE, MOMENT = TypeAdapter(TimeZone), TypeAdapter(Timestamp)


@pytest.mark.parametrize(
    "name", ["localtime", "Factory", "posixrules", "posix/Europe/Berlin", "Mars/Olympus", "", "utc"]
)
def test_time_zone_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="not the name of a time zone"):
        ZONE.validate_python(name)


def test_time_zones_all_have_utc_offset() -> None:
    assert {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"} <= TIME_ZONES
    for name in TIME_ZONES:
        assert datetime.now(ZoneInfo(name)).utcoffset() is not None, name


@pytest.mark.parametrize("value", [1_800_000_000, "1800000000", 1.8e9, " -5 ", "1e9", 0])
def test_moment_bare_number_is_refused(value: object) -> None:
    with pytest.raises(ValidationError, match="bare number"):
        MOMENT.validate_python(value)


@pytest.mark.parametrize("value", ["9999-12-31T23:59:59Z", "1969-12-31T00:00:00Z", "2201-01-01T00:00:00Z"])
def test_moment_and_parse_time_refuse_years_outside_1970_to_2200(value: str) -> None:
    with pytest.raises(ValidationError, match="between 1970 and 2200"):
        MOMENT.validate_python(value)
    with pytest.raises(InvalidInput, match="between 1970 and 2200"):
        parse_time(value)


def test_parse_time_accepts_time_with_and_without_zone() -> None:
    assert parse_time("2027-01-05T09:30") == datetime(2027, 1, 5, 9, 30, tzinfo=UTC)
    assert parse_time("2027-01-05 09:30+01:00") == datetime(2027, 1, 5, 8, 30, tzinfo=UTC)
    for wrong in ("tomorrow", "2027-13-01T00:00", "1800000000", ""):
        with pytest.raises(InvalidInput, match="Write it as"):
            parse_time(wrong)
