"""Whether YouTube would take a video as it is meant, said in sentences for people before anything is sent. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ytempire.production.review.policy import blocked_phrase_matches
from ytempire.production.script.metadata import MOST_DESCRIPTION, MOST_TAGS, MOST_TITLE, tags_length
from ytempire.publishing.chapter_marks import chapter_findings
from ytempire.studio.script_document import metadata_texts

# videoCategories.list: those that a video may be given; the others are for films and shows of studios
CATEGORIES = frozenset(map(str, (1, 2, 10, 15, 17, 19, 20, 22, 23, 24, 25, 26, 27, 28, 29)))
# RFC 5646 as YouTube uses it: language, script, region
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
LONGEST_TAG = 100  # YouTube answers invalidTags for a longer one
# What reverses the direction of what follows it, and what marks bytes and annotations: nobody types it, and on
# YouTube it makes words that do not say what they show. Joiners and marks of direction are part of some scripts.
_CONCEALED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufff9\ufffa\ufffb")


@dataclass(frozen=True)
class DesiredVideo:
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


def find_violations(desired: DesiredVideo, now: datetime) -> list[str]:
    """Why YouTube would not take it or would take it otherwise than meant, or the channel does not want it so."""
    title = desired.title.strip()
    violations = [*_text_violations(title, desired.description), *_tag_violations(desired.tags)]
    if desired.category_id not in CATEGORIES:
        violations.append(f"YouTube has no category {desired.category_id} for videos.")
    if not LANGUAGE.fullmatch(desired.language):
        violations.append(f"“{desired.language}” is not a language as YouTube writes it, such as en or pt-BR.")
    if desired.publish_at is not None:
        if desired.privacy != "private":
            violations.append("A video with a time to be published is private until then.")
        if desired.publish_at <= now:
            violations.append("The time to publish it is past.")
    # the review has seen them, and what was spoken; since then somebody may have edited them
    words = metadata_texts(title, desired.description, desired.tags)
    violations += [match.sentence for match in blocked_phrase_matches(words, desired.avoid)]
    return violations + chapter_findings(desired.description, desired.duration_s, has_chapters=desired.has_chapters)


def _text_violations(title: str, description: str) -> Iterator[str]:
    if not title:
        yield "The title is empty."
    if len(title) > MOST_TITLE:
        yield f"The title has {len(title)} characters; YouTube takes {MOST_TITLE}."
    size = len(description.encode())
    if size > MOST_DESCRIPTION:
        yield f"The description has {size} bytes; YouTube takes {MOST_DESCRIPTION}."
    for name, text, allowed in (("title", title, ""), ("description", description, "\n\t\r")):
        if set(text) & set("<>"):
            yield f"The {name} has < or >, which YouTube refuses."
        if sign := find_invisible_character(text, allowed=allowed):
            yield f"The {name} has a sign that nobody sees: {sign}. Type that part again."


def _tag_violations(tags: Sequence[str]) -> Iterator[str]:
    length = tags_length(tags)
    if length > MOST_TAGS:
        yield (
            f"The tags have {length} characters as YouTube counts, with the one that we recognise the video by; it"
            f" takes {MOST_TAGS}."
        )
    for tag in tags:
        if not tag.strip() or set(tag) & set("<>,"):
            yield f"The tag “{tag}” is empty or has one of < > ,."
        if len(tag) > LONGEST_TAG:
            yield f"The tag “{tag[:30]}…” is longer than {LONGEST_TAG} characters."
        if sign := find_invisible_character(tag):
            printable = "".join(character if character.isprintable() else " " for character in tag)
            yield f"The tag “{printable}” has a {sign} in it."


def find_invisible_character(text: str, *, allowed: str = "") -> str | None:
    """The first control sign, separator of lines or sign that conceals others, by its name in Unicode."""
    for sign in text:
        if sign not in allowed and (unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs") or sign in _CONCEALED):
            return f"{unicodedata.name(sign, 'control character').lower()} (U+{ord(sign):04X})"
    return None
