"""The operator's own pictures: files in a folder, found by the words in their names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from ytempire.kit.logs import get_logger
from ytempire.production.visuals.reading import lexicon
from ytempire.production.visuals.reading.phrases import stems

log = get_logger(__name__)
MOST_PIXELS = 120_000_000  # the largest photographs of phones have 108 million, a third of a gigabyte when opened
_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp"})


@dataclass(frozen=True)
class ImageFolder:
    """An ImageSource over a folder, subfolders included. "high tide, harbour.jpg" answers to tide and to harbour."""

    folder: Path

    def find(self, terms: tuple[str, ...]) -> Path | None:
        """The picture whose name shares most words with the first of `terms` that any shares one with, or None.

        One that is too large to be opened is passed over, and the log names it.
        """
        pictures = sorted(file for file in self.folder.rglob("*") if file.suffix.lower() in _ENDINGS and file.is_file())
        ignored = stems(" ".join(lexicon.FUNCTION | lexicon.HOLLOW))
        for term in terms:
            wanted = stems(term) - ignored
            shared = [(len(wanted & stems(file.stem.replace("_", " "))), file) for file in pictures]
            best_first = sorted((one for one in shared if one[0]), key=lambda one: -one[0])
            if (found := next((file for _, file in best_first if not _is_too_large(file)), None)) is not None:
                return found
        return None


def _is_too_large(file: Path) -> bool:
    """By what its head says, before anything of it is unpacked: a small file may hold a picture of many gigabytes."""
    try:
        with Image.open(file) as picture:
            too_large = picture.width * picture.height > MOST_PIXELS
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        too_large = True
    except (UnidentifiedImageError, OSError):
        return False
    if too_large:
        log.warning("picture_passed_over", file=str(file), because=f"more than {MOST_PIXELS:,} pixels")
    return too_large
