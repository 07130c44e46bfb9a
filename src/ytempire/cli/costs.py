"""`costs`: the account of a video, and the price book."""

from __future__ import annotations

import asyncio
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer
from rich.table import Table

from ytempire.cli.ids import VideoId
from ytempire.cli.session import workplace
from ytempire.cli.terminal import out, print_json
from ytempire.costs import budgets, prices, queries
from ytempire.costs.models import Budget, Cost
from ytempire.kit.errors import InvalidInput
from ytempire.kit.money import ZERO

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

costs_app = typer.Typer(no_args_is_help=True, help="Money: what videos cost, and what things cost.")
price_app = typer.Typer(no_args_is_help=True, help="The price book.")
costs_app.add_typer(price_app, name="price")
limit_app = typer.Typer(no_args_is_help=True, help="Warnings and stops.")
costs_app.add_typer(limit_app, name="limit")


def register(app: typer.Typer) -> None:
    app.add_typer(costs_app, name="costs", rich_help_panel="Money")


@costs_app.command()
def show(video_id: VideoId, json: Json = False) -> None:
    """Show every line of a video's account.

    Example: ytempire costs show 0198c0de-0000-7000-8000-000000000000
    """

    async def work() -> list[Cost]:
        async with workplace() as place, place.sessions.begin() as session:
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
    out.print(f"Together {total:.6f} USD")


@price_app.command("set")
def set_price(
    service: str,
    item: str,
    unit: str,
    usd_per_unit: Annotated[str, typer.Argument(help="US dollars for one unit, e.g. 0.00000025.")],
) -> None:
    """Set what one unit costs from now on. What was spent before keeps its price.

    Example: ytempire costs price set compute cpu second 0.00001
    """
    price = _amount(usd_per_unit)
    if not price.is_finite() or price < 0:
        raise InvalidInput("A price is a finite amount of at least 0.")

    async def work() -> None:
        async with workplace() as place, place.sessions.begin() as session:
            await prices.set_price(
                session, service=service, item=item, unit=unit, usd_per_unit=price, source="set by the operator"
            )

    asyncio.run(work())
    out.print(f"{service} {item}: {price} USD per {unit} from now on.")


@limit_app.command("list")
def list_limits(json: Json = False) -> None:
    """Show what is warned of and what is stopped, in US dollars.

    Example: ytempire costs limit list
    """

    async def work() -> list[Budget]:
        async with workplace() as place, place.sessions.begin() as session:
            return await budgets.list_limits(session)

    limits = asyncio.run(work())
    if json:
        print_json(
            {
                "items": [
                    {
                        "scope": one.scope,
                        "subject": one.subject,
                        "warn_usd": f"{one.warn_usd:.6f}",
                        "stop_usd": None if one.stop_usd is None else f"{one.stop_usd:.6f}",
                    }
                    for one in limits
                ]
            }
        )
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("scope", "subject", "warn at", "stop at", "meaning"):
        table.add_column(name, justify="right" if name.endswith("at") else "left")
    for one in limits:
        table.add_row(
            one.scope,
            one.subject or "all",
            f"{one.warn_usd:.2f}",
            "never" if one.stop_usd is None else f"{one.stop_usd:.2f}",
            budgets.SCOPES[one.scope],
        )
    out.print(table)


@limit_app.command("set")
def set_limit(
    scope: Annotated[str, typer.Argument(help=f"One of {', '.join(budgets.SCOPES)}.")],
    warn_usd: Annotated[str, typer.Argument(help="US dollars at which a warning is given.")],
    stop_usd: Annotated[str | None, typer.Argument(help="US dollars that no call may pass; unset: warn only.")] = None,
    subject: Annotated[str | None, typer.Option(help="A channel's id or a service; unset: all.")] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why a video may cost more than 3.00 USD; kept in the audit trail.")
    ] = None,
) -> None:
    """Set a warning and a stop from now on.

    Example: ytempire costs limit set service_video 0.50 1.00 --subject speech
    """

    async def work() -> None:
        async with workplace() as place, place.sessions.begin() as session:
            await budgets.set_limit(
                session,
                scope=scope,
                subject=subject,
                warn_usd=_amount(warn_usd),
                stop_usd=None if stop_usd is None else _amount(stop_usd),
                reason=reason,
            )

    asyncio.run(work())
    out.print("Set. `ytempire costs limit list` shows all.")


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise InvalidInput(f"“{text}” is not an amount.", hint="Write it like 0.00000025.") from error
