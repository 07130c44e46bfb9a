"""Tokens of a sentence with their rough part of speech, by word lists and neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ytempire.studio.visuals.sentence_analysis import lexicon as lx

Tag = Literal["det", "prep", "conj", "pron", "aux", "adv", "verb", "noun", "num", "mark"]
_TOKEN = re.compile(
    r"[$€£]?\d[\d,.]*\d%?|[$€£]?\d%?|[A-Za-zÀ-ÿ]+(?:[-’'.&][A-Za-zÀ-ÿ0-9]+)*(?:[’'](?=\s|$))?|[^\w\s]", re.UNICODE
)


@dataclass(frozen=True)
class Token:
    text: str
    start: int  # offsets into the sentence
    end: int
    tag: Tag

    @property
    def low(self) -> str:
        return self.text.lower().replace("’", "'")


def tokens(text: str) -> list[Token]:
    tagged_tokens: list[Token] = []
    matches = list(_TOKEN.finditer(text))
    for i, match in enumerate(matches):
        following = matches[i + 1].group().lower() if i + 1 < len(matches) else ""
        following = following if following[:1].isalnum() else ""
        tagged_tokens.append(
            Token(match.group(), match.start(), match.end(), _tag(match.group(), tagged_tokens, following))
        )
    return tagged_tokens


def _tag(raw: str, before: list[Token], following: str) -> Tag:  # noqa: PLR0911 - one rule a line reads best
    word = raw.lower().replace("’", "'")
    last = before[-1] if before else None
    if not raw[0].isalnum() and raw[0] not in "$€£":
        return "mark"
    if raw[0].isdigit() or raw[0] in "$€£":
        return "num"
    if word == "to" and following in lx.verbs():
        return "aux"
    if word == "that" and last and last.tag in ("noun", "verb"):
        return "conj"
    for tag, words in _CLOSED:
        if word in words:
            return tag
    if word.endswith("ly") and len(word) > 4 and word not in lx.ADVERB_TRAPS:
        return "adv"
    if word in lx.verbs() or (word.endswith("ed") and len(word) > 4):
        return "verb" if _acts(word, last, following) else "noun"
    return "noun"


_CLOSED: tuple[tuple[Tag, frozenset[str]], ...] = (
    ("aux", lx.AUXILIARIES),
    ("det", lx.DETERMINERS),
    ("adv", lx.ADVERBS),
    ("prep", lx.PREPOSITIONS),
    ("conj", lx.CONJUNCTIONS),
    ("pron", lx.PRONOUNS),
)


def _acts(word: str, last: Token | None, following: str) -> bool:  # noqa: PLR0911 - one rule a line reads best
    """Is a word that may be a verb used as one here?"""
    if last is None or last.tag == "mark":
        return word.endswith(("ing", "ed")) or following in lx.DETERMINERS
    if last.tag in ("aux", "pron", "adv"):
        return True
    if last.tag in ("det", "num"):
        return False
    if last.tag == "prep":
        return word.endswith("ing")
    if last.low in ("called", "named", "termed"):
        return False
    if word.endswith("ing") and following in ("of", "and") and last.tag == "noun":
        return False  # "the daily rising and falling of"
    if last.tag in ("conj", "verb"):
        return not (word.endswith("s") and following in lx.AUXILIARIES)
    # After a noun: a finite verb is followed by its object, a preposition or the end; a noun by another noun or a verb.
    opens = (
        following in lx.DETERMINERS
        or following in lx.PREPOSITIONS
        or following in lx.PRONOUNS
        or following in lx.ADVERBS
        or following in lx.CONJUNCTIONS
        or following.endswith("ly")
    )
    if last.low.endswith(("'s", "s'")):
        return False
    if word.endswith(("ed", "ing")):
        return True
    if word in lx.verbs() and not lx.is_noun_too(word) and not word.endswith("ing"):
        return True
    if following.endswith("ed") and following in lx.verbs():
        return False  # "the forces exerted by"
    if following in ("of", "and", "or", "") and not word.endswith("ed"):
        return False
    return opens or word.endswith("s") != last.low.endswith("s")
