"""How good a script is, and why not better: the same yardstick for the extractive writer and for a model."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ytempire.production.script.context_dependence import leans_on_context
from ytempire.production.script.readability import LONG_WORDS, LONGEST_WORDS, count_long
from ytempire.production.script.salience import STRIKING, Embed, alike, names_of
from ytempire.production.script.words import content_words, words_of
from ytempire.production.source.document import SourceText
from ytempire.studio.script_document import Line, Script, ScriptScore
from ytempire.studio.voice.pacing import script_s

PASSING = 0.75
RATE = 158  # words a minute; the length fit only asks whether the plan is believable
# Faithfulness weighs most: a lively script that claims what the source does not is worthless.
WEIGHTS = {
    "faithfulness": 0.30,
    "coverage": 0.14,
    "hook": 0.12,
    "structure": 0.12,
    "pace": 0.10,
    "redundancy": 0.10,
    "length": 0.12,
}
# A script that fails one of these badly cannot pass on the strength of the others.
ESSENTIAL = {"faithfulness": 0.75, "length": 0.4, "redundancy": 0.5, "structure": 0.5, "hook": 0.3}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def score(script: Script, source: SourceText, embed: Embed) -> ScriptScore:
    """0..1 with its parts and the reasons for what is missing. Blocking, a few hundred milliseconds."""
    lines = [line for line in script.lines if line.role in {"hook", "body", "close"}]
    if not lines:
        return ScriptScore(score=0.0, parts=dict.fromkeys(WEIGHTS, 0.0), reasons=("The script has no lines.",))
    reasons: list[str] = []
    source_texts = [block.text for block in source.blocks if len(block.text.split()) > 3] or [source.title]
    both = embed([*(line.text for line in lines), *source_texts])
    vectors, source_vectors = both[: len(lines)], both[len(lines) :]
    parts = {
        "faithfulness": _faithfulness(lines, source, vectors, source_vectors, reasons),
        "coverage": _coverage(source_texts, vectors, source_vectors, reasons),
        "hook": _hook(script, reasons),
        "structure": _structure(script, lines, vectors, reasons),
        "pace": _pace(lines, reasons),
        "redundancy": _redundancy(lines, vectors, reasons),
        "length": _length(script, reasons),
    }
    total = sum(WEIGHTS[name] * value for name, value in parts.items())
    failed = [parts[name] / least for name, least in ESSENTIAL.items() if parts[name] < least]
    if failed:
        total = min(total, PASSING - 0.05) * (0.6 + 0.4 * sum(failed) / len(failed))
    return ScriptScore(
        score=round(total, 4), parts={name: round(value, 4) for name, value in parts.items()}, reasons=tuple(reasons)
    )


def _faithfulness(
    lines: Sequence[Line], source: SourceText, vectors: np.ndarray, source_vectors: np.ndarray, reasons: list[str]
) -> float:
    """Each line's share of words, names and numbers that its evidence holds; invented names and numbers cost most."""
    whole = " ".join(block.text for block in source.blocks)
    known_words, known_numbers = {_stem(word) for word in words_of(whole)}, set(_NUMBER.findall(whole))
    nearest = (vectors @ source_vectors.T).max(axis=1)
    points = []
    for line, near in zip(lines, nearest, strict=True):
        words = content_words(line.text)
        # a line of small words alone ("The best part?") claims nothing that evidence could lack
        known_share = sum(_stem(word) in known_words for word in words) / len(words) if words else 1.0
        invented = [number for number in _NUMBER.findall(line.text) if number not in known_numbers]
        invented += sorted(name for name in names_of(line.text) if _stem(name) not in known_words)
        for thing in invented:
            reasons.append(f'The source does not mention "{thing}": {_short(line.text)}')
        if (
            known_share == 1.0
            and line.source_block is not None
            and alike(line.text, source.blocks[line.source_block].text) == 1.0
        ):
            points.append(1.0)
            continue
        point = 0.75 * min(1.0, known_share / 0.85) + 0.25 * min(1.0, max(0.0, float(near) - 0.2) / 0.4)
        points.append(max(0.0, point - 0.6 * len(invented)))
    worst = float(np.mean(sorted(points)[: max(1, len(points) // 4)]))
    return 0.7 * float(np.mean(points)) + 0.3 * worst


def _coverage(
    source_texts: Sequence[str], vectors: np.ndarray, source_vectors: np.ndarray, reasons: list[str]
) -> float:
    """How near the script as a whole is to the source as a whole, and how much of it it touches."""
    long = [index for index, text in enumerate(source_texts) if len(text.split()) > 12]
    source_vectors = source_vectors[long] if long else source_vectors
    script_centre, source_centre = vectors.mean(axis=0), source_vectors.mean(axis=0)
    nearness = float(
        script_centre @ source_centre / max(1e-9, float(np.linalg.norm(script_centre) * np.linalg.norm(source_centre)))
    )
    touched = float(((vectors @ source_vectors.T).max(axis=0) > 0.45).mean())
    value = 0.65 * min(1.0, max(0.0, nearness - 0.35) / 0.45) + 0.35 * min(1.0, touched / 0.6)
    if value < 0.6:
        reasons.append("The script misses most of what the source is about.")
    return value


def _hook(script: Script, reasons: list[str]) -> float:
    first = script.lines[0]
    if first.role != "hook":
        reasons.append("The script has no hook.")
        return 0.0
    value = 0.55
    if leans_on_context(first.text, ""):
        value -= 0.35
        reasons.append(f"The hook cannot be understood by itself: {_short(first.text)}")
    count = len(first.text.split())
    value += 0.2 if count <= 16 else 0.1 if count <= 22 else -0.2
    if count > 22:
        reasons.append("The hook is longer than 22 words.")
    striking = first.text.endswith("?") or _NUMBER.search(first.text) or STRIKING.search(first.text)
    value += 0.25 if striking else 0.05
    return min(1.0, max(0.0, value))


def _structure(script: Script, lines: Sequence[Line], vectors: np.ndarray, reasons: list[str]) -> float:
    """Two to four sections with headings, a close, and neighbours within a section that belong together."""
    count = len(script.sections)
    value = 0.35 if 2 <= count <= 5 else 0.1
    if not 2 <= count <= 5:
        reasons.append(f"The script has {count} sections; two to four are easy to follow.")
    if any(line.role == "close" for line in lines):
        value += 0.2
    else:
        reasons.append("The script has no close.")
    headed = sum(1 for section in script.sections if section.heading) / max(1, count)
    value += 0.15 * headed
    cohesion = _cohesion(lines, vectors)
    value += 0.3 * min(1.0, max(0.0, cohesion - 0.12) / 0.2)
    if cohesion < 0.2:
        reasons.append("Neighbouring sentences have little to do with each other.")
    opens_badly = [
        line
        for before, line in zip([None, *lines], lines, strict=False)
        if line.role == "body"
        and (before is None or before.section != line.section)
        and not line.list_item
        and leans_on_context(line.text, "")
    ]
    value -= 0.15 * len(opens_badly)
    reasons.extend(
        f"A section opens with a sentence that leans on another: {_short(line.text)}" for line in opens_badly
    )
    return min(1.0, max(0.0, value))


def _cohesion(lines: Sequence[Line], vectors: np.ndarray) -> float:
    pairs = [
        float(vectors[index] @ vectors[index + 1])
        for index in range(len(lines) - 1)
        if lines[index].section == lines[index + 1].section >= 0 and not lines[index + 1].list_item
    ]
    return float(np.mean(pairs)) if pairs else 0.3


def _pace(lines: Sequence[Line], reasons: list[str]) -> float:
    lengths = [len(line.text.split()) for line in lines]
    long = count_long(line.text for line in lines)
    mean = sum(lengths) / len(lengths)
    if long / len(lengths) > 0.25:
        reasons.append(f"{long} of {len(lengths)} sentences have more than {LONG_WORDS} words.")
    return max(0.0, 1.0 - 0.9 * long / len(lengths) - 0.05 * max(0.0, mean - 18) - 0.3 * (max(lengths) > LONGEST_WORDS))


def _redundancy(lines: Sequence[Line], vectors: np.ndarray, reasons: list[str]) -> float:
    worst = 0.0
    repeated = 0
    for later in range(1, len(lines)):
        for earlier in range(later):
            likeness = float(vectors[later] @ vectors[earlier])
            worst = max(worst, likeness)
            if likeness > 0.88 and alike(lines[later].text, lines[earlier].text) > 0.75:
                repeated += 1
                reasons.append(f"Said twice: {_short(lines[later].text)}")
    return max(0.0, 1.0 - 0.5 * repeated - 1.2 * max(0.0, worst - 0.8))


def _length(script: Script, reasons: list[str]) -> float:
    expected = script_s(script.lines, words_per_minute=RATE)
    off = abs(expected - script.planned_s) / script.planned_s
    if off > 0.1:
        reasons.append(f"The script takes about {expected:.0f} s to say; {script.planned_s:.0f} s are planned.")
    return max(0.0, 1.0 - max(0.0, off - 0.04) * 4)


def _stem(word: str) -> str:
    word = re.sub(r"['’]s?$", "", word.lower())
    return re.sub(r"(?:ies|es|s|ed|ing|ly|e|y)$", "", word) if len(word) > 4 else word


def _short(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:87]}…"
