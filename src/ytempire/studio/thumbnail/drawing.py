"""Draws thumbnails with Pillow: bold type, one drawn thing, much contrast, nothing in the lower right corner."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ytempire.channels.persona import Brand
from ytempire.studio.script_document import Script
from ytempire.studio.thumbnail.ideas import Idea, ideas
from ytempire.studio.visuals.drawn_pictures import read_drawing
from ytempire.studio.visuals.palette import RGB, Palette, mix, palette
from ytempire.studio.visuals.scenes import Storyboard
from ytempire.studio.visuals.typefaces import FONTS, Face, Family, Setting, family, fit, runs, width

WIDTH, HEIGHT = 1280, 720
MOST_BYTES = 2_000_000
_TWICE = 2  # shapes are drawn at twice the size and reduced: Pillow's polygons have hard edges


def draw_all(script: Script, storyboard: Storyboard, *, brand: Brand, out_dir: Path) -> list[Path]:
    """Write thumbnail-1.jpg to thumbnail-3.jpg, each whole or not at all, and return their paths."""
    out_dir.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for number, idea in enumerate(ideas(script, storyboard), 1):
        image = draw(idea, brand, variant=number)
        file = out_dir / f"thumbnail-{number}.jpg"
        partial = file.with_name(f".{file.name}.partial")
        partial.write_bytes(_encoded(image))
        partial.replace(file)
        paths.append(file)
    return paths


def draw(idea: Idea, brand: Brand, *, variant: int) -> Image.Image:
    """One thumbnail. The three variants stand on three grounds, so that no two look alike in a row."""
    colours, faces = palette(brand), family(brand.family)
    canvas = _ThumbnailCanvas(colours, faces, inverted=variant == 2)
    if idea.look == "number":
        canvas.glow(0.82, 0.3)
        canvas.number(idea)
    elif idea.look == "contrast":
        canvas.contrast(idea)
    elif idea.look == "headline":
        canvas.headline(idea)
    elif idea.look == "thing":
        canvas.glow(0.3, 0.5)
        canvas.disc(330, 350, 285)
        if idea.drawing:
            canvas.picture(idea.drawing, 330, 350, 400)
        canvas.text(idea.big, 670, 90, 550, 490, largest=180)
    else:
        canvas.glow(0.2, 0.1)
        canvas.text(idea.big, 70, 70, 1100, 500, largest=230)
        canvas.bar(76, 640, 420)
    return canvas.image


def _encoded(image: Image.Image) -> bytes:
    for quality in (92, 86, 78, 65):
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality, subsampling=0, optimize=True)
        if buffer.tell() < MOST_BYTES:
            break
    return buffer.getvalue()


class _ThumbnailCanvas:
    """Draws on one thumbnail in a brand's colours, on its ground or on its accent."""

    def __init__(self, colours: Palette, faces: Family, *, inverted: bool) -> None:
        self._plain = colours.ground
        self.ground: RGB = colours.accent if inverted else colours.ground
        self.ink: RGB = colours.on_accent if inverted else colours.text
        self.strong: RGB = colours.on_accent if inverted else colours.accent
        self.surface: RGB = mix(self.ground, self.ink, 0.12) if inverted else colours.surface
        self.glowing: RGB = mix(colours.ground, colours.companions[0], 0.45)
        self.faces = faces
        self.image = Image.new("RGB", (WIDTH, HEIGHT), self.ground)

    def glow(self, x: float, y: float) -> None:
        """A wide soft light behind what matters; the accent ground is light enough by itself."""
        if self.ground != self._plain:
            return
        small = Image.new("L", (160, 90), 0)
        ImageDraw.Draw(small).ellipse((160 * x - 55, 90 * y - 45, 160 * x + 55, 90 * y + 45), fill=190)
        mask = small.filter(ImageFilter.GaussianBlur(22)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        self.image.paste(Image.new("RGB", (WIDTH, HEIGHT), self.glowing), (0, 0), mask)

    def disc(self, x: float, y: float, radius: float) -> None:
        self._ellipse(x, y, radius, self.surface)
        mask = Image.new("L", (WIDTH * _TWICE, HEIGHT * _TWICE), 0)
        box = tuple(v * _TWICE for v in (x - radius - 26, y - radius - 26, x + radius + 26, y + radius + 26))
        ImageDraw.Draw(mask).arc(box, 20, 130, fill=255, width=14 * _TWICE)
        self._paste(mask, self.strong)

    def _ellipse(self, x: float, y: float, radius: float, fill: RGB) -> None:
        mask = Image.new("L", (WIDTH * _TWICE, HEIGHT * _TWICE), 0)
        ImageDraw.Draw(mask).ellipse([v * _TWICE for v in (x - radius, y - radius, x + radius, y + radius)], fill=255)
        self._paste(mask, fill)

    def _paste(self, mask: Image.Image, fill: RGB) -> None:
        self.image.paste(
            Image.new("RGB", (WIDTH, HEIGHT), fill), (0, 0), mask.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        )

    def picture(self, drawing: str, x: float, y: float, side: float) -> None:
        """A drawn picture about (x, y), with a soft shadow that lifts it off any ground."""
        drawn = read_drawing(drawing).resize((round(side), round(side)), Image.Resampling.LANCZOS)
        corner = (round(x - side / 2), round(y - side / 2))
        shadow = Image.new("L", (WIDTH, HEIGHT), 0)
        shadow.paste(drawn.getchannel("A"), (corner[0], corner[1] + round(side * 0.03)))
        shadow = shadow.filter(ImageFilter.GaussianBlur(side * 0.03)).point(lambda share: share // 2)
        self.image.paste(Image.new("RGB", (WIDTH, HEIGHT), (0, 0, 0)), (0, 0), shadow)
        self.image.paste(drawn, corner, drawn)

    def number(self, idea: Idea) -> None:
        """The number as large as it can be: beside the picture if short, else under it across the whole width."""
        short = len(idea.big) < 5
        figure = fit(
            idea.big,
            self.faces.display,
            largest=420,
            limit=700 if short else 1130,
            height=330,
            max_lines=1,
            tracking=self.faces.tracking,
        )
        label = fit(idea.small or " ", self.faces.display, largest=120, limit=700, height=110, max_lines=1)
        if short:
            if idea.drawing:
                self.picture(idea.drawing, 1010, 290, 430)
            top = 350 - (figure.height + 60 + label.height) / 2
            self._set(figure, 70, top, self.strong)
            self._set(label, 74, top + figure.height + 60, self.ink)
            return
        if idea.drawing:
            self.picture(idea.drawing, 1060, 190, 270)
        self._set(label, 74, 190 - label.height / 2, self.ink)
        self._set(figure, 70, min(360.0, 585 - figure.height), self.strong)

    def headline(self, idea: Idea) -> None:
        """Words beside what they are about, or across the whole width where nothing shows it."""
        if idea.drawing:
            self.picture(idea.drawing, 1010, 300, 400)
        self.text(idea.big, 70, 60, 640 if idea.drawing else 1120, 600, largest=190)

    def text(self, words: str, x: float, y: float, wide: float, high: float, *, largest: float) -> None:
        """Words as large as the box allows, last line in the strong colour, clear of the lower right corner."""
        setting = fit(
            words,
            self.faces.display,
            largest=largest,
            limit=wide,
            height=high,
            max_lines=4,
            tracking=self.faces.tracking,
            lead=self.faces.lead,
        )
        top = y + (high - setting.height) / 2
        self._set(setting, x, top, self.ink, last=self.strong if len(setting.lines) > 1 else None)

    def contrast(self, idea: Idea) -> None:
        """Two things side by side, a slanted line between them."""
        sides = ((idea.big, idea.drawing), (idea.small, idea.second_drawing))
        for i, (words, drawing) in enumerate(sides):
            left = 50 + i * 610
            if drawing:
                self.picture(drawing, left + 285, 230, 310)
            setting = fit(
                words,
                self.faces.display,
                largest=112,
                limit=530,
                height=170,
                max_lines=2,
                tracking=self.faces.tracking,
                lead=self.faces.lead,
            )
            for row, line in enumerate(setting.lines):
                wide = width(line, setting.face, setting.px, setting.tracking)
                self._draw_line(
                    line,
                    setting,
                    left + 285 - wide / 2,
                    420 + setting.face.cap_height * setting.px + row * setting.lead,
                    self.strong if i else self.ink,
                )
        mask = Image.new("L", (WIDTH * _TWICE, HEIGHT * _TWICE), 0)
        ImageDraw.Draw(mask).polygon([v * _TWICE for v in (662, 60, 674, 60, 618, 660, 606, 660)], fill=255)
        self._paste(mask, self.strong)

    def bar(self, x: float, y: float, length: float) -> None:
        ImageDraw.Draw(self.image).rounded_rectangle((x, y, x + length, y + 18), 9, fill=self.strong)

    def _set(self, setting: Setting, x: float, top: float, fill: RGB, *, last: RGB | None = None) -> None:
        for row, line in enumerate(setting.lines):
            baseline = top + setting.face.cap_height * setting.px + row * setting.lead
            self._draw_line(line, setting, x, baseline, last if last and row == len(setting.lines) - 1 else fill)

    def _draw_line(self, text: str, setting: Setting, x: float, baseline: float, fill: RGB) -> None:
        drawing = ImageDraw.Draw(self.image)
        for piece_x, face, piece in _pieces(text, setting):
            drawing.text((x + piece_x, baseline), piece, font=_font(face, setting.px), fill=fill, anchor="ls")


def _pieces(text: str, setting: Setting) -> list[tuple[float, Face, str]]:
    """Each character with its place and font: Pillow knows no letter spacing. Scripts that join stay whole."""
    pieces: list[tuple[float, Face, str]] = []
    before = ""
    for face, run in runs(text, setting.face):
        for piece in run if face == setting.face else (run,):
            pieces.append((width(before, setting.face, setting.px, setting.tracking), face, piece))
            before += piece
    return pieces


def _font(face: Face, px: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / face.file, round(px))
