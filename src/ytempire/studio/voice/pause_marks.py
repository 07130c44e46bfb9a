"""Which marks of a written word shape the voice, and where they stand."""

from __future__ import annotations

import re


def with_pause(head: str, reading: str, tail: str) -> str:
    """Only marks that shape the voice survive: brackets and dashes become commas, quotation marks go."""
    marks = re.sub(r"[^,;:.!?…)\]]", "", tail)
    end = marks.replace("…", ",").replace(")", ",").replace("]", ",")
    strongest = next((mark for mark in "?!.;:," if mark in end), "")
    opening = "," if any(mark in head for mark in "([{") and reading else ""
    return f"{opening}{reading}{strongest}" if reading or strongest else ""


def settle_pauses(spoken: list[str]) -> list[str]:
    """Moves a comma that opens a token, or stands alone, to the end of the word before it."""
    settled: list[str] = []
    for reading in spoken:
        rest = reading.lstrip(",")
        if rest != reading:
            last = next((place for place in range(len(settled) - 1, -1, -1) if settled[place]), None)
            if last is not None and settled[last][-1] not in ",;:.!?":
                settled[last] += ","
        settled.append("" if re.fullmatch(r"[,;:.!?]*", rest) else rest)
    return settled
