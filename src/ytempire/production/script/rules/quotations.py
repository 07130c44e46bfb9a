"""Whether the source says what a line quotes from it, and the line says what the quoted sentence says."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate, islice

import regex

from ytempire.language.words import words_of
from ytempire.production.script.rules.context import leans
from ytempire.production.script.rules.faithfulness import find_unfaithful
from ytempire.production.script.rules.reviewed_script import Finding, ReviewedScript

FEWEST_WORDS = 3  # of a quotation that is no whole sentence: two words are found in sentences of any meaning
SHOWN = 80  # characters of a quotation in a reason
_EDGES = " .,;:!?\"'"
# Which marks of quotation a model writes, if any, depends on the model: those around words are left out.
_MARKS = str.maketrans(dict.fromkeys('“”„«»‘’‚`´"', "'") | dict.fromkeys("‐‑‒–—−", "-"))
_MARKDOWN = regex.compile(r"(?<!\w)[*_]+(?=\S)|(?<=\S)[*_]+(?!\w)")


def find_wrong_quotations(script: ReviewedScript) -> Iterator[Finding]:
    """Find lines that quote what the source does not say, or that say what the sentence they quote does not say.

    A line in which the whole source shows a fault already is not judged twice.
    """
    quoting = [(place, line) for place, line in enumerate(script.lines) if line.source_sentence is not None]
    unfaithful = {finding.line for finding in find_unfaithful(script)} if quoting else set()
    for place, line in quoting:
        quotation = line.source_sentence or ""
        passage = quoted_passage(quotation, script)
        if passage is None:
            reason = f"It quotes what the source does not say (“{quotation[:SHOWN]}”): {line.text}"
            yield Finding("wrong_quotation", place, reason)
        elif place not in unfaithful:
            # no other sentence of the source may support the line: of `paragraphs` only the passage remains
            alone = replace(script, lines=(line,), paragraphs=(passage,))
            for finding in islice(find_unfaithful(alone), 1):  # what is wrong with a line is counted once
                reason = f"Held against the sentence it quotes, “{passage[:SHOWN]}”: {finding.reason}"
                yield Finding(finding.kind, place, reason)


def contains_quotation(text: str, quotation: str) -> bool:
    """Tell whether a text has these words in a row, whatever its quotation marks, spaces and capitals."""
    return _place_of(_bare(quotation), _comparable(text)) is not None


def quoted_passage(quotation: str, script: ReviewedScript) -> str | None:
    """Return the whole sentences of the source that hold a quotation; None where the source does not have it.

    Whole, since half a sentence may leave out its "not". A sentence that stands on the one before it brings that one
    along, since the line may name what "it" is.
    """
    wanted = _bare(quotation)
    if not wanted:
        return None
    for sentences in [*script.sentences_by_paragraph, *([heading] for heading in script.headings)]:
        quoted = _quoted_range(wanted, sentences)
        if quoted is not None:
            first, last = quoted
            if first > 0 and leans(sentences[first], words_of(sentences[first]), script):
                first -= 1
            return " ".join(sentences[first : last + 1])
    return None


def _quoted_range(wanted: str, sentences: Sequence[str]) -> tuple[int, int] | None:
    """The first and the last of the sentences that a quotation touches."""
    texts = [_comparable(sentence) for sentence in sentences]
    start = _place_of(wanted, " ".join(texts))
    if start is None:
        return None
    starts = [0, *accumulate(len(text) + 1 for text in texts)][: len(texts)]
    touched = [
        number
        for number, (begin, text) in enumerate(zip(starts, texts, strict=True))
        if begin < start + len(wanted) and start < begin + len(text)
    ]
    is_whole = wanted == texts[touched[0]].strip(_EDGES)
    return (touched[0], touched[-1]) if is_whole or len(wanted.split()) >= FEWEST_WORDS else None


def _place_of(wanted: str, text: str) -> int | None:
    match = regex.search(rf"(?<!\w){regex.escape(wanted)}(?!\w)", text) if wanted else None
    return match.start() if match else None


def _bare(quotation: str) -> str:
    """Without the marks around a quotation, which are not always the source's."""
    return _comparable(quotation).strip(_EDGES)


@lru_cache(maxsize=8_192)  # the sentences of a long source, which each line of a script is looked for in
def _comparable(text: str) -> str:
    marked = _MARKDOWN.sub("", unicodedata.normalize("NFKC", text).translate(_MARKS))
    marked = regex.sub(r"(?<!\w)'\s?|\s?'(?!\w)", "", marked)
    return regex.sub(r"\s+", " ", marked).strip().casefold()
