"""English words that a picture is true of: those whose usual sense is what it shows, or a kind of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.picture_library.wordnet import NOUN, Sense, WordNet

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
# Of all uses of a noun in WordNet's tagged texts: "moon" 0.86, "train" 0.8, but "link" 0.16, "crown" 0.09, which a
# picture would mostly be wrong for.
USUAL = 0.6
OWN_NAME = 0.5  # the same of what Unicode calls it: "tiger" is in few of those texts
MOST_KINDS = 40  # of a thing that looks like something: there are 400 kinds of constructions
UNSEEN = 2.0  # uses of a first sense that are counted beside those in texts, a quarter of it for a second
SAME_THING = 0.52  # cosine of a gloss and what Unicode says of a picture, from which on they mean the same
SAME_NAME = 0.78  # "kitchen knife" is a knife (0.89), "full moon" a moon (0.81); "hot springs" is no spring (0.65)
RANK_COST, USE_GAIN = 0.03, 0.25  # rarer senses have to be nearer to be what a picture shows
MOST_WORDS = 2  # of a word that is looked up
# Fields of WordNet by the subgroup of Unicode: 3 tops, 4 acts, 5 animals, 6 artefacts, 8 bodies, 10 communication,
# 13 food, 14 groups, 15 places, 17 objects of nature, 18 persons, 19 phenomena, 20 plants, 21
# possession, 27 substances.
_FIELDS = (
    ("animal", {5}),
    ("plant", {20, 13}),
    ("food", {13, 20}),
    ("drink", {13, 6}),
    ("body-parts", {8}),
    ("person-role", {18}),
    ("sky-weather", {17, 19, 6, 27}),
    ("place-building", {6, 14}),
    *((name, {17, 15, 6, 20}) for name in ("place-geographic", "place-map", "place-other")),
    *((name, {6, 4, 10, 21, 20}) for name in ("event", "award-medal", "sport", "game", "arts-crafts")),
)
_OTHER_FIELDS = frozenset({6, 10, 21, 27, 17, 13, 8})
ANY_FIELD = frozenset(range(3, 29))
_LIVING = frozenset({5, 13, 20})  # kinds of kinds look alike: a beagle is a dog; a hangar is no building site
_PERSONS = 18
DEEPEST = 12  # levels of kinds
_PREPOSITIONS = frozenset({"with", "of", "on", "in", "behind", "without", "showing", "at"})


@dataclass(frozen=True)
class Named:
    """A picture by its English name, what else Unicode says of it, and Unicode's subgroup."""

    name: str
    keywords: tuple[str, ...]
    subgroup: str


@dataclass(frozen=True)
class _Meaning:
    """`is_whole` where the whole name is a word of WordNet, and not its last one."""

    lemma: str
    synset: int
    is_whole: bool


def english_words(pictures: Sequence[Named], wordnet: WordNet, embed: Embed) -> list[list[str]]:
    """Return for each picture the words whose usual sense it shows, in order; none that another shows more exactly."""
    vectors = embed([f"{picture.name}, {', '.join(picture.keywords[:5])}" for picture in pictures])
    glosses = _Glosses(wordnet, embed)
    meanings = [_meaning(picture, vector, glosses) for picture, vector in zip(pictures, vectors, strict=True)]
    shown = frozenset(meaning.synset for meaning in meanings if meaning)
    words = []
    for picture, meaning, vector in zip(pictures, meanings, vectors, strict=True):
        words.append(_words(picture, meaning, vector, shown, glosses) if meaning else [])
    return words


def other_things(words: Sequence[Sequence[str]], pictures: Sequence[Named], wordnet: WordNet) -> list[str]:
    """Return names of two words that end with a word of a picture and are no kind of what it shows: "wagon train"."""
    known = {word for own in words for word in own} | {picture.name.lower() for picture in pictures}
    others = set()
    for picture, own in zip(pictures, words, strict=True):
        fields = _fields_of(picture)
        for word in own:
            # a symbol is of what its word mostly means: "ocean" of a wave
            senses = wordnet.nouns_in(word.replace(" ", "_"), fields) or wordnet.nouns_in(word, ANY_FIELD)
            kinds = wordnet.kinds(senses[0].synset, DEEPEST) if senses else frozenset()
            for compound in wordnet.compounds(word):
                meant = {sense.synset for sense in wordnet.senses(compound) if sense.part == NOUN}
                if meant.isdisjoint(kinds):
                    others.add(compound.replace("_", " "))
    return sorted(others - known)


class _Glosses:
    """Vectors of what WordNet says of its meanings."""

    def __init__(self, wordnet: WordNet, embed: Embed) -> None:
        self.wordnet, self.embed = wordnet, embed
        self._vectors: dict[int, NDArray[np.float32]] = {}

    def nearness(self, senses: Sequence[Sense], vector: NDArray[np.float32]) -> list[float]:
        missing = [sense.synset for sense in senses if sense.synset not in self._vectors]
        if missing:
            texts = [self.wordnet.nouns[synset].description for synset in missing]
            self._vectors.update(zip(missing, self.embed(texts), strict=True))
        return [float(self._vectors[sense.synset] @ vector) for sense in senses]


def _meaning(picture: Named, vector: NDArray[np.float32], glosses: _Glosses) -> _Meaning | None:
    for lemma, is_whole in _lemmas(picture.name):
        senses = glosses.wordnet.nouns_in(lemma, _fields_of(picture))
        if not senses:
            continue
        uses = sum(sense.count + 1 for sense in senses)
        merits = [
            near + USE_GAIN * (sense.count + 1) / uses - RANK_COST * (sense.rank - 1)
            for near, sense in zip(glosses.nearness(senses, vector), senses, strict=True)
        ]
        return _Meaning(lemma, senses[int(np.argmax(merits))].synset, is_whole)
    return None


def _fields_of(picture: Named) -> frozenset[int]:
    return next((frozenset(own) for start, own in _FIELDS if picture.subgroup.startswith(start)), _OTHER_FIELDS)


def _lemmas(name: str) -> Iterator[tuple[str, bool]]:
    """A name as WordNet writes it, then its last words; and whether that is all of it."""
    whole = name.lower().replace("’", "'").replace(" ", "_")
    yield from ((form, True) for form in _singulars(whole))
    words = re.findall(r"[a-z'-]+", whole.replace("_", " "))
    end = next((place for place, word in enumerate(words) if place and word in _PREPOSITIONS), len(words))
    for first in range(1, end):
        yield from ((form, False) for form in _singulars("_".join(words[first:end])))


def _singulars(lemma: str) -> Iterator[str]:
    yield lemma
    for ending, replacement in (("ies", "y"), ("s", ""), ("es", "")):
        if lemma.endswith(ending):
            yield lemma.removesuffix(ending) + replacement


def _words(
    picture: Named, meaning: _Meaning, vector: NDArray[np.float32], shown: frozenset[int], glosses: _Glosses
) -> list[str]:
    wordnet = glosses.wordnet
    if not meaning.is_whole:
        name, head = picture.name.lower(), meaning.lemma.replace("_", " ")
        pair = glosses.embed([name, head])
        is_same = float(pair[0] @ pair[1]) >= SAME_NAME
        lemmas = [name.replace(" ", "_"), *([meaning.lemma] if is_same else [])]
        tree = frozenset({meaning.synset})
    else:
        field = wordnet.nouns[meaning.synset].field
        tree = wordnet.kinds(meaning.synset, 2 if field in _LIVING else 0 if field == _PERSONS else 1)
        if field not in _LIVING and len(tree) > MOST_KINDS:
            tree = frozenset({meaning.synset})
        own = [synset for synset in tree if synset == meaning.synset or synset not in shown]
        lemmas = [lemma for synset in own for lemma in wordnet.nouns[synset].lemmas]
    least = dict.fromkeys(lemmas, USUAL) | {meaning.lemma: OWN_NAME if meaning.is_whole else USUAL}
    usual = {lemma for lemma in lemmas if _share(lemma, tree, vector, glosses) >= least[lemma]}
    return sorted(word for lemma in usual if (word := lemma.replace("_", " ")).isascii() and _can_be_looked_up(word))


def _can_be_looked_up(word: str) -> bool:
    return len(word.split()) <= MOST_WORDS and re.fullmatch(r"[a-z][a-z' -]{2,}", word) is not None


def _share(lemma: str, tree: frozenset[int], vector: NDArray[np.float32], glosses: _Glosses) -> float:
    """How often a noun is meant as one of these, of all its uses; 1 for one that WordNet does not have."""
    nouns = [sense for sense in glosses.wordnet.senses(lemma) if sense.part == NOUN]
    if not nouns:
        return 1.0
    near = glosses.nearness(nouns, vector)
    meant = sum(
        _uses(sense)
        for sense, nearness in zip(nouns, near, strict=True)
        if sense.synset in tree or nearness >= SAME_THING
    )
    return meant / sum(map(_uses, nouns))


def _uses(sense: Sense) -> float:
    """Its count in texts; words that are not in them are mostly meant in their first sense."""
    return sense.count + UNSEEN / sense.rank**2
