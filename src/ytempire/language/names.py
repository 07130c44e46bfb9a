"""What languages are called in messages."""

from __future__ import annotations

from babel import Locale


def english_name(code: str) -> str:
    """Return the English name of a language by its code of ISO 639-1."""
    name = Locale.parse("en").languages.get(code)
    return str(name) if name else f'the language "{code}"'
