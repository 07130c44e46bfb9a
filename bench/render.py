"""How much dearer our whole render is than a bare encode of the same frames, measured side by side."""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
import wave
from pathlib import Path

import numpy as np

from ytempire.channels.persona import Brand
from ytempire.kit.processes import run
from ytempire.studio.captions.layout import build
from ytempire.studio.render.encode import X264, render, write_frames
from ytempire.studio.render.ffmpeg import ffmpeg
from ytempire.studio.script_document import Line, Script, Section
from ytempire.studio.visuals.layout import FPS
from ytempire.studio.visuals.planner import plan
from ytempire.studio.voice.document import Narration, SpokenLine, Word

_BRAND = Brand(
    accent="#ffb545",
    companions=("#5b8def", "#3fb8a6"),
    background="#0e1624",
    text="#f4f6fb",
    family="Inter",
    motif="orbits",
    transitions=("smoothleft", "fade"),
)
# One line of each kind that production meets, said again until the asked length is full.
_LINES = (
    "Why does the sea rise twice a day, and not once?",
    "The Moon pulls the near side of Earth more strongly than the far side.",
    "The solid ground rises by about 20 centimeters.",
    "The shape of the coast, the depth of the water, and the wind all change the result.",
    "The height of the tide",
    "When Sun and Moon line up, the tides reinforce each other.",
    "A neap tide is a low high tide at the quarter of the Moon.",
    "About 71 percent of the surface of Earth is covered by water.",
)


def measure(
    seconds: float = 30, rounds: int = 3, *, width: int = 1920, height: int = 1080
) -> dict[str, float | int | str]:
    """Medians over `rounds` of one render of ours and one bare x264 encode of its frames, in turn.

    Ours counts all CPU of a render: drawing, mix, filters, encode. The floor counts only the encoder's process, which
    reads the very same frames raw from a file (written before by the same graph, uncounted; frames decoded from our
    output would have lost what is dear to encode). Peak memory is ours: ffmpeg's largest
    resident set plus this process's. Needs about 95 MB of disk a second at 1080p. Raises ProgramFailed.
    """
    script, narration = _sample(seconds)
    storyboard = plan(script, narration, brand=_BRAND, width=width, height=height)
    captions = build(narration, script, width=width, height=height, brand=_BRAND)
    render_s: list[float] = []
    floor: list[float] = []
    walls: list[float] = []
    peak = 0
    with tempfile.TemporaryDirectory(prefix="ytempire-bench-") as name:
        folder = Path(name)
        voice = _voice(narration, folder / "voice.wav")
        raw = folder / "frames.yuv"
        write_frames(storyboard, captions, voice_wav=voice, brand=_BRAND, out=raw)
        for _ in range(rounds):
            report = render(
                storyboard,
                captions,
                voice_wav=voice,
                brand=_BRAND,
                out=folder / "ours.mp4",
                on_progress=lambda share: None,
            )
            bare = run(
                [
                    ffmpeg(),
                    "-v",
                    "error",
                    "-y",
                    "-f",
                    "rawvideo",
                    "-pixel_format",
                    "yuv420p",
                    "-video_size",
                    f"{width}x{height}",
                    "-framerate",
                    str(FPS),
                    "-i",
                    raw,
                    *X264,
                    folder / "floor.mp4",
                ]
            )
            render_s.append(report.cpu_s)
            floor.append(bare.cpu_s)
            walls.append(report.wall_s)
            peak = max(peak, report.peak_bytes)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    ratios = [mine / bare_s for mine, bare_s in zip(render_s, floor, strict=True)]
    return {
        "cpu_ratio": round(statistics.median(ratios), 3),
        "ours_cpu_s": round(statistics.median(render_s), 2),
        "floor_cpu_s": round(statistics.median(floor), 2),
        "peak_mb": round((peak + own) / 1e6),
        "wall_s": round(statistics.median(walls), 2),
        "rounds": rounds,
        "seconds": narration.duration_s,
        "width": width,
        "height": height,
        "settings": " ".join(X264),
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def _sample(seconds: float) -> tuple[Script, Narration]:
    """A script of our own words, spoken at an even pace, cut at the asked length."""
    lines: list[Line] = []
    words: list[Word] = []
    spoken: list[SpokenLine] = []
    now = 0.4
    while now < seconds - 1.5:
        text = _LINES[len(lines) % len(_LINES)]
        first = now
        for token in text.split():
            length = 0.2 + 0.03 * len(token)
            words.append(Word(text=token, start_s=now, end_s=now + length, line=len(lines)))
            now += length + 0.02
        spoken.append(SpokenLine(line=len(lines), start_s=first, end_s=now))
        titled = len(lines) % 7 == 3
        lines.append(
            Line(text=text, role="hook" if not lines else "heading" if titled else "body", section=0 if lines else -1)
        )
        now += 0.5
    duration = round(max(seconds, now + 0.5) * FPS) / FPS
    script = Script(
        title="Why the sea rises twice a day",
        description="",
        tags=(),
        language="en",
        lines=tuple(lines),
        sections=(Section(heading=None, first_line=1, last_line=len(lines) - 1),),
        key_terms=("tides", "Moon"),
        target_seconds=duration,
        planned_s=duration,
        writer="bench",
    )
    return script, Narration(
        duration_s=duration, words=tuple(words), lines=tuple(spoken), engine="bench", voice="hum", timing="engine"
    )


def _voice(narration: Narration, file: Path) -> Path:
    """A hum where words are: what it says does not matter to the cost."""
    loud = np.zeros(round(narration.duration_s * 48_000), dtype=np.float32)
    for word in narration.words:
        loud[round(word.start_s * 48_000) : round(word.end_s * 48_000)] = 0.25
    tone = np.sin(2 * np.pi * 150 * np.arange(len(loud), dtype=np.float64) / 48_000) * loud
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48_000)
        out.writeframes((tone * 32767).astype("<i2").tobytes())
    return file
