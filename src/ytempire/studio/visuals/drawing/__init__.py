"""Draws a storyboard's scenes as marks in an ASS script."""

from __future__ import annotations

from ytempire.channels.persona import Brand
from ytempire.studio.visuals.ass_script import AssScript, colour, opacity, shape_at
from ytempire.studio.visuals.drawing import diagrams, framing, quantities, statements, structures
from ytempire.studio.visuals.drawing.canvas import Canvas
from ytempire.studio.visuals.layout import frame, scene_layout
from ytempire.studio.visuals.motion import Life
from ytempire.studio.visuals.palette import palette
from ytempire.studio.visuals.paths import rectangle
from ytempire.studio.visuals.picture_layer import PlacedPicture
from ytempire.studio.visuals.scenes import (
    Close,
    Comparison,
    Definition,
    Diagram,
    EndCard,
    Hook,
    Items,
    Motif,
    Number,
    Picture,
    Quote,
    Scene,
    SectionTitle,
    Storyboard,
    Timeline,
)
from ytempire.studio.visuals.typefaces import family

_PROGRESS = 60  # layer


def draw(storyboard: Storyboard, ass_script: AssScript, brand: Brand) -> list[PlacedPicture]:
    """Put every scene and the progress line into the ASS script; return the pictures that stand among its layers."""
    canvas = Canvas(ass_script, scene_layout(storyboard.width, storyboard.height), palette(brand), family(brand.family))
    last = storyboard.scenes[-1]
    for scene in storyboard.scenes:
        draw_scene(scene, canvas, Life(frame(scene.start_s), frame(scene.end_s), leave=10 if scene is last else 6))
    _progress(canvas, storyboard.duration_s)
    return canvas.pictures


def draw_scene(scene: Scene, canvas: Canvas, life: Life) -> None:  # noqa: PLR0912 - one branch per kind
    match scene:
        case Hook():
            framing.hook(scene, canvas, life)
        case SectionTitle():
            framing.section(scene, canvas, life)
        case Number():
            quantities.number(scene, canvas, life)
        case Comparison():
            quantities.comparison(scene, canvas, life)
        case Items():
            structures.items(scene, canvas, life)
        case Timeline():
            structures.timeline(scene, canvas, life)
        case Quote():
            statements.quote(scene, canvas, life)
        case Definition():
            statements.definition(scene, canvas, life)
        case Diagram():
            diagrams.diagram(scene, canvas, life)
        case Picture():
            statements.picture(scene, canvas, life)
        case Motif():
            statements.motif(scene, canvas, life)
        case Close():
            framing.close(scene, canvas, life)
        case EndCard():
            framing.end_card(scene, canvas, life)


def _progress(canvas: Canvas, duration_s: float) -> None:
    """A thin line along the top that fills with the video: the one movement that is rightly even."""
    height = max(4.0, canvas.px(7))
    whole = rectangle(0, 0, canvas.layout.width, height)
    canvas.ass_script.put(_PROGRESS, 0, canvas.ass_script.frames, shape_at(whole, canvas.palette.line, shown=0.6))
    canvas.ass_script.put(
        _PROGRESS + 1,
        0,
        canvas.ass_script.frames,
        (
            f"{{\\an7\\pos(0,0){colour(canvas.palette.accent)}\\bord0{opacity(1)}\\fscx0"
            f"\\t(0,{duration_s * 1000:.0f},\\fscx100)\\p4}}{whole.drawing()}{{\\p0}}"
        ),
    )
