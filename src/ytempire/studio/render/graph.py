"""The one filtergraph: backgrounds that drift and change, everything drawn over them, and the mix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ytempire.channels.persona import Transition
from ytempire.studio.render import mix
from ytempire.studio.visuals.layout import FPS, frame
from ytempire.studio.visuals.motion import ENTER
from ytempire.studio.visuals.picture_layer import PlacedPicture
from ytempire.studio.visuals.scenes import Motif, Picture, Storyboard

CHANGE = 9  # frames of a transition: 300 ms (LOOK: 300-400)
_BEFORE = 4  # of these before the scene changes, while the old scene's type leaves
SWAY, SWAY_FRAMES = 0.05, 96  # a picture leans to both sides by this angle, once in so many frames
_SHEET = "filename={}.ass:fontsdir=fonts"
_COLOURS = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"


@dataclass(frozen=True)
class Background:
    """A background for the frames from `start` to `end`; `picture` is the operator's image, if it shows one."""

    start: int
    end: int
    picture: Path | None
    panel: Literal["left", "right"] | None  # the side of an accent panel, for a scene that stands half on one
    change: Transition | None  # the transition that leads into it; None for the first, and for a cut

    @property
    def lead(self) -> int:
        """Frames that it is seen before `start`, under its transition."""
        return _BEFORE if self.change else 0

    @property
    def trail(self) -> int:
        """Frames that the background before it is still needed after `start`."""
        return CHANGE - _BEFORE if self.change else 0


def backgrounds_of(storyboard: Storyboard) -> list[Background]:
    """Return the backgrounds of a video: one between two changes."""
    scenes = storyboard.scenes
    starts = [0, *(i + 1 for i, change in enumerate(storyboard.transitions) if change is not None)]
    ends = [*(frame(scenes[i].start_s) for i in starts[1:]), frame(storyboard.duration_s)]
    backgrounds: list[Background] = []
    for i, end in zip(starts, ends, strict=True):
        scene = scenes[i]
        start = frame(scene.start_s)
        split = isinstance(scene, Motif) and scene.form == "split"
        # A background that is hardly longer than its transitions has no time for them.
        brief = end - start <= CHANGE or bool(backgrounds and start - backgrounds[-1].start <= CHANGE)
        backgrounds.append(
            Background(
                start=start,
                end=end,
                picture=scene.file if isinstance(scene, Picture) else None,
                panel=None if not split else "left" if scene.layout == "right" else "right",
                change=storyboard.transitions[i - 1] if i and not brief else None,
            )
        )
    return backgrounds


def inputs(backgrounds: Sequence[Background], size: tuple[int, int]) -> list[str]:
    """Arguments that read each background: one raw frame of a file (plate00.yuv, ... in the working folder)."""
    arguments: list[str] = []
    for i in range(len(backgrounds)):
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


def picture_inputs(pictures: Sequence[PlacedPicture]) -> list[str]:
    """Arguments that read the clip of each drawn picture (clip000.yuv, ... in the working folder)."""
    arguments: list[str] = []
    for i, picture in enumerate(pictures):
        size = f"{picture.window}x{picture.window}"
        arguments += ["-f", "rawvideo", "-pixel_format", "yuva420p", "-video_size", size, "-framerate", str(FPS)]
        arguments += ["-i", f"clip{i:03d}.yuv"]
    return arguments


def graph(
    backgrounds: Sequence[Background], pictures: Sequence[PlacedPicture], storyboard: Storyboard, *, gain_db: float
) -> str:
    """From inputs 0..n-1 (backgrounds), the clips of pictures behind them, then voice and bed, to [picture] and
    [sound], both exactly as long."""
    seconds = frame(storyboard.duration_s) / FPS
    parts = [*_background(backgrounds, storyboard), f"[background]ass={_SHEET.format('under')}[over0]"]
    parts += _overlays(pictures, first_input=len(backgrounds))
    parts.append(f"[over{len(pictures)}]ass={_SHEET.format('sheet')}[picture]")
    sound = len(backgrounds) + len(pictures)
    parts.append(f"[{sound}:a]anull[voice]")
    parts.append(f"[{sound + 1}:a]anull[bed]")
    parts.append(mix.chain(gain_db))
    parts.append(f"[mixed]apad=whole_dur={seconds:.6f},atrim=end={seconds:.6f}[sound]")
    return ";\n".join(parts)


def _overlays(pictures: Sequence[PlacedPicture], *, first_input: int) -> list[str]:
    """Each clip, its held frame repeated and swayed, over what is there; outside its time frames pass untouched."""
    parts: list[str] = []
    for i, picture in enumerate(pictures):
        angle = f"{SWAY}*sin(2*PI*(n/{SWAY_FRAMES}+{i % 7 / 7:.3f}))"
        x, y = (round(centre - picture.window / 2) for centre in (picture.x, picture.y))
        parts.append(
            f"[{first_input + i}:v]{_COLOURS},loop=loop={picture.held - 1}:size=1:start={ENTER},"
            f"rotate=a='{angle}':c=black@0,setpts=PTS+{picture.start / FPS:.6f}/TB[clip{i}]"
        )
        parts.append(f"[over{i}][clip{i}]overlay=x={x}:y={y}:eof_action=pass[over{i + 1}]")
    return parts


def _background(backgrounds: Sequence[Background], storyboard: Storyboard) -> list[str]:
    """From the inputs to [background]: each by itself, with a cross-fade of its own between two, one after the other.

    `xfade` works in 4:4:4 only. Only its own nine frames are converted for it: a chain of them over the whole video
    would have every frame converted twice and the type blended into twice the samples.
    """
    parts: list[str] = []
    order: list[str] = []
    for i, background in enumerate(backgrounds):
        following = backgrounds[i + 1] if i + 1 < len(backgrounds) else None
        coming = background.start - background.lead
        stretches = {
            "alone": (background.start + background.trail, background.end - (following.lead if following else 0))
        }
        if background.change:
            stretches["comes"] = (coming, background.start + background.trail)
        if following and following.change:
            stretches["goes"] = (following.start - following.lead, following.start + following.trail)
        parts.append(f"[{i}:v]{_COLOURS},split={len(stretches)}" + "".join(f"[{name}{i}s]" for name in stretches))
        for name, (start, end) in stretches.items():
            # `loop` repeats the one decoded frame by reference; `crop` only moves its window.
            window = f"crop={storyboard.width}:{storyboard.height}:{_drift(i, storyboard.seed, start - coming)}"
            parts.append(f"[{name}{i}s]loop=loop={end - start - 1}:size=1:start=0,{window}[{name}{i}]")
        if background.change:
            seconds = f"{CHANGE / FPS:.6f}"
            parts.append(
                f"[goes{i - 1}][comes{i}]xfade=transition={background.change}:duration={seconds}:offset=0,"
                f"format=yuv420p,{_COLOURS}[change{i}]"
            )
            order.append(f"[change{i}]")
        order.append(f"[alone{i}]")
    parts.append("".join(order) + f"concat=n={len(order)}[background]")
    return parts


def _drift(i: int, seed: int, first: int) -> str:
    """A slow ellipse inside the still's spare margin: about 20 px a second, which whole-pixel steps of 4:2:0 bear.

    `first`: the frame of the background's own course with which this part of it begins.
    """
    phase = (seed % 97 + i * 29) % 63 / 10
    across, down = (390, 470) if i % 2 else (430, 360)  # frames of one round
    return (
        f"x='(iw-ow)*(0.5-0.5*cos(2*PI*(n+{first})/{across}+{phase:.1f}))'"
        f":y='(ih-oh)*(0.5-0.5*cos(2*PI*(n+{first})/{down}+{phase + 1.3:.1f}))'"
    )
