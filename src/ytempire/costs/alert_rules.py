"""The alerts about money."""

from __future__ import annotations

from datetime import timedelta

from ytempire.alerts.rules import AlertRule

# A budget warns once: a video is finished by then. Alerts of a day expire with it.
EXPIRES_AFTER = timedelta(days=32)

RULES = (
    AlertRule("cost_warning", "warning", "Costs of a video, a channel or a day reach the warning.", EXPIRES_AFTER),
    AlertRule("cost_stop", "critical", "A paid call is refused, since it could exceed a budget.", EXPIRES_AFTER),
)
