"""`alerts`: what is wrong on the channels and with the installation, and the rules that say so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from ytempire.alerts import queries
from ytempire.alerts.endpoints import AlertOut, AlertRuleOut
from ytempire.cli.command_context import CommandContext, command_context
from ytempire.cli.id_parameters import AlertId
from ytempire.cli.terminal import escape, out, print_json
from ytempire.kit import clock
from ytempire.kit.database import AsyncSession

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
RuleName = Annotated[str, typer.Argument(help="Its name, from `ytempire alerts rules`.", metavar="RULE")]
T = TypeVar("T")
MARKS = {
    "info": "[dim]•[/]",
    "success": "[green]✓[/]",
    "warning": "[yellow]![/]",
    "critical": "[red]✗[/]",
}
SHOWN = 100  # the newest; the page has all


class State(StrEnum):
    """Of an alert; `open` is active or acknowledged."""

    ACTIVE = "active"
    ACKNOWLEDGED = "acknowledged"
    OPEN = "open"
    CLOSED = "closed"


alerts_app = typer.Typer(no_args_is_help=True, help="Alerts: what is wrong, who works on it, and which rules are on.")


def register(app: typer.Typer) -> None:
    app.add_typer(alerts_app, name="alerts", rich_help_panel="This machine")


@alerts_app.command("list")
def show(
    state: Annotated[State, typer.Option(help="Which alerts; open: active or acknowledged.")] = State.OPEN,
    json: Json = False,
) -> None:
    """List alerts, newest first: what is wrong, and what to do about it.

    Example: ytempire alerts list --state active
    """
    rows = asyncio.run(
        _in_session(lambda session, _: queries.list_alerts(session, clock.now(), limit=SHOWN, state=state.value))
    )
    alerts = [AlertOut.from_row(row) for row in rows]
    if json:
        print_json({"items": [alert.model_dump(mode="json") for alert in alerts]})
        return
    for alert in alerts:
        out.print(f"{MARKS[alert.severity]} [bold]{escape(alert.title)}[/]")
        out.print(f"  {escape(alert.message)}")
        facts = [alert.rule, f"opened {alert.opened_at:%Y-%m-%d %H:%M} UTC"]
        facts += [f"acknowledged {alert.acknowledged_at:%Y-%m-%d %H:%M} UTC"] if alert.acknowledged_at else []
        facts += [f"closed {alert.closed_at:%Y-%m-%d %H:%M} UTC"] if alert.closed_at else []
        out.print(f"  [dim]{escape(', '.join(facts))}, id {alert.id}[/]")
    if not alerts:
        out.print("No alerts." if state is State.CLOSED else f"No {state.value} alerts.")


@alerts_app.command()
def acknowledge(alert: AlertId) -> None:
    """Say that you work on an alert. It stays open until what is wrong is gone.

    Example: ytempire alerts acknowledge ALERT
    """
    row = asyncio.run(
        _in_session(
            lambda session, context: queries.acknowledge_alert(session, alert, context.operator.user_id, clock.now())
        )
    )
    out.print(f"[green]✓[/] Acknowledged: {escape(row.title)}")


@alerts_app.command()
def rules(json: Json = False) -> None:
    """List the rules by which alerts are opened.

    Example: ytempire alerts rules
    """
    rows = asyncio.run(_in_session(lambda session, _: queries.list_rules(session)))
    listed = [AlertRuleOut.from_row(row) for row in rows]
    if json:
        print_json({"items": [rule.model_dump(mode="json") for rule in listed]})
        return
    for rule in listed:
        name = rule.name if rule.is_enabled else f"{rule.name} (disabled)"
        out.print(f"{MARKS[rule.severity]} [bold]{escape(name)}[/]  {escape(rule.description)}")


@alerts_app.command()
def disable(rule: RuleName) -> None:
    """Disable a rule for the whole installation: its open alerts close, and no new ones are opened.

    Example: ytempire alerts disable video_viral
    """
    _enable(rule, is_enabled=False)
    out.print(f"[green]✓[/] The rule {escape(rule)} is disabled.")


@alerts_app.command()
def enable(rule: RuleName) -> None:
    """Enable a rule again.

    Example: ytempire alerts enable video_viral
    """
    _enable(rule, is_enabled=True)
    out.print(f"[green]✓[/] The rule {escape(rule)} is enabled.")


def _enable(rule: str, *, is_enabled: bool) -> None:
    asyncio.run(
        _in_session(lambda session, _: queries.enable_rule(session, rule, is_enabled=is_enabled, now=clock.now()))
    )


async def _in_session(act: Callable[[AsyncSession, CommandContext], Awaitable[T]]) -> T:
    async with command_context() as context, context.sessions.begin() as session:
        return await act(session, context)
