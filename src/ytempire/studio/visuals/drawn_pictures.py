"""The drawn pictures that ship with the project, each of one thing, and the words that each is true of.

Microsoft's Fluent emoji (MIT), 256 px, by their code points; `tools/picture_library` says where the words come from.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from PIL import Image

from ytempire import assets
from ytempire.language.words import words_of

_FOLDER = Path(assets.__file__).parent / "pictures"
MOST_WORDS = 2  # of what a picture is looked up by
# Endings of a singular and of its plural. A form that no text has does no harm.
_PLURALS = {
    "en": (("", "s"), ("", "es"), ("y", "ies"), ("fe", "ves"), ("f", "ves")),
    "es": (("", "s"), ("", "es"), ("z", "ces"), ("ón", "ones")),
    "fr": (("", "s"), ("", "x"), ("al", "aux")),
    "it": (("o", "i"), ("a", "e"), ("e", "i"), ("ca", "che"), ("co", "chi"), ("ga", "ghe"), ("go", "ghi"), ("io", "i")),
    "pt": (("", "s"), ("", "es"), ("ão", "ões"), ("m", "ns"), ("l", "is")),
}


@dataclass(frozen=True)
class _Concept:
    picture: str
    name: str
    words: Mapping[str, tuple[str, ...]]  # by language


@cache
def _document() -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads((_FOLDER / "concepts.json").read_text("utf-8"))
    return document


@cache
def _concepts() -> tuple[_Concept, ...]:
    return tuple(
        _Concept(row["picture"], row["name"], {code: tuple(words) for code, words in row["words"].items()})
        for row in _document()["pictures"]
    )


@cache
def names_of_other_things() -> frozenset[tuple[str, ...]]:
    """Return English names of two words of which the second has a picture that is not theirs: "wagon train"."""
    return frozenset(form for name in _document()["other_things"] for form in _forms(tuple(words_of(name)), "en"))


def picture_names() -> frozenset[str]:
    """Return the names by which drawn pictures are read."""
    return frozenset(concept.picture for concept in _concepts())


def english_name(picture: str) -> str:
    """Return what Unicode calls a picture. Raises KeyError."""
    return {concept.picture: concept.name for concept in _concepts()}[picture]


@cache
def pictures_by_words(language: str) -> Mapping[tuple[str, ...], str]:
    """Return the picture for one or two words of a language, singular or plural.

    Of two pictures that share a word it is the one whose own English name it is, else the first in Unicode's order.
    """
    by_words: dict[tuple[str, ...], str] = {}
    for is_name in (True, False):
        for concept in _concepts():
            for word in concept.words.get(language, ()):
                if (word == concept.name.lower()) is is_name:
                    for form in _forms(tuple(words_of(word)), language):
                        by_words.setdefault(form, concept.picture)
    return by_words


def _forms(words: tuple[str, ...], language: str) -> Iterator[tuple[str, ...]]:
    """What a text may write: the words, and with the usual plurals of the one that carries them."""
    if not 0 < len(words) <= MOST_WORDS:
        return
    yield words
    place = len(words) - 1 if language == "en" else 0
    for ending, plural in _PLURALS[language]:
        if words[place].endswith(ending):
            yield (*words[:place], words[place].removesuffix(ending) + plural, *words[place + 1 :])


@lru_cache(maxsize=64)
def read_drawing(picture: str) -> Image.Image:
    """Return a drawn picture, RGBA, 256 px wide. Raises KeyError for a name that is none."""
    with zipfile.ZipFile(_FOLDER / "fluent-3d.zip") as archive, archive.open(f"{picture}.webp") as file:
        return Image.open(io.BytesIO(file.read())).convert("RGBA")
