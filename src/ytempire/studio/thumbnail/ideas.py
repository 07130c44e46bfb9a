"""What a thumbnail may say: the number, the headline, the thing; other ideas where a text has none of these."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ytempire.studio.script_document import Script
from ytempire.studio.visuals.picture_matching import PictureMatcher
from ytempire.studio.visuals.scenes import Comparison, Definition, Diagram, Hook, Motif, Number, Storyboard
from ytempire.studio.visuals.sentence_analysis import lexicon
from ytempire.studio.visuals.sentence_analysis.phrases import capital, dangling, stems, tidy, words_in
from ytempire.studio.visuals.sentence_analysis.words import tokens

MOST_WORDS = 4  # LOOK
Look = Literal["number", "headline", "thing", "contrast", "words"]


@dataclass(frozen=True)
class Idea:
    look: Look
    big: str  # the number, or the words
    small: str  # a word or two under a number; else empty
    drawing: str | None
    second_drawing: str | None = None

    @property
    def words(self) -> int:
        return words_in(f"{self.big} {self.small}")


def ideas(script: Script, storyboard: Storyboard) -> list[Idea]:
    """Three ideas of three different looks, none of which repeats the title."""
    chosen: list[Idea] = []
    drawings = _Drawings.of_script(script)
    for idea in (
        *_numbers(script, storyboard),
        *_headlines(script, drawings),
        *_contrasts(storyboard, drawings),
        *_things(script, storyboard, drawings),
        *_words(script, storyboard),
    ):
        words = f"{idea.big} {idea.small}".strip()
        if (
            idea.words > MOST_WORDS
            or _repeats_title(words, script.title)
            or idea.look in {other.look for other in chosen}
        ):
            continue
        if any(stems(words) and stems(words) <= stems(f"{other.big} {other.small}") for other in chosen):
            continue
        chosen.append(idea)
    order: tuple[Look, ...] = ("number", "headline", "thing", "contrast", "words")
    chosen.sort(key=lambda idea: order.index(idea.look))
    return (chosen + _last_resort(script, chosen, drawings))[:3]


@dataclass(frozen=True)
class _Drawings:
    """Finds the picture of what words name, else of what the script is about."""

    pictures: PictureMatcher
    about: tuple[str, ...]

    @classmethod
    def of_script(cls, script: Script) -> _Drawings:
        about = (script.title, *script.key_terms)
        return cls(PictureMatcher.of_script([line.text for line in script.lines], about, script.language), about)

    def named(self, text: str) -> str | None:
        """The first thing that a text names."""
        return next((depicted.picture for depicted in self.pictures.find(text)), None)

    def fitting(self, text: str) -> str | None:
        return next((drawing for words in (text, *self.about) if (drawing := self.named(words))), None)


def _repeats_title(text: str, title: str) -> bool:
    words = " ".join(re.findall(r"\w+", text.lower()))
    return bool(words) and words in " ".join(re.findall(r"\w+", title.lower())) and words_in(words) > 1


def _numbers(script: Script, storyboard: Storyboard) -> Iterator[Idea]:
    numbers = [scene for scene in storyboard.scenes if isinstance(scene, Number) and _is_striking(scene)]
    numbers.sort(key=lambda scene: (scene.form == "year", scene.share is None, -len(scene.suffix)))
    for scene in numbers:
        spare = MOST_WORDS - words_in(scene.shown)
        yield Idea("number", scene.shown, _label(scene.meaning, min(2, spare)), scene.drawing)


def _is_striking(scene: Number) -> bool:
    """A share, money, a large quantity or a year: "2 weeks" makes nobody look."""
    return bool(scene.share is not None or scene.prefix == "$" or "illion" in scene.suffix or scene.value >= 20)


def _label(text: str, most: int) -> str:
    """The last word or two of the first thing that a meaning names: enough to make a number mean something."""
    stops = lexicon.FUNCTION | lexicon.verbs()
    words = text.split()
    named = list(itertools.takewhile(lambda word: word is words[0] or word.lower() not in stops, words))
    if {word.lower() for word in named} <= lexicon.HOLLOW and words[len(named) :][:1] == ["of"]:
        return _label(" ".join(words[len(named) + 1 :]), most)  # "different kinds of atoms": the atoms
    return " ".join(named[-most:]) if most and named else ""


def _headlines(script: Script, drawings: _Drawings) -> Iterator[Idea]:
    """A short question of the script's own, or what it explains."""
    for text in (line.text.strip() for line in script.lines):
        if text.endswith("?") and words_in(text) <= MOST_WORDS:
            yield Idea("headline", capital(text), "", drawings.fitting(text))
    for term in script.key_terms:
        if words_in(term) < MOST_WORDS and _short_words(term):
            yield Idea("headline", f"{capital(term)} explained", "", drawings.fitting(term))


def _contrasts(storyboard: Storyboard, drawings: _Drawings) -> Iterator[Idea]:
    for scene in storyboard.scenes:
        if isinstance(scene, Comparison):
            first, second = scene.rows[0].shown, scene.rows[1].shown
            yield Idea("contrast", first, second, *(drawings.named(row.label) for row in scene.rows[:2]))
        if isinstance(scene, Diagram) and scene.form == "chain":
            first, second = (box.text for box in scene.boxes[:2])
            both = [drawings.named(text) for text in (first, second)]
            if words_in(f"{first} {second}") <= MOST_WORDS and all(both) and both[0] != both[1]:
                yield Idea("contrast", first, second, *both)


def _things(script: Script, storyboard: Storyboard, drawings: _Drawings) -> Iterator[Idea]:
    """The thing itself, drawn large, with its name: of the terms, then of the scenes."""
    named = [scene.term for scene in storyboard.scenes if isinstance(scene, Definition)]
    phrases = [scene.phrase for scene in storyboard.scenes if isinstance(scene, Motif)]
    for text in (*named, *script.key_terms, *phrases):
        if words_in(text) <= 3 and (drawing := drawings.named(text)) and _short_words(text):
            yield Idea("thing", capital(text), "", drawing)


def _words(script: Script, storyboard: Storyboard) -> Iterator[Idea]:
    """A short phrase alone: a hook's second thought or a scene's phrase."""
    for scene in storyboard.scenes:
        texts = (
            (scene.second, scene.first)
            if isinstance(scene, Hook)
            else (scene.phrase,)
            if isinstance(scene, Motif)
            else ()
        )
        for text in filter(None, texts):
            named = (
                not any(token.tag in ("aux", "verb", "pron") for token in tokens(text))
                and tokens(text)[0].tag == "noun"
                and tokens(text)[0].low not in lexicon.verbs()
            )
            if 2 <= words_in(text) <= MOST_WORDS and named and not dangling(text) and _short_words(text):
                yield Idea("words", tidy(text), "", scene.drawing)


def _short_words(text: str) -> bool:
    """Can it be set large? One long word makes all of it small, and at 160 px nobody reads that."""
    return max(map(len, text.split())) <= 13


def _last_resort(script: Script, chosen: list[Idea], drawings: _Drawings) -> list[Idea]:
    """For a text so short that too few ideas are in it: its terms and its title's words, in looks not yet used."""
    looks: list[Look] = [look for look in ("thing", "words", "headline") if look not in {idea.look for idea in chosen}]
    words = [
        w
        for w in re.findall(r"[\w’'-]+", " ".join((*script.key_terms, script.title)))
        if w.lower() not in lexicon.FUNCTION
    ] or ["Watch"]
    used = " ".join(idea.big for idea in chosen).lower()
    fresh = [w for w in words if w.lower() not in used] or words
    return [
        Idea(
            look,
            capital(fresh[i % len(fresh)]) + (" explained" if look == "headline" else ""),
            "",
            drawings.fitting(fresh[i % len(fresh)]),
        )
        for i, look in enumerate(looks)
    ]
