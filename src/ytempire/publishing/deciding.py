"""What an update means: what waited before it, what is given with it, and whose is kept of what was edited there. Pure:
rows in, decisions out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ytempire.kit import clock
from ytempire.kit.errors import InvalidInput
from ytempire.production.errors import WrongState
from ytempire.publishing import metadata
from ytempire.publishing.errors import named
from ytempire.publishing.metadata import Field, Whose
from ytempire.publishing.models import Publication, PublicationChange

SETTINGS = ("privacy", "publish_at", "category_id", "made_for_kids", "synthetic_media", "licence")
"""What is changed of a publication itself; its words are the video's."""


@dataclass(frozen=True)
class Meaning:
    """What is to be at YouTube: the video's words, SETTINGS that are said, and what was decided of edited fields."""

    words: Mapping[str, Any]
    said: Mapping[str, Any]
    decided: Mapping[str, Any]

    @property
    def theirs(self) -> Mapping[str, Any]:
        """What YouTube has of the fields of which it is kept."""
        return {name: one["seen"] for name, one in self.decided.items() if one["whose"] == "theirs"}


def meaning_of(
    row: Publication,
    waiting: PublicationChange | None,
    words: Mapping[str, Any],
    settings: Mapping[str, Any],
    keep: Mapping[Field, Whose],
) -> Meaning:
    """Put together what waited and what is given now; `words`: the video's by now. Raises WrongState."""
    said = {**_meant_by(waiting, row), **settings}
    if "privacy" in settings and "publish_at" not in settings:
        said["publish_at"] = None
    if said.get("publish_at") is not None and "privacy" not in settings:
        said["privacy"] = "private"
    decided: dict[str, Any] = {
        **_decided_by(waiting, row, settings),
        **{name: {"whose": whose, "seen": _seen_of(row, name)} for name, whose in keep.items()},
    }
    if keep and not settings:  # a decision, and nothing beside it but what waited for it
        meant = {*decided, *((waiting and waiting.wanted) or {})}
        meant |= {"language"} if "audio_language" in decided else set()
        words = {name: value for name, value in words.items() if name in meant}
    return Meaning(words, _with_ours(row, said, decided), decided)


def undecided_of(row: Publication, meaning: Meaning) -> list[str]:
    """The fields that are meant, were edited at YouTube, and of which nobody has said whose is kept."""
    others = [name for name in row.edits if name not in meaning.decided]
    return [name for name in others if _is_meant(row, name, meaning.words, meaning.said)]


def require_one_meaning(settings: Mapping[str, Any], keep: Mapping[Field, Whose]) -> None:
    """Raises InvalidInput where a setting is given, and YouTube's is kept of the same."""
    given = {"visibility" if name in ("privacy", "publish_at") else name for name in settings}
    if twice := [name for name, whose in keep.items() if whose == "theirs" and name in given]:
        raise InvalidInput(f"YouTube's {named(twice)} is kept, and another is given.", hint="Leave one of them out.")


def _meant_by(waiting: PublicationChange | None, row: Publication) -> dict[str, Any]:
    """The settings of an update that waited. A time that came meanwhile is past: it is to be public."""
    meant = {name: value for name, value in ((waiting and waiting.wanted) or {}).items() if name in SETTINGS}
    if meant.get("privacy") is None:  # of a version that wrote down what was not meant, too
        meant = {name: value for name, value in meant.items() if name not in ("privacy", "publish_at")}
    if meant.get("publish_at") is not None:
        meant["publish_at"] = datetime.fromisoformat(meant["publish_at"])
        if meant["publish_at"] <= clock.now():
            meant |= {"privacy": "public", "publish_at": None}
        elif row.status == "live":  # it was public before its time, and can be given none any more
            del meant["privacy"], meant["publish_at"]
    return meant


def _decided_by(waiting: PublicationChange | None, row: Publication, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What was decided with an update that waited, and counts still: theirs not where a setting is given now."""
    given = {"visibility" if name in ("privacy", "publish_at") else name for name in settings}
    return {
        name: one
        for name, one in ((waiting and waiting.decided) or {}).items()
        if one["whose"] == "ours" or (name in row.edits and name not in given)
    }


def _seen_of(row: Publication, name: str) -> Any:
    """What YouTube shows of a field. Raises WrongState where nobody edited it."""
    if name not in row.edits:
        raise WrongState(f"Nobody edited the {named([name])} at YouTube.", hint="Look at the video's page again.")
    return row.edits[name]["theirs"]


def _with_ours(row: Publication, said: Mapping[str, Any], decided: Mapping[str, Any]) -> dict[str, Any]:
    """Where ours is kept of a setting, it is said, and where theirs is, it is not; privacy and time are one value."""
    theirs = {name for name, one in decided.items() if one["whose"] == "theirs"}
    theirs |= {"privacy", "publish_at"} if "visibility" in theirs else set()
    said = {name: value for name, value in said.items() if name not in theirs}
    ours = {name for name, one in decided.items() if one["whose"] == "ours"} - metadata.WORDS
    kept = {name: getattr(row, name) for name in ours - {"visibility"}}
    if "visibility" in ours and "privacy" not in said:
        is_to_come = row.publish_at is not None and row.publish_at > clock.now()
        kept |= {"privacy": row.privacy, "publish_at": row.publish_at if is_to_come else None}
        if row.publish_at is not None and not is_to_come:
            kept["privacy"] = "public"
    return {**kept, **said}


def _is_meant(row: Publication, name: str, words: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether a field that was edited there is other by this update, too."""
    if name == "visibility":
        return "privacy" in said and said["privacy"] != row.edits[name]["theirs"]
    if name not in metadata.WORDS:
        return name in said and said[name] != row.edits[name]["theirs"]
    ours = words.get("language" if name == "audio_language" else name)
    known = ((row.sent or {}).get(name), row.edits[name]["theirs"])
    return ours is not None and not any(metadata.is_same(name, ours, one) for one in known)
