"""The alerts about the collection of numbers."""

from __future__ import annotations

from ytempire.alerts.rules import AlertRule

RULES = (AlertRule("collection_late", "warning", "No numbers of a channel have come from YouTube for 12 hours."),)
