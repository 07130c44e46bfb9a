"""Clips of drawn pictures: as many frames as said, transparent around, whole while they are held."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ytempire.studio.visuals.motion import ENTER, LEAVE
from ytempire.studio.visuals.picture_layer import PlacedPicture, write_clip

SUN = PlacedPicture("2600", x=100.0, y=80.0, side=120.0, start=10, end=70)


def _alpha(file: Path, window: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    frame = window * window
    data = np.frombuffer(file.read_bytes(), dtype=np.uint8)
    frames = data.reshape(ENTER + 1 + LEAVE, frame * 5 // 2)
    return frames[:, -frame:].reshape(-1, window, window)


def test_write_clip_comes_is_held_and_goes(tmp_path: Path) -> None:
    write_clip(SUN, tmp_path / "clip.yuv")
    alpha = _alpha(tmp_path / "clip.yuv", SUN.window)
    seen = alpha.astype(int).sum((1, 2))
    assert list(seen[: ENTER + 1]) == sorted(seen[: ENTER + 1])
    assert list(seen[ENTER:]) == sorted(seen[ENTER:], reverse=True)
    assert alpha[ENTER].max() == 255
    assert seen[-1] < seen[ENTER] / 3


def test_write_clip_leaves_margin_transparent(tmp_path: Path) -> None:
    write_clip(SUN, tmp_path / "clip.yuv")
    held = _alpha(tmp_path / "clip.yuv", SUN.window)[ENTER]
    assert not held[0].any()
    assert not held[:, -1].any()


@pytest.mark.parametrize("side", [33.0, 120.4, 471.9])
def test_window_of_any_side_is_even_and_larger(side: float) -> None:
    placed = PlacedPicture("2600", 0.0, 0.0, side, 0, 60)
    assert placed.window % 2 == 0
    assert placed.window >= side


def test_held_with_coming_and_going_is_whole_life() -> None:
    assert ENTER + SUN.held + LEAVE == SUN.end - SUN.start
