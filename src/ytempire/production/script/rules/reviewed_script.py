"""A script as the rules look at it: its lines, and where in its source each of them is from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import Self

import regex

from ytempire.language.profile import LanguageProfile, language_profile
from ytempire.language.sentences import split_sentences
from ytempire.language.verbs import nouns_of
from ytempire.language.words import content_stems, stem_of, words_of
from ytempire.production.source.document import Block, SourceText
from ytempire.studio.script_document import Line

ALIKE = 0.55
"""Of a line's content words the share that the sentence it comes from has at least."""
SPOKEN_ROLES = ("hook", "body", "close")  # headings and the channel's own last words follow no rule of sentences

SAME_BEGINNING = 5  # letters that "resists" and "resistance" have, whatever their stems are
LONGEST_HEADING = 9  # words
HEADING_WORDS = 6  # of a heading that ran into a sentence
_SENTENCE_END = regex.compile(r"[.!?:;,…»”\")\]]$")


@dataclass(frozen=True)
class Finding:
    """What is wrong with a line (its place among the reviewed ones), or with the whole script (None)."""

    kind: str
    line: int | None
    reason: str


@dataclass(frozen=True)
class Origin:
    """The sentence of the source that a line is from: its place among all, and the share of the line it has (0..1)."""

    place: int
    share: float


@dataclass(frozen=True)
class ReviewedScript:
    """`seconds` is how long the script takes to say, `target_seconds` what was asked for. `items` are those
    of `paragraphs` that are items of a list.
    """

    language: str
    title: str
    lines: tuple[Line, ...]
    headings: tuple[str, ...]
    paragraphs: tuple[str, ...]
    seconds: float
    target_seconds: float
    items: frozenset[str] = frozenset()

    @classmethod
    def of(cls, lines: Sequence[Line], source: SourceText, *, seconds: float, target_seconds: float) -> Self:
        """Make it from the lines of a script and its source."""
        return cls(
            language=source.language,
            title=source.title,
            lines=tuple(line for line in lines if line.role in SPOKEN_ROLES),
            headings=tuple(block.text for block in source.blocks if _is_heading(block)),
            paragraphs=tuple(block.text for block in source.blocks if not _is_heading(block)),
            seconds=seconds,
            target_seconds=target_seconds,
            items=frozenset(block.text for block in source.blocks if block.kind == "item"),
        )

    def with_lines(self, lines: Sequence[Line]) -> Self:
        """Return other lines of the same source, of which what is known is kept."""
        other = replace(self, lines=tuple(line for line in lines if line.role in SPOKEN_ROLES))
        of_source = {name: value for name, value in vars(self).items() if name in _OF_SOURCE}
        vars(other).update(of_source)
        return other

    @property
    def profile(self) -> LanguageProfile:
        return language_profile(self.language)

    @cached_property
    def words(self) -> list[list[str]]:
        """The words of each line."""
        return [words_of(line.text) for line in self.lines]

    @cached_property
    def sentences_by_paragraph(self) -> list[list[str]]:
        """The sentences of each of `paragraphs`."""
        return [split_sentences(paragraph, self.language) for paragraph in self.paragraphs]

    @cached_property
    def source_sentences(self) -> list[str]:
        """Those of the paragraphs, in order."""
        return [sentence for sentences in self.sentences_by_paragraph for sentence in sentences]

    @cached_property
    def source_words(self) -> list[list[str]]:
        """The words of each of `source_sentences`."""
        return [words_of(sentence) for sentence in self.source_sentences]

    @cached_property
    def source_phrases(self) -> list[tuple[str, tuple[str, ...]]]:
        """Each word of the source with those behind it, up to four."""
        return [
            (word, tuple(words[place + 1 : place + 5]))
            for words in self.source_words
            for place, word in enumerate(words)
        ]

    @cached_property
    def source_contents(self) -> list[frozenset[str]]:
        """The content stems of each of `source_sentences`."""
        return [self.content(words) for words in self.source_words]

    @cached_property
    def source_stems(self) -> frozenset[str]:
        """The stems of all that the source says, its title and headings among it."""
        texts = (self.title, *self.headings, *self.paragraphs)
        return frozenset(self.stem(word) for text in texts for word in words_of(text))

    @cached_property
    def source_beginnings(self) -> frozenset[str]:
        """The first letters of the longer words of the source, which forms of one word have in common."""
        texts = (self.title, *self.headings, *self.paragraphs)
        return frozenset(
            word[:SAME_BEGINNING] for text in texts for word in words_of(text) if len(word) >= SAME_BEGINNING
        )

    @cached_property
    def nouns(self) -> frozenset[str]:
        """The stems of what the source uses as nouns."""
        return nouns_of((self.title, *self.headings, *self.paragraphs), self.language)

    @cached_property
    def paragraph_starts(self) -> frozenset[int]:
        """Places of the sentences that begin a paragraph."""
        return frozenset(accumulate((len(sentences) for sentences in self.sentences_by_paragraph), initial=0))

    @cached_property
    def glued_headings(self) -> tuple[str, ...]:
        """Headings that ran into the first sentence of a paragraph of the source, known by the capital behind them."""
        starts = (sentences[0].split() for sentences in self.sentences_by_paragraph if sentences)
        return tuple(
            " ".join(words[:place])
            for words in starts
            for place in range(1, min(HEADING_WORDS, len(words)))
            if words[place - 1][-1:].isalpha()
            and words[place - 1].lower() not in self.profile.incomplete_ends  # "nacque a Milano"
            and words[place][:1].isupper()
            and self._opens_sentence(words[place])
        )

    def _opens_sentence(self, word: str) -> bool:
        """A word of grammar that begins no name, or a verb in the past."""
        bare = word.replace("’", "'").rstrip(",;:.")
        if bare.isupper() or bare.lower() in self.profile.name_particles | self.profile.before_homographs:
            return False
        return self.profile.is_grammar(bare) or self.profile.verb_forms.fullmatch(bare.lower()) is not None

    @cached_property
    def origins(self) -> list[Origin | None]:
        """Of each line; None where no sentence of the source says most of it."""
        return [self._origin(words) for words in self.words]

    def _origin(self, words: Sequence[str]) -> Origin | None:
        content = self.content(words)
        if not content or not self.source_contents:
            return None
        shared = [len(content & other) for other in self.source_contents]
        place = shared.index(max(shared))
        share = shared[place] / len(content)
        return Origin(place, share) if share >= ALIKE else None

    def stem(self, word: str) -> str:
        return stem_of(word, self.language)

    def content(self, words: Iterable[str]) -> frozenset[str]:
        """The stems of words that are none of grammar."""
        return frozenset(content_stems((word for word in words if not word.endswith("'")), self.language))

    def content_words(self, words: Iterable[str]) -> list[str]:
        """Those words themselves, in order."""
        return [word for word in words if word not in self.profile.function_words and not word.endswith("'")]


_OF_SOURCE = frozenset(
    (
        "sentences_by_paragraph",
        "source_sentences",
        "source_words",
        "source_phrases",
        "source_contents",
        "source_stems",
        "nouns",
        "source_beginnings",
        "glued_headings",
        "paragraph_starts",
    )
)
"""What is worked out once for all lines of a source."""


def _is_heading(block: Block) -> bool:
    """A plain text has headings too: short lines of their own that do not end as sentences do."""
    is_short = len(block.text.split()) <= LONGEST_HEADING and not _SENTENCE_END.search(block.text)
    return block.kind == "heading" or (block.kind == "paragraph" and is_short)
