"""The scenes that frame a video: hook, titles of parts, close and end card."""

from __future__ import annotations

import re
from typing import Protocol

from ytempire.studio.script_document import Line, Script
from ytempire.studio.visuals.scenes import Close, EndCard, Hook, Scene, SectionTitle
from ytempire.studio.visuals.sentence_analysis.phrases import (
    Phrase,
    candidates,
    capital,
    compress,
    shorten,
    stems,
    telling,
    tidy,
    words_in,
)
from ytempire.studio.visuals.sentence_analysis.quantities import stated_quantities
from ytempire.studio.visuals.speech_clock import Clock, on_frame
from ytempire.studio.voice.document import SpokenLine

_WHOLE = 10  # words of a hook that are shown as they are
_REMEMBERED = 20  # words of the closing sentence that are shown as they are


class Planning(Protocol):
    """What a hook needs of the planner."""

    script: Script
    clock: Clock

    def drawing_of(self, *texts: str) -> str | None: ...


def hook(text: str, line: int, start_s: float, end_s: float, planning: Planning) -> list[Scene]:
    """The opening as two short lines: the whole sentence where it is short, else its two most telling phrases."""
    first, second, second_at = _two_lines(text, planning.script)
    at_s = max(start_s + 0.25, min(planning.clock.at(line, second_at) - 0.1, end_s - 2.0))
    return [
        Hook(
            start_s=start_s,
            end_s=end_s,
            line=line,
            first=first,
            second=second,
            second_at_s=at_s,
            drawing=planning.drawing_of(text, planning.script.title),
        )
    ]


def _two_lines(text: str, script: Script) -> tuple[str, str, int]:
    """First and second line, and where in the text the second begins."""
    bare = re.sub(r"\s*\([^)]*\)", "", text).strip()
    words = bare.split()
    if len(words) <= _WHOLE:
        cut = _halves(words)
        first, second = " ".join(words[:cut]).rstrip(","), " ".join(words[cut:])
        return capital(first), second.rstrip("."), text.find(words[cut]) if cut < len(words) else 0
    amount = next((quantity for quantity in stated_quantities(bare) if not quantity.is_year and quantity.meaning), None)
    if amount is not None:
        amount_text = f"{amount.prefix}{amount.value:,.{amount.decimals}f}{amount.suffix}"
        if amount.leads and amount.unit == "times":
            amount_text += " times"  # nothing after the number says what it counts
        if words_in(amount.meaning) == 1:  # "400+ medicines", then what about them
            rest = telling(bare[amount.end :], script.key_terms, limit=6, avoid=[amount.meaning])
            return f"{amount_text} {amount.meaning.lower()}", rest.text if rest else "", amount.end
        return (
            (amount.meaning, amount_text, amount.start) if amount.leads else (amount_text, amount.meaning, amount.end)
        )
    pair = _pair(bare, script)
    if pair is None:
        words = (shorten(script.title, 9) or script.title).split()
        cut = _halves(words)
        return capital(" ".join(words[:cut])), " ".join(words[cut:]), 0
    early, late = pair
    between = bare[early.start + len(early.text) : late.start]
    joined = "and " if re.fullmatch(r"\W*and\W*(?:the )?", between) else ""
    # A name keeps its article: "swept the United States".
    article = "the " if bare[: late.start].endswith(" the ") and bare[late.start].isupper() else ""
    ending = late.text[0].lower() + late.text[1:] if joined and not article else late.text
    return early.text, joined + article + ending, late.start


def _pair(text: str, script: Script) -> tuple[Phrase, Phrase] | None:
    """The two phrases that together say most, in the order of speech; each of two words or more."""
    options = [option for option in candidates(text, script.key_terms, limit=6) if words_in(option.text) >= 2]
    options.sort(key=lambda option: -option.score)
    for i, first in enumerate(options[:3]):
        for second in options[i + 1 :]:
            apart = second.start >= first.start + len(first.text) or first.start >= second.start + len(second.text)
            if apart and not stems(first.text) <= stems(second.text) and not stems(second.text) <= stems(first.text):
                early, late = sorted((first, second), key=lambda phrase: phrase.start)
                return early, late
    return None


def _halves(words: list[str]) -> int:
    """Where to part a short sentence in two: near the middle, best after a mark, never after a small word."""
    small = {
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "and",
        "or",
        "is",
        "are",
        "by",
        "for",
        "with",
        "its",
        "our",
        "at",
        "not",
    }
    if len(words) < 4:
        return len(words)

    def cost(cut: int) -> float:
        before = words[cut - 1]
        uneven = abs(len(" ".join(words[:cut])) - len(" ".join(words[cut:]))) / 10
        return uneven + (0 if before[-1] in ",;:—" else 4 if before.lower() in small else 1.5)

    return min(range(1, len(words)), key=cost)


def section(line: Line, index: int, start_s: float, end_s: float, script: Script) -> SectionTitle:
    titled = _titled(script)
    number = titled.index(line.section) + 1 if line.section in titled else max(1, line.section + 1)
    return SectionTitle(
        start_s=start_s,
        end_s=end_s,
        line=index,
        section=line.section,
        number=number,
        count=max(1, len(titled)),
        heading=_heading(line.text),
    )


def _titled(script: Script) -> list[int]:
    return [i for i, part in enumerate(script.sections) if part.heading]


def _heading(text: str) -> str:
    text = text.strip().rstrip(".:")
    return text if words_in(text) <= 9 else shorten(text, 8) or " ".join(text.split()[:8])


def unspoken_title(script: Script, line: Line, spoken: SpokenLine, end_s: float) -> SectionTitle | None:
    """The title of a part that nobody speaks: shown over the pause before it and its first words, if there is time."""
    titled = _titled(script)
    if line.section not in titled or len(titled) < 2 or script.sections[line.section].first_line != spoken.line:
        return None
    heading = script.sections[line.section].heading or ""
    if end_s - spoken.start_s < 5.2 or words_in(heading) < 2:
        return None
    if any(quantity.start < len(line.text) / 2 for quantity in stated_quantities(line.text)):
        return None  # a number must be seen when it is spoken, and that is now
    start_s = on_frame(max(0.0, spoken.start_s - 0.45))
    return SectionTitle(
        start_s=start_s,
        end_s=on_frame(spoken.start_s + 2.0),
        line=spoken.line,
        section=line.section,
        number=titled.index(line.section) + 1,
        count=len(titled),
        heading=_heading(heading),
    )


def close(text: str, index: int, start_s: float, end_s: float, script: Script) -> Close:
    """The sentence to remember: whole where it is short, else its main clause."""
    bare = text.strip().rstrip(".")
    if words_in(bare) > _REMEMBERED:
        whole = re.sub(r",[^,]{3,40},\s(?=(?:is|are|was|were|can|has|have|[a-z]+s)\b)", " ", bare)  # without an aside
        short = compress(re.split(r"[,;:]\s|\s[–—]\s", whole)[0])
        phrase = telling(bare, script.key_terms, limit=9)
        bare = (
            (short if 4 <= words_in(short) <= 11 else None)
            or shorten(whole, 10)
            or (phrase.text if phrase else tidy(bare))
        )
    return Close(start_s=start_s, end_s=end_s, line=index, text=capital(bare))


def end_card(text: str, index: int, start_s: float, end_s: float, script: Script, drawing: str | None) -> EndCard:
    credit = script.attribution or ""
    if script.licence and script.licence not in credit:
        credit = f"{credit} · {script.licence}" if credit else script.licence
    words = text.strip().rstrip(".")
    return EndCard(
        start_s=start_s,
        end_s=end_s,
        line=index,
        title=script.title,
        source=credit,
        drawing=drawing,
        words=words if words_in(words) <= 10 else shorten(words, 9) or words,
    )
