"""Hook, close, order, repetition, length and language of a whole script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from ytempire.language.numbers import number_of
from ytempire.language.profile import LANGUAGES, language_profile
from ytempire.language.words import words_of
from ytempire.production.script.readability import LONG_SHARE, LONG_WORDS, LONGEST_WORDS, count_long
from ytempire.production.script.rules.reviewed_script import Finding, ReviewedScript
from ytempire.studio.script_document import LENGTH_TOLERANCE
from ytempire.studio.voice.pacing import REFERENCE_RATE, line_s

LONGEST_HOOK_S = 3.0  # at the pace that each language has by default: nine words or so
# Nor are nine words too many that take longer, as a number that is read aloud may: good scripts have such hooks.
LONGEST_HOOK = 9
LONGEST_CLOSE = 6  # words
SAME = 0.75  # of the content words of the shorter line
FEWEST_WORDS = 4  # of content: shorter lines may share theirs
FEWEST_ORDERED = 5  # lines: of fewer one order in four is an exchange away from the source's, by chance alone
NEAR = 6  # sentences between two that belong together
LAST_STEP, STEP_WORDS = 99, 4  # a number, and words at the start of a line
_ASKS_OR_COUNTS = regex.compile(r"[?!]|\d")
_DETAIL = regex.compile(r"\d|\b(?:Mr|Mrs|Dr|M|Mme|Sr|Sra|Sig|D)\. \p{Lu}")
ARTICLES = frozenset({"un", "una", "une", "uno", "um", "uma", "one"})  # numbers too, which say nothing


def find_weak_hook(script: ReviewedScript) -> Iterator[Finding]:
    """Find a hook that is missing, too long, a greeting, or that neither asks nor says anything that surprises."""
    first = script.lines[0]
    if first.role != "hook":
        yield Finding("weak_hook", 0, "It has no hook.")
    elif reason := _weakness_of_hook(first.text, script.language):
        yield Finding("weak_hook", 0, f"The hook {reason}: {first.text}")


def find_weak_close(script: ReviewedScript) -> Iterator[Finding]:
    """Find a close that is missing, longer than six words, or a detail."""
    place = len(script.lines) - 1
    last = script.lines[place]
    if last.role != "close":
        yield Finding("weak_close", place, "It has no close.")
    elif reason := _weakness_of_close(last.text):
        yield Finding("weak_close", place, f"The close {reason}: {last.text}")


def opens_well(text: str, language: str) -> bool:
    """Tell whether a sentence can be a hook."""
    return _weakness_of_hook(text, language) is None


def is_brief_hook(text: str, language: str) -> bool:
    """Tell whether a hook takes at most three seconds, to which the writer holds itself."""
    return line_s(text, words_per_minute=REFERENCE_RATE, language=language) <= LONGEST_HOOK_S


def closes_well(text: str) -> bool:
    """Tell whether a sentence can be a close."""
    return _weakness_of_close(text) is None


def _weakness_of_hook(text: str, language: str) -> str | None:
    words, profile = words_of(text), language_profile(language)
    telling = (profile.numbers.keys() - ARTICLES) | profile.you | profile.question_words
    telling |= profile.striking | profile.negations | profile.limits
    if len(words) > LONGEST_HOOK and not is_brief_hook(text, language):
        return "takes more than three seconds"
    is_greeting = any(f"{' '.join(words)} ".startswith(f"{greeting} ") for greeting in profile.greetings)
    if is_greeting and "?" not in text:
        return "is a greeting"
    compares = profile.comparatives.search(text.replace("’", "'")) is not None
    is_telling = compares or not telling.isdisjoint(words) or _ASKS_OR_COUNTS.search(text) is not None
    if not is_telling or _is_title(text):
        return "asks nothing and says nothing that surprises"
    return None


def _is_title(text: str) -> bool:
    """ "Rockets: how they fly": a name and what is told of it."""
    return ":" in text and not text.rstrip().endswith(("?", "!"))


def _weakness_of_close(text: str) -> str | None:
    if len([word for word in words_of(text) if not word.endswith("'")]) > LONGEST_CLOSE:
        return f"has more than {LONGEST_CLOSE} words"
    return "is a detail" if _DETAIL.search(text) else None


def find_wrong_order(script: ReviewedScript) -> Iterator[Finding]:
    """Find two lines that are exchanged, in a script that else follows its source, and steps that count backwards."""
    bodies = [
        (place, _place_in_source(place, origin.place, script))
        for place, (line, origin) in enumerate(zip(script.lines, script.origins, strict=True))
        if line.role == "body" and origin is not None
    ]
    place = _exchanged_line(bodies, script)
    if place is None:
        place = _line_out_of_sequence(script)
    if place is not None:
        yield Finding("wrong_order", place, f"It belongs elsewhere: {script.lines[place].text}")


def _exchanged_line(bodies: Sequence[tuple[int, float]], script: ReviewedScript) -> int | None:
    """The second of two lines of which each stands where the other belongs, and that the source tells together."""
    sources = [source for _, source in bodies]
    wrong = [(line, source) for (line, source), right in zip(bodies, sorted(sources), strict=True) if source != right]
    if len(wrong) != 2 or len(bodies) < FEWEST_ORDERED:
        return None
    (_, later), (place, earlier) = wrong
    return place if later - earlier <= NEAR and _are_in_one_paragraph(int(earlier), int(later), script) else None


def _place_in_source(place: int, sentence: int, script: ReviewedScript) -> float:
    """The place of a line's sentence, and behind the point where in it the line begins."""
    content, words = script.content(script.words[place]), script.source_words[sentence]
    starts = (number for number, word in enumerate(words) if script.stem(word) in content)
    return sentence + next(starts, 0) / (len(words) + 1)


def _are_in_one_paragraph(first: int, last: int, script: ReviewedScript) -> bool:
    return not any(first < start <= last for start in script.paragraph_starts)


def _line_out_of_sequence(script: ReviewedScript) -> int | None:
    """The first line that opens as an earlier step than the one before it: "First" behind "Finally"."""
    for step_of in (_ordinal_step, _numbered_step):
        steps = [
            (place, step)
            for place, (line, words) in enumerate(zip(script.lines, script.words, strict=True))
            if line.role == "body" and (step := step_of(words, script)) is not None
        ]
        for (_, step), (place, later) in pairwise(steps):
            if later < step:
                return place
    return None


def _ordinal_step(words: Sequence[str], script: ReviewedScript) -> int | None:
    """ "First", "the second", "finally"."""
    profile = script.profile
    if any(" ".join(words[:count]) in profile.last_steps for count in (1, 2)):
        return LAST_STEP
    return next((profile.ordinals[word] for word in words[:2] if word in profile.ordinals), None)


def _numbered_step(words: Sequence[str], script: ReviewedScript) -> int | None:
    """ "On day two"."""
    for word, following in pairwise(words[:STEP_WORDS]):
        if word in script.profile.step_nouns:
            return number_of(following, script.language)
    return None


def find_repetition(script: ReviewedScript) -> Iterator[Finding]:
    """Find lines that say in the same words what was said before."""
    bodies = [
        (place, content)
        for place, (line, words) in enumerate(zip(script.lines, script.words, strict=True))
        if line.role == "body" and len(content := script.content(words)) >= FEWEST_WORDS
    ]
    for number, (place, later) in enumerate(bodies):
        if any(_are_same(earlier, later) for _, earlier in bodies[:number]):
            yield Finding("repetition", place, f"It was said before: {script.lines[place].text}")


def _are_same(earlier: frozenset[str], later: frozenset[str]) -> bool:
    shared = len(earlier & later)
    return shared >= FEWEST_WORDS and shared >= SAME * min(len(earlier), len(later))


def find_wrong_language(script: ReviewedScript) -> Iterator[Finding]:
    """Find lines whose words of grammar are another language's."""
    for place, words in enumerate(script.words):
        own = sum(word in script.profile.function_words or word.endswith("'") for word in words)
        others = LANGUAGES - {script.language}
        other = max(sum(word in language_profile(code).function_words for word in words) for code in others)
        if other >= own + 2 or (len(words) >= 6 and own == 0 and other > 0):
            yield Finding("wrong_language", place, f"It is in another language: {script.lines[place].text}")


def find_long_sentences(script: ReviewedScript) -> Iterator[Finding]:
    """Find scripts in which too many sentences, or a single one, cannot be followed by ear."""
    texts = [line.text for line in script.lines]
    long, longest = count_long(texts), max(len(text.split()) for text in texts)
    if long > LONG_SHARE * len(texts):
        reason = f"{long} of {len(texts)} sentences have more than {LONG_WORDS} words."
        yield Finding("long_sentences", None, reason)
    if longest > LONGEST_WORDS:
        reason = f"The longest sentence has {longest} words; {LONGEST_WORDS} can be followed by ear."
        yield Finding("long_sentences", None, reason)


def find_wrong_length(script: ReviewedScript) -> Iterator[Finding]:
    """Find a script that takes a tenth more or less than was asked for."""
    if abs(script.seconds - script.target_seconds) > LENGTH_TOLERANCE * script.target_seconds:
        yield Finding("length", None, f"It takes {script.seconds:.0f} s; {script.target_seconds:.0f} s were asked for.")
