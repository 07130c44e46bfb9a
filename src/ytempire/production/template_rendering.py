"""The words of a template around what the script says of the video."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from ytempire.channels.template_settings import TemplateSettings
from ytempire.channels.templates import RenderedTemplate, TemplateText, render
from ytempire.production.script.angle_brackets import without_angles
from ytempire.production.script.metadata import MOST_TAGS, MOST_TITLE, cut, cut_at_word, tags_length, within_bytes


class TemplateSnapshot(BaseModel):
    """A template as it was when the run was ordered. `date` is that day in the channel's time zone."""

    model_config = ConfigDict(frozen=True)

    text: TemplateText
    settings: TemplateSettings = TemplateSettings()  # runs of before there were any have none
    channel: str
    date: str

    def title(self, title: str, topic: str) -> str:
        """At most 100 characters: what the script calls it is cut at a word, the template's own words stay."""
        whole = self._render(title=title, topic=topic).title
        if len(whole) > MOST_TITLE:
            short = cut_at_word(title, max(0, len(title) - (len(whole) - MOST_TITLE)))
            whole = self._render(title=short, topic=topic).title
        return cut(_clean(whole), MOST_TITLE).strip()

    def description(self, title: str, topic: str, summary: str, credits: str) -> str:
        rendered = self._render(title=title, topic=topic, summary=summary, credits=credits)
        return within_bytes(_clean(rendered.description))

    def tags(self, tags: Sequence[str], *, topics: Sequence[str] = ()) -> tuple[str, ...]:
        """The topics, then the template's, then the script's, within what YouTube counts."""
        chosen: list[str] = []
        for candidate in (*topics, *self.text.tags, *tags):
            tag = re.sub(r'[,"]', "", without_angles(candidate)).strip()
            if tag and tag.lower() not in (other.lower() for other in chosen):
                if tags_length([*chosen, tag]) > MOST_TAGS:
                    break
                chosen.append(tag)
        return tuple(chosen)

    def _render(self, *, title: str, topic: str, summary: str = "", credits: str = "") -> RenderedTemplate:
        values = {"title": title, "topic": topic, "summary": summary, "credits": credits}
        return render(self.text, {"channel": self.channel, "date": self.date, **values})


def _clean(text: str) -> str:
    """Without angle brackets, which YouTube refuses, and without the gaps that an empty variable leaves."""
    return re.sub(r"\n{3,}", "\n\n", without_angles(text)).strip()
