"""Where captions are seen: drawn once more, alone, and looked for among the pixels."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from ytempire.channels.persona import Brand
from ytempire.kit.processes import run
from ytempire.studio.captions.document import Captions, Cue
from ytempire.studio.captions.drawing import draw
from ytempire.studio.render.ffmpeg import ffmpeg
from ytempire.studio.render.fonts import fonts_in
from ytempire.studio.visuals.ass_script import AssScript
from ytempire.studio.visuals.layout import FPS

CaptionBox = tuple[float, float, float, float]
NOTHING: CaptionBox = (0.0, 0.0, 0.0, 0.0)
_FRAMES = 4  # of each cue; by the last one its marker has grown
_FOUND = re.compile(
    r"frame:(\d+) .*\nlavfi\.bbox\.x1=(\d+)\nlavfi\.bbox\.x2=(\d+)\nlavfi\.bbox\.y1=(\d+)\nlavfi\.bbox\.y2=(\d+)"
)


def caption_boxes(captions: Captions, brand: Brand) -> list[CaptionBox]:
    """Measure what each cue covers of the frame, in pixels: x0, y0, x1, y1, its widest word marked.

    What lies beyond the frame is cut there. Blocking, some 10 ms a cue. Where nothing is seen it is NOTHING, but where
    nothing is meant to be, as of emoji alone, it is the cue's own.
    """
    cues = [_moved(cue, number) for number, cue in enumerate(captions.cues)]
    if not cues:
        return []
    ass_script = AssScript(captions.width, captions.height, frames=len(cues) * _FRAMES)
    draw(captions.model_copy(update={"cues": tuple(cues)}), ass_script, brand)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ass_script.write(folder / "sheet.ass")
        output = run([ffmpeg(), *_order(ass_script)], cwd=folder, env=fonts_in(folder)).stdout.decode()
    boxes = {int(place): (float(x0), float(y0), x1 + 1.0, y1 + 1.0) for place, x0, x1, y0, y1 in _numbers(output)}
    return [boxes.get(number, _unseen(cue)) for number, cue in enumerate(cues)]


def _unseen(cue: Cue) -> CaptionBox:
    return NOTHING if any(span.x1 > span.x0 for span in cue.spans) else cue.box


def _numbers(output: str) -> list[tuple[int, int, int, int, int]]:
    return [tuple(map(int, numbers)) for numbers in _FOUND.findall(output)]  # type: ignore[misc]  # five groups


def _order(ass_script: AssScript) -> tuple[str, ...]:
    """Of each cue's frames the last: drawn on nothing, its opacity measured."""
    empty = f"color=black@0:s={ass_script.width}x{ass_script.height}:r={FPS},format=yuva444p"
    picture = (
        f"trim=end_frame={ass_script.frames},select='eq(mod(n,{_FRAMES}),{_FRAMES - 1})',"
        "ass=sheet.ass:fontsdir=fonts:alpha=1,alphaextract,bbox,metadata=print:file=-"
    )
    quiet = ("-hide_banner", "-nostdin", "-loglevel", "error", "-nostats")
    return (*quiet, "-f", "lavfi", "-i", empty, "-vf", picture, "-fps_mode", "passthrough", "-f", "null", "-")


def _moved(cue: Cue, number: int) -> Cue:
    """The cue in the frames of its turn, its widest word marked from the first to the last."""
    start, end = number * _FRAMES / FPS, (number + 1) * _FRAMES / FPS
    widest = max(range(len(cue.spans)), key=lambda i: cue.spans[i].x1 - cue.spans[i].x0)
    spans = (span.model_copy(update={"start_s": start if i <= widest else end}) for i, span in enumerate(cue.spans))
    return cue.model_copy(update={"start_s": start, "end_s": end, "spans": tuple(spans)})
