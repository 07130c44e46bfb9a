"""One word of a sentence in a language other than English, with its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ytempire.language.profile import language_profile
from ytempire.language.reading import Reading


@dataclass(frozen=True)
class WordPlace:
    """`words` are those of a sentence without the marks around them, `heads` and `tails` these marks."""

    words: Sequence[str]
    index: int
    reading: Reading
    heads: Sequence[str]
    tails: Sequence[str]

    def near(self, steps: int) -> str:
        """Return the word so many steps ahead, or behind where steps are negative; empty beyond the sentence."""
        place = self.index + steps
        return self.words[place] if 0 <= place < len(self.words) else ""

    @property
    def core(self) -> str:
        return self.words[self.index]

    @property
    def before(self) -> str:
        return self.near(-1)

    @property
    def after(self) -> str:
        return self.near(1)

    @property
    def is_cut(self) -> bool:
        """Whether a mark parts the word from the next one: what follows is then not what it counts."""
        return any(mark in self.tails[self.index] for mark in ",;:.!?…)]»”")

    def has_noun_after(self) -> bool:
        """Tell whether the next word can be a noun: one in small letters that is none of grammar."""
        after = self.after
        is_word = after[:1].islower() and after.replace("-", "").isalpha()
        is_grammar = language_profile(self.reading.language).is_grammar(after)
        return is_word and not self.is_cut and (not is_grammar or after in self.reading.nouns_of_grammar)
