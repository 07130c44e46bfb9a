"""The one filtergraph: background plates that drift and change, everything drawn over them, and the mix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ytempire.channels.persona import Transition
from ytempire.production.render import mix
from ytempire.production.visuals.scenes import Motif, Picture, Storyboard
from ytempire.production.visuals.stage import FPS, frame

CHANGE = 9  # frames of a transition: 300 ms (LOOK: 300-400); each costs as much CPU as an encoded one
_BEFORE = 4  # of these before the scene changes, while the old scene's type leaves
# Each cross-fade keeps its frames (9 x 3 MB at 1080p) until the graph ends, so only so many are soft; the rest are
# cuts, which are cross-fades of one frame. A minute of video needs 8 to 10.
_MOST_SOFT = 12


@dataclass(frozen=True)
class Plate:
    """A background for the frames from `start` to `end`; `picture` is the operator's image, if it shows one."""

    start: int
    end: int
    picture: Path | None
    panel: Literal["left", "right"] | None  # the side of an accent panel, for a scene that stands half on one
    change: Transition | None  # the transition that leads into it; None for the first
    change_frames: int  # its length

    @property
    def lead(self) -> int:
        """Frames that it is seen before `start`, under its transition."""
        return _BEFORE if self.change_frames == CHANGE else 0

    @property
    def trail(self) -> int:
        """Frames that the plate before it is still needed after `start`."""
        return self.change_frames - self.lead


def plates(storyboard: Storyboard) -> list[Plate]:
    """The stretches between two changes of the background."""
    scenes = storyboard.scenes
    starts = [0, *(i + 1 for i, change in enumerate(storyboard.transitions) if change is not None)]
    soft = _soft(len(starts) - 1)
    found: list[Plate] = []
    for i, following in zip(starts, [*starts[1:], len(scenes)], strict=True):
        scene = scenes[i]
        end = frame(scenes[following].start_s) if following < len(scenes) else frame(storyboard.duration_s)
        split = isinstance(scene, Motif) and scene.form == "split"
        found.append(
            Plate(
                start=frame(scene.start_s),
                end=end,
                picture=scene.file if isinstance(scene, Picture) else None,
                panel=None if not split else "left" if scene.layout == "right" else "right",
                change=storyboard.transitions[i - 1] if i else None,
                change_frames=0 if not i else CHANGE if len(found) - 1 in soft else 1,
            )
        )
    return found


def _soft(changes: int) -> frozenset[int]:
    """Which of the changes are soft: all where they are few, else as many as may be, evenly spread."""
    if changes <= _MOST_SOFT:
        return frozenset(range(changes))
    return frozenset(round(i * (changes - 1) / (_MOST_SOFT - 1)) for i in range(_MOST_SOFT))


def inputs(found: Sequence[Plate], size: tuple[int, int]) -> list[str]:
    """Arguments that read each plate: one raw frame from a file of its own (plate00.yuv, ... in the working folder)."""
    arguments: list[str] = []
    for i in range(len(found)):
        arguments += [
            "-f",
            "rawvideo",
            "-pixel_format",
            "yuv420p",
            "-video_size",
            f"{size[0]}x{size[1]}",
            "-framerate",
            str(FPS),
            "-i",
            f"plate{i:02d}.yuv",
        ]
    return arguments


def graph(found: Sequence[Plate], storyboard: Storyboard, *, gain_db: float) -> str:
    """From inputs 0..n-1 (plates), n (voice) and n+1 (bed) to [picture] and [sound], both exactly as long."""
    frames = frame(storyboard.duration_s)
    size = f"{storyboard.width}:{storyboard.height}"
    parts: list[str] = []
    for i, plate in enumerate(found):
        trail = found[i + 1].trail if i + 1 < len(found) else 0
        length = plate.end - plate.start + plate.lead + trail
        # `loop` repeats the one decoded frame by reference; `crop` only moves its window.
        parts.append(
            f"[{i}:v]loop=loop={length - 1}:size=1:start=0,"
            "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709,"
            f"crop={size}:{_drift(i, storyboard.seed)}[p{i}]"
        )
    last = "p0"
    for i, plate in enumerate(found[1:], 1):
        offset, seconds = (plate.start - plate.lead) / FPS, plate.change_frames / FPS
        kind = plate.change if plate.change_frames == CHANGE else "fade"
        parts.append(f"[{last}][p{i}]xfade=transition={kind}:duration={seconds:.6f}:offset={offset:.6f}[x{i}]")
        last = f"x{i}"
    parts.append(f"[{last}]ass=filename=sheet.ass:fontsdir=fonts,trim=end_frame={frames}[picture]")
    parts.append(f"[{len(found)}:a]anull[voice]")
    parts.append(f"[{len(found) + 1}:a]anull[bed]")
    parts.append(mix.chain(gain_db))
    parts.append(f"[mixed]apad=whole_dur={frames / FPS:.6f},atrim=end={frames / FPS:.6f}[sound]")
    return ";\n".join(parts)


def _drift(i: int, seed: int) -> str:
    """A slow ellipse inside the still's spare margin: about 20 px a second, which whole-pixel steps of 4:2:0 bear."""
    phase = (seed % 97 + i * 29) % 63 / 10
    across, down = (390, 470) if i % 2 else (430, 360)  # frames of one round
    return (
        f"x='(iw-ow)*(0.5-0.5*cos(2*PI*n/{across}+{phase:.1f}))'"
        f":y='(ih-oh)*(0.5-0.5*cos(2*PI*n/{down}+{phase + 1.3:.1f}))'"
    )
