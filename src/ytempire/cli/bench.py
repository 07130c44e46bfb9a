"""`bench`: measure what we claim, on this machine, as ratios in one run."""

from __future__ import annotations

from typing import Annotated

import typer

from ytempire.cli.terminal import out, print_json

bench_app = typer.Typer(no_args_is_help=True, help="Measure what we claim, on this machine.")


def register(app: typer.Typer) -> None:
    app.add_typer(bench_app, name="bench", rich_help_panel="This machine")


@bench_app.command()
def render(
    seconds: Annotated[int, typer.Option(min=5, max=120, help="Length of the video.")] = 30,
    rounds: Annotated[int, typer.Option(min=1, max=9)] = 3,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """CPU of a whole render over the bare x264 encode of the same frames.

    Example: ytempire bench render --json
    """
    from ytempire.production.render import bench  # noqa: PLC0415  # brings all that draws and encodes


    found = bench.measure(seconds=seconds, rounds=rounds)
    if json:
        print_json(found)
        return
    for name, value in found.items():
        out.print(f"{name:<16} {value}", markup=False)
