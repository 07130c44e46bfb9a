"""What a source is about, told by the words that it says often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ytempire.language.words import content_stems, words_of
from ytempire.production.source.document import SourceText

MAIN = 2  # stems that a source says most, and that are its subject as those of its title are
GENERAL = 4  # times that a word of the subject is said in a source, about


@dataclass(frozen=True)
class Subject:
    """How often a source says each stem, and those of its title."""

    source: SourceText
    counts: Counter[str]
    title: frozenset[str]

    @classmethod
    def from_source(cls, source: SourceText) -> Subject:
        """Count the stems of a source."""
        language = source.language
        stems = (stem for block in source.blocks for stem in content_stems(words_of(block.text), language))
        return cls(source, Counter(stems), frozenset(content_stems(words_of(source.title), language)))

    @property
    def main(self) -> frozenset[str]:
        """Return the stems of the title, and those that are said most."""
        return self.title | {stem for stem, _ in self.counts.most_common(MAIN)}

    @property
    def first(self) -> frozenset[str]:
        """Return the stems of the title, and the one that is said most."""
        return self.title | {stem for stem, _ in self.counts.most_common(1)}

    def frequency(self, text: str) -> int:
        """Return how often the source says the word of a text that it says most."""
        return max((self.counts[stem] for stem in content_stems(words_of(text), self.source.language)), default=0)

    def generality(self, text: str) -> float:
        """Return from 0 to 1 how much of a text is words that a source says often; of its title they count twice."""
        stems = content_stems(words_of(text), self.source.language)
        weights = [min(1.0, (self.counts[stem] - 1) / GENERAL) + (stem in self.title) for stem in stems]
        return min(1.0, sum(weights) / max(1, len(weights)))
