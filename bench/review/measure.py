"""How well the review tells good scripts from bad ones, and the splitter sentences: on the half that is set aside."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.review.labelled_set import LabelledScript, Passage, load_passages, load_scripts
from ytempire.language.sentences import split_sentences
from ytempire.production.script.scoring import PASSING, RATE, score
from ytempire.production.source.reader import parse_source
from ytempire.studio.script_document import Line, Script
from ytempire.studio.voice.pacing import script_s

BOUNDARIES_WANTED, FAULTS_WANTED, REFUSED_ALLOWED, AUC_WANTED = 0.99, 0.95, 0.05, 0.95


@dataclass(frozen=True)
class Verdict:
    """What the review makes of a labelled script."""

    script: LabelledScript
    score: float

    @property
    def is_refused(self) -> bool:
        return self.score < PASSING


def measure(*, development: bool) -> dict[str, Any]:
    """The document of `ytempire bench review`. `development`: of the half that rules are written with."""
    verdicts = [Verdict(script, _score(script)) for script in load_scripts() if script.is_held_out != development]
    passages = [passage for passage in load_passages() if passage.is_held_out != development]
    return {"sentences": boundaries(passages), "scripts": of_scripts(verdicts)}


def _score(labelled: LabelledScript) -> float:
    source = parse_source(labelled.source.encode(), name="source.md", language=labelled.language)
    return score(_script(labelled), source.model_copy(update={"title": labelled.title})).score


def _script(labelled: LabelledScript) -> Script:
    lines = tuple(
        Line.model_validate({"text": text, "role": role, "section": 0 if role == "body" else -1})
        for role, text in labelled.lines
    )
    target_seconds = labelled.target_seconds or script_s(lines, words_per_minute=RATE, language=labelled.language)
    return Script.model_validate(
        {
            "title": labelled.title[:100],
            "description": "",
            "tags": (),
            "language": labelled.language,
            "lines": lines,
            "sections": (),
            "key_terms": (),
            "target_seconds": target_seconds,
            "planned_s": target_seconds,
            "writer": "labelled",
        }
    )


def of_scripts(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Recall by kind and language, the share of clean scripts that are refused, and how far the scores lie apart."""
    faulty = [verdict for verdict in verdicts if verdict.script.kind is not None]
    clean = [verdict for verdict in verdicts if verdict.script.kind is None]
    by_kind, by_language = defaultdict(list), defaultdict(list)
    for verdict in faulty:
        by_kind[verdict.script.kind or ""].append(verdict.is_refused)
        by_language[verdict.script.language].append(verdict.is_refused)
    return {
        "faulty": len(faulty),
        "clean": len(clean),
        "faults_found": _share(verdict.is_refused for verdict in faulty),
        "faults_wanted": FAULTS_WANTED,
        "clean_refused": _share(verdict.is_refused for verdict in clean),
        "clean_refused_allowed": REFUSED_ALLOWED,
        "auc": auc([verdict.score for verdict in clean], [verdict.score for verdict in faulty]),
        "auc_wanted": AUC_WANTED,
        "found_by_kind": {kind: _share(found) for kind, found in sorted(by_kind.items())},
        "found_by_language": {language: _share(found) for language, found in sorted(by_language.items())},
        "clean_refused_by_language": _refused_by_language(clean),
    }


def _refused_by_language(verdicts: Sequence[Verdict]) -> dict[str, float]:
    refused = defaultdict(list)
    for verdict in verdicts:
        refused[verdict.script.language].append(verdict.is_refused)
    return {language: _share(outcomes) for language, outcomes in sorted(refused.items())}


def auc(better: Sequence[float], worse: Sequence[float]) -> float:
    """Return how often one of `better` is above one of `worse`, ties counted half (area under the ROC curve)."""
    wins = [1.0 if high > low else 0.5 if high == low else 0.0 for high in better for low in worse]
    return round(statistics.fmean(wins), 3)


def boundaries(passages: Sequence[Passage]) -> dict[str, Any]:
    """Of the boundaries between sentences the share that is found, and of those found the share that is one."""
    hits, expected, given = Counter[str](), Counter[str](), Counter[str]()
    for passage in passages:
        wanted = _ends(passage.sentences)
        found = _ends(split_sentences(" ".join(passage.sentences), passage.language))
        for counter, ends in ((hits, wanted & found), (expected, wanted), (given, found)):
            counter[passage.language] += len(ends)
            counter["all"] += len(ends)
    return {
        "wanted": BOUNDARIES_WANTED,
        **{
            language: {
                "boundaries": expected[language],
                "recall": round(hits[language] / expected[language], 4),
                "precision": round(hits[language] / max(1, given[language]), 4),
            }
            for language in expected
        },
    }


def _ends(sentences: Sequence[str]) -> set[int]:
    """Where each sentence but the last ends, in characters that are no spaces."""
    places, place = set(), 0
    for sentence in sentences[:-1]:
        place += len("".join(sentence.split()))
        places.add(place)
    return places


def _share(outcomes: Iterable[bool]) -> float:
    return round(statistics.fmean(outcomes), 3)
