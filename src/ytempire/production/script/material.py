"""What the extractive writer has to choose from: the sentences of a source, and how much each deserves to be heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ytempire.channels.persona import Persona
from ytempire.kit.errors import InvalidInput
from ytempire.language.words import words_of
from ytempire.production.script.given_things import Given
from ytempire.production.script.lexical_vectors import vectors_for
from ytempire.production.script.lists import PointList, lists_of
from ytempire.production.script.passages import Pace
from ytempire.production.script.rules.all_rules import RULES_OF_BODIES, RULES_OF_FRAMES, RULES_OF_SENTENCES
from ytempire.production.script.rules.authors_voice import is_told_by_author, says_we
from ytempire.production.script.rules.reviewed_script import ReviewedScript
from ytempire.production.script.salience import Embed, Weighed, weigh
from ytempire.production.script.sentences import Sentence, acronyms_of, sentences_of
from ytempire.production.source.document import SourceText
from ytempire.studio.script_document import Line

FEWEST_SENTENCES = 3  # of which a hook, a body and a close are made


class NothingToSay(InvalidInput):
    """The source has too few sentences that can be understood by ear."""

    code = "source_without_substance"


@dataclass(frozen=True)
class Material:
    """Sentences and lists in which no rule finds a fault are usable; `weighed` and `given` have rows of sentences."""

    source: SourceText
    reviewed: ReviewedScript
    sentences: Sequence[Sentence]
    lists: Sequence[PointList]
    weighed: Weighed
    given: Given
    acronyms: frozenset[str]
    pace: Pace
    embed: Embed

    def is_faultless_frame(self, role: str, text: str) -> bool:
        """Tell whether a line can open or close a script, and the source says it as it is."""
        titles = [words_of(title) for title in (self.source.title, *self.reviewed.headings)]
        roles = (role,) if words_of(text) in titles else (role, "body")  # no sentence of the source has to say it again
        lines = [Line.model_validate({"text": text, "role": name, "section": -1}) for name in roles]
        scripts = (self.reviewed.with_lines([line]) for line in lines)
        return not any(True for script in scripts for rule in RULES_OF_FRAMES for _ in rule(script))

    def faulty_lines(self, lines: Sequence[Line]) -> frozenset[str]:
        """Return the lines in which the rules of whole scripts find a fault."""
        script = self.reviewed.with_lines(lines)
        findings = (finding for rule in RULES_OF_BODIES for finding in rule(script))
        return frozenset(script.lines[finding.line].text for finding in findings if finding.line is not None)

    def without(self, texts: frozenset[str]) -> Material | None:
        """Return it without the sentences that say one of these; None where no usable one does."""
        banned = {
            sentence.place
            for sentence in self.sentences
            if sentence.usable and not texts.isdisjoint((*sentence.lines, *sentence.opening))
        }
        return replace(self, sentences=_without_places(self.sentences, banned)) if banned else None


def gather_material(source: SourceText, persona: Persona, embed: Embed) -> Material:
    """Take a source apart into sentences and weigh them. Raises NothingToSay."""
    embed = vectors_for(source, embed)
    reviewed = ReviewedScript.of((), source, seconds=1, target_seconds=1)
    sentences = _without_faults(sentences_of(source), reviewed, source)
    if sum(sentence.usable for sentence in sentences) < FEWEST_SENTENCES:
        raise NothingToSay("This text has too few whole sentences to make a video from.", hint="Give a text in prose.")
    return Material(
        source=source,
        reviewed=reviewed,
        sentences=sentences,
        lists=[points for points in lists_of(source) if not _faulty(_texts(points), reviewed, source)],
        weighed=weigh(source, sentences, embed),
        given=Given.of(reviewed, sentences),
        acronyms=frozenset(acronyms_of(source)),
        pace=Pace(persona.voice.words_per_minute, source.language),
        embed=embed,
    )


def _texts(points: PointList) -> list[str]:
    return [line.text for line in points.lines]


def _without_faults(sentences: Sequence[Sentence], reviewed: ReviewedScript, source: SourceText) -> list[Sentence]:
    """Sentences in which a rule finds a fault, or that were said before, are not used."""
    lines = [(sentence.place, text) for sentence in sentences if sentence.usable for text in sentence.lines]
    faulty = {lines[number][0] for number in _faulty([text for _, text in lines], reviewed, source)}
    return _without_places(sentences, faulty)


def _without_places(sentences: Sequence[Sentence], banned: set[int]) -> list[Sentence]:
    return [replace(sentence, usable=sentence.usable and sentence.place not in banned) for sentence in sentences]


def _faulty(texts: Sequence[str], reviewed: ReviewedScript, source: SourceText) -> set[int]:
    """Which of these sentences no script may say, whatever stands before them."""
    lines = [Line(text=text, role="body", section=0) for text in texts]
    script = reviewed.with_lines(lines)
    findings = (finding for rule in RULES_OF_SENTENCES for finding in rule(script))
    faulty = {finding.line for finding in findings if finding.line is not None}
    if is_told_by_author(source):
        faulty |= {number for number, text in enumerate(texts) if says_we(text, source.language)}
    return faulty
