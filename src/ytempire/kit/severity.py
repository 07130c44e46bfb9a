"""The one scale on which alerts and notifications are weighed."""

from __future__ import annotations

from typing import Literal, get_args

Severity = Literal["info", "success", "warning", "critical"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""From the least to the most severe."""
