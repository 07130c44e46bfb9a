"""Whether a line says what its source says: numbers with their nouns, names, negations and limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from difflib import Match, SequenceMatcher
from itertools import pairwise

import regex

from ytempire.language.numbers import number_of
from ytempire.language.words import words_of
from ytempire.production.script.rules.reviewed_script import SAME_BEGINNING, Finding, Origin, ReviewedScript

LONGEST_CHANGE = 4  # words: a longer difference is a clause that was left out or put in
LIKELY = 0.6  # of a line's words, where more than their share has to tell
LONGEST_AT_END = 2  # words, where nothing that both have stands on the other side
SURE = 2  # words in a row that both have, on one side of a difference at least
ALIKE = 0.7  # of a line's words that the sentence it comes from has
FEWEST_UNKNOWN, UNKNOWN_SHARE = 3, 0.34  # of a line's content words, where it is no longer the source's
FEWEST_STRANGE, STRANGE_SHARE = 4, 0.55  # the same with verbs, of which a script has its own
LONG_LINE, TAIL = 6, 3  # words of content; what is put in stands at the end
FEWEST_KNOWN, OWN = 2, 0.8  # words of content of the rest, and the share of them that the sentence has
PHRASE = 4  # words behind one, by which the place in the source is known
REACH = 2  # words behind a negation
MEASURE = 3  # words: a number, its unit and a preposition
NEAR = 3  # words from a number to its noun
JOINTS = frozenset({"and", "y", "et", "e", "ed"})  # between the words of a number
FIRST_YEAR, LAST_YEAR = 1000, 2100
_CLAUSE = regex.compile(r"[,;:.()]\s")
_NAME = regex.compile(r"(?:(?<=[\p{L}\p{N},;:'’] )|(?<=\p{L}['’]))\p{Lu}[\p{Ll}][\p{L}'’-]+")


def find_unfaithful(script: ReviewedScript) -> Iterator[Finding]:
    """Find claims that the source does not make, or makes otherwise."""
    around = _words_around_numbers(script)
    for place, line in enumerate(script.lines):
        yield from _numbers(place, around, script)
        yield from _unknown_words(place, script)
        if line.role == "body":
            changes = list(_changed_words(place, script))
            yield from changes
            if not changes and _turns_phrase(script.words[place], script):
                yield Finding("lost_negation", place, f"The source says the contrary: {line.text}")


def _words_around_numbers(script: ReviewedScript) -> dict[str, list[frozenset[str]]]:
    """By the number, the stems of each sentence that says it."""
    around: dict[str, list[frozenset[str]]] = defaultdict(list)
    before = frozenset[str]()
    for words in [*map(words_of, (script.title, *script.headings)), *script.source_words]:
        own = frozenset(map(script.stem, words))
        bare = {
            _value(word, script)
            for word, behind in pairwise([*words, ""])
            if behind in script.profile.function_words | {""}
        }
        values = {value for word in words if (value := _value(word, script))}
        values |= {value for place in range(len(words)) for value in _composed_around(words, place, script)}
        for value in values:  # "He took his books along. There were 74."
            around[value].append(own | before if value in bare else own)
        before = own
    return around


def _value(word: str, script: ReviewedScript) -> str | None:
    """A number as digits, written out or not."""
    if word[0].isdecimal():
        return script.stem(word)
    number = number_of(word, script.language)
    return str(number) if number is not None and number > 1 else None


def _composed_around(words: Sequence[str], place: int, script: ReviewedScript) -> Iterator[str]:
    """The numbers of more than one word that a word is a part of: "cuarenta y tres", "two hundred"."""
    if words[place][0].isdecimal() or _value(words[place], script) is None:
        return
    for first in range(max(0, place - NEAR), place + 1):
        for end in range(max(place + 1, first + 2), min(len(words), place + NEAR + 1) + 1):
            number = _composed(words[first:end], script)
            if number is not None:
                yield str(number)


def _composed(words: Sequence[str], script: ReviewedScript) -> int | None:
    total, current = 0, 0
    for word in words:
        value = number_of(word, script.language)
        if value is None and word not in JOINTS:
            return None
        if value in {100, 1000}:
            current = max(1, current) * value
        else:
            current += value or 0
        if value == 1000:
            total, current = total + current, 0
    return total + current


def _numbers(place: int, around: dict[str, list[frozenset[str]]], script: ReviewedScript) -> Iterator[Finding]:
    words, line = script.words[place], script.lines[place]
    is_count = any(script.profile.counted_nouns.fullmatch(word) for word in words)
    for index, word in enumerate(words):
        value = _value(word, script)
        if value is None:
            continue
        if value not in around:
            is_explained = not around.keys().isdisjoint(_composed_around(words, index, script))
            is_explained = is_explained or _is_difference(words[index + 1 :], value, around, script)
            if not is_explained and (word[0].isdecimal() or not is_count):
                yield Finding("unsupported", place, f"The source has no “{word}”: {line.text}")
        elif line.role == "body" and not _is_year(word) and not _is_money(word, line.text):
            stems = _nouns_of_number(words, index, script)
            is_elsewhere = bool(stems) and all(stems.isdisjoint(near) for near in around[value])
            is_elsewhere = is_elsewhere and not _is_in_origin(place, value, script)
            if _has_other_unit(words, index, script) or _lost_unit(words, index, script):
                yield Finding("lost_noun", place, f"The source has other units with {word}: {line.text}")
            elif is_elsewhere:
                yield Finding("lost_noun", place, f"The source's {word} is of something else: {line.text}")


def _is_in_origin(place: int, value: str, script: ReviewedScript) -> bool:
    origin = script.origins[place]
    return origin is not None and any(_value(word, script) == value for word in script.source_words[origin.place])


def _nouns_of_number(words: Sequence[str], index: int, script: ReviewedScript) -> frozenset[str]:
    """None where nothing follows the number: what it counts is not said, or was said long before."""
    following = words[index + 1 : index + 2]
    if not script.profile.function_words.isdisjoint(following) and following[0] not in script.profile.incomplete_ends:
        return frozenset()  # "the two of them"
    after = [word for word in script.content_words(words[index + 1 : index + 6]) if not _value(word, script)][:3]
    before = script.content_words(words[max(0, index - 4) : index])
    return script.content([*after, *before]) if after else frozenset()


def _lost_unit(words: Sequence[str], index: int, script: ReviewedScript) -> bool:
    """The source has a unit behind a number wherever it says it, and the line has nothing there, or another noun."""
    value, units = _value(words[index], script), script.profile.units
    followers = [
        (words[place + 1 : place + 2] or [""])[0]
        for words in script.source_words
        for place, word in enumerate(words)
        if _value(word, script) == value
    ]
    following = words[index + 1] if index + 1 < len(words) else ""
    is_other = bool(following) and following not in script.profile.function_words | units
    return (not following or is_other) and bool(followers) and units.issuperset(followers)


def _has_other_unit(words: Sequence[str], index: int, script: ReviewedScript) -> bool:
    """A unit stands right behind a number that has other ones in the source."""
    units, value = script.profile.units, _value(words[index], script)
    unit = next((word for word in words[index + 1 : index + 2] if word in units), None)
    stretches = [
        words[max(0, place - NEAR) : place + NEAR + 1]
        for words in script.source_words
        for place, word in enumerate(words)
        if _value(word, script) == value
    ]
    known = {word for stretch in stretches for word in stretch if word in units}
    return unit is not None and bool(known) and script.stem(unit) not in map(script.stem, known)


def _is_money(word: str, text: str) -> bool:
    number = regex.escape(word)
    return regex.search(rf"[£$€][ \u00a0\u202f]?{number}|{number}[ \u00a0\u202f]?[£$€]", text) is not None


def _is_difference(after: Sequence[str], value: str, around: Collection[str], script: ReviewedScript) -> bool:
    """ "Ten years later": so much lies between two years or hours of the source."""
    is_time = after[:1] != [] and after[0] in script.profile.units
    if not is_time or script.profile.later.isdisjoint(after[1:3]) or not value.isdecimal():
        return False
    numbers = [int(number) for number in around if number.isdecimal()]
    return any(later - earlier == int(value) for earlier in numbers for later in numbers)


def _is_year(word: str) -> bool:
    return word.isdecimal() and FIRST_YEAR <= int(word) <= LAST_YEAR


def _unknown_words(place: int, script: ReviewedScript) -> Iterator[Finding]:
    text = script.lines[place].text
    if names := _unknown_names(text, script):
        yield Finding("unsupported", place, f"The source does not mention {', '.join(names)}: {text}")
        return
    words = script.words[place]
    content = [word for word in script.content_words(words) if not word[0].isdecimal()]
    unknown = _unknown(words, script)
    strange = [word for word in content if not source_has_word(word, script)]
    is_much = len(strange) >= FEWEST_STRANGE and len(strange) / len(content) > STRANGE_SHARE
    is_much |= len(unknown) >= FEWEST_UNKNOWN and len(unknown) / len(content) > UNKNOWN_SHARE
    is_put_in = len(content) >= LONG_LINE and sum(word in unknown for word in content[-TAIL:]) >= TAIL - 1
    if script.lines[place].role != "body":
        return
    if is_much or is_put_in:
        yield Finding("unsupported", place, f"The source does not speak of {', '.join(unknown)}: {text}")
    elif added := _put_in(place, script):
        yield Finding("unsupported", place, f"The source does not speak of {', '.join(added)}: {text}")


def _unknown(words: Sequence[str], script: ReviewedScript) -> list[str]:
    """The words of content that the source does not have; verbs are left out, which each script chooses for itself."""
    profile = script.profile
    known = profile.function_words | profile.speech_verbs | profile.before_verbs
    return [
        word
        for before, word in pairwise(["", *words])
        if word not in known
        and word[0].isalpha()
        and not word.endswith("'")
        and before not in profile.before_verbs
        and not profile.verb_forms.fullmatch(word)
        and not profile.counted_nouns.fullmatch(word)
        and not source_has_word(word, script)
    ]


def source_has_word(word: str, script: ReviewedScript) -> bool:
    """Tell whether the source has a word, in whatever form, or it is a number that is written out."""
    if script.stem(word) in script.source_stems or number_of(word, script.language) is not None:
        return True
    return len(word) >= SAME_BEGINNING and word[:SAME_BEGINNING] in script.source_beginnings


def _unknown_names(text: str, script: ReviewedScript) -> list[str]:
    return [
        match.group()
        for match in _NAME.finditer(text)
        if match.group().lower() not in script.profile.function_words
        and not _has_part(match.group(), script)
        and not _is_first_name(text[match.end() :], script)
    ]


def _has_part(name: str, script: ReviewedScript) -> bool:
    return any(script.stem(word) in script.source_stems for word in words_of(name))


def _is_first_name(after: str, script: ReviewedScript) -> bool:
    """A known surname follows: the source has the first name shortened, or not at all."""
    surname = after.split()[:1]
    return bool(surname) and surname[0][:1].isupper() and _has_part(surname[0], script)


def _changed_words(place: int, script: ReviewedScript) -> Iterator[Finding]:
    """Find a negation, a limit or a number's noun that is not where the source has it."""
    origin, text = script.origins[place], script.lines[place].text
    if origin is None or text.endswith("?"):
        return
    words = _without_neutral(script.words[place], script)
    source = _without_neutral(script.source_words[origin.place], script)
    if origin.share >= LIKELY and _is_turned(text, origin, script):
        yield Finding("lost_negation", place, f"The source turns it: {text}")
        return
    if origin.share < LIKELY:
        return
    for heard, here, there in _differences(words, source, script):
        if _changes_noun_of_number(heard, here, there, script) or _changes_unit(here, there, script):
            yield Finding("lost_noun", place, f"The source has another noun with this number: {text}")
            return
        if origin.share < ALIKE:
            continue
        if _contradicts(here, there, script):
            yield Finding("lost_negation", place, f"The source says the contrary, or how much, otherwise: {text}")
            return
        for known in (script.profile.negations, script.profile.limits):
            is_left_out = not here and len(script.content_words(there)) > SURE  # a whole clause
            if known.isdisjoint(here) != known.isdisjoint(there) and not is_left_out:
                yield Finding("lost_negation", place, f"The source says it otherwise: {text}")
                return


def _is_turned(text: str, origin: Origin, script: ReviewedScript) -> bool:
    """A word that both have is negated in one of them, and the other has no negation at all."""
    source = script.source_sentences[origin.place]
    if _has_negation(text, script) == _has_negation(source, script):
        return False
    here, there = _by_negation(text, script), _by_negation(source, script)
    turned = (here[True] - here[False]) & (there[False] - there[True])
    turned |= (here[False] - here[True]) & (there[True] - there[False])
    neighbours = [_neighbours(words_of(line), turned, script) for line in (text, source)]
    return not neighbours[0].isdisjoint(neighbours[1])


def _content_in(words: Sequence[str], script: ReviewedScript) -> list[str]:
    """Words of content other than negations: behind one of them a negation ends."""
    return [word for word in script.content_words(words) if word not in script.profile.negations]


def _neighbours(words: Sequence[str], stems: Collection[str], script: ReviewedScript) -> set[frozenset[str]]:
    """Each of these stems with the stems of content right before and behind it."""
    content = [script.stem(word) for word in script.content_words(words) if word not in script.profile.negations]
    return {frozenset(pair) for pair in pairwise(content) if not frozenset(pair).isdisjoint(stems)}


def _turns_phrase(words: Sequence[str], script: ReviewedScript) -> bool:
    """The source has the same words behind the contrary of one: "more than one in four", "less than one in four"."""
    for place, word in enumerate(words):
        contraries = {other for pair in script.profile.opposites if word in pair for other in pair - {word}}
        following = tuple(words[place + 1 : place + 1 + PHRASE])
        if not contraries or len(following) < PHRASE - 1 or script.profile.function_words.issuperset(following):
            continue
        before = {known for known, phrase in script.source_phrases if phrase[: len(following)] == following}
        if contraries & before and word not in before:
            return True
    return False


def _has_negation(text: str, script: ReviewedScript) -> bool:
    return not script.profile.negations.isdisjoint(words_of(text))


def _by_negation(text: str, script: ReviewedScript) -> dict[bool, set[str]]:
    """The stems of content that stand behind a negation in their clause, and those that do not."""
    stems: dict[bool, set[str]] = {True: set(), False: set()}
    for words in (_without_neutral(words_of(clause), script) for clause in _CLAUSE.split(text)):
        for place, word in enumerate(words):
            if word in script.profile.function_words | script.profile.negations or word.endswith("'"):
                continue
            before = words[max(0, place - REACH) : place]
            negated = next((number for number, other in enumerate(before) if other in script.profile.negations), None)
            is_negated = negated is not None and not _content_in(before[negated + 1 :], script)
            stems[is_negated].add(script.stem(word))
    return stems


def _differences(
    words: Sequence[str], source: Sequence[str], script: ReviewedScript
) -> Iterator[tuple[Sequence[str], Sequence[str], Sequence[str]]]:
    """Short stretches in which a line and its source differ: what was heard before, the line's words, the source's.

    At both ends only where each has words of its own: what the source says beyond may be left out.
    """
    blocks = [Match(0, 0, 0), *_common(words, source, script), Match(len(words), len(source), 0)]
    for before, after in pairwise(blocks):
        here = words[before.a + before.size : after.a]
        there = source[before.b + before.size : after.b]
        if after.size == 0 and here:
            there = there[: len(here)]  # what comes behind may be left out
        is_inside = before.size and after.size
        if not is_inside and not frozenset(script.content_words(here)).isdisjoint(source):
            continue  # words that changed their place
        longest = LONGEST_CHANGE if is_inside else LONGEST_AT_END
        is_short = max(len(here), len(there)) <= longest and max(before.size, after.size) >= SURE
        if is_short and (is_inside or (here and there)):
            yield words[: before.a + before.size], here, there


def _common(words: Sequence[str], source: Sequence[str], script: ReviewedScript) -> list[Match]:
    """The stretches that both have, in order."""
    matcher = SequenceMatcher(None, [*map(script.stem, words)], [*map(script.stem, source)], autojunk=False)
    return [block for block in matcher.get_matching_blocks() if block.size]


def _contradicts(here: Sequence[str], there: Sequence[str], script: ReviewedScript) -> bool:
    """One says the contrary of the other, or another degree of how sure or how many."""
    profile = script.profile
    if any(frozenset((word, other)) in profile.opposites for word in here for other in there):
        return True
    return any(_differ_in_degree(here, there, scale) for scale in profile.grades)


def _differ_in_degree(here: Sequence[str], there: Sequence[str], scale: dict[str, int]) -> bool:
    own, known = ({scale[word] for word in words if word in scale} for words in (here, there))
    return bool(own) and bool(known) and own != known


def _put_in(place: int, script: ReviewedScript) -> list[str]:
    """Words that no sentence of the source has, put into a sentence which else is the source's, or behind it.

    Within a sentence a single word is the script's way of saying it, unless it stands between commas.
    """
    words = script.words[place]
    shared = [len(script.content(words) & content) for content in script.source_contents]
    if max(shared, default=0) < FEWEST_KNOWN:
        return []
    origin = shared.index(max(shared))
    source = script.source_words[origin]
    blocks = [*_common(words, source, script), Match(len(words), len(source), 0)]
    for before, after in pairwise(blocks):
        here = words[before.a + before.size : after.a]
        there = source[before.b + before.size : after.b]
        content = [word for word in script.content_words(here) if not word[0].isdecimal()]
        unknown = _unknown(here, script)
        rest = [*words[: before.a + before.size], *words[after.a :]]
        if not unknown or not _is_of(rest, origin, script):
            continue
        is_between = _is_between_commas(unknown[0], script.lines[place].text, script)
        is_behind = (
            after.size == 0
            and _opens_phrase(here, unknown[0], script)
            and len(content) <= 2 * len(unknown)
            and len(content) <= len(script.content(rest))
        )
        is_within = not script.content_words(there) and len(unknown) == len(content)
        if is_behind or (is_within and len(unknown) > 1) or (is_between and len(unknown) == len(content)):
            return unknown
    return []


def _opens_phrase(words: Sequence[str], word: str, script: ReviewedScript) -> bool:
    """A preposition or "and" leads to a word: "… by children", "… and a dog"."""
    return not script.profile.before_nouns.isdisjoint(words[: words.index(word)])


def _is_between_commas(word: str, text: str, script: ReviewedScript) -> bool:
    match = regex.search(rf",\s+([^,]*\b{regex.escape(word)}\b[^,]*),", text.lower())
    return match is not None and " ".join(words_of(match[1])) not in script.profile.connectives


def _is_of(words: Sequence[str], sentence: int, script: ReviewedScript) -> bool:
    """Nearly all of these words are a sentence's, or those of its neighbours."""
    content = script.content(words)
    near = frozenset().union(*script.source_contents[max(0, sentence - 1) : sentence + 2])
    return len(content) >= FEWEST_KNOWN and len(content & near) >= OWN * len(content)


def _changes_noun_of_number(
    heard: Sequence[str], here: Sequence[str], there: Sequence[str], script: ReviewedScript
) -> bool:
    """Right behind a number that both have, or behind its unit ("100 g of"), another word stands."""
    if not here or not there or not heard:
        return False
    known, profile = script.profile.function_words, script.profile
    is_preposition = heard[-1] in profile.incomplete_ends - profile.connectives
    is_measured = is_preposition and any(word in profile.units for word in heard[-2:-1])
    reach = MEASURE if is_measured else 2 if heard[-1] in known else 1
    return _value(heard[-reach:][0], script) is not None and known.isdisjoint((here[0], there[0]))


def _changes_unit(here: Sequence[str], there: Sequence[str], script: ReviewedScript) -> bool:
    """ "Half an hour" and "half a day"."""
    own, known = ({script.stem(word) for word in words if word in script.profile.units} for words in (here, there))
    return bool(own) and bool(known) and own.isdisjoint(known)


def _without_neutral(words: Sequence[str], script: ReviewedScript) -> list[str]:
    """Without phrases in which a negation denies nothing: "sin embargo", "not only"."""
    kept: list[str] = []
    for word in words:
        if kept and f"{kept[-1]} {word}" in script.profile.neutral_negations:
            kept.pop()
        else:
            kept.append(word)
    return kept
