"""The alerts about waves."""

from ytempire.alerts.rules import AlertRule

RULES = (AlertRule("wave_high", "warning", "A wave is higher than a house."),)
