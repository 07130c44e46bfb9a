"""`costs`: the ledger of a video, the price book and the budgets."""

from __future__ import annotations

import asyncio
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer
from rich.table import Table

from ytempire.cli.command_context import command_context
from ytempire.cli.id_parameters import VideoId
from ytempire.cli.terminal import out, print_json
from ytempire.costs import budgets, prices, queries
from ytempire.costs.models import Budget, CostLine
from ytempire.kit.errors import InvalidInput
from ytempire.kit.money import ZERO

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

costs_app = typer.Typer(no_args_is_help=True, help="Costs of videos, prices and budgets.")
price_app = typer.Typer(no_args_is_help=True, help="The price book.")
costs_app.add_typer(price_app, name="price")
budget_app = typer.Typer(no_args_is_help=True, help="Budgets: the amounts that warn, and the amounts that stop.")
costs_app.add_typer(budget_app, name="budget")


def register(app: typer.Typer) -> None:
    app.add_typer(costs_app, name="costs", rich_help_panel="Costs")


@costs_app.command()
def show(video_id: VideoId, json: Json = False) -> None:
    """Show the cost lines of a video.

    Example: ytempire costs show 0198c0de-0000-7000-8000-000000000000
    """

    async def work() -> list[CostLine]:
        async with command_context() as context, context.sessions.begin() as session:
            return await queries.list_ledger(session, video_id)

    lines = asyncio.run(work())
    total = sum((line.amount_usd for line in lines), ZERO)
    if json:
        print_json(
            {
                "video_id": str(video_id),
                "total_usd": f"{total:.6f}",
                "lines": [
                    {
                        "step": line.step,
                        "attempt": line.attempt,
                        "service": line.service,
                        "item": line.item,
                        "outcome": line.outcome,
                        "usage": line.usage,
                        "amount_usd": f"{line.amount_usd:.6f}",
                        "occurred_at": line.occurred_at.isoformat(),
                    }
                    for line in lines
                ],
            }
        )
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("step", "attempt", "service", "item", "outcome", "used", "USD"):
        table.add_column(name, justify="right" if name in {"attempt", "USD"} else "left")
    for line in lines:
        used = ", ".join(f"{quantity} {unit}" for unit, quantity in line.usage.items())
        table.add_row(
            line.step, str(line.attempt), line.service, line.item, line.outcome, used, f"{line.amount_usd:.6f}"
        )
    out.print(table)
    out.print(f"Total {total:.6f} USD")


@price_app.command("set")
def set_price(
    service: str,
    item: str,
    unit: str,
    usd_per_unit: Annotated[str, typer.Argument(help="US dollars for one unit, e.g. 0.00000025.")],
) -> None:
    """Set the price of one unit from now on. Past costs keep their price.

    Example: ytempire costs price set compute cpu second 0.00001
    """
    price = _amount(usd_per_unit)
    if not price.is_finite() or price < 0:
        raise InvalidInput("A price is a finite amount of at least 0.")

    async def work() -> None:
        async with command_context() as context, context.sessions.begin() as session:
            await prices.set_price(
                session, service=service, item=item, unit=unit, usd_per_unit=price, source="set by the operator"
            )

    asyncio.run(work())
    out.print(f"{service} {item}: {price} USD per {unit} from now on.")


@budget_app.command("list")
def list_budgets(json: Json = False) -> None:
    """List the budgets: the amounts that warn and that stop, in US dollars.

    Example: ytempire costs budget list
    """

    async def work() -> list[Budget]:
        async with command_context() as context, context.sessions.begin() as session:
            return await budgets.list_budgets(session)

    rows = asyncio.run(work())
    if json:
        print_json(
            {
                "items": [
                    {
                        "scope": row.scope,
                        "subject": row.subject,
                        "warn_usd": f"{row.warn_usd:.6f}",
                        "stop_usd": None if row.stop_usd is None else f"{row.stop_usd:.6f}",
                    }
                    for row in rows
                ]
            }
        )
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("scope", "subject", "warn at", "stop at", "meaning"):
        table.add_column(name, justify="right" if name.endswith("at") else "left")
    for row in rows:
        table.add_row(
            row.scope,
            row.subject or "all",
            f"{row.warn_usd:.2f}",
            "never" if row.stop_usd is None else f"{row.stop_usd:.2f}",
            budgets.SCOPES[row.scope],
        )
    out.print(table)


@budget_app.command("set")
def set_budget(
    scope: Annotated[str, typer.Argument(help=f"One of {', '.join(budgets.SCOPES)}.")],
    warn_usd: Annotated[str, typer.Argument(help="US dollars at which a warning is sent.")],
    stop_usd: Annotated[
        str | None, typer.Argument(help="US dollars that no call may exceed; unset: only warn.")
    ] = None,
    subject: Annotated[str | None, typer.Option(help="A channel's id or a service; unset: all.")] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why a video may cost more than 3.00 USD; stored in the audit trail.")
    ] = None,
) -> None:
    """Set the budget of a scope from now on.

    Example: ytempire costs budget set service_video 0.50 1.00 --subject speech
    """

    async def work() -> None:
        async with command_context() as context, context.sessions.begin() as session:
            await budgets.set_budget(
                session,
                scope=scope,
                subject=subject,
                warn_usd=_amount(warn_usd),
                stop_usd=None if stop_usd is None else _amount(stop_usd),
                reason=reason,
            )

    asyncio.run(work())
    out.print("Budget set. List all: ytempire costs budget list")


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise InvalidInput(f"“{text}” is not an amount.", hint="For example 0.00000025.") from error
