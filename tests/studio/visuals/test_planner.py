from __future__ import annotations

import io
import itertools
import re
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from structlog.testing import capture_logs

from tests.studio import picture_samples as samples
from ytempire.studio.script_document import Line, Script, Section
from ytempire.studio.visuals.images import ImageFolder
from ytempire.studio.visuals.planner import plan
from ytempire.studio.visuals.scenes import Comparison, Items, Number, Picture, Scene, Storyboard, Timeline
from ytempire.studio.voice.document import Narration


def planned(script: Script | None = None, **options: object) -> tuple[Script, Narration, Storyboard]:
    script = script or samples.script()
    narration = samples.narration(script)
    return script, narration, plan(script, narration, brand=samples.DARK, width=1920, height=1080, **options)  # type: ignore[arg-type]


def one_line(text: str) -> Script:
    return samples.script((("hook", "Why does the sea rise?", -1), ("body", text, 0), ("close", "That is all.", -1)))


def of_kind(storyboard: Storyboard, kind: str) -> Scene:
    found = [scene for scene in storyboard.scenes if scene.kind == kind]
    assert found, [scene.kind for scene in storyboard.scenes]
    return found[0]


class TestTimes:
    def test_plan_scenes_fill_video_on_whole_frames(self) -> None:
        _, narration, storyboard = planned()
        scenes = storyboard.scenes
        assert scenes[0].start_s == 0
        assert scenes[-1].end_s == narration.duration_s
        for before, after in itertools.pairwise(scenes):
            assert before.end_s == after.start_s
            assert after.start_s * 30 == pytest.approx(round(after.start_s * 30), abs=1e-6)

    def test_plan_scenes_last_1_4_to_10_seconds(self) -> None:
        _, _, storyboard = planned()
        for scene in storyboard.scenes:
            assert 1.4 <= scene.end_s - scene.start_s <= 10

    def test_plan_number_appears_when_spoken(self) -> None:
        _, narration, storyboard = planned(one_line("The solid ground rises by about 20 centimeters."))
        number = of_kind(storyboard, "number")
        assert isinstance(number, Number)
        spoken = next(word for word in narration.words if word.text == "20")
        assert number.at_s == spoken.start_s
        assert number.shown == "~20 cm"

    def test_plan_items_appear_when_spoken(self) -> None:
        _, narration, storyboard = planned(
            one_line("Coal, timber, and fresh iron travelled down the long river by night.")
        )
        items = of_kind(storyboard, "list")
        assert isinstance(items, Items)
        assert [item.at_s for item in items.items] == [
            next(word.start_s for word in narration.words if word.text.startswith(text))
            for text in ("Coal", "timber", "fresh")
        ]


class TestChoice:
    @pytest.mark.parametrize(
        ("sentence", "kind"),
        [
            ("About 71 percent of the surface of Earth is covered by water.", "number"),
            ("The first boat ran in 1811, and regular service followed in 1823.", "timeline"),
            ("Farms employed 40 percent of workers, while mills employed 12 percent of families.", "comparison"),
            ("The crew wrote, “The tide is coming in far too early today.”", "quote"),
            ("A neap tide is a weak high tide at the quarter of the Moon.", "definition"),
            ("The railroad stimulated a greater demand for coal across the country.", "diagram"),
            ("The sea is wide and the night is long over there.", "motif"),
        ],
    )
    def test_plan_scene_kind_follows_sentence(self, sentence: str, kind: str) -> None:
        _, _, storyboard = planned(one_line(sentence))
        assert kind in {scene.kind for scene in storyboard.scenes}

    def test_plan_list_items_share_one_scene(self) -> None:
        texts = ("Public health notes.", "Instructions for use.", "Museum labels.")
        lines = [
            Line(text="Here are some uses.", role="hook", section=-1),
            *(Line(text=text, role="body", section=0, list_item=True) for text in texts),
            Line(text="That is all.", role="close", section=-1),
        ]
        base = samples.script()
        script = base.model_copy(
            update={"lines": tuple(lines), "sections": (Section(heading="Uses", first_line=1, last_line=3),)}
        )
        _, _, storyboard = planned(script)
        items = of_kind(storyboard, "list")
        assert isinstance(items, Items)
        assert [item.text for item in items.items] == ["Public health notes", "Instructions for use", "Museum labels"]

    def test_plan_neighbouring_scenes_differ(self) -> None:
        _, _, storyboard = planned()
        looks = [(scene.kind, getattr(scene, "form", ""), scene.layout) for scene in storyboard.scenes]
        assert all(before != after for before, after in itertools.pairwise(looks))

    def test_plan_draws_only_stated_values(self) -> None:
        script, _, storyboard = planned()
        said = " ".join(line.text for line in script.lines)
        for scene in storyboard.scenes:
            values = (
                [scene.value]
                if isinstance(scene, Number)
                else [row.value for row in scene.rows]
                if isinstance(scene, Comparison)
                else [float(m.when) for m in scene.moments]
                if isinstance(scene, Timeline)
                else []
            )
            for value in values:
                assert re.search(rf"\b{value:g}\b", said.replace(",", ""))

    def test_plan_key_text_is_short_and_from_script(self) -> None:
        script, _, storyboard = planned()
        said = set(re.findall(r"\w+", " ".join(line.text for line in script.lines).lower()))
        for scene in storyboard.scenes:
            if scene.kind == "motif":
                words = re.findall(r"\w+", scene.phrase.lower())
                assert 1 <= len(scene.phrase.split()) <= 8
                assert set(words) <= said

    def test_plan_is_deterministic(self) -> None:
        assert planned()[2] == planned()[2]

    def test_plan_uses_only_transitions_of_brand(self) -> None:
        _, _, storyboard = planned()
        assert {change for change in storyboard.transitions if change} <= set(samples.DARK.transitions)
        assert len(storyboard.transitions) == len(storyboard.scenes) - 1


def said_to_be(kind: str, side: int) -> bytes:
    """A small picture whose head says that it is a large one."""
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, kind)
    content = out.getvalue()
    if kind == "PNG":
        head = b"IHDR" + struct.pack(">II", side, side) + content[24:29]
        return content[:12] + head + struct.pack(">I", zlib.crc32(head)) + content[33:]
    at = content.index(b"\xff\xc0") + 5  # the frame's height, then its width
    return content[:at] + struct.pack(">HH", side, side) + content[at + 4 :]


def encoded(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 60).save(out, kind)
    return out.getvalue()


FAULTS = Path(__file__).parents[2] / "data/faults"
UNREADABLE = {
    "wide sea.jpg": b"",
    "wide sea, cut.jpg": encoded("JPEG")[:-400],
    "wide sea, a head.jpg": encoded("JPEG")[:24],
    "wide sea.png": encoded("PNG")[: -len(encoded("PNG")) // 2],
    "wide sea, changed.png": encoded("PNG")[:60] + b"\0\0\0\0" + encoded("PNG")[64:],
    "wide sea.webp": encoded("WEBP")[:-200],
    "wide sea.heic.jpg": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "wide sea, drawn.png": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "wide sea, a page.jpg": b"<!doctype html><p>Not found",
    "wide sea, printed.jpg": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n",
}


class TestPictures:
    def test_plan_shows_own_image_matching_name(self, tmp_path: Path) -> None:
        Image.new("RGB", (8, 8)).save(tmp_path / "wide sea at night.jpg")
        (tmp_path / "notes.txt").write_text("sea")
        _, _, storyboard = planned(
            one_line("The sea is wide and the night is long over there."), images=ImageFolder(tmp_path)
        )
        picture = of_kind(storyboard, "picture")
        assert isinstance(picture, Picture)
        assert picture.file == tmp_path / "wide sea at night.jpg"

    @pytest.mark.parametrize("kind", ["PNG", "JPEG"])
    @pytest.mark.parametrize("side", [12_000, 60_000])
    def test_image_folder_skips_huge_image_and_logs_name(self, tmp_path: Path, kind: str, side: int) -> None:
        huge = tmp_path / f"a wide sea at night.{kind.lower()}"
        huge.write_bytes(said_to_be(kind, side))
        assert huge.stat().st_size < 2_000
        with capture_logs() as said:
            assert ImageFolder(tmp_path).find(("wide sea at night",)) is None
        assert [(one["event"], one["file"]) for one in said] == [("image_skipped", str(huge))]
        small = tmp_path / "sea.png"
        Image.new("RGB", (8, 8)).save(small)
        assert ImageFolder(tmp_path).find(("wide sea at night",)) == small

    @pytest.mark.parametrize("name", list(UNREADABLE))
    def test_plan_skips_unreadable_image_and_logs_name(self, tmp_path: Path, name: str) -> None:
        bad = tmp_path / "own" / name
        bad.parent.mkdir()
        bad.write_bytes(UNREADABLE[name])
        images = ImageFolder(tmp_path)
        with capture_logs() as said:
            _, _, storyboard = planned(one_line("The sea is wide and the night is long over there."), images=images)
        assert not [scene for scene in storyboard.scenes if isinstance(scene, Picture)]
        assert list(images.skipped) == [f"own/{name}"]
        assert [(one["event"], one["file"]) for one in said] == [("image_skipped", str(bad))]
        good = tmp_path / "a sea.png"
        Image.new("RGB", (8, 8)).save(good)
        assert ImageFolder(tmp_path).find(("wide sea at night",)) == good

    def test_image_folder_with_faults_finds_good_and_names_skipped(self) -> None:
        images = ImageFolder(FAULTS / "20-images")
        terms = ("fog signal", "granite tower", "keeper", "harbour lighthouse", "solar lamp", "storm")
        found = [images.find((term,)) for term in terms]
        assert [file.stem for file in found if file] == ["fog signal", "solar lamp"]
        assert images.skipped == {
            "granite tower.png": images.skipped["granite tower.png"],
            "keeper.heic.jpg": "no picture of a kind that is known",
            "lighthouse, harbour.jpg": "empty",
            "storm.jpg": "no picture of a kind that is known",
        }

    def test_image_folder_without_match_finds_none(self, tmp_path: Path) -> None:
        (tmp_path / "harbour.jpg").write_bytes(b"")
        assert ImageFolder(tmp_path).find(("The Moon",)) is None
