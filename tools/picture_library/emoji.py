"""Which of Unicode's emoji become pictures, what they are called, and where their drawing lies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Groups of Unicode of which every picture is a thing that a text can name. No faces, gestures or signs: what they mean
# depends on who looks. No people but by their profession, and these without a sex.
WHOLE_GROUPS = frozenset({"animals-nature", "food-drink", "objects", "travel-places", "activities"})
SUBGROUPS = frozenset({"body-parts", "person-role"})
LEFT_OUT = frozenset({"time"})  # 24 clock faces, each of an hour of its own
KEPT_OF_TIME = frozenset({"hourglass done", "alarm clock", "stopwatch", "mantelpiece clock", "watch", "timer clock"})
KEPT_OF_SIGNS = frozenset({"recycling symbol", "warning", "radioactive", "biohazard"})
WITH_FACE = ("face", "moon cake", "Santa", "nazar", "Japanese", "ID button", "biting lip")
SEXES = ("woman ", "man ", "women", "men ", "princess", "prince", "Mrs.", "pregnant man", "pregnant person")
# What shows a person by a sign of faith, dress or undress, what stands for luck or a game's own rules, what is seen
# twice, and what is a claim by itself: a curve that rises says that something rises.
LEFT_OUT_BY_NAME = frozenset(
    {
        *("person with skullcap", "person wearing turban", "person with veil", "person in tuxedo", "briefs", "bikini"),
        *("love hotel", "spade suit", "heart suit", "diamond suit", "club suit", "joker", "mahjong red dragon"),
        *("flower playing cards", "hamsa", "chart increasing with yen", "chart increasing", "chart decreasing"),
        *("pig nose", "eyes", "tongue", "bell with slash", "mobile phone with arrow", "envelope with arrow"),
        *("oncoming bus", "oncoming automobile", "oncoming taxi", "oncoming police car", "front-facing baby chick"),
        *("closed mailbox with lowered flag", "open mailbox with lowered flag", "locked with pen", "locked with key"),
        *("magnifying glass tilted right", "sun behind large cloud", "umbrella on ground", "snowman without snow"),
    }
)
VARIATION = "fe0f"


@dataclass(frozen=True)
class Emoji:
    """`code` is its code points in hexadecimal, as files are called; `subgroup` is Unicode's."""

    code: str
    text: str
    label: str
    subgroup: str


def wanted_emoji(folder: Path) -> Iterator[Emoji]:
    """Yield the emoji that become pictures from a folder of emojibase-data, in the order of Unicode."""
    groups = json.loads((folder / "meta/groups.json").read_text("utf-8"))
    for row in json.loads((folder / "en/data.json").read_text("utf-8")):
        group = groups["groups"].get(str(row.get("group")), "")
        subgroup = groups["subgroups"].get(str(row.get("subgroup")), "")
        if _is_wanted(row["label"], group, subgroup):
            yield Emoji(row["hexcode"].lower(), row["emoji"], row["label"], subgroup)


def _is_wanted(label: str, group: str, subgroup: str) -> bool:
    if label in KEPT_OF_TIME | KEPT_OF_SIGNS:
        return True
    if label in LEFT_OUT_BY_NAME or any(part in label for part in WITH_FACE) or label.startswith(SEXES):
        return False
    return (group in WHOLE_GROUPS and subgroup not in LEFT_OUT) or subgroup in SUBGROUPS


def drawing_of(folder: Path, emoji: Emoji) -> Path | None:
    """Return the file of an emoji in a folder of fluent-emoji-3d; None where it was not drawn."""
    bare = "-".join(part for part in emoji.code.split("-") if part != VARIATION)
    files = (folder / "assets" / f"{code}.webp" for code in (emoji.code, bare, f"{bare}-{VARIATION}"))
    return next((file for file in files if file.exists()), None)


class Annotations:
    """What the languages call an emoji, from a folder of cldr-annotations-full."""

    def __init__(self, folder: Path, languages: Sequence[str]) -> None:
        """Read the names and key words of some languages."""
        self._entries: dict[str, Mapping[str, Any]] = {
            language: json.loads((folder / f"annotations/{language}/annotations.json").read_text("utf-8"))[
                "annotations"
            ]["annotations"]
            for language in languages
        }

    def name(self, emoji: Emoji, language: str) -> str | None:
        """Return what a language calls it."""
        entry = self._entry(emoji, language)
        return entry["tts"][0] if entry and "tts" in entry else None

    def keywords(self, emoji: Emoji, language: str) -> list[str]:
        """Return what else it is looked up by."""
        entry = self._entry(emoji, language)
        return [word for word in entry.get("default", ()) if word != self.name(emoji, language)] if entry else []

    def _entry(self, emoji: Emoji, language: str) -> Mapping[str, Any] | None:
        entries = self._entries[language]
        return entries.get(emoji.text) or entries.get(emoji.text.replace("\ufe0f", ""))
