"""What is sent: deliveries of skewed events, made once and sent again with another time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import numpy as np
import numpy.typing as npt

TIME = "@@@@-@@-@@T@@:@@:@@"  # what becomes the second in which it is sent
EARLIER = "####-##-##T##:##:##"  # and what becomes one of an hour before: late events
LATE = 10  # one event in so many
LATE_BY = timedelta(minutes=61)
BROKEN_DOWN = 24  # one event in so many carries as many members: hourly events and a daily report
MEMBERS = {
    "traffic_source": (
        "YT_SEARCH", "RELATED_VIDEO", "SUBSCRIBER", "EXT_URL", "NOTIFICATION", "SHORTS", "PLAYLIST", "END_SCREEN",
    ),
    "country": ("US", "IN", "DE", "BR", "GB", "JP", "FR", "MX", "ID", "CA"),
    "device": ("MOBILE", "DESKTOP", "TV", "TABLET"),
    "gender": ("female", "male"),
}  # fmt: skip


class Payloads:
    """`payload_count` deliveries of `size` events each. The same one may be sent once a second."""

    def __init__(self, pairs: npt.NDArray[np.void], *, payload_count: int, size: int, minimal: bool) -> None:
        self._generator = np.random.default_rng(4)
        self._pairs = pairs
        self.size = size
        # a microsecond for each event of all, so that no two say the same moment of the same video
        self.templates = [self._body(first=place * size, minimal=minimal) for place in range(payload_count)]

    def _body(self, *, first: int, minimal: bool) -> bytes:
        chance = self._generator
        # Zipf's law: of a million videos the first has 5 % of the events, the first hundredth two thirds
        places = (len(self._pairs) ** chance.random(self.size)).astype(int) - 1
        views = chance.poisson(30, self.size).tolist()
        rates = chance.random((self.size, 5)).tolist()
        return b"\n".join(
            self._event_line(first + number, place, views[number], rates[number], minimal=minimal)
            for number, place in enumerate(places)
        )

    def _event_line(self, number: int, place: int, seen: int, rate: list[float], *, minimal: bool) -> bytes:
        event = {
            "video_id": str(UUID(bytes=self._pairs["video_id"][place].tobytes())),
            "timestamp": f"{TIME if number % LATE else EARLIER}.{number:06d}Z",
            "channel_id": str(UUID(bytes=self._pairs["channel_id"][place].tobytes())),
            "views": seen,
            "likes": seen // 20,
            "dislikes": seen // 200,
            "comments": seen // 90,
            "shares": seen // 70,
            "subscribers_gained": seen // 50,
            "subscribers_lost": seen // 150,
            "watch_time_minutes": round(seen * 2.5 * rate[0], 3),
            "average_view_duration": round(300 * rate[0], 2),
            "average_percentage_viewed": round(100 * rate[1], 2),
            "estimated_revenue_usd": round(seen * rate[2] / 200, 6),
            "estimated_ad_revenue_usd": round(seen * rate[2] / 250, 6),
            "click_through_rate": round(0.1 * rate[3], 4),
            "impressions": seen * 15,
        }
        if not minimal and number % BROKEN_DOWN == 0:
            event["breakdowns"] = [
                {"dimension": dimension, "member": member, "views": seen // len(members), "minutes": round(rate[4], 3)}
                for dimension, members in MEMBERS.items()
                for member in members
            ]
        return msgspec.json.encode(event)

    def at(self, number: int, moment: datetime) -> bytes:
        """One of them, with this second in it."""
        template = self.templates[number % len(self.templates)]
        return template.replace(TIME.encode(), _format_time(moment)).replace(
            EARLIER.encode(), _format_time(moment - LATE_BY)
        )


def _format_time(moment: datetime) -> bytes:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S").encode()
