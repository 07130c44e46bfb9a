"""The command `bench` hands over to the benches of the source, where there is one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import typer

from ytempire.cli import bench
from ytempire.cli.bench import BenchesMissing
from ytempire.kit.errors import InvalidInput


def test_bench_in_installed_package_names_source_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "CHECKOUT", tmp_path)
    app = typer.Typer()
    bench.register(app)
    with pytest.raises(BenchesMissing, match="come with the source") as refusal:
        typer.main.get_group(app)(["bench", "api", "--users", "5", "--json"], standalone_mode=False)
    assert "make setup" in (refusal.value.hint or "")


def test_bench_in_checkout_has_command_per_claim() -> None:
    app = typer.Typer()
    bench.register(app)
    assert set(typer.main.get_group(app).commands["bench"].commands) == {  # type: ignore[attr-defined]
        "render", "video", "start", "api", "ingest", "dashboards", "review", "speech",
    }  # fmt: skip


def test_bench_speech_without_its_packages_says_how_to_install_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jiwer", None)
    app = typer.Typer()
    bench.register(app)
    with pytest.raises(InvalidInput, match="is missing") as refusal:
        typer.main.get_group(app)(["bench", "speech"], standalone_mode=False)
    assert "--group bench-speech" in (refusal.value.hint or "")
