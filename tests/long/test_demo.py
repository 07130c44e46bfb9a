"""`ytempire demo`: one command, from a text to what its video earned."""

from __future__ import annotations

from decimal import Decimal

import httpx
import pytest

from tests.long.conftest import Installation

pytestmark = pytest.mark.long


def test_demo_from_text_ends_with_revenue(new_installation: Installation) -> None:
    seen = new_installation.json("demo", "--seconds", "15")
    assert seen["is_sandbox"] is True
    assert seen["views"] > 0
    assert Decimal(seen["revenue_usd"]) > 0
    assert Decimal(seen["profit_usd"]) == Decimal(seen["revenue_usd"]) - Decimal(seen["cost_usd"])
    assert seen["live_at"] >= seen["publish_at"]
    [(status, published)] = new_installation.query(
        "SELECT status, published_at = scheduled_at FROM core.videos WHERE id = %s", seen["video_id"]
    )
    assert (status, published) == ("published", True)
    clock = httpx.get(f"{new_installation.json('status')['sandbox']}sandbox/clock", trust_env=False).json()
    assert clock["factor"] == 1
