"""What stands beside a picture: a phrase without a verb that names what is seen, and a credit."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from ytempire.language.verbs import has_finite_verb
from ytempire.language.words import words_of
from ytempire.production.script.rules.reviewed_script import Finding, ReviewedScript

LONGEST_CAPTION = 30  # words of a paragraph that is nothing else
LONGEST_LABEL = 14  # words of a caption that is known by itself, and of a credit
FROM_CAPTION = 0.7  # of a line's content words
SHORTEST = 2  # words of content: shorter lines may be items of a list
_PART = regex.compile(r"[,;:(–.]\s*")
_DATED = regex.compile(r"[,]\s*(?:\p{L}+\.?\s){0,3}(?:1[0-9]|20)\d\d\b[^.!?]{0,12}[.)]*$")


def find_captions(script: ReviewedScript) -> Iterator[Finding]:
    """Find lines that name what a picture shows, and say nothing of it."""
    captions = [*_captions(script), *(script.content(words_of(heading)) for heading in script.headings)]
    for place, line in enumerate(script.lines):
        if line.role != "body" or line.list_item or line.text.endswith("?"):
            continue
        if has_finite_verb(line.text, script.language, script.nouns):
            continue
        content = script.content(script.words[place])
        is_copied = any(len(content & caption) >= FROM_CAPTION * len(content) for caption in captions)
        if len(content) >= SHORTEST and (is_copied or _describes_picture(line.text, script)):
            yield Finding("caption_or_credit", place, f"It is a caption: {line.text}")


def _describes_picture(text: str, script: ReviewedScript) -> bool:
    """A short phrase that points to a side of a picture, is dated as one, or names one."""
    if len(text.split()) > LONGEST_LABEL:
        return False
    points = script.profile.picture_phrases.search(text) or _DATED.search(text)
    return bool(points) or _names_medium(text, script)


def _captions(script: ReviewedScript) -> Iterator[frozenset[str]]:
    """The words of each paragraph's captions: phrases beside a credit, or in a short paragraph of their own."""
    for paragraph, sentences in zip(script.paragraphs, script.sentences_by_paragraph, strict=True):
        is_phrase = [not has_finite_verb(sentence, script.language, script.nouns) for sentence in sentences]
        credited = [_is_credit(sentence, script) for sentence in sentences]
        is_short = len(paragraph.split()) <= LONGEST_CAPTION
        stands_alone = (
            is_short and paragraph not in script.items and (all(is_phrase) or paragraph.lstrip().startswith(("[", "(")))
        )
        texts = [
            sentence
            for number, sentence in enumerate(sentences)
            if credited[number]
            or (is_phrase[number] and (stands_alone or any(credited[max(0, number - 1) : number + 2])))
        ]
        yield script.content(words_of(" ".join(texts)))


def _is_credit(sentence: str, script: ReviewedScript) -> bool:
    """It begins as credits do, or says what kind of picture it is without a verb."""
    match = script.profile.credits.search(sentence)
    if match is not None and not sentence[: match.start()].strip('([“" '):
        return True
    is_short = len(sentence.split()) <= LONGEST_LABEL
    return is_short and _names_medium(sentence, script) and not has_finite_verb(sentence, script.language, script.nouns)


def _names_medium(text: str, script: ReviewedScript) -> bool:
    """A kind of picture is named at the start of a part: "The lamp, drawing of 1890", "(archives of the Post)"."""
    openings = (words_of(part)[:2] for part in _PART.split(text))
    return any(word in script.profile.media for words in openings for word in words)
