"""Lines to columns: everything good goes in, everything bad comes out with a reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from ytempire.database.catalog import catalog
from ytempire.ingest.events import MAX_LINE_BYTES, RETENTION, EventColumns, parse
from ytempire.kit.money import usd

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
VIDEO, CHANNEL = str(uuid4()), str(uuid4())


def line(**said: Any) -> bytes:
    event = {"video_id": VIDEO, "channel_id": CHANNEL, "timestamp": "2026-11-21T11:00:00Z", "views": 1}
    return json.dumps({name: value for name, value in {**event, **said}.items() if value is not None}).encode()


def money(said: bytes) -> bytes:
    """A correction with this revenue, as it stands."""
    return line(correction=True)[:-1] + b', "estimated_revenue_usd": ' + said + b"}"


def ids(events: EventColumns) -> list[str]:
    return [str(UUID(int=(int(high) << 64) | int(low))) for high, low in events.video_id]


def test_parse_event_gives_numeric_columns() -> None:
    parsed = parse(line(views=12, watch_time_minutes=3.25, estimated_revenue_usd=0.012345), now=NOW)
    events = parsed.events
    assert (parsed.rejected, len(events), ids(events)) == ([], 1, [VIDEO])
    assert events.at_us.tolist() == [int(datetime(2026, 11, 21, 11, tzinfo=UTC).timestamp()) * 1_000_000]
    assert events.counts["views"].tolist() == [12]
    assert events.amounts["watch_time_minutes"].tolist() == [3_250_000]
    assert events.amounts["estimated_revenue_usd"].tolist() == [12_345]
    assert events.counts["likes"].tolist() == [0]


def test_parse_money_with_six_decimals_is_exact() -> None:
    generator = np.random.default_rng(1)
    said = [f"{Decimal(int(n)) / 1_000_000:.6f}" for n in generator.integers(0, 10**15, 2_000)]
    data = b"\n".join(
        line(estimated_revenue_usd=None)[:-1] + f', "estimated_revenue_usd": {one}}}'.encode() for one in said
    )
    kept = parse(data, now=NOW).events.amounts["estimated_revenue_usd"].tolist()
    assert kept == [int(Decimal(one) * 1_000_000) for one in said]


# among them what lies in the middle of two millionths, where the nearest double lies beside it
EXACT = [
    "0", "-0", "0.1", "0.30000000000000004", "12.345678", "999999999.999999", "-999999999.999999", "123456789012e-3",
    "0.0000005", "0.0000015", "1.0000005", "4.0000045", "8.1234565", "123456789.1234565", "999999999.9999984999",
    "999999999.9999985", "-0.0000005", "1e9", "-1E9", "1.5e-05", "1e-7", "5E-7", "1e-400", "0.00000049999999999999999",
    "100000000.00000049999999999999999999", "2.5e+3", "7", "123456789",
]  # fmt: skip


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "among others"])
def test_parse_money_uses_decimal_digits(alone: bool) -> None:
    lines = [money(one.encode()) for one in EXACT]
    parsed = [parse(one, now=NOW) for one in lines] if alone else [parse(b"\n".join(lines), now=NOW)]
    assert [reject for one in parsed for reject in one.rejected] == []
    kept = [value for one in parsed for value in one.events.amounts["estimated_revenue_usd"].tolist()]
    assert kept == [int((usd(Decimal(one)) * 1_000_000).to_integral_exact()) for one in EXACT]


def test_parse_invalid_money_rejects_only_that_line() -> None:
    said = [b"1.5", b'"2"', b"3", b"{}", b"0.25", b"1e10"]
    parsed = parse(b"\n".join(map(money, said)), now=NOW)
    assert parsed.events.amounts["estimated_revenue_usd"].tolist() == [1_500_000, 3_000_000, 250_000]
    assert [one.line for one in parsed.rejected] == [2, 4, 6]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"{", "broken JSON"),
        (b"nonsense", "broken JSON"),
        (b"\xff\xfe", "broken JSON"),
        (b'{"video_id": "' + b"\xff" + b'"}', "UTF-8"),
        (b"[]", "object"),
        (line(video_id=None), "video_id"),
        (line(video_id="7"), "video_id is no UUID"),
        (line(channel_id=CHANNEL[:-1] + "x"), "channel_id is no UUID"),
        (line(video_id=VIDEO.replace("-", "")), "video_id is no UUID"),
        (line(video_id=VIDEO.replace("-", "0")), "video_id is no UUID"),
        (line(video_id=VIDEO[:-2] + "  "), "video_id is no UUID"),
        (line(video_id=VIDEO[:-1] + "é"), "video_id is no UUID"),
        (line(views="many"), "views"),
        (line(views=-1), "only a correction"),
        (line(comments=-1), "only a correction"),
        (line(views=-(2**31), correction=True), "views"),
        (line(shares=-1), "only a correction"),
        (line(dislikes=-1), "only a correction"),
        (line(estimated_revenue_usd=-0.000001), "only a correction"),
        (line(estimated_ad_revenue_usd=-1), "only a correction"),
        (line(impressions=-1, correction=True), "impressions is less than 0"),
        (line(subscribers_lost=-1, correction=True), "subscribers_lost is less than 0"),
        (line(watch_time_minutes=-1, correction=True), "watch_time_minutes is less than 0"),
        (line(estimated_revenue_usd=-1e9 - 1, correction=True), "estimated_revenue_usd is less than -1,000,000,000"),
        (line(views=1.5), "views"),
        (line(views=2**31), "views"),
        (line(click_through_rate=1.01), "click_through_rate"),
        (line(timestamp="yesterday"), "timestamp"),
        (line(timestamp="2026-11-21T11:00:00"), "timestamp"),
        (line(timestamp="2026-11-21T12:06:00Z"), "in the future"),
        (line(timestamp="2024-11-20T11:00:00Z"), "further back than 730 days"),
        (line(breakdowns=[{"dimension": "mood", "member": "good", "views": 1}]), "dimension"),
        (line(breakdowns=[{"dimension": "country", "member": "D\x00E", "views": 1}]), "cannot be shown"),
        (line(breakdowns=[{"dimension": "country", "member": "", "views": 1}]), "member"),
        (b'{"note": "' + b"x" * MAX_LINE_BYTES + b'"}', "more than 64 kB"),
        (b'{"note": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "too deep"),
        (line()[:-1] + b', "watch_time_minutes": 1e400}', "watch_time_minutes"),
    ],
)
def test_parse_invalid_line_is_rejected_with_reason_others_accepted(bad: bytes, reason: str) -> None:
    parsed = parse(b"\n".join([line(views=1), b"", bad, line(views=3), b"  "]), now=NOW)
    assert parsed.events.counts["views"].tolist() == [1, 3]
    assert parsed.events.line.tolist() == [1, 4]
    (rejected,) = parsed.rejected
    assert (rejected.line, reason in rejected.reason) == (3, True), rejected.reason


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (line(views="12"), 'views is text; write the number without quotes, as in "views": 12'),
        (line(watch_time_minutes="1.5"), "watch_time_minutes is text; write the number without quotes"),
        (line(averages_basis_views="3"), "averages_basis_views is text; write the number without quotes"),
        (line()[:-1] + b', "likes": null}', "likes is null; write a whole number, or leave it out"),
        (line(views=1.5), "views has decimals; write a whole number"),
        (line(views=True), "views is true or false; write a whole number"),
        (line(views=2**31), "views is more than 2,147,483,647"),
        (line(click_through_rate=5), "click_through_rate is more than 1"),
        (line(watch_time_minutes=-1), "watch_time_minutes is less than 0"),
        (money(b'"1.5"'), 'estimated_revenue_usd is text; write the number without quotes, as in "estimated'),
        (money(b"null"), "estimated_revenue_usd is null; write a number, or leave it out where there is none"),
        (money(b"true"), "estimated_revenue_usd is true or false; write a number"),
        (money(b"[1]"), "estimated_revenue_usd is a list; write a number"),
        (money(b"1000000000.000001"), "estimated_revenue_usd is more than 1,000,000,000"),
        (money(b"9007199254740.993001"), "estimated_revenue_usd is more than 1,000,000,000"),
        (money(b"1e400"), "estimated_revenue_usd is more than 1,000,000,000"),
        (money(b"1e99999999999999999999"), "estimated_revenue_usd is a number beyond all bounds"),
        (line(video_id=7), "video_id is a number; write it in quotes"),
        (line(timestamp=1764000000), 'timestamp is no time; write it as text, as in "2026-11-21T11:00:00Z"'),
        (line(timestamp="2026-11-21T11:00:00"), "timestamp is no time with a zone; write it as in"),
        (line(timestamp="21.11.2026"), "timestamp is no time with a zone; write it as in"),
        (line(channel_id=None), "channel_id is missing; each line is one event"),
        (line(breakdowns=[{"dimension": "country", "views": 1}]), "breakdowns[0].member is missing"),
        (line(breakdowns=[{"dimension": "mood", "member": "a", "views": 1}]), "is 'mood', which is not known here"),
        (line(breakdowns=[{"dimension": "device", "member": "", "views": 1}]), "breakdowns[0].member is empty"),
        (line(breakdowns=[{"dimension": "device", "member": "a", "views": 1, "x": 1}]), "breakdowns[0].x is not known"),
        (line(breakdowns={}), "breakdowns is an object; write a list"),
        (b"[]", "no object; each line is one event"),
        (line() + b",", "something stands behind the object, at byte"),
        (line()[:-5], "the line ends in the middle; each line is one event"),
        (b"video_id,views", "broken JSON at byte 0"),
    ],
)
def test_parse_rejection_reason_is_plain_text(bad: bytes, reason: str) -> None:
    (rejected,) = parse(bad, now=NOW).rejected
    assert reason in rejected.reason
    assert not set("`$") & set(rejected.reason), rejected.reason


def test_parse_bom_within_data_is_ignored() -> None:
    parsed = parse(b"\n".join([line(), b"\xef\xbb\xbf" + line(), line()]), now=NOW)
    assert (len(parsed.events), parsed.rejected) == (3, [])


def test_parse_correction_accepts_negative_report_values() -> None:
    fell = {"shares": -2, "dislikes": -1, "estimated_revenue_usd": -0.5, "estimated_ad_revenue_usd": -0.25}
    events = parse(line(correction=True, **fell), now=NOW).events
    assert events.is_negative.tolist() == [True]
    found = {**events.counts, **events.amounts}
    assert {name: found[name].tolist() for name in fell} == {
        "shares": [-2], "dislikes": [-1], "estimated_revenue_usd": [-500_000], "estimated_ad_revenue_usd": [-250_000],
    }  # fmt: skip


def test_parse_correction_accepts_negative_counts_and_averages_basis() -> None:
    corrected = line(views=-3, likes=-1, comments=2, correction=True)
    parsed = parse(b"\n".join([corrected, line(views=5), line(views=5, averages_basis_views=9)]), now=NOW)
    assert parsed.rejected == []
    found = {name: parsed.events.counts[name].tolist() for name in ("views", "likes", "averages_basis_views")}
    assert found == {"views": [-3, 5, 5], "likes": [-1, *found["likes"][1:]], "averages_basis_views": [0, 5, 9]}


def test_parse_old_name_of_averages_basis_is_accepted() -> None:
    parsed = parse(b"\n".join([line(views=5, averages_of=7), line(averages_of=7, averages_basis_views=9)]), now=NOW)
    assert parsed.events.counts["averages_basis_views"].tolist() == [7, 9]


def test_parse_blank_lines_gives_no_events() -> None:
    parsed = parse(b"\n\n", now=NOW)
    assert (len(parsed.events), parsed.rejected) == (0, [])


def test_parse_chunk_continues_line_numbers() -> None:
    parsed = parse(line() + b"\n{\n" + line(), now=NOW, first_line=101)
    assert (parsed.events.line.tolist(), [one.line for one in parsed.rejected]) == ([101, 103], [102])


@pytest.mark.parametrize("blank", [b" ", b"\r", b"\t \t"])
def test_parse_two_events_in_one_line_are_rejected(blank: bytes) -> None:
    parsed = parse(b"\n".join([line() + b" " + line(), line(views=2), blank, line(views=4)]), now=NOW)
    assert (parsed.events.line.tolist(), parsed.events.counts["views"].tolist()) == ([2, 4], [2, 4])
    assert [one.line for one in parsed.rejected] == [1]
    spread = line().replace(b", ", b",\n", 1)
    assert len(parse(spread + b"\n" + line() + line(), now=NOW).events) == 0


def test_parse_breakdowns_stay_with_their_event() -> None:
    parts = [
        {"dimension": "device", "member": "TV", "views": 1},
        {"dimension": "country", "member": "DE", "views": 9},
        {"dimension": "country", "member": "DE", "views": 2, "minutes": 1.5},
    ]
    events = parse(line(views=1) + b"\n" + line(views=2, breakdowns=parts), now=NOW).events
    found = events.breakdowns
    said = zip(found.event.tolist(), found.name.tolist(), found.views.tolist(), found.micro.tolist(), strict=True)
    assert [(event, *found.names[name], views, micro) for event, name, views, micro in said] == [
        (1, "country", "DE", 2, 1_500_000),  # the last of those that were said
        (1, "device", "TV", 1, 0),
    ]
    turned = events.take(np.array([1, 0]))
    assert turned.breakdowns.event.tolist() == [0, 0]
    assert len(events.take(np.array([0])).breakdowns) == 0


def test_breakdown_digest_ignores_order_and_differs_by_values() -> None:
    def digest(*said: tuple[str, int, float]) -> int:
        parts = [{"dimension": "country", "member": name, "views": n, "minutes": m} for name, n, m in said]
        return int(parse(line(breakdowns=parts), now=NOW).events.breakdowns.digests(1)[0])

    one = digest(("DE", 1, 2), ("FR", 2, 1))
    assert one == digest(("FR", 2, 1), ("DE", 1, 2))
    others = [digest(("DE", 2, 1), ("FR", 1, 2)), digest(("DE", 1, 2)), digest(("DE", 1, 1), ("FR", 2, 2)), digest()]
    assert len({one, *others}) == 5
    assert others[-1] == 0


def test_retention_equals_catalog() -> None:
    assert catalog()["analytics.video_metrics"].retention_days == RETENTION.days
