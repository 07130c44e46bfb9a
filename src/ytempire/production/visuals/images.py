"""The operator's own pictures in a folder, chosen by the words in their file names."""

from __future__ import annotations

import re
from pathlib import Path

from ytempire.kit.errors import InvalidInput

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


class FolderImages:
    """An ImageSource. `saturn-rings.jpg` is found for "rings of Saturn"; a picture shares a word or is not used."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise InvalidInput(f"There is no folder of images {folder}.",
                               hint="Make it, or unset YTEMPIRE_PRODUCTION__IMAGES.")
        self._words = {file: _words(file.stem) for file in sorted(folder.iterdir()) if file.suffix.lower() in SUFFIXES}

    def find(self, terms: tuple[str, ...]) -> Path | None:
        wanted = _words(" ".join(terms))
        # most shared words first; among equals the first by name, so that the same text gets the same picture
        best = max(self._words, key=lambda file: len(self._words[file] & wanted), default=None)
        return best if best is not None and self._words[best] & wanted else None


def _words(text: str) -> set[str]:
    """Lower-case words of three letters and more, without a plural s."""
    return {word.removesuffix("s") for word in re.findall(r"[^\W\d_]{3,}", text.lower())}
