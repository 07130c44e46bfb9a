"""A video's metadata at YouTube, field by field: what we told it, what it shows, and a change of nothing else.

A three-way comparison as of versions: `sent` is what we wrote last, `baseline` how YouTube showed it then. What shows
otherwise by now was edited there. Pure: state in, decision out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from ytempire.youtube.projects import ServiceClock

Field = Literal[
    "title", "description", "tags", "language", "audio_language",
    "category_id", "visibility", "made_for_kids", "synthetic_media", "licence",
]  # fmt: skip
MergeSide = Literal["local", "remote"]
PRIVACIES = ("public", "unlisted", "private")
WORDS: frozenset[str] = frozenset({"title", "description", "tags", "language", "audio_language"})
FIELDS: frozenset[str] = frozenset(get_args(Field))
Values = Mapping[str, Any]
"""By field. `visibility` is `public`, `unlisted`, `private`, or a moment in ISO 8601 until which it is private."""

_IN_SNIPPET: Mapping[str, str] = {
    "title": "title",
    "description": "description",
    "tags": "tags",
    "category_id": "categoryId",
    "language": "defaultLanguage",
    "audio_language": "defaultAudioLanguage",
}
_IN_STATUS: Mapping[str, str] = {
    "licence": "license",
    "made_for_kids": "selfDeclaredMadeForKids",
    "synthetic_media": "containsSyntheticMedia",
}
# A part is replaced whole, so that what we do not mean has to be sent as it is. Names: the reference of videos.update.
_WRITABLE = {
    "snippet": tuple(_IN_SNIPPET.values()),
    "status": (*_IN_STATUS.values(), "privacyStatus", "publishAt", "embeddable", "publicStatsViewable"),
}


def visibility(privacy: str, publish_at: datetime | None) -> str:
    """One value of the two."""
    return privacy if publish_at is None else publish_at.astimezone(UTC).isoformat()


def privacy_of(seen_by: str) -> tuple[str, datetime | None]:
    """The reverse of `visibility`."""
    return (seen_by, None) if seen_by in PRIVACIES else ("private", datetime.fromisoformat(seen_by))


def local_values(values: Mapping[str, Any], *, publish_at: datetime | None) -> dict[str, Any]:
    """What a publication and its video say, in the form in which it is compared; `publish_at` by whatever clock."""
    return {
        "title": _normalize_line(values["title"]),
        "description": _text(values["description"]),
        "tags": list(values["tags"]),
        "language": values["language"],
        "audio_language": values["language"],
        "category_id": values["category_id"],
        "visibility": visibility(values["privacy"], publish_at),
        "made_for_kids": values["made_for_kids"],
        "synthetic_media": values["synthetic_media"],
        "licence": values["licence"],
    }


def parse_remote_values(item: Mapping[str, Any], *, marker: str) -> dict[str, Any]:
    """The fields of a video resource, of the parts that it has. The tag by which we recognise it is none of them."""
    values: dict[str, Any] = {}
    if (snippet := item.get("snippet")) is not None:
        values |= {name: snippet.get(remote) for name, remote in _IN_SNIPPET.items()}
        values["title"], values["description"] = _normalize_line(values["title"]), _text(values["description"])
        values["tags"] = [tag for tag in values["tags"] or [] if tag.lower() != marker]
    if (status := item.get("status")) is not None:
        values |= {name: status.get(remote) for name, remote in _IN_STATUS.items()}
        waits = status["privacyStatus"] == "private" and status.get("publishAt")
        values["visibility"] = visibility(
            status["privacyStatus"], datetime.fromisoformat(status["publishAt"]) if waits else None
        )
    return values


def find_remote_edits(baseline: Values, shown: Values) -> dict[str, Any]:
    """What was edited there: the fields that show otherwise than when we wrote last, with what they show."""
    return {name: value for name, value in shown.items() if not _is_as_written(name, baseline.get(name), value)}


def _is_as_written(name: str, written: Any, shown: Any) -> bool:
    # its time came, or somebody was quicker: it is public, as it was to be
    came = name == "visibility" and shown == "public" and written not in PRIVACIES
    return came or is_same(name, written, shown)


def is_same(name: str, value: Any, other: Any) -> bool:
    """Whether two values of a field are the same to YouTube."""
    if name == "tags":  # YouTube does not promise their order
        return sorted(value or []) == sorted(other or [])
    if name == "visibility":
        return _to_the_second(value) == _to_the_second(other)
    if name in ("title", "description"):  # ends of lines and of the whole are not kept there
        return _text(value) == _text(other)
    return bool((value or None) == (other or None))  # what is not declared, or empty, is left out of an answer


def _to_the_second(seen_by: str | None) -> str | datetime | None:
    """YouTube's moments have no parts of a second."""
    if seen_by is None or seen_by in PRIVACIES:
        return seen_by
    return datetime.fromisoformat(seen_by).replace(microsecond=0)


@dataclass(frozen=True)
class Resolution:
    """Whose value of an edited field is kept, and what whoever decided had seen at YouTube."""

    side: MergeSide
    seen: Any


@dataclass(frozen=True)
class Merge:
    """What a change comes to, once it is known what YouTube shows; by field."""

    send: Values  # what is written there
    agreed: Values  # what shows already as it is wanted
    adopt: Values  # YouTube's, which are kept
    conflicts: Values  # edited there too, and nobody decided on what it shows


def merge(
    desired: Values,
    service_values: Values,
    *,
    last_sent: Values,
    baseline: Values,
    shown: Values,
    resolutions: Mapping[str, Resolution],
) -> Merge:
    """Divide what is wanted; `told`: the same by YouTube's clock. Words are meant where they are other than we wrote
    last, all else that is wanted is. What is not meant stays as YouTube shows it.
    """
    edited = find_remote_edits(baseline, shown)
    send: dict[str, Any] = {}
    agreed: dict[str, Any] = {}
    adopt: dict[str, Any] = {}
    conflicts: dict[str, Any] = {}
    for name in dict.fromkeys((*desired, *resolutions)):
        there, decision = shown.get(name), resolutions.get(name)
        if decision is None and name in WORDS and name in last_sent and is_same(name, last_sent[name], desired[name]):
            continue
        if decision is not None and name in edited and not is_same(name, decision.seen, there):
            conflicts[name] = there
        elif decision is not None and decision.side == "remote":
            adopt[name] = there
        elif is_same(name, service_values[name], there):
            agreed[name] = service_values[name]
        elif name in edited and decision is None:
            conflicts[name] = there
        else:
            send[name] = service_values[name]
    return Merge(send, agreed, adopt, conflicts)


def build_update_body(item: Mapping[str, Any], send: Values, *, marker: str) -> dict[str, Any]:
    """The resource for `videos.update`: the parts that change, each with all else in it as YouTube has it."""
    parts = {"snippet": _named(send, _IN_SNIPPET), "status": _named(send, _IN_STATUS)}
    if "tags" in send:
        parts["snippet"]["tags"] = [*send["tags"], marker]
    if "visibility" in send:
        parts["status"] |= {"publishAt": None, **build_status(send["visibility"])}
    changed = {part: {**_writable_fields(item, part), **values} for part, values in parts.items() if values}
    return {"id": item["id"], **{part: _without_none(values) for part, values in changed.items()}}


def _named(values: Values, names: Mapping[str, str]) -> dict[str, Any]:
    return {remote: values[name] for name, remote in names.items() if name in values}


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _writable_fields(item: Mapping[str, Any], part: str) -> dict[str, Any]:
    return {name: item[part][name] for name in _WRITABLE[part] if name in item[part]}


def build_status(seen_by: str) -> dict[str, str]:
    """A `visibility` as YouTube is told it."""
    return {"privacyStatus": seen_by} if seen_by in PRIVACIES else {"privacyStatus": "private", "publishAt": seen_by}


def build_insert_body(service_values: Values, *, marker: str) -> dict[str, dict[str, Any]]:
    """`snippet` and `status` of a video that is to be made."""
    snippet = _named(service_values, _IN_SNIPPET) | {"tags": [*service_values["tags"], marker]}
    return {
        "snippet": snippet,
        "status": _named(service_values, _IN_STATUS) | build_status(service_values["visibility"]),
    }


def to_local_value(name: str, value: Any, now: ServiceClock) -> Any:
    """What YouTube shows, for people here: a moment by our clock."""
    if name != "visibility" or value in PRIVACIES:
        return value
    return visibility("private", now.to_local_time(datetime.fromisoformat(value)))


def _normalize_line(text: str | None) -> str:
    return (text or "").strip()


def _text(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()
