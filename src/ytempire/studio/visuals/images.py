"""The operator's own pictures: files in a folder, found by the words in their names."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from ytempire.kit.logs import get_logger
from ytempire.studio.image_conversion import to_rgb
from ytempire.studio.visuals.palette import RGB
from ytempire.studio.visuals.sentence_analysis import lexicon
from ytempire.studio.visuals.sentence_analysis.phrases import stems

log = get_logger(__name__)
MOST_PIXELS = 120_000_000  # the largest photographs of phones have 108 million, a third of a gigabyte when opened
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")  # whatever they are called; no PostScript, which runs programs
_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp"})


class UnreadablePicture(Exception):
    """A picture that cannot be drawn; the message says why."""


def read_picture(file: Path, *, background: RGB) -> Image.Image:
    """Read a picture upright and opaque, its transparent parts in the colour `background`. Raises UnreadablePicture."""
    try:
        with Image.open(file, formats=_FORMATS) as picture:
            _require_size(picture)
            return to_rgb(ImageOps.exif_transpose(picture), background=background)
    except UnreadablePicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except UnidentifiedImageError as error:
        raise UnreadablePicture("empty" if not file.stat().st_size else "no picture of a kind that is known") from error
    except Exception as error:  # of a damaged file, Pillow's readers raise whatever comes up in them
        raise UnreadablePicture(f"damaged or cut off: {error}") from error


def _require_size(picture: Image.Image) -> None:
    """By what its head says, before anything is unpacked: a small file may hold a picture of many gigabytes."""
    if picture.width * picture.height > MOST_PIXELS:
        raise _too_large()


def _too_large() -> UnreadablePicture:
    return UnreadablePicture(f"more than {MOST_PIXELS:,} pixels")


@dataclass(frozen=True)
class ImageFolder:
    """An ImageSource over a folder, subfolders included. "high tide, harbour.jpg" answers to tide and to harbour."""

    folder: Path
    _readable: dict[Path, bool] = field(default_factory=dict, repr=False, compare=False)
    skipped: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Pictures that would have been shown and cannot be, by their place in the folder, each with its reason."""

    def find(self, terms: tuple[str, ...]) -> Path | None:
        """The picture whose name shares most words with the first of `terms` that any shares one with, or None.

        One that cannot be read is passed over, and the log names it.
        """
        pictures = sorted(file for file in self.folder.rglob("*") if file.suffix.lower() in _ENDINGS and file.is_file())
        ignored = stems(" ".join(lexicon.FUNCTION | lexicon.HOLLOW))
        for term in terms:
            words = stems(term) - ignored
            shared = [(len(words & stems(file.stem.replace("_", " "))), file) for file in pictures]
            best_first = sorted(
                (candidate for candidate in shared if candidate[0]), key=lambda candidate: -candidate[0]
            )
            if (readable := next((file for _, file in best_first if self._is_readable(file)), None)) is not None:
                return readable
        return None

    def _is_readable(self, file: Path) -> bool:
        """Read it whole, once: a picture that is cut off says so at its end."""
        if file not in self._readable:
            self._readable[file] = self._check_readable(file)
        return self._readable[file]

    def _check_readable(self, file: Path) -> bool:
        try:
            read_picture(file, background=(0, 0, 0))
        except UnreadablePicture as error:
            self.skipped[str(file.relative_to(self.folder))] = str(error)
            log.warning("image_skipped", file=str(file), because=str(error))
            return False
        return True
