"""`python -m ytempire.sandbox FOLDER`: the local YouTube as a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ytempire.kit.errors import YtempireError
from ytempire.sandbox.app import create_app
from ytempire.sandbox.server import server
from ytempire.settings import get_settings


def main(
    folder: Annotated[Path, typer.Argument(help="where its state lives; made if it is not there")],
    port: Annotated[int | None, typer.Option(help="default: YTEMPIRE_SANDBOX__PORT, 8713")] = None,
) -> None:
    """Serve the sandbox until it is stopped. Example: python -m ytempire.sandbox ./sandbox --port 8713"""
    settings = get_settings().sandbox
    if port is not None:
        settings = settings.model_copy(update={"port": port})
    try:
        app = create_app(folder, settings)
    except YtempireError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from error
    server(app, app.state.context.connections, host=settings.host, port=settings.port).run()


if __name__ == "__main__":
    typer.run(main)
