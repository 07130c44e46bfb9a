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
from ytempire.publishing.metadata import Field, MergeSide
from ytempire.publishing.models import Publication, PublicationEdit

SETTINGS = ("privacy", "publish_at", "category_id", "made_for_kids", "synthetic_media", "licence")
"""What is changed of a publication itself; its words are the video's."""


@dataclass(frozen=True)
class EditIntent:
    """What is to be at YouTube: the video's words, SETTINGS that are given, and what was decided of edited fields."""

    words: Mapping[str, Any]
    settings: Mapping[str, Any]
    resolutions: Mapping[str, Any]

    @property
    def remote(self) -> Mapping[str, Any]:
        """What YouTube has of the fields of which it is kept."""
        return {
            name: resolution["seen"] for name, resolution in self.resolutions.items() if resolution["side"] == "remote"
        }


def build_edit_intent(
    row: Publication,
    waiting: PublicationEdit | None,
    words: Mapping[str, Any],
    settings: Mapping[str, Any],
    sides: Mapping[Field, MergeSide],
) -> EditIntent:
    """Put together what waited and what is given now; `words`: the video's by now. Raises WrongState."""
    merged_settings = {**_pending_settings(waiting, row), **settings}
    if "privacy" in settings and "publish_at" not in settings:
        merged_settings["publish_at"] = None
    if merged_settings.get("publish_at") is not None and "privacy" not in settings:
        merged_settings["privacy"] = "private"
    resolutions: dict[str, Any] = {
        **_pending_resolutions(waiting, row, settings),
        **{name: {"side": side, "seen": _remote_value(row, name)} for name, side in sides.items()},
    }
    if sides and not settings:  # a decision, and nothing beside it but what waited for it
        meant = {*resolutions, *((waiting and waiting.desired) or {})}
        meant |= {"language"} if "audio_language" in resolutions else set()
        words = {name: value for name, value in words.items() if name in meant}
    return EditIntent(words, _with_local_values(row, merged_settings, resolutions), resolutions)


def unresolved_fields(row: Publication, intent: EditIntent) -> list[str]:
    """The fields that are meant, were edited at YouTube, and of which nobody has said whose is kept."""
    others = [name for name in row.remote_edits if name not in intent.resolutions]
    return [name for name in others if _is_edited_here(row, name, intent.words, intent.settings)]


def require_consistent_intent(settings: Mapping[str, Any], sides: Mapping[Field, MergeSide]) -> None:
    """Raises InvalidInput where a setting is given, and YouTube's is kept of the same."""
    given = {"visibility" if name in ("privacy", "publish_at") else name for name in settings}
    if twice := [name for name, side in sides.items() if side == "remote" and name in given]:
        raise InvalidInput(f"YouTube's {named(twice)} is kept, and another is given.", hint="Leave one of them out.")


def _pending_settings(waiting: PublicationEdit | None, row: Publication) -> dict[str, Any]:
    """The settings of an update that waited. A time that came meanwhile is past: it is to be public."""
    meant = {name: value for name, value in ((waiting and waiting.desired) or {}).items() if name in SETTINGS}
    if meant.get("privacy") is None:  # of a version that wrote down what was not meant, too
        meant = {name: value for name, value in meant.items() if name not in ("privacy", "publish_at")}
    if meant.get("publish_at") is not None:
        meant["publish_at"] = datetime.fromisoformat(meant["publish_at"])
        if meant["publish_at"] <= clock.now():
            meant |= {"privacy": "public", "publish_at": None}
        elif row.status == "live":  # it was public before its time, and can be given none any more
            del meant["privacy"], meant["publish_at"]
    return meant


def _pending_resolutions(
    waiting: PublicationEdit | None, row: Publication, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """What was decided with an update that waited, and counts still: theirs not where a setting is given now."""
    given = {"visibility" if name in ("privacy", "publish_at") else name for name in settings}
    return {
        name: resolution
        for name, resolution in ((waiting and waiting.resolutions) or {}).items()
        if resolution["side"] == "local" or (name in row.remote_edits and name not in given)
    }


def _remote_value(row: Publication, name: str) -> Any:
    """What YouTube shows of a field. Raises WrongState where nobody edited it."""
    if name not in row.remote_edits:
        raise WrongState(f"Nobody edited the {named([name])} at YouTube.", hint="Look at the video's page again.")
    return row.remote_edits[name]["remote"]


def _with_local_values(row: Publication, settings: Mapping[str, Any], resolutions: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with ours where it is kept, without those whose remote value is; privacy and time are one."""
    remote = {name for name, resolution in resolutions.items() if resolution["side"] == "remote"}
    remote |= {"privacy", "publish_at"} if "visibility" in remote else set()
    settings = {name: value for name, value in settings.items() if name not in remote}
    local = {name for name, resolution in resolutions.items() if resolution["side"] == "local"} - metadata.WORDS
    local_settings = {name: getattr(row, name) for name in local - {"visibility"}}
    if "visibility" in local and "privacy" not in settings:
        is_to_come = row.publish_at is not None and row.publish_at > clock.now()
        local_settings |= {"privacy": row.privacy, "publish_at": row.publish_at if is_to_come else None}
        if row.publish_at is not None and not is_to_come:
            local_settings["privacy"] = "public"
    return {**local_settings, **settings}


def _is_edited_here(row: Publication, name: str, words: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    """Whether a field that was edited there is other by this update, too."""
    if name == "visibility":
        return "privacy" in settings and settings["privacy"] != row.remote_edits[name]["remote"]
    if name not in metadata.WORDS:
        return name in settings and settings[name] != row.remote_edits[name]["remote"]
    local = words.get("language" if name == "audio_language" else name)
    known = ((row.last_sent or {}).get(name), row.remote_edits[name]["remote"])
    return local is not None and not any(metadata.is_same(name, local, value) for value in known)
