"""The check against loops that sleep."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.sleeping_loops import compare, find_sleeping_loops


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("async def a():\n while True:\n  await asyncio.sleep(1)", ["a"]),
        ("class A:\n def b(self):\n  for _ in range(3):\n   if 1:\n    time.sleep(1)", ["A.b"]),
        ("async def a():\n while True:\n  await asyncio.wait_for(event.wait(), 1)", ["a"]),
        ("async def a():\n async def b():\n  while True:\n   await asyncio.sleep(1)", ["a.b"]),
        ("while True:\n time.sleep(1)", ["<module>"]),
        ("async def a():\n await asyncio.sleep(1)\n for _ in range(3):\n  pass", []),
        ("while True:\n async def b():\n  await asyncio.sleep(1)", []),
        ("async def a():\n while True:\n  await other.sleep(1)", []),
    ],
)
def test_find_sleeping_loops_source_gives_names(source: str, names: list[str]) -> None:
    assert list(find_sleeping_loops(source)) == names


def test_compare_loop_without_reason_and_reason_without_loop_are_named(tmp_path: Path) -> None:
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / "a.py").write_text("async def go():\n while True:\n  await asyncio.sleep(1)\n")
    assert list(compare(tmp_path, {"kit/a:go": "it may"})) == []
    [new, gone] = compare(tmp_path, {"kit/b:went": "it might"})
    assert new.startswith("kit/a:go has a loop that sleeps: declare a PeriodicTask")
    assert gone.startswith("kit/b:went has no loop that sleeps any more")
