"""What frames a script: a spoken line and where in the source it is from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ytempire.language.profile import LanguageProfile
from ytempire.language.words import words_of
from ytempire.production.script.sentences import Sentence
from ytempire.production.source.document import SourceText
from ytempire.studio.script_document import Line

SHORTEST = 3  # words
Judge = Callable[[str, str], bool]
"""Whether a text can stand in a role."""


@dataclass(frozen=True)
class Framing:
    """A hook or a close. `block` says it in the source; None where it is a template. `sentence` is the whole of it."""

    text: str
    block: int | None = None
    sentence: Sentence | None = None

    @property
    def is_own(self) -> bool:
        """Tell whether the source says it."""
        return self.block is not None

    def line(self, role: str) -> Line:
        """Return it as a line of a script."""
        return Line.model_validate({"text": self.text, "role": role, "section": -1, "source_block": self.block})


def whole_sentences(source: SourceText, sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """Yield the sentences of which a hook or a close can be made, which is prose."""
    for sentence in sentences:
        words = words_of(sentence.opening[0]) if sentence.usable and not sentence.item else []
        if len(words) >= SHORTEST:
            yield sentence


def filled(profile: LanguageProfile, template: str, topic: str) -> str:
    """Return a template with a topic in it, with what is written as one word in that language."""
    return profile.contracted(template.format(topic=topic, Topic=topic[:1].upper() + topic[1:]))
