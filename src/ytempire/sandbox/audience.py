"""The audience: how many people see a video, from where, on what, and what they do. Pure functions, no state.

Everything follows from the seed, the video's id, its quality, the size of the channel's audience when it was uploaded,
when it was public, and the moment that one asks about. So counters only grow (but for corrections, below), the same
question has the same answer, and a clock that runs a thousand times faster shows the same world.

The model, and where its numbers come from. **Assumption** marks what we chose because it looks right, not because it
was measured.

- *How many in all*: log-normal. Median 30 + 12 % of the subscribers; sigma 1.5. The shape (most do badly, a few do
  very well) is what every study of video views finds; median and sigma are assumptions. With 1,000 subscribers half of
  the videos get fewer than 150 views in their life, one in fifty gets 3,300.
- *When*: three phases. Browse (subscribers, home, notifications) falls off with 30 hours; suggested rises and falls
  around the eighth day; search is a long tail. Better videos have more suggested traffic. Assumptions.
- *Hours and weekdays*: an evening peak in the channel's home country, 15 % more at weekends. Assumption.
- *Noise*: each hour its own, log-normal with sigma 0.35. Assumption.
- *Corrections*: real counters lose views that are found to be spam. Here 0.2 % to 6 % of what came since the last audit
  is taken away every 3 to 9 days, so a counter may fall once in a while and a report of last week may change.
- *Countries, devices, sources, ages, sexes*: fixed shares, varied per video. Assumptions.
- *Money*: cost per thousand monetised playbacks by country, category and season (the last quarter is dear, January
  cheap); half of the views are monetised on a channel that is; the creator's part of it is 55 %, as YouTube's partner
  terms say. The prices are assumptions of the right order.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ytempire.sandbox.clock import day_begins, days_between, pacific_day

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HOUR = 3600.0
_BLOCK_H = 24 * 28  # curves are made for whole blocks, so that one serves many questions
SIGMA = 1.5
CREATORS_PART = 0.55
MONETISED_VIEWS = 0.5
ADS_PER_PLAYBACK = 1.3
PREMIUM_PART = 0.08  # of the revenue from advertising, on top of it
ENGAGED_VIEWS = 0.82

COUNTRIES = {  # share of an audience abroad; dollars for 1,000 monetised playbacks; hours from UTC
    "US": (0.30, 14.0, -6),
    "GB": (0.12, 10.0, 0),
    "IN": (0.14, 1.2, 5.5),
    "DE": (0.09, 10.0, 1),
    "CA": (0.08, 10.0, -5),
    "AU": (0.05, 11.0, 10),
    "BR": (0.05, 2.0, -3),
    "PH": (0.05, 1.0, 8),
    "FR": (0.04, 6.0, 1),
    "MX": (0.04, 2.2, -6),
    "JP": (0.02, 5.0, 9),
    "NG": (0.02, 1.0, 1),
}
HOME_SHARE = 0.55
CATEGORY_PRICE = {"10": 0.5, "20": 0.6, "23": 0.8, "24": 0.8, "25": 0.9, "26": 1.1, "27": 1.2, "28": 1.3}
SOURCES = {  # what of each phase comes by which source: browse, suggested, search
    "SUBSCRIBER": (0.58, 0.0, 0.0),
    "NOTIFICATION": (0.14, 0.0, 0.0),
    "YT_CHANNEL": (0.10, 0.0, 0.0),
    "YT_OTHER_PAGE": (0.10, 0.0, 0.0),
    "RELATED_VIDEO": (0.0, 0.84, 0.0),
    "END_SCREEN": (0.0, 0.06, 0.0),
    "PLAYLIST": (0.0, 0.10, 0.0),
    "YT_SEARCH": (0.0, 0.0, 0.80),
    "EXT_URL": (0.08, 0.0, 0.12),
    "NO_LINK_OTHER": (0.0, 0.0, 0.08),
}
WITH_THUMBNAIL = frozenset({"SUBSCRIBER", "YT_CHANNEL", "YT_OTHER_PAGE", "RELATED_VIDEO", "YT_SEARCH"})
DEVICES = {"MOBILE": 0.62, "DESKTOP": 0.20, "TV": 0.12, "TABLET": 0.05, "GAME_CONSOLE": 0.01}
AGES = {
    "age13-17": 0.05,
    "age18-24": 0.21,
    "age25-34": 0.30,
    "age35-44": 0.20,
    "age45-54": 0.12,
    "age55-64": 0.08,
    "age65-": 0.04,
}
SEXES = {"male": 0.66, "female": 0.33, "user_specified": 0.01}


@dataclass(frozen=True)
class VideoProfile:
    """What the audience answers to."""

    seed: int
    video_id: str
    quality: float  # standard normal
    audience: int  # subscribers when it was uploaded
    duration_s: float
    category: str
    home: str
    monetized: bool
    exposed: tuple[tuple[float, float], ...]  # from when to when it was public

    @property
    def begins(self) -> float:
        return self.exposed[0][0] // HOUR * HOUR


def normals(profile: VideoProfile, what: str, count: int) -> Floats:
    """Standard normal numbers that belong to this video; the first ones stay when more are asked for."""
    key = hashlib.sha256(f"{profile.seed} {profile.video_id} {what}".encode()).digest()[:16]
    return np.random.Generator(np.random.Philox(key=int.from_bytes(key, "big"))).standard_normal(count)


def sample_quality(seed: int, video_id: str) -> float:
    nobody = VideoProfile(seed, video_id, 0.0, 0, 0.0, "", "US", False, ())
    return float(normals(nobody, "quality", 1)[0])


# --- views ---


@lru_cache(maxsize=256)  # a year of one video takes 200 KB
def _curve(profile: VideoProfile, hours: int) -> Floats:
    """Views since the beginning at each full hour, by phase: browse, suggested, search."""
    age = np.arange(hours) + 0.5
    phases = np.stack(
        [np.exp(-age / 30) / 30, age / 192**2 * np.exp(-age / 192), (1 + age / 240) ** -1.3 / 800], axis=1
    )
    suggested = float(np.clip(0.30 + 0.10 * profile.quality, 0.08, 0.60))
    shares = np.array([(1 - suggested) * 0.7, suggested, (1 - suggested) * 0.3])
    total = (30 + 0.12 * profile.audience) * float(np.exp(SIGMA * profile.quality))
    times: Floats = profile.begins + np.arange(hours, dtype=np.float64) * HOUR
    noise = np.exp(0.35 * normals(profile, "hours", hours) - 0.35**2 / 2)
    rate = total * phases * shares * (_season(profile.home, times) * noise * _public_share(profile, times))[:, None]
    return np.concatenate([np.zeros((1, 3)), np.cumsum(rate, axis=0)])


def _season(home: str, times: Floats) -> Floats:
    """The home country's hours and days, with a mean of about 1."""
    local = times / HOUR + COUNTRIES.get(home, COUNTRIES["US"])[2]
    evening = 1 + 0.6 * np.cos((local % 24 - 20) / 24 * 2 * np.pi)
    weekday = (local // 24 + 3) % 7  # 1970 began on a Thursday; 0 is Monday
    return evening * np.where(weekday >= 5, 1.11, 0.956)


def _public_share(profile: VideoProfile, times: Floats) -> Floats:
    """The part of each hour in which the video was public."""
    shown = np.zeros(len(times))
    for begin, end in profile.exposed:
        shown += np.clip(np.minimum(times + HOUR, end) - np.maximum(times, begin), 0, HOUR) / HOUR
    return shown


def _clean(profile: VideoProfile, times: Floats) -> Floats:
    hours = (times - profile.begins) / HOUR
    blocks = max(1, int(np.max(hours, initial=0) // _BLOCK_H) + 1)
    curve = _curve(profile, blocks * _BLOCK_H)
    grid = np.arange(len(curve))
    return np.stack([np.interp(hours, grid, curve[:, phase]) for phase in range(3)], axis=1)


def counted(profile: VideoProfile, times: Floats, now: float) -> Floats:
    """Views up to each moment, by phase, as they are counted `now`: what came since the last audit holds some spam."""
    if not profile.exposed or profile.exposed[0][0] > now:
        return np.zeros((len(times), 3))
    clean = _clean(profile, np.minimum(times, now))
    draws = normals(profile, "audit", 2)
    spam = float(np.clip(0.015 * np.exp(0.8 * draws[0]), 0.002, 0.06))
    between = float(np.clip(6 + 1.5 * draws[1], 3, 9)) * 24 * HOUR
    audit = profile.begins + (now - profile.begins) // between * between
    return clean + spam * np.maximum(0.0, clean - _clean(profile, np.array([audit])))


def views_at(profile: VideoProfile, moment: float, now: float) -> int:
    return int(counted(profile, np.array([moment]), now).sum())


# --- what viewers do ---


@dataclass(frozen=True)
class Habits:
    """Of this video's viewers, per view."""

    likes: float
    dislikes: float
    comments: float
    shares: float
    gained: float
    lost: float
    added: float
    removed: float
    watched: float  # mean part of the video
    clicks: float  # of a thumbnail that is shown


@lru_cache(maxsize=2048)
def habits(profile: VideoProfile) -> Habits:
    draw = normals(profile, "habits", 8)
    better = 0.15 * profile.quality
    # longer videos are watched to a smaller part: half of two minutes, a third of a quarter of an hour
    watched = 0.62 - 0.075 * np.log(max(profile.duration_s, 15) / 30) + 0.05 * profile.quality + 0.05 * draw[0]
    return Habits(
        likes=float(np.clip(0.035 * np.exp(0.35 * draw[1] + better), 0.003, 0.15)),
        dislikes=float(np.clip(0.0012 * np.exp(0.5 * draw[2] - better), 0.0001, 0.02)),
        comments=float(np.clip(0.004 * np.exp(0.6 * draw[3] + better), 0.0001, 0.05)),
        shares=float(np.clip(0.006 * np.exp(0.5 * draw[4] + better), 0.0002, 0.05)),
        gained=float(np.clip(0.006 * np.exp(0.5 * draw[5] + better), 0.0003, 0.05)),
        lost=float(np.clip(0.001 * np.exp(0.4 * draw[6]), 0.0001, 0.01)),
        added=0.008,
        removed=0.002,
        watched=float(np.clip(watched, 0.06, 0.92)),
        clicks=float(np.clip(0.042 * np.exp(0.35 * profile.quality + 0.2 * draw[7]), 0.008, 0.2)),
    )


@lru_cache(maxsize=2048)
def country_shares(profile: VideoProfile) -> Floats:
    abroad = np.array([share for share, _, _ in COUNTRIES.values()])
    abroad = abroad * np.exp(0.3 * normals(profile, "countries", len(abroad)))
    home = np.array([name == profile.home for name in COUNTRIES], dtype=np.float64)
    shares: Floats = HOME_SHARE * home + (1 - HOME_SHARE * home.sum()) * abroad / abroad.sum()
    return shares


@lru_cache(maxsize=2048)
def device_shares(profile: VideoProfile) -> Floats:
    shares = np.array(list(DEVICES.values())) * np.exp(0.2 * normals(profile, "devices", len(DEVICES)))
    normalised: Floats = shares / shares.sum()
    return normalised


@lru_cache(maxsize=2048)
def people_shares(profile: VideoProfile) -> Floats:
    """Ages down, sexes across; the sum is 1."""
    shares = np.outer(list(AGES.values()), list(SEXES.values()))
    shares = shares * np.exp(0.25 * normals(profile, "people", shares.size)).reshape(shares.shape)
    normalised: Floats = shares / shares.sum()
    return normalised


def retention(profile: VideoProfile) -> tuple[Floats, Floats]:
    """How many still watch at each hundredth, and how that compares with videos like it (0 to 1)."""
    at = np.arange(1, 101) / 100
    mean = habits(profile).watched
    steepness = 1 / mean - 1  # an exponential fall whose mean is near that part
    watching = 0.08 + 0.97 * np.exp(-1.6 * steepness * at)
    compared = np.clip(0.5 + 0.18 * profile.quality + 0.04 * normals(profile, "retention", 100), 0, 1)
    return np.minimum(watching, 1.2), compared


def split(counts: Ints, shares: Floats) -> Ints:
    """Whole numbers, one column a share, whose sum is the count, row by row."""
    begun = np.concatenate([np.zeros((*shares.shape[:-1], 1)), np.cumsum(shares, axis=-1)], axis=-1)
    edges = np.floor(begun.clip(0, 1) * counts[:, None] + 1e-9)
    edges[:, -1] = counts
    parts: Ints = np.diff(edges, axis=1).astype(np.int64)
    return parts


def _steps(rate: float, cumulative: Floats) -> Ints:
    """What a rate makes of views so far, day by day: never a fraction, and never lost."""
    return np.diff(np.floor(rate * cumulative)).astype(np.int64)


@dataclass(frozen=True)
class AudienceHistory:
    """A video's days: rows are Pacific days from its first to the last asked for, columns are countries."""

    profile: VideoProfile
    days: list[date]
    counts: dict[str, Ints]  # by metric
    minutes: Floats
    gross: Floats  # dollars that advertisers paid
    sources: Floats  # a day's shares of SOURCES


def history(profile: VideoProfile, last: date, now: float) -> AudienceHistory | None:
    """None where it was not public by the end of that day."""
    if not profile.exposed or profile.exposed[0][0] > now or pacific_day(profile.exposed[0][0]) > last:
        return None
    days = days_between(pacific_day(profile.exposed[0][0]), last)
    edges = np.array([day_begins(day) for day in [*days, last + timedelta(days=1)]])
    phases = counted(profile, edges, now)
    total = np.floor(phases.sum(axis=1))
    by_country = country_shares(profile)[None, :]
    of = habits(profile)
    playbacks = MONETISED_VIEWS if profile.monetized else 0.0
    rates = {
        "views": 1.0,
        "engagedViews": ENGAGED_VIEWS,
        "likes": of.likes,
        "dislikes": of.dislikes,
        "comments": of.comments,
        "shares": of.shares,
        "subscribersGained": of.gained,
        "subscribersLost": of.lost,
        "videosAddedToPlaylists": of.added,
        "videosRemovedFromPlaylists": of.removed,
        "monetizedPlaybacks": playbacks,
        "adImpressions": playbacks * ADS_PER_PLAYBACK,
    }
    counts = {name: split(_steps(rate, total), by_country) for name, rate in rates.items()}
    daily = np.exp(0.05 * normals(profile, "days", len(days)))
    watched_s = np.clip(of.watched * daily, 0.02, 0.98) * profile.duration_s
    return AudienceHistory(
        profile,
        days,
        counts,
        counts["views"] * watched_s[:, None] / 60,
        counts["monetizedPlaybacks"] * _prices(profile, days) / 1000,
        _source_shares(np.diff(phases, axis=0)),
    )


def _prices(profile: VideoProfile, days: list[date]) -> Floats:
    season: Floats = np.array([1.25 if day.month >= 10 else 0.75 if day.month == 1 else 1.0 for day in days])
    country: Floats = np.array([price for _, price, _ in COUNTRIES.values()])
    return np.outer(season, country) * CATEGORY_PRICE.get(profile.category, 0.8)


def _source_shares(phases: Floats) -> Floats:
    weights = phases @ np.array(list(SOURCES.values())).T
    totals = weights.sum(axis=1, keepdims=True)
    return np.where(totals > 0, weights / np.where(totals > 0, totals, 1), 1 / len(SOURCES))
