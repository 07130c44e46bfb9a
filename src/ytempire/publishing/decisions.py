"""What YouTube takes, and what an error or a state of YouTube's means. Pure: state in, decision out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

from ytempire.kit.storage import ObjectDamaged
from ytempire.production.review.policy import avoided_matches
from ytempire.production.script.document import words_beside
from ytempire.production.script.metadata import (
    CHAPTERS_FROM,
    MOST_DESCRIPTION,
    MOST_TAGS,
    MOST_TITLE,
    SHORTEST_CHAPTER_S,
    tags_length,
)
from ytempire.publishing.errors import NotPublishable
from ytempire.youtube.errors import ChannelStopped, Later, Never, NotConnected, Unknown, UploadGone, described

Status = Literal["planned", "uploading", "processing", "live", "failed", "unknown", "removed"]
Privacy = Literal["public", "unlisted", "private"]
Licence = Literal["youtube", "creativeCommon"]

# videoCategories.list: those that a video may be given; the others are of films and shows
CATEGORIES = frozenset(map(str, (1, 2, 10, 15, 17, 19, 20, 22, 23, 24, 25, 26, 27, 28, 29)))
# RFC 5646 as YouTube uses it: language, script, region
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_MARK = re.compile(r"^(?:(\d{1,2}):)?(\d{1,2}):(\d{2})\s+\S", re.MULTILINE)

FIRST_WAIT_S, LONGEST_WAIT_S = 15.0, 3600.0
LONGEST_PAUSE_S = 24 * 3600.0  # quotas begin anew each day
# Nobody says how long YouTube takes to list an upload; it is minutes. A day is far beyond that, and a video that is
# uploaded twice is worse than one that is a day late.
LISTED_WITHIN = timedelta(days=1)
GONE_AFTER = 5  # looks in a row at which a video that was there is not: a list may lag, but not for that long


@dataclass(frozen=True)
class Wanted:
    """What a video is to be at YouTube."""

    title: str
    description: str
    tags: Sequence[str]
    language: str
    category_id: str
    privacy: str
    publish_at: datetime | None
    duration_s: float
    has_chapters: bool
    avoid: Sequence[str] = ()  # by its channel


def parts_of(said: Mapping[str, Any], *, publish_at: datetime | None) -> dict[str, dict[str, Any]]:
    """`snippet` and `status` as YouTube is told them; `publish_at` by its clock."""
    snippet = {
        "title": said["title"],
        "description": said["description"],
        "tags": list(said["tags"]),
        "categoryId": said["category_id"],
        "defaultLanguage": said["language"],
        "defaultAudioLanguage": said["language"],
    }
    status = {
        "privacyStatus": said["privacy"],
        "license": said["licence"],
        "selfDeclaredMadeForKids": said["made_for_kids"],
        "containsSyntheticMedia": said["synthetic_media"],
    }
    if publish_at is not None:
        status["publishAt"] = publish_at.isoformat()
    return {"snippet": snippet, "status": status}


def findings(wanted: Wanted, now: datetime) -> list[str]:
    """Why YouTube would not take it or would take it otherwise than meant, or the channel does not want it so, in
    sentences for people.
    """
    found = []
    title = wanted.title.strip()
    if not title:
        found.append("The title is empty.")
    if len(title) > MOST_TITLE:
        found.append(f"The title has {len(title)} characters; YouTube takes {MOST_TITLE}.")
    if len(wanted.description.encode()) > MOST_DESCRIPTION:
        found.append(f"The description has {len(wanted.description.encode())} bytes; YouTube takes {MOST_DESCRIPTION}.")
    found += [
        f"The {name} has < or >, which YouTube refuses."
        for name, text in (("title", title), ("description", wanted.description))
        if set(text) & set("<>")
    ]
    if tags_length(wanted.tags) > MOST_TAGS:
        found.append(
            f"The tags have {tags_length(wanted.tags)} characters as YouTube counts, with the one that we recognise the"
            f" video by; it takes {MOST_TAGS}."
        )
    found += [f"The tag “{tag}” is empty or has one of < > ,." for tag in wanted.tags if _is_bad_tag(tag)]
    if wanted.category_id not in CATEGORIES:
        found.append(f"YouTube has no category {wanted.category_id} for videos.")
    if not LANGUAGE.fullmatch(wanted.language):
        found.append(f"“{wanted.language}” is not a language as YouTube writes it, such as en or pt-BR.")
    if wanted.publish_at is not None:
        if wanted.privacy != "private":
            found.append("A video with a time to be published is private until then.")
        if wanted.publish_at <= now:
            found.append("The time to publish it is past.")
    # the review has seen them, and what was spoken; since then somebody may have edited them
    words = words_beside(title, wanted.description, wanted.tags)
    found += [one.sentence for one in avoided_matches(words, wanted.avoid)]
    return found + _chapter_findings(wanted)


def _is_bad_tag(tag: str) -> bool:
    return not tag.strip() or bool(set(tag) & set("<>,"))


def _chapter_findings(wanted: Wanted) -> list[str]:
    """Of a description that means to have chapters: YouTube shows all of them or none, without a word."""
    marks = [
        int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
        for hours, minutes, seconds in _MARK.findall(wanted.description)
    ]
    if not wanted.has_chapters and (not marks or marks[0] != 0):
        return []
    found = []
    if not marks or marks[0] != 0:
        found.append("The first chapter in the description is not at 0:00.")
    if len(marks) < CHAPTERS_FROM:
        found.append(f"The description has {len(marks)} chapters; YouTube shows them from {CHAPTERS_FROM} on.")
    if any(end - begin < SHORTEST_CHAPTER_S for begin, end in pairwise([*marks, int(wanted.duration_s)])):
        found.append(
            f"A chapter in the description is shorter than {SHORTEST_CHAPTER_S:.0f} s, or they are not in order."
        )
    return found


def urgency(publish_at: datetime | None, now: datetime) -> int:
    """The priority of an upload among other jobs: 1 is the most urgent."""
    left = timedelta() if publish_at is None else publish_at - now
    return 3 if left <= timedelta(hours=1) else 5 if left <= timedelta(days=1) else 7


def growing_wait(waits: int) -> float:
    """Seconds before the next try, when this was the `waits`-th in a row that came no further."""
    return min(FIRST_WAIT_S * 2.0 ** min(max(waits - 1, 0), 20), LONGEST_WAIT_S)


@dataclass(frozen=True)
class Next:
    """What an attempt leaves behind: the status, and in how many seconds the next one is; None: none is needed."""

    status: Status
    after_s: float | None
    waits: int = 0
    error: dict[str, Any] | None = None


def after_error(error: Exception, status: Status, *, waits: int, step: str, in_doubt: bool) -> Next:
    """What an error means. `in_doubt`: the film may have become a video of which we do not know the id.

    Only a refusal of something that was certainly not done fails a publication. One of whose video we know is never
    failed by an error: what became of it, processing says.
    """
    tried = waits + 1
    said = described(error, step)
    doubtful: Status = "unknown" if in_doubt and status in ("uploading", "unknown") else status
    match error:
        case NotConnected() | ChannelStopped() | UploadGone():  # of a session that is gone, the next attempt finds out
            return Next(doubtful, growing_wait(tried), tried, said)
        case Later() as later:
            wait = growing_wait(tried) if later.after_s is None else min(max(later.after_s, 1.0), LONGEST_PAUSE_S)
            return Next(doubtful, wait, tried, said)
        case Unknown():
            # of a session that was to begin nothing is known but that it has no byte
            unknown: Status = "unknown" if status in ("uploading", "unknown") else status
            return Next(unknown, growing_wait(tried), tried, said)
        case Never() | ObjectDamaged() | NotPublishable() if status in ("planned", "uploading", "unknown"):
            return Next(doubtful, growing_wait(tried), tried, said) if in_doubt else Next("failed", None, 0, said)
        case _:
            return Next(doubtful, growing_wait(tried), tried, said)


def beside_after(error: Later | Never | Unknown) -> Literal["pending", "failed", "done"]:
    """What becomes of a thumbnail or of captions that were not taken."""
    if isinstance(error, NotConnected | ChannelStopped) or not isinstance(error, Never):
        return "pending"
    return "done" if error.reason == "captionExists" else "failed"  # an answer was lost, and they are there


def is_certainly_absent(last_piece_at: datetime | None, now: datetime) -> bool:
    """Of an upload whose session is gone and that the channel's uploads do not show: can it be no video?"""
    return last_piece_at is None or now - last_piece_at >= LISTED_WITHIN


@dataclass(frozen=True)
class Seen:
    """What YouTube says of a video that it has."""

    state: Literal["processing", "processed", "failed"]
    reason: str = ""
    message: str = ""
    privacy: str | None = None
    publish_at: datetime | None = None  # by its own clock, as long as it waits for it
    left_s: float | None = None


_WHY = {
    "duplicate": "it is the same film as another of this channel",
    "termsOfUse": "it breaks YouTube's terms of use",
    "copyright": "it has what belongs to somebody else",
    "claim": "somebody else claims it",
    "inappropriate": "it is not suitable for YouTube",
    "length": "it is too long for this channel",
    "trademark": "it has somebody's trademark",
    "uploaderAccountClosed": "the account is closed",
    "uploaderAccountSuspended": "the account is suspended",
    "codec": "YouTube cannot read how it is encoded",
    "conversion": "YouTube could not convert it",
    "emptyFile": "the file was empty",
    "invalidFile": "YouTube does not see a video in it",
    "tooSmall": "the file is too small",
    "uploadAborted": "the upload was broken off",
}


def seen(item: Mapping[str, Any]) -> Seen:
    """Read `status` and `processingDetails` of a video."""
    status = item["status"]
    upload, privacy = status["uploadStatus"], status["privacyStatus"]
    if upload == "processed":
        publish_at = status.get("publishAt") if privacy == "private" else None
        return Seen("processed", privacy=privacy, publish_at=datetime.fromisoformat(publish_at) if publish_at else None)
    if upload in ("failed", "rejected", "deleted"):
        reason = status.get("failureReason") or status.get("rejectionReason") or upload
        word = {"failed": "could not process it", "rejected": "rejected it", "deleted": "has deleted it"}[upload]
        return Seen("failed", reason, f"YouTube {word}: {_WHY.get(reason, reason)}.", privacy)
    left = item.get("processingDetails", {}).get("processingProgress", {}).get("timeLeftMs")
    return Seen("processing", privacy=privacy, left_s=int(left) / 1000 if left else None)


def next_look_s(left_s: float | None, waits: int) -> float:
    """When to look at processing again: what YouTube expects, else less and less often."""
    wait = min(5.0 * 1.5 ** min(waits, 20), 300.0)
    return wait if left_s is None else min(max(left_s, 1.0), wait)
