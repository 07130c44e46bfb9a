"""The parts of a source from which sections are made: by its headings, else by where its subject turns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ytempire.language.profile import language_profile
from ytempire.language.writing import writing_of
from ytempire.production.script.sentences import Sentence
from ytempire.production.source.document import SourceText

# Headings of what a page says about itself; the narration leaves it out.
_FURNITURE = re.compile(
    r"\b(?:get involved|what['’]s next|do next|further reading|references|connect with|learn more|about (?:us|the "
    r"authors?)|acknowledge?ments|contact|see also|related|footnotes|sources)\b",
    re.IGNORECASE,
)

# "7. Mudar a planta", "IV) Prices", but not "2.4 GHz" or "1984: …".
_NUMBER = re.compile(r"(?:\d{1,2}|[IVX]{1,4})[.)]\s+(?=\S)")


@dataclass(frozen=True)
class SourcePart:
    heading: str | None  # the source's own words, shortened only by deletion; None where it has none
    blocks: tuple[int, ...]


def parts_of(
    source: SourceText, sentences: Sequence[Sentence], vectors: NDArray[np.float32], *, most: int
) -> list[SourcePart]:
    """At least one part; by headings where two or more of them have something usable to say."""
    usable = {sentence.block for sentence in sentences if sentence.usable}
    by_heading = [
        part
        for part in _by_headings(source)
        if any(block in usable for block in part.blocks)
        and not (part.heading and _is_furniture(part.heading, source.language))
    ]
    if len(by_heading) >= 2:
        return by_heading
    return _by_subject(sentences, vectors, most) or by_heading


def _is_furniture(heading: str, language: str) -> bool:
    pattern = _FURNITURE if language == "en" else writing_of(language).furniture
    return pattern.search(heading) is not None


def _by_headings(source: SourceText) -> list[SourcePart]:
    shared = _shared_label(source)
    parts: list[SourcePart] = []
    heading: str | None = None
    blocks: list[int] = []
    for index, block in enumerate(source.blocks):
        if block.kind != "heading":
            blocks.append(index)
            continue
        if blocks:
            parts.append(SourcePart(heading, tuple(blocks)))
        # The title again, or a heading too long to be read at a glance, is no name for a section.
        heading = None if block.text == source.title else short_heading(block.text, source.language, shared)
        blocks = []
    if blocks:
        parts.append(SourcePart(heading, tuple(blocks)))
    return parts


def _shared_label(source: SourceText) -> str | None:
    """ "Spotlight:" before several headings is the magazine's, not the section's."""
    labels = [block.text.split(":")[0] for block in source.blocks if block.kind == "heading" and ":" in block.text]
    return next((label for label in labels if labels.count(label) > 1), None)


def short_heading(text: str, language: str, shared_label: str | None = None) -> str | None:
    """At most seven words without their number, by deletion at a mark of punctuation, or None.

    A preposition is no place to cut at: "Moving the plant" is not what "Moving the plant all the time" warns of.
    """
    spaces = r"[^\S\u00a0\u202f]+" if language == "fr" else r"\s+"
    heading = re.sub(rf"{spaces}([?!:,])", r"\1", re.sub(r"\s*\([^()]*\)", "", text)).strip().rstrip(":.!\u00a0")
    heading = _NUMBER.sub("", heading, count=1) if _NUMBER.match(heading) else heading
    if shared_label and heading.startswith(f"{shared_label}:"):
        heading = heading[len(shared_label) + 1 :].strip()
    heading = heading.lower().capitalize() if heading.isupper() else heading
    if heading.endswith("?"):
        return heading if len(heading.split()) <= 9 and len(heading) <= 56 else None
    joints = [
        heading,
        *(heading[: match.start()] for match in reversed(list(re.finditer(r"(?:[\s\u00a0]?:| [–—-]|,)\s", heading)))),
    ]
    for candidate in joints:
        if (
            1 <= len(candidate.split()) <= 7
            and len(candidate) <= 48
            and not _opens_openly(candidate, heading, language)
            and not re.search(rf"\b(?:{_loose_ends(language)})$", candidate)
        ):
            return candidate[:1].upper() + candidate[1:]
    return None


def _opens_openly(cut: str, heading: str, language: str) -> bool:
    """ "As designers" of "As designers, we can do better": what stands in front of a clause is no name."""
    profile = language_profile(language)
    return cut != heading and cut.split(maxsplit=1)[0].lower() in profile.before_nouns | profile.before_clause


def _loose_ends(language: str) -> str:
    """Words on which no heading ends."""
    if language == "en":
        return "and|the|a|some"
    return "|".join(sorted(language_profile(language).incomplete_ends))


def _by_subject(sentences: Sequence[Sentence], vectors: NDArray[np.float32], most: int) -> list[SourcePart]:
    """Runs of neighbouring blocks, cut where the subject turns most: the cut with the least within-part distance."""
    blocks = sorted({sentence.block for sentence in sentences if sentence.usable})
    if len(blocks) < 2:
        return [SourcePart(None, tuple(blocks))] if blocks else []
    means = np.stack(
        [vectors[[s.place for s in sentences if s.block == block and s.usable]].mean(axis=0) for block in blocks]
    )
    count = min(most, len(blocks))
    size = len(blocks)
    cost = np.zeros((size, size + 1))
    for start in range(size):
        for end in range(start + 1, size + 1):
            run = means[start:end]
            # The added constant keeps parts from shrinking to one block where all are equally unlike.
            cost[start, end] = float(((run - run.mean(axis=0)) ** 2).sum()) + 0.02 * (end - start) ** 2
    best: list[list[tuple[float, tuple[int, ...]]]] = [[(cost[0, end], (0,)) for end in range(size + 1)]]
    for _ in range(1, count):
        row = [
            min(
                ((best[-1][cut][0] + cost[cut, end], (*best[-1][cut][1], cut)) for cut in range(1, end)),
                default=(float("inf"), (0,)),
            )
            for end in range(size + 1)
        ]
        best.append(row)
    cuts = [*best[-1][size][1], size]
    return [SourcePart(None, tuple(blocks[start:end])) for start, end in pairwise(cuts)]
