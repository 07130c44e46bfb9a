"""Format days and sizes for the sentences of checks."""

from __future__ import annotations

from datetime import datetime


def format_day(moment: datetime) -> str:
    """Format the day of a moment, as of `2026-11-30`."""
    return f"{moment:%Y-%m-%d}"


def format_size(count: int) -> str:
    """Format a number of bytes in MB or GB."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
