"""The operator's own pictures: files in a folder, found by the words in their names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ytempire.production.visuals.reading import lexicon
from ytempire.production.visuals.reading.phrases import stems

_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp"})


@dataclass(frozen=True)
class ImageFolder:
    """An ImageSource over a folder, subfolders included. "high tide, harbour.jpg" answers to tide and to harbour."""

    folder: Path

    def find(self, terms: tuple[str, ...]) -> Path | None:
        """The picture whose name shares most words with the first of `terms` that any shares one with, or None."""
        pictures = sorted(file for file in self.folder.rglob("*") if file.suffix.lower() in _ENDINGS and file.is_file())
        ignored = stems(" ".join(lexicon.FUNCTION | lexicon.HOLLOW))
        for term in terms:
            wanted = stems(term) - ignored
            shared = [(len(wanted & stems(file.stem.replace("_", " "))), file) for file in pictures]
            most = max((count for count, _ in shared), default=0)
            if most:
                return next(file for count, file in shared if count == most)
        return None
