"""The progress of a run: a line for each step with time and cost, a bar for the running one."""

from __future__ import annotations

from types import TracebackType

from rich.live import Live
from rich.table import Table
from rich.text import Text

from ytempire.cli.activity import EVERY_S, Lines
from ytempire.cli.terminal import err, seconds
from ytempire.kit import clock
from ytempire.production.queries import RunView, StepView

MARKS = {
    "pending": ("·", "dim"),
    "running": ("▸", "cyan"),
    "completed": ("✓", "green"),
    "failed": ("✗", "red"),
    "refused": ("✗", "yellow"),
    "cancelled": ("–", "dim"),
}
BAR_WIDTH = 24


class RunProgress:
    """Shows the progress on standard error: a table on a terminal, in a log a line a step and every ten seconds."""

    def __init__(self, *, enabled: bool, every_s: float = EVERY_S) -> None:
        self._live = Live(console=err, refresh_per_second=8, transient=False) if enabled and err.is_terminal else None
        self._lines = Lines(every_s=every_s) if enabled and not err.is_terminal else None
        self._seen: dict[str, str] = {}

    def __enter__(self) -> RunProgress:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live:
            self._live.stop()

    def show(self, run: RunView) -> None:
        if self._live:
            self._live.update(steps_table(run))
        elif self._lines:
            for step in run.steps:
                self._print_step(self._lines, step)

    def say(self, text: str, *, kind: str | None = None) -> None:
        """Show an activity that is no step, such as waiting for the database."""
        if self._live:
            self._live.update(Text(text, style="yellow"))
        elif self._lines:
            self._lines.say(text, kind=kind)

    def _print_step(self, lines: Lines, step: StepView) -> None:
        name = step.name.replace("_", " ")
        if step.status == "running":
            share = f", {step.progress:.0%}" if step.progress else ""
            lines.say(f"▸ {name}{share} …", kind=f"{name} {step.attempts}")
        elif step.status != self._seen.get(step.name, "pending"):
            err.print(f"{MARKS[step.status][0]} {name}  {_time(step)}  {_step_note(step)}".rstrip(), markup=False)
        self._seen[step.name] = step.status


def steps_table(run: RunView) -> Table:
    table = Table.grid(padding=(0, 2))
    for _ in range(2):
        table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right")
    table.add_column()
    for step in run.steps:
        mark, style = MARKS[step.status]
        table.add_row(
            Text(mark, style=style),
            Text(step.name.replace("_", " "), style="dim" if step.status == "pending" else ""),
            Text(_time(step)),
            Text(f"{step.cost_usd:.2f} USD" if step.attempts else "", style="dim"),
            _step_note(step),
        )
    return table


def _time(step: StepView) -> str:
    if step.status == "running" and step.started_at is not None:
        return seconds((clock.now() - step.started_at).total_seconds())
    return seconds(float(step.seconds)) if step.attempts else ""


def _step_note(step: StepView) -> Text:
    if step.status == "running":
        if not step.progress:
            return Text("")
        full = round(step.progress * BAR_WIDTH)
        return (
            Text("━" * full, style="cyan")
            + Text("━" * (BAR_WIDTH - full), style="grey30")
            + Text(f" {step.progress:.0%}", style="dim")
        )
    if step.error:
        return Text(str(step.error["message"]), style=MARKS[step.status][1])
    again = f" · attempt {step.attempts}" if step.attempts > 1 else ""
    return Text(f"{step.provider or ''}{again}", style="dim")
