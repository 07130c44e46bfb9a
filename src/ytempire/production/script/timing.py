"""How many seconds a script has for its body, and how many it takes."""

from __future__ import annotations

from collections.abc import Sequence

from ytempire.production.script.passages import Pace, spoken_s
from ytempire.studio.script_document import Line
from ytempire.studio.voice.pacing import BETWEEN_SECTIONS, BETWEEN_SENTENCES, LEAD_IN_S, TAIL_S, script_s

CLOSE_TO_ASKED = 0.05  # of what was asked for: the voice too may be a little off
SECTION_PAUSE_S = BETWEEN_SECTIONS[1] - BETWEEN_SENTENCES[1]
"""What a change of section adds to a usual pause."""


def body_room_s(frame: Sequence[Line], pace: Pace, seconds: float) -> float:
    """Return what is left of `seconds` beside the lines of a hook, a close and a sign-off."""
    return seconds - (LEAD_IN_S + TAIL_S + spoken_s(frame, pace) + SECTION_PAUSE_S)


def planned_s(lines: Sequence[Line], pace: Pace, seconds: float) -> float:
    """Return what a script is held to: what was asked for where it comes close to it, else what it takes."""
    length = script_s(lines, words_per_minute=pace.words_per_minute, language=pace.language)
    return round(seconds if abs(length - seconds) <= CLOSE_TO_ASKED * seconds else length, 2)
