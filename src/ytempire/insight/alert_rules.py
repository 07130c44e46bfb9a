"""The alerts about how videos do."""

from __future__ import annotations

from datetime import timedelta

from ytempire.alerts.rules import AlertRule

RULES = (
    AlertRule(
        "video_viral",
        "success",
        "A young video is among the first three of its owner, with 1,000 views in the hour; at most once an hour.",
        timedelta(hours=1),
    ),
)
