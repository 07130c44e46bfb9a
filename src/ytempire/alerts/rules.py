"""The declaration of an alert rule: what can be wrong, how much it weighs, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ytempire.kit.severity import Severity


@dataclass(frozen=True)
class AlertRule:
    """A domain lists its rules (`Domain.alert_rules`); each is a row of `core.alert_rules`, which can be disabled."""

    name: str
    """Two words or more with underscores, such as `cost_warning`."""
    severity: Severity
    description: str
    """One sentence: when an alert is opened."""
    expires_after: timedelta | None = None
    """Of something that happens once: when the alert closes, so that the next time is told again. None: of a condition,
    whose alert is renewed while it lasts and closed by whoever sees it gone."""
