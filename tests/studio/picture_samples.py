"""A script of our own words with a made-up narration: even word timings and a humming voice, no engine needed."""

from __future__ import annotations

import math
import wave
from pathlib import Path

import numpy as np

from ytempire.channels.persona import Brand
from ytempire.studio.script_document import Line, Script, Section
from ytempire.studio.voice.document import Narration, SpokenLine, Word

DARK = Brand(
    accent="#ffb545",
    companions=("#5b8def", "#3fb8a6"),
    background="#0e1624",
    text="#f4f6fb",
    family="Inter",
    motif="orbits",
    transitions=("smoothleft", "fade"),
)
LIGHT = Brand(
    accent="#c2410c",
    companions=("#3b6ea5", "#7a8f3c"),
    background="#f6f1e7",
    text="#1d1a16",
    family="Newsreader",
    motif="contours",
    transitions=("fade", "wipeleft"),
)
BOLD = Brand(
    accent="#5eead4",
    companions=("#a78bfa", "#f472b6"),
    background="#170f2b",
    text="#fbfaff",
    family="Space Grotesk",
    motif="particles",
    transitions=("circleopen", "smoothup"),
)

LINES: tuple[tuple[str, str, int], ...] = (
    ("hook", "Why does the sea rise twice a day, and not once?", -1),
    ("heading", "The pull of the Moon", 0),
    ("body", "The Moon pulls the near side of Earth more strongly than the far side.", 0),
    ("body", "The solid ground rises by about 20 centimeters.", 0),
    ("body", "The Sun also raises tides, but it is less than half as effective as the Moon.", 0),
    ("heading", "Spring and neap", 1),
    ("body", "When Sun and Moon line up, high tides grow higher, which are called spring tides.", 1),
    ("body", "The shape of the coast, the depth of the water, and the wind all change the result.", 1),
    ("close", "The tide is Earth turning through two bulges of water.", -1),
    ("sign_off", "Thanks for watching, and see you next time.", -1),
)


def script(lines: tuple[tuple[str, str, int], ...] = LINES, *, title: str = "Why there are two tides a day") -> Script:
    made = tuple(Line(text=text, role=role, section=section) for role, text, section in lines)  # type: ignore[arg-type]
    numbers = sorted({section for _, _, section in lines if section >= 0})
    sections = tuple(
        Section(
            heading=next((t for r, t, s in lines if s == number and r == "heading"), None),
            first_line=min(i for i, (_, _, s) in enumerate(lines) if s == number),
            last_line=max(i for i, (_, _, s) in enumerate(lines) if s == number),
        )
        for number in numbers
    )
    return Script(
        title=title,
        description="",
        tags=(),
        language="en",
        lines=made,
        sections=sections,
        key_terms=("tides", "Moon", "Earth", "Sun"),
        target_seconds=60,
        planned_s=60,
        writer="test",
        attribution="From a text of our own",
        licence="CC0",
    )


def narration(spoken: Script, *, per_word_s: float = 0.36, pause_s: float = 0.5) -> Narration:
    """Words at an even pace, a pause after each line, a longer one before headings, a closing silence."""
    words: list[Word] = []
    lines: list[SpokenLine] = []
    now = 0.3
    for i, line in enumerate(spoken.lines):
        first = now
        for token in line.text.split():
            length = per_word_s * (0.6 + 0.08 * len(token))
            words.append(Word(text=token, start_s=now, end_s=now + length, line=i))
            now += length + 0.02
        lines.append(SpokenLine(line=i, start_s=first, end_s=words[-1].end_s))
        now += pause_s
    return Narration(
        duration_s=round((now + 1.2) * 30) / 30,
        words=tuple(words),
        lines=tuple(lines),
        engine="test",
        voice="hum",
        timing="engine",
    )


def hum(spoken: Narration, file: Path) -> Path:
    """A 48 kHz mono voice stand-in: a modulated tone where words are, silence elsewhere, as long as the narration."""
    t = np.arange(round(spoken.duration_s * 48_000)) / 48_000
    loud = np.zeros_like(t)
    for word in spoken.words:
        loud[round(word.start_s * 48_000) : round(word.end_s * 48_000)] = 1.0
    voice = sum(np.sin(2 * math.pi * 140 * k * t) / k for k in range(1, 9)) * loud * (0.8 + 0.2 * np.sin(30 * t))
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48_000)
        out.writeframes((voice / np.abs(voice).max() * 0.3 * 32767).astype("<i2").tobytes())
    return file
