"""The words of a template around what the script says of the video."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from ytempire.channels.templates import Filled, Wording, fill
from ytempire.production.script.angles import without_angles
from ytempire.production.script.metadata import MOST_TAGS, MOST_TITLE, cut, cut_at_word, tags_length, within_bytes


class OrderedWording(BaseModel):
    """A template as it was when the run was ordered. `date` is that day in the channel's time zone."""

    model_config = ConfigDict(frozen=True)

    wording: Wording
    channel: str
    date: str

    def title(self, title: str) -> str:
        """At most 100 characters: what the script calls it is cut at a word, the template's own words stay."""
        whole = self._fill(title=title).title
        if len(whole) > MOST_TITLE:
            short = cut_at_word(title, max(0, len(title) - (len(whole) - MOST_TITLE)))
            whole = self._fill(title=short).title
        return cut(_clean(whole), MOST_TITLE).strip()

    def description(self, title: str, summary: str, credits: str) -> str:
        return within_bytes(_clean(self._fill(title=title, summary=summary, credits=credits).description))

    def tags(self, tags: Sequence[str], *, topics: Sequence[str] = ()) -> tuple[str, ...]:
        """The topics, then the template's, then the script's, within what YouTube counts."""
        chosen: list[str] = []
        for wanted in (*topics, *self.wording.tags, *tags):
            tag = re.sub(r'[,"]', "", without_angles(wanted)).strip()
            if tag and tag.lower() not in (one.lower() for one in chosen):
                if tags_length([*chosen, tag]) > MOST_TAGS:
                    break
                chosen.append(tag)
        return tuple(chosen)

    def _fill(self, *, title: str, summary: str = "", credits: str = "") -> Filled:
        return fill(
            self.wording,
            {"title": title, "channel": self.channel, "date": self.date, "summary": summary, "credits": credits},
        )


def _clean(text: str) -> str:
    """Without angle brackets, which YouTube refuses, and without the gaps that an empty variable leaves."""
    return re.sub(r"\n{3,}", "\n\n", without_angles(text)).strip()
