"""What YouTube shows beside a video: title, description with chapters, tags, all within its limits."""

from __future__ import annotations

import re
from collections.abc import Sequence

import regex

from ytempire.language.profile import language_profile
from ytempire.production.script.angle_brackets import without_angles
from ytempire.production.script.phrase_search import Searched
from ytempire.production.source.document import SourceText
from ytempire.studio.script_document import Line, Script
from ytempire.studio.voice.document import Narration

MOST_TITLE = 100  # characters, YouTube's limit; search results cut at about 70
PREFERRED_TITLE = 70
MOST_DESCRIPTION = 5_000  # bytes of UTF-8
LONGEST_TAG = 30
MOST_TAGS = 500  # characters as YouTube counts: commas between, two quotation marks around a tag with a space
CHAPTERS_FROM = 3
SHORTEST_CHAPTER_S = 10.0
LONGEST_MARK = 60  # characters of a chapter that is named by the title


def title_for(source: SourceText) -> str:
    """The source's title, comparisons in words, at most 100 characters, cut at a joint where over 70."""
    title = re.sub(r"\s+", " ", without_angles(source.title, source.language)).strip()
    if len(title) <= PREFERRED_TITLE:
        return title
    for joint in (": ", " – ", " — ", " - ", "; ", ", "):
        head = title.split(joint)[0].strip()
        if 20 <= len(head) <= PREFERRED_TITLE:
            return head
    if len(title) <= MOST_TITLE:
        return title
    return cut_at_word(title, MOST_TITLE)


def describe(source: SourceText, lines: Sequence[Line]) -> str:
    """The video's own first two sentences, then the credit and the licence where the source has them."""
    summary = [line.text for line in lines if line.role == "hook"]
    summary += [
        line.text for line in lines if line.role == "body" and not line.list_item and not line.text.endswith(":")
    ][:1]
    return described(" ".join(summary), source.language, attribution=source.attribution, licence=source.licence)


def described(summary: str, language: str, *, attribution: str | None, licence: str | None) -> str:
    """Return a description whose labels are in the script's `language`."""
    profile = language_profile(language)
    paragraphs = [summary.strip()]
    if attribution:
        paragraphs.append(profile.source_label.format(attribution))
    if licence and licence not in (attribution or ""):
        paragraphs.append(profile.licence_label.format(licence))
    return within_bytes("\n\n".join(without_angles(text, language) for text in paragraphs))


def within_bytes(text: str, limit: int = MOST_DESCRIPTION) -> str:
    raw = text.encode()
    if len(raw) <= limit:
        return text
    return cut(text, len(raw[:limit].decode(errors="ignore"))).rsplit(" ", 1)[0]


def cut(text: str, limit: int) -> str:
    """At most `limit` characters of a text. What is seen as one sign (a family, a flag, é) is not cut through."""
    whole = 0
    for sign in regex.finditer(r"\X", text):
        if sign.end() > limit:
            return text[: whole or limit]
        whole = sign.end()
    return text


def cut_at_word(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return cut(text, limit).rsplit(" ", 1)[0].rstrip(" ,;:-–—")


def tags_for(source: SourceText, terms: Sequence[str]) -> tuple[str, ...]:
    """The title where it is short, then the key terms."""
    return _chosen([*([source.title] if len(source.title) <= LONGEST_TAG else []), *terms])


def topic_of(script: Script) -> str:
    """What the video is about: the first of the key terms, the title where there are none."""
    return script.key_terms[0] if script.key_terms else script.title


def spoken_topics(script: Script, topics: Sequence[str]) -> tuple[str, ...]:
    """Those of its channel's topics that a script speaks of and that can be tags, in the channel's order."""
    spoken = Searched("\n".join(line.text for line in script.lines if line.role != "sign_off"))
    return _chosen([topic for topic in topics if spoken.find(topic)])


def topics_first(script: Script, topics: Sequence[str]) -> tuple[str, ...]:
    """A script's tags, before them the topics that it speaks of."""
    return _chosen([*spoken_topics(script, topics), *script.tags])


def _chosen(terms: Sequence[str]) -> tuple[str, ...]:
    """No duplicates, none over 30 characters, 500 together."""
    chosen: list[str] = []
    for tag in (re.sub(r"[,\"]", "", without_angles(term)).strip() for term in terms):
        if not tag or len(tag) > LONGEST_TAG or tag.lower() in (other.lower() for other in chosen):
            continue
        if tags_length([*chosen, tag]) > MOST_TAGS:
            break
        chosen.append(tag)
    return tuple(chosen)


def tags_length(tags: Sequence[str]) -> int:
    """Characters as YouTube counts them: a tag with a space costs two more for its quotation marks."""
    return sum(len(tag) + (2 if " " in tag else 0) for tag in tags) + max(0, len(tags) - 1)


def describe_with_chapters(script: Script, narration: Narration) -> tuple[str, tuple[tuple[float, str], ...]]:
    """The description with chapters, and the chapters as (start in seconds, title).

    YouTube wants at least three, the first at 0:00, none shorter than 10 s; a script that cannot have them gets none.
    """
    starts = {line.line: line.start_s for line in narration.lines}
    marks: list[tuple[float, str]] = [(0.0, cut_at_word(script.title, LONGEST_MARK))]
    for section in script.sections:
        start, heading = starts.get(section.first_line), without_angles(section.heading or "", script.language)
        if heading and start is not None:
            if start - marks[-1][0] < SHORTEST_CHAPTER_S and len(marks) == 1:
                # The hook is shorter than a chapter may be: the first section begins the video.
                marks[0] = (0.0, heading)
            elif start - marks[-1][0] >= SHORTEST_CHAPTER_S:
                marks.append((start, heading))
    if narration.duration_s - marks[-1][0] < SHORTEST_CHAPTER_S:
        marks.pop()
    if len(marks) < CHAPTERS_FROM:
        return script.description, ()
    listed = "\n".join(f"{_clock(start)} {title}" for start, title in marks)
    head, _, credit = script.description.partition("\n\n")
    return within_bytes("\n\n".join(part for part in (head, listed, credit) if part)), tuple(marks)


def _clock(seconds: float) -> str:
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
