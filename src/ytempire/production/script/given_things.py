"""What each sentence of a source takes to be known, because the source said it before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

from ytempire.language.words import words_of
from ytempire.production.script.rules.reviewed_script import ReviewedScript
from ytempire.production.script.sentences import Sentence
from ytempire.production.script.ties import definite_subject, definite_things


@dataclass(frozen=True)
class Given:
    """Stems by the place of a sentence: the things that it names, those of them that were named before, and what it
    calls "the" thing at its start. What the title names is known.

    Nouns alone: what somebody does is understood without having been said before.
    """

    stems: Sequence[frozenset[str]]
    named: Sequence[frozenset[str]]
    definite: Sequence[frozenset[str]]

    @classmethod
    def of(cls, script: ReviewedScript, sentences: Sequence[Sentence]) -> Self:
        """Take it from all sentences of a source, in order."""
        title = script.content(words_of(script.title))
        stems = [script.content(words_of(sentence.source)) & script.nouns for sentence in sentences]
        earlier = accumulate(stems, frozenset.union, initial=frozenset[str]())
        return cls(
            stems=stems,
            named=[(own & before) - title for own, before in zip(stems, earlier, strict=False)],
            definite=[frozenset(_taken_as_known(sentence, script.language)) - title for sentence in sentences],
        )


def _taken_as_known(sentence: Sentence, language: str) -> list[str]:
    """ "Most of the intake" in the middle of a paragraph; at its start, what the sentence is about may be new."""
    if not sentence.first_in_block:
        return definite_things(sentence.source, language)
    subject = definite_subject(sentence.source, language)
    return [subject] if subject else []
