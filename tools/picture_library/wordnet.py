"""Nouns of WordNet 3.1: their senses, how often each is meant, and the kinds of a thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NOUN = 1  # of a sense key
_KINDS = "~"  # the pointer to hyponyms; "~i" are single persons and places


@dataclass(frozen=True)
class Synset:
    """A meaning: its words in small letters, the field it belongs to (WordNet's file number), and what it says."""

    field: int
    lemmas: tuple[str, ...]
    kinds: tuple[int, ...]
    gloss: str

    @property
    def description(self) -> str:
        """Return its words and its gloss in one line."""
        return f"{', '.join(self.lemmas).replace('_', ' ')}: {self.gloss}"


@dataclass(frozen=True)
class Sense:
    """A word used in one meaning: of which part of speech, its rank among the word's, and its count in texts."""

    part: int
    synset: int
    rank: int
    count: int


class WordNet:
    """The nouns, and the senses of all words, of an unpacked `dict` folder."""

    def __init__(self, folder: Path) -> None:
        """Read `data.noun` and `index.sense`."""
        self.nouns = dict(_synsets(folder / "data.noun"))
        self._senses: defaultdict[str, list[Sense]] = defaultdict(list)
        for line in (folder / "index.sense").read_text("utf-8").splitlines():
            key, offset, rank, count = line.split()
            lemma, _, rest = key.partition("%")
            self._senses[lemma].append(Sense(int(rest[0]), int(offset), int(rank), int(count)))
        self._compounds: defaultdict[str, list[str]] = defaultdict(list)
        for lemma, senses in self._senses.items():
            if lemma.count("_") == 1 and senses[0].part == NOUN:
                self._compounds[lemma.split("_")[1]].append(lemma)

    def compounds(self, word: str) -> list[str]:
        """Return the nouns of two words of which the second is a word: "wagon_train" of "train"."""
        return self._compounds.get(word, [])

    def senses(self, lemma: str) -> list[Sense]:
        """Return all senses of a word, of any part of speech."""
        return self._senses.get(lemma, [])

    def nouns_in(self, lemma: str, fields: frozenset[int]) -> list[Sense]:
        """Return the senses of a word as a noun of some fields."""
        return [s for s in self.senses(lemma) if s.part == NOUN and self.nouns[s.synset].field in fields]

    def kinds(self, synset: int, depth: int) -> frozenset[int]:
        """Return a meaning and its kinds down to a depth."""
        reached, level = {synset}, {synset}
        for _ in range(depth):
            nouns = (self.nouns[parent] for parent in level if parent in self.nouns)
            level = {kind for noun in nouns for kind in noun.kinds} - reached
            reached |= level
        return frozenset(reached)


def _synsets(file: Path) -> Iterator[tuple[int, Synset]]:
    for line in file.read_text("utf-8", errors="replace").splitlines():
        if line.startswith(" "):  # the licence stands before the data
            continue
        head, _, gloss = line.partition(" | ")
        fields = head.split()
        words = int(fields[3], 16)
        pointers = fields[5 + 2 * words :]
        kinds = (int(pointers[4 * i + 1]) for i in range(len(pointers) // 4) if pointers[4 * i] == _KINDS)
        lemmas = tuple(fields[4 + 2 * i].lower() for i in range(words))
        yield int(fields[0]), Synset(int(fields[1]), lemmas, tuple(kinds), gloss.strip())
