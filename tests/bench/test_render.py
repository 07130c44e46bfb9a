"""The bench of the render, on a small picture."""

from __future__ import annotations

import pytest
from bench.render import measure


def test_measure_times_our_render_and_floor() -> None:
    found = measure(4, 1, width=320, height=180)
    assert found["ours_cpu_s"] > found["floor_cpu_s"] > 0  # type: ignore[operator]  # both are seconds
    assert found["cpu_ratio"] == pytest.approx(float(found["ours_cpu_s"]) / float(found["floor_cpu_s"]), rel=0.2)
