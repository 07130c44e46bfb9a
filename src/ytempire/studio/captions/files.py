"""Captions as SubRip and WebVTT files."""

from __future__ import annotations

from pathlib import Path

from ytempire.studio.captions.document import Captions


def _clock(seconds: float, mark: str) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}{mark}{ms % 1000:03d}"


def srt(captions: Captions) -> str:
    return "\n".join(
        f"{i}\n{_clock(cue.start_s, ',')} --> {_clock(cue.end_s, ',')}\n" + "\n".join(cue.lines) + "\n"
        for i, cue in enumerate(captions.cues, 1)
    )


def vtt(captions: Captions) -> str:
    return "WEBVTT\n\n" + "\n".join(
        f"{_clock(cue.start_s, '.')} --> {_clock(cue.end_s, '.')}\n"
        + "\n".join(line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in cue.lines)
        + "\n"
        for cue in captions.cues
    )


def _write_atomically(text: str, file: Path) -> Path:
    partial = file.with_name(f".{file.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(file)
    return file


def write_srt(captions: Captions, file: Path) -> Path:
    """Write a SubRip file, whole or not at all."""
    return _write_atomically(srt(captions), file)


def write_vtt(captions: Captions, file: Path) -> Path:
    """Write a WebVTT file, whole or not at all."""
    return _write_atomically(vtt(captions), file)
