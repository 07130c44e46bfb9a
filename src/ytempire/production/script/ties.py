"""What ties each sentence of a source to its neighbours: what it limits, what it announces, and what it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from ytempire.language.links import Links, links_of
from ytempire.language.numbers import number_of
from ytempire.language.profile import language_profile
from ytempire.language.words import content_stems, stem_of, words_of
from ytempire.language.writing import LANGUAGES_WITH_WRITING, writing_of
from ytempire.production.source.document import Block

OPENING = 70  # characters at the start of a sentence in which a word compares it with what was said before
INNER_OPENING = 60  # in which "however" stands between commas
BEFORE_ANNOUNCED = 3  # words between a number and what it counts: "two main kinds"
BEHIND_ANNOUNCED = 3  # words behind it: "two kinds of lamp"
MOST_ANNOUNCED = 7  # things; "twenty kinds" are hardly told one by one
VAGUE = 2  # sentences that "several kinds" have to be followed by
DEFINITE_WORDS = 9  # of a sentence, in which what it takes to be known stands
SUBJECT = 2  # words behind an article, in which its noun is
LABEL_WORDS = 5  # of an item, before what it says
LEAST_BEHIND_LABEL = 4  # words
_LABEL = regex.compile(r"[^.!?:]{3,48}?(?:\s[-–—]\s|[\s\u00a0]?:\s)(?=[\"“«¿¡]?\p{Lu})")
_DATED = regex.compile(
    r"\b\d{1,2} (?:de )?\p{L}{3,} (?:de )?(?:19|20)\d\d\b|\p{L}{3,} \d{1,2}, (?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d|"
    r"\b\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d"
)
BYLINE_WORDS = 25  # of a line that says by whom and when a text was written
BYLINE_BLOCKS = 4  # in which it is


@dataclass(frozen=True)
class Tie:
    """`leans` on the sentence right before it, which it may limit or complete; `announces` so many sentences.

    `compares` with what was said before, in a paragraph of its own: "The Sun also pulls at the sea."
    """

    leans: bool
    compares: bool
    completes: bool
    announces: int


def tie_of(text: str, *, is_first: bool, language: str) -> Tie:
    """Return what ties a sentence to its neighbours; `is_first` in its paragraph, which may set off with a "But"."""
    links, straight = links_of(language), text.replace("’", "'").lstrip('¿¡«“"( ')
    completes = _limits(straight, links)
    compares = links.additive.match(straight) is not None or _lacks_partner(straight, links)
    return Tie(
        leans=(completes and not is_first) or compares,
        compares=compares and is_first,
        completes=completes,
        announces=_announced(straight, links, language),
    )


def _limits(text: str, links: Links) -> bool:
    if links.limiting.match(text):
        return True
    inner = links.inner_limiting.search(text)
    return inner is not None and inner.start() <= INNER_OPENING


def _lacks_partner(text: str, links: Links) -> bool:
    """ "At even greater distances", "another kind": what it is compared with was said before."""
    partner = links.partners.search(text)
    return partner is not None and partner.start() <= OPENING and links.with_partner.search(text) is None


def _announced(text: str, links: Links, language: str) -> int:
    """How many things a sentence says there are, and tells none of itself; 0 where it says no number of them."""
    counted = links.announced.search(text)
    if counted is None or regex.search(r"[:;—(]", text[counted.end() :].rstrip(":")):
        return 0
    is_last = len(text[counted.end() :].split()) <= BEHIND_ANNOUNCED
    if not is_last and links.there_is.match(text) is None:
        return 0
    before = words_of(text[: counted.start()])[-BEFORE_ANNOUNCED:]
    for place in range(len(before) - 1, -1, -1):
        number = VAGUE if before[place] in links.vague_counts else number_of(before[place], language) or 0
        if 1 < number <= MOST_ANNOUNCED:
            return 0 if not links.definite.isdisjoint(before[:place]) else number
    return 0


def introduced_before(text: str, earlier: Sequence[str], title: str, language: str) -> bool:
    """Tell whether a sentence begins with "the" thing that an earlier one of its section introduced as "a" thing."""
    links, stem = links_of(language), definite_subject(text, language)
    opening = content_stems(words_of(text)[: 1 + SUBJECT], language)
    if stem is None or not set(opening).isdisjoint(content_stems(words_of(title), language)):
        return False
    return any(_introduces(sentence, stem, links, language) for sentence in earlier)


def definite_subject(text: str, language: str) -> str | None:
    """Return the stem of what a sentence begins with as "the" thing that everybody knows; None where with nothing."""
    words = words_of(text)
    definite = writing_of(language).definite_articles if language in LANGUAGES_WITH_WRITING else frozenset(("the",))
    if not words or words[0] not in definite:
        return None
    grammar = language_profile(language).function_words
    noun = next((word for word in words[1 : 1 + SUBJECT] if word not in grammar), None)
    return stem_of(noun, language) if noun else None


def definite_things(text: str, language: str) -> list[str]:
    """Return the stems of "the" things in the first words of a sentence, but for those that it says more of."""
    words = words_of(text)[:DEFINITE_WORDS]
    definite = writing_of(language).definite_articles if language in LANGUAGES_WITH_WRITING else frozenset(("the",))
    grammar = language_profile(language).function_words
    following = [*words[2:], ""]
    return [
        stem_of(noun, language)
        for (article, noun), behind in zip(pairwise(words), following, strict=False)
        if article in definite and noun not in grammar and behind not in links_of(language).defining
    ]


def _introduces(sentence: str, stem: str, links: Links, language: str) -> bool:
    """ "A tiny burr" and "una rebaba fina" introduce a burr, "a dust stream" and "a typical night" the second noun."""
    words = [*words_of(sentence), "", "", ""]
    ends_noun = language_profile(language).function_words | {""}
    for place, word in enumerate(words[:-3]):
        if word not in links.indefinite_articles:
            continue
        following = words[place + 1 : place + 1 + SUBJECT]
        if language == "en":
            ends = (number for number in range(len(following)) if words[place + 2 + number] in ends_noun)
            following = [following[number] for number in ends][:1]
        if following and following[0] and stem_of(following[0], language) == stem:
            return True
    return False


def is_dated(blocks: Sequence[Block]) -> bool:
    """Tell whether a line at the start of a text says on which day it was written."""
    lines = [block.text for block in blocks[:BYLINE_BLOCKS]]
    return any(_DATED.search(line) and len(line.split()) <= BYLINE_WORDS for line in lines)


def without_undated_opener(text: str, language: str) -> str:
    """Return a sentence without a "Recently," that says when it was only to those who know when it was written."""
    opener = links_of(language).undated_opener.match(text.replace("’", "'"))
    rest = text[opener.end() :] if opener else text
    return rest[:1].upper() + rest[1:]


def is_of_authors_day(text: str, language: str) -> bool:
    """Tell whether a sentence is true only of when it was written: "three weeks ago", "In 2020, most offices use"."""
    links = links_of(language)
    straight = text.replace("’", "'")
    return links.undated.search(straight) is not None or links.joins_year_with_present(straight)


def without_label(raw: str) -> str:
    """Return an item of a list without its label: "Contrast - Follow the guide" is no sentence that is spoken."""
    label = _LABEL.match(raw)
    if label is None or len(label.group().split()) > LABEL_WORDS + 1:
        return raw
    rest = raw[label.end() :]
    return rest if len(rest.split()) >= LEAST_BEHIND_LABEL else raw
