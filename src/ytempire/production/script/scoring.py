"""How good a script is, and why not better: the same rules for the extractive writer, for a model, in each language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from ytempire.language.words import content_stems, words_of
from ytempire.production.script.readability import LONGEST_WORDS, count_long
from ytempire.production.script.rules.all_rules import find_faults
from ytempire.production.script.rules.reviewed_script import Finding, ReviewedScript
from ytempire.production.source.document import SourceText
from ytempire.studio.script_document import Script, ScriptScore
from ytempire.studio.voice.pacing import script_s

PASSING = 0.75
RATE = 158  # words a minute, where no persona says another
# Faithfulness weighs most: a lively script that claims what the source does not is worthless.
WEIGHTS = {
    "faithfulness": 0.24,
    "wholeness": 0.18,
    "context": 0.10,
    "coverage": 0.10,
    "hook": 0.10,
    "close": 0.06,
    "order": 0.06,
    "redundancy": 0.06,
    "pace": 0.05,
    "length": 0.05,
}
KINDS = {
    "faithfulness": frozenset({"unsupported", "lost_noun", "lost_negation", "wrong_quotation", "wrong_language"}),
    "context": frozenset({"dangling_opening"}),
    "hook": frozenset({"weak_hook"}),
    "close": frozenset({"weak_close"}),
    "order": frozenset({"wrong_order", "list_without_list", "count_mismatch"}),
    "redundancy": frozenset({"repetition"}),
    "pace": frozenset({"long_sentences"}),
    "length": frozenset({"length"}),
}
"""What each part counts; every other kind is one of wholeness."""
STEP_DOWN = 0.9  # with each finding more
UNSURE = KINDS["faithfulness"] | KINDS["context"] | KINDS["order"] | KINDS["redundancy"]
"""Kinds that are known by comparing words, which is wrong more often than marks, patterns and lengths are."""
BELOW_PASSING, BELOW_IF_SURE = 0.05, 0.15
UNSUPPORTED_COST = 0.2  # of faithfulness, for a line of which no sentence of the source says anything
MAIN_SUBJECTS = 20  # of a source: its most frequent content words
MENTIONED = 0.4  # share of them that a script of a minute says


def score(script: Script, source: SourceText, *, words_per_minute: int = RATE) -> ScriptScore:
    """Rate a script from 0 to 1, with its parts and what is wrong in whole sentences.

    A script in which any rule finds a fault is below PASSING, whatever its other parts.
    Blocking, about 20 ms for a script of a minute.
    """
    reviewed = reviewed_script(script, source, words_per_minute=words_per_minute)
    return score_findings(reviewed, find_faults(reviewed))


def reviewed_script(script: Script, source: SourceText, *, words_per_minute: int = RATE) -> ReviewedScript:
    """Return a script as the rules look at it."""
    return ReviewedScript.of(
        script.lines,
        source,
        seconds=script_s(script.lines, words_per_minute=words_per_minute, language=source.language),
        target_seconds=script.planned_s if script.shortfall else script.target_seconds,
    )


def score_findings(reviewed: ReviewedScript, findings: Sequence[Finding]) -> ScriptScore:
    """Rate a script of which is known what the rules find in it."""
    if not reviewed.lines:
        return ScriptScore(score=0.0, parts=dict.fromkeys(WEIGHTS, 0.0), reasons=("The script has no lines.",))
    reasons = [finding.reason for finding in findings]
    parts = {
        **_parts_of_rules(findings, len(reviewed.lines)),
        "coverage": _coverage(reviewed, reasons),
        "pace": _pace([line.text for line in reviewed.lines]),
    }
    parts["faithfulness"] *= 1 - UNSUPPORTED_COST * (1 - _weakest_support(reviewed))
    total = sum(weight * parts[name] for name, weight in WEIGHTS.items())
    if findings:
        is_sure = any(finding.kind not in UNSURE for finding in findings)
        highest = PASSING - (BELOW_IF_SURE if is_sure else BELOW_PASSING)
        total = min(total, highest) * STEP_DOWN ** (len(findings) - 1)
    return ScriptScore(
        score=round(total, 4), parts={name: round(parts[name], 4) for name in WEIGHTS}, reasons=tuple(reasons)
    )


def _parts_of_rules(findings: Sequence[Finding], line_count: int) -> dict[str, float]:
    """Each finding costs a third of its part, or a line's share of it."""
    counts = Counter(_part_of(finding.kind) for finding in findings)
    return {
        name: max(0.0, 1.0 - counts[name] * max(1 / 3, 1 / line_count))
        for name in WEIGHTS
        if name not in {"coverage", "pace"}  # which are measured
    }


def _weakest_support(script: ReviewedScript) -> float:
    """Of the line that is least the source's, the share of its words of content that one sentence of it has."""
    shares = [
        max((len(content & known) for known in script.source_contents), default=0) / len(content)
        for line, words in zip(script.lines, script.words, strict=True)
        if line.role == "body" and (content := script.content(words))
    ]
    return min(shares, default=1.0)


def _part_of(kind: str) -> str:
    return next((part for part, kinds in KINDS.items() if kind in kinds), "wholeness")


def _coverage(script: ReviewedScript, reasons: list[str]) -> float:
    """How many of its source's main subjects a script mentions."""
    stems = Counter(
        stem for text in script.paragraphs for stem in content_stems(words_of(text), script.language) if stem.isalpha()
    )
    subjects = [stem for stem, _ in stems.most_common(MAIN_SUBJECTS)]
    mentioned = _mentioned(subjects, script)
    value = min(1.0, mentioned / max(1.0, MENTIONED * len(subjects)))
    if value < 0.5:
        reasons.append("The script misses most of what the source is about.")
    return value


def _mentioned(subjects: Collection[str], script: ReviewedScript) -> int:
    heard = script.content(word for words in script.words for word in words)
    return sum(subject in heard for subject in subjects)


def _pace(texts: Sequence[str]) -> float:
    """1 where most sentences are short."""
    lengths = [len(text.split()) for text in texts]
    long_share = count_long(texts) / len(lengths)
    mean = sum(lengths) / len(lengths)
    return max(0.0, 1.0 - 0.9 * long_share - 0.05 * max(0.0, mean - 18) - 0.3 * (max(lengths) > LONGEST_WORDS))
