"""The sentences of a source that could be spoken, with what each needs in order to be understood."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from ytempire.language.sentences import split_sentences
from ytempire.production.script.context_dependence import leans_on_context
from ytempire.production.script.readability import LONGEST_LINE
from ytempire.production.script.sentence_editing import acronyms_defined, cleaned, spoken_lines, without_opener
from ytempire.production.script.sentence_in_language import spoken_form
from ytempire.production.script.ties import (
    introduced_before,
    is_dated,
    is_of_authors_day,
    tie_of,
    without_label,
    without_undated_opener,
)
from ytempire.production.script.words import ANAPHORS, STOPWORDS, VERBS, word_set, words_of
from ytempire.production.source.document import SourceText

# What points outside the narration: figures, other chapters, links, thanks, the web page around the text.
_POINTERS = re.compile(
    r"\b(?:illustrated|shown|listed|summarized|summarised|depicted|outlined) (?:in|below|above|here)\b|"
    r"\bin (?:this|the (?:next|previous|following|preceding)) (?:chapter|section|article|post|paragraph|figure|table|"
    r"module|"
    r"training|book|lesson)|\b(?:described|discussed|mentioned|noted|seen|listed|as) (?:above|below|earlier|later|"
    r"previously)\b|"
    r"\blater in th(?:is|e) (?:chapter|article|post|section)|\b(?:figure|table|appendix|chapter) (?:(?-i:[A-Z])\b|\d)|"
    r"\bsee (?:the|our|also)\b|"
    r"\bclick\b|\bread (?:this|more|our)\b|\blearn (?:more|about|how)\b|\bfor more information\b|\bsign up\b|"
    r"\bcontact (?:us|the)\b|"
    r"\bjoin (?:us|our|the)\b|\breach out\b|\bthank(?:s| you)\b|\btake a look\b|\bwant to learn\b|\bthis (?:article|"
    r"chapter|post|page)\b|"
    r"\bthe article below\b|\bforegoing\b|\bpreceding (?:paragraph|section)|\bas we (?:saw|discuss)|\bwe discuss\b|"
    r"\bvisit \w|"
    r"\bhere are (?:a few|some)\b|\bbelow in\b|\bthis table\b|\bthe list\b|\bdescribed in\b|\bjust described\b|"
    r"\bwe (?:will|shall|won['’]t) "
    r"|\bas you (?:will|may) see\b|\bpost(?:script)?:|\bfamiliarize yourself\b|https?://|www\.|\S@\S|"
    r"\b\d-\d{3}-\d{3}-\d{4}|"
    r"\b(?:our|the) introduction\b|\bour (?:\w+ )?(?:scenario|example)\b|"
    r"\bplease\b|#\w+|\b(?:more details|find out more|"
    r"more information)\b|"
    r"^(?:visuals|photos?|images?|illustrations?|graphics|videos?|written|text) by\b|\bwe invite you\b|"
    r"\bwe are calling\b"
    # A power of ten whose exponent a conversion flattened: "about 1019 atoms".
    r"|\b(?:about|approximately|roughly|nearly|over|than) 10\d\d\b",
    re.IGNORECASE,
)


# "Requires Python 3.11 or newer.": a note, whose subject nobody says. The latter are nouns too: "Costs rose".
_NOTE = re.compile(
    r"(?:Requires|Contains|Includes|Provides|Allows|Depends|Weighs|Comes|Gives|Makes|Takes|Lets|Has|Does)\b(?!,)|"
    r"(?:Works|Runs|Uses|Costs|Needs|Measures|Reads|Writes|Offers|Keeps|Supports|Lasts|Fits|Serves) "
    r"(?:an?|the|no|only|your|up|[A-Z0-9]\S*)\b"
)


@dataclass(frozen=True)
class Sentence:
    """One sentence of the source. `lines` is how it is spoken within a passage, `opening` at a passage's start."""

    place: int  # its number in the source
    block: int
    first_in_block: bool
    source: str
    lines: tuple[str, ...]
    opening: tuple[str, ...]
    usable: bool
    leans: bool  # cannot be understood without the sentence before it
    item: bool  # stands in a list
    completes: bool = False  # limits, corrects or completes the sentence before it
    announces: int = 0  # sentences that have to follow it: "There are two kinds."
    compares: bool = False  # leans on nothing but what was said before of the same part
    step: bool = False  # stands in a numbered list

    @property
    def words(self) -> int:
        return sum(len(line.split()) for line in self.lines)

    @property
    def question(self) -> bool:
        return self.source.rstrip("\"”’»' \u00a0").endswith("?")


def sentences_of(source: SourceText) -> list[Sentence]:
    """Return the sentences of a source in order, those of its headings left out."""
    sentences = _english_sentences(source) if source.language == "en" else _other_sentences(source)
    return _tied(sentences, source)


def _tied(sentences: list[Sentence], source: SourceText) -> list[Sentence]:
    """The sentences with what ties each of them to its neighbours."""
    dated = is_dated(source.blocks)
    section: list[str] = []
    tied: list[Sentence] = []
    for sentence in sentences:
        if tied and any(block.kind == "heading" for block in source.blocks[tied[-1].block : sentence.block]):
            section = []
        tie = tie_of(sentence.source, is_first=sentence.first_in_block, language=source.language)
        is_old = introduced_before(sentence.source, section, source.title, source.language)
        is_led = bool(section) and section[-1].rstrip().endswith(":") and not sentence.item  # "… with an example:"
        is_undated = not dated and any(is_of_authors_day(line, source.language) for line in sentence.lines)
        tied.append(
            replace(
                sentence,
                usable=sentence.usable and not is_undated,
                leans=sentence.leans or tie.leans or is_old or is_led,
                completes=tie.completes,
                announces=tie.announces,
                compares=tie.compares and not (sentence.leans or is_old or is_led),
                step=source.blocks[sentence.block].ordered,
            )
        )
        section.append(sentence.source)
    return tied


def _other_sentences(source: SourceText) -> list[Sentence]:
    sentences: list[Sentence] = []
    for index, block in enumerate(source.blocks):
        if block.kind == "heading":
            continue
        before = ""
        for number, raw in enumerate(_rejoined(split_sentences(block.text, source.language))):
            spoken = without_label(raw) if block.kind == "item" and number == 0 else raw
            form = spoken_form(without_undated_opener(spoken, source.language), before, source.language)
            sentences.append(
                Sentence(
                    place=len(sentences),
                    block=index,
                    first_in_block=number == 0,
                    source=raw,
                    lines=form.lines,
                    opening=form.opening,
                    usable=form.is_usable,
                    leans=form.leans,
                    item=block.kind == "item",
                )
            )
            before = raw
    return sentences


def _english_sentences(source: SourceText) -> list[Sentence]:
    vocabulary = _vocabulary(source)
    sentences: list[Sentence] = []
    surnames: set[str] = set()  # "Bill Haley" lets a later sentence say "Haley", but not the first that is heard
    for index, block in enumerate(source.blocks):
        if block.kind == "heading":
            continue
        pieces = split_sentences(block.text, source.language)
        for number, piece in enumerate(_rejoined(pieces)):
            raw = _without_run_in_heading(piece, vocabulary)
            raw = without_label(raw) if block.kind == "item" and number == 0 else raw
            before = sentences[-1].source if sentences and sentences[-1].block == index else ""
            made = _sentence(raw, len(sentences), index, number == 0, before, vocabulary, block.kind == "item")
            opening = re.match(r"[A-Z]\w+", made.opening[0]) if made.opening else None
            by_surname = (
                opening is not None and opening.group(0) in surnames and vocabulary[opening.group(0).lower()] == 0
            )
            sentences.append(replace(made, leans=made.leans or by_surname))
            surnames.update(re.findall(r"\b[A-Z][a-z]+ ([A-Z][a-z]+)\b", raw))
    return sentences


def _sentence(
    raw: str, place: int, block: int, first: bool, before: str, vocabulary: Counter[str], item: bool
) -> Sentence:
    text = without_undated_opener(cleaned(raw), "en")
    lines = tuple(spoken_lines(text)) if text else ()
    bare = without_opener(text)
    return Sentence(
        place=place,
        block=block,
        first_in_block=first,
        source=raw,
        lines=lines,
        opening=tuple(spoken_lines(bare)) if bare else (),
        usable=_usable(raw, text, lines, vocabulary),
        leans=leans_on_context(text, before) or leans_on_context(bare, before),
        item=item,
    )


def _rejoined(pieces: list[str]) -> list[str]:
    """What stands in one pair of quotation marks or brackets is spoken as a whole."""
    joined: list[str] = []
    for piece in pieces:
        open_mark = joined and (
            joined[-1].count("(") > joined[-1].count(")") or joined[-1].count("“") > joined[-1].count("”")
        )
        if (
            joined
            and (open_mark or (piece[:1].islower() and not joined[-1].endswith((".", "!", "?"))))
            and len(joined[-1]) < 400
        ):
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return joined


def _usable(raw: str, text: str, lines: tuple[str, ...], vocabulary: Counter[str]) -> bool:
    words = words_of(text)
    # "Nobody knows why." says something by itself, "The old lamp." and "They had 49." do not.
    shortest = 3 if VERBS & set(words) and words[0].partition("'")[0] not in ANAPHORS else 4
    if not shortest <= len(words) <= 60 or any(len(line.split()) > LONGEST_LINE for line in lines):
        return False
    if not raw[:1].isupper() and not raw[:1].isdigit() and not re.match(r"[\w-]+\.(?:gov|com|org)\b", raw):
        return False  # starts with a small letter or a quotation mark: something before it is missing
    if not re.search(r"[.!?][\"”’')]*$", raw) or raw.count("(") != raw.count(")") or raw.count("“") != raw.count("”"):
        return False
    if _POINTERS.search(text) or re.search(r"\b(?:in|by|from|with|of|at) ?[.;,](?:\s|$)", text):
        return False
    if re.search(r"\.\.\.|…|\b\d\)", text) or _is_spelling_play(text) or (_NOTE.match(text) and text[-1:] != "?"):
        return False
    return not any(_is_glued(word, vocabulary) for word in re.findall(r"[A-Za-z-]+", raw))


def _is_spelling_play(text: str) -> bool:
    """Runs of fragments such as "notl iket hiso rt hat" are for the eye."""
    text = _DOTTED.sub(" ", text)  # "U.S.", "a.m.", "J. R. R."
    short = [word for word in words_of(text) if len(word) <= 2 and word.isalpha() and word not in _SHORT_WORDS]
    return len(short) >= 2


_DOTTED = re.compile(r"\b(?:[A-Za-z]\.)+")
_SHORT_WORDS = word_set(
    """
    a i an as at be by do go he if in is it me my no of on or so to up us we am mr dr st oz km kg mm cm ml ad bc
    ok vs
    """
)


def _vocabulary(source: SourceText) -> Counter[str]:
    return Counter(word for block in source.blocks for word in re.findall(r"[A-Za-z-]+", block.text))


def _is_glued(word: str, vocabulary: Counter[str]) -> bool:
    """Two words run together by a bad conversion ("diseasesuch"): both are words of this text on their own."""
    capital = re.fullmatch(r"([A-Z]?[a-z]{2,})([A-Z][a-z]{2,})", word)
    if capital and vocabulary[word] == 1:
        first, second = capital.groups()
        return bool(vocabulary[first] or vocabulary[first.lower()]) and bool(
            vocabulary[second] or vocabulary[second.lower()]
        )
    if len(word) < 9 or vocabulary[word] > 1 or word in STOPWORDS:
        return False
    halves = [(word[:cut], word[cut:]) for cut in range(4, len(word) - 3)]
    return any(
        _is_word(first, vocabulary) and _is_word(second, vocabulary) and not {first, second} <= STOPWORDS
        for first, second in halves
    )


def _is_word(part: str, vocabulary: Counter[str]) -> bool:
    return vocabulary[part] >= 2 or part in STOPWORDS


def _without_run_in_heading(raw: str, vocabulary: Counter[str]) -> str:
    """Deletes a heading that a bad conversion ran into its sentence ("Risk Factors Some risk factors cannot …").

    Told by a run of capitals whose last word is an ordinary word of this text, starting the sentence proper.
    """
    words = raw.split()
    if words[0].lower() in STOPWORDS - {"why", "how", "what", "causes"}:
        return raw
    run = 0
    while run < min(len(words), 9) and (words[run][:1].isupper() or (run and words[run].lower() in _HEADING_SMALL)):
        run += 1
    capitals = [place for place in range(1, run) if words[place][:1].isupper() and words[place].isalpha()]
    shouted = any(word.isupper() and len(word) > 1 for word in words[:run])
    if shouted or not capitals or len(words) - capitals[-1] < 5:
        return raw
    start = capitals[-1]
    return " ".join(words[start:]) if _opens_sentence(words[start - 1], words[start], start, vocabulary) else raw


_HEADING_SMALL = {"and", "of", "is", "the", "in", "to", "for", "that", "can", "with", "a"}


def _opens_sentence(before: str, word: str, place: int, vocabulary: Counter[str]) -> bool:
    """Whether a capitalised word within the run is an ordinary word with which the sentence proper begins.

    "Local Group" is a name: "Group" is written with a capital elsewhere as often as without.
    """
    if before.lower() in _HEADING_SMALL:
        return False
    if word in _OPENERS or word.lower() == before.lower():
        return True
    return place >= 2 and vocabulary[word.lower()] >= max(1, vocabulary[word] // 2)


_OPENERS = {"Some", "More", "Most", "The", "In", "A", "Certain", "Many"}


def acronyms_of(source: SourceText) -> set[str]:
    return {acronym for block in source.blocks for acronym in acronyms_defined(block.text)}
