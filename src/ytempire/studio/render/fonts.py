"""The fonts that we ship, put where ffmpeg reads them, and no others: a video looks the same on every machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from xml.sax.saxutils import escape

from ytempire.studio.visuals.typefaces import FONTS


def fonts_in(folder: Path) -> dict[str, str]:
    """Put the fonts into `folder`; the environment in which fontconfig, and so libass, sees them alone."""
    shutil.copytree(FONTS, folder / "fonts", ignore=shutil.ignore_patterns("*.txt", "*.md"), copy_function=_link)
    conf = folder / "fonts.conf"
    here = escape(str(folder.resolve()))
    conf.write_text(
        f"<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig><dir>{here}/fonts</dir>"
        f"<cachedir>{here}/cache</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return {**os.environ, "FONTCONFIG_FILE": str(conf.resolve()), "FONTCONFIG_PATH": str(folder.resolve())}


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
