"""What each method costs, and in which bucket: the quota scheme of 2026, as data.

Source: developers.google.com/youtube/v3/determine_quota_cost. Uploads and searches are counted as calls in buckets of
their own; everything else takes units from one. Reports have an allowance of their own, by calls. How much a bucket
holds stands with the project (`core.youtube_projects.allowances`), since Google grants other amounts on request.
"""

from __future__ import annotations

from dataclasses import dataclass

UNITS, SEARCHES, INSERTS, REPORTS = "units", "searches", "inserts", "reports"
ALLOWANCES = {UNITS: 10_000, SEARCHES: 100, INSERTS: 100, REPORTS: 100_000}


@dataclass(frozen=True)
class Method:
    bucket: str
    units: int


METHODS = {
    "videos.insert": Method(INSERTS, 1),
    "search.list": Method(SEARCHES, 1),
    "reports.query": Method(REPORTS, 1),
    "videos.update": Method(UNITS, 50),
    "videos.delete": Method(UNITS, 50),
    "thumbnails.set": Method(UNITS, 50),
    "captions.list": Method(UNITS, 50),
    "captions.insert": Method(UNITS, 400),
    "captions.update": Method(UNITS, 450),
    "captions.delete": Method(UNITS, 50),
    "captions.download": Method(UNITS, 200),
    "channels.update": Method(UNITS, 50),
    "playlists.insert": Method(UNITS, 50),
    "playlists.update": Method(UNITS, 50),
    "playlists.delete": Method(UNITS, 50),
    "playlistItems.insert": Method(UNITS, 50),
    "playlistItems.update": Method(UNITS, 50),
    "playlistItems.delete": Method(UNITS, 50),
    "channels.list": Method(UNITS, 1),
    "videos.list": Method(UNITS, 1),
    "playlists.list": Method(UNITS, 1),
    "playlistItems.list": Method(UNITS, 1),
    "videoCategories.list": Method(UNITS, 1),
    "i18nRegions.list": Method(UNITS, 1),
}
