"""Chapters in a description. YouTube shows all of them or none, and does not say why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from ytempire.production.script.metadata import CHAPTERS_FROM, SHORTEST_CHAPTER_S

# A line that begins with a time, whatever stands around it: "(0:00) Start", "0:00-Start", "• 1:02:03 – End".
_LINE = re.compile(r"^[ \t]*(?:[-*•–—]\s*)?[(\[]?(?:(\d{1,2}):)?(\d{1,3}):(\d{2})\b[)\]]?[^\n]*$", re.MULTILINE)
_READ = re.compile(r"(?:\d{1,2}:)?\d{1,2}:\d{2}[ \t]+\S")  # as YouTube's help page writes one


@dataclass(frozen=True)
class _Mark:
    line: str
    at_s: int
    is_time: bool  # no more than 59 minutes beside hours, and 59 seconds

    @classmethod
    def from_match(cls, match: re.Match[str]) -> _Mark:
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        is_time = seconds < 60 and (minutes < 60 or match[1] is None)
        return cls(match[0].strip(), hours * 3600 + minutes * 60 + seconds, is_time)


def chapter_findings(description: str, duration_s: float, *, has_chapters: bool) -> list[str]:
    """Why YouTube would show no chapters, where the description means to have some.

    It does where the video has them, where a line begins with 0:00, and where several lines begin with times that lie
    in the video: hours of a programme do not.
    """
    marks = [_Mark.from_match(match) for match in _LINE.finditer(description)]
    lie_in_it = len(marks) > 1 and all(mark.at_s < duration_s or not mark.is_time for mark in marks)
    if not (has_chapters or lie_in_it or any(mark.at_s == 0 for mark in marks)):
        return []
    findings = []
    if wrong := [mark.line for mark in marks if not mark.is_time]:
        findings.append(f"“{wrong[0][:40]}” in the description begins with what is no time.")
    if wrong := [mark.line for mark in marks if mark.is_time and not _READ.match(mark.line)]:
        findings.append(
            f"YouTube does not read “{wrong[0][:40]}” as a chapter, and so shows none: write “0:00 Title”, the time, a"
            " space and the title."
        )
    if not marks or marks[0].at_s != 0:
        findings.append("The first chapter in the description is not at 0:00.")
    if len(marks) < CHAPTERS_FROM:
        findings.append(f"The description has {len(marks)} chapters; YouTube shows them from {CHAPTERS_FROM} on.")
    if any(
        end - begin < SHORTEST_CHAPTER_S for begin, end in pairwise([*(mark.at_s for mark in marks), int(duration_s)])
    ):
        findings.append(
            f"A chapter in the description is shorter than {SHORTEST_CHAPTER_S:.0f} s, or they are not in order."
        )
    return findings
