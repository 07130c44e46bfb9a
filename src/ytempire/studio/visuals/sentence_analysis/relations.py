"""What a sentence does with its parts: lists them, defines, quotes, says what leads to what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ytempire.studio.visuals.sentence_analysis import lexicon as lx
from ytempire.studio.visuals.sentence_analysis.phrases import (
    compress,
    dangling,
    noun_phrases,
    shorten,
    telling,
    tidy,
    words_in,
)
from ytempire.studio.visuals.sentence_analysis.words import tokens


@dataclass(frozen=True)
class SentencePart:
    text: str
    start: int  # offset in the sentence, for the moment when it is spoken


@dataclass(frozen=True)
class Defined:
    term: SentencePart
    meaning: SentencePart


@dataclass(frozen=True)
class Linked:
    """`cause` leads to `effect`, whichever was said first; `link` is the sentence's own verb, or empty."""

    cause: SentencePart
    effect: SentencePart
    link: str


_BRACKETS = re.compile(r"\([^)]*\)")
_LAST_JOIN = re.compile(r",?\s+(?:and|or)\s+")


_BONDED = {
    ("rock", "roll"),
    ("trial", "error"),
    ("research", "development"),
    ("supply", "demand"),
    ("law", "order"),
    ("terms", "conditions"),
    ("back", "forth"),
    ("pros", "cons"),
    ("black", "white"),
    ("science", "technology"),
}
_INTRODUCES = re.compile(
    r"(?:According|As|In|On|For|With|At|By|After|Before|During|From|Like|Despite|Within|Under|Over|Since|"
    r"When|If|While|Today|Indeed|However)\b(?!.*\b(?:include|such as)\b)"
)


def enumeration(text: str) -> list[SentencePart]:
    """Three to five parallel things named in one breath ("the coast, the depth of the water, and the wind"), or []."""
    masked = _BRACKETS.sub(lambda m: " " * len(m.group()), text)
    best: list[SentencePart] = []
    for join in _LAST_JOIN.finditer(masked):
        head, tail = masked[: join.start()], masked[join.end() :]
        if not head.split() or not tail.split() or (head.split()[-1].lower(), tail.split()[0].lower()) in _BONDED:
            continue
        cuts = [m.start() for m in re.finditer(r",\s", head)]
        if cuts and _INTRODUCES.match(head[: cuts[0]]):
            cuts = cuts[1:]  # "As an example, ..." is no first item
        if not cuts:
            continue
        pieces = _pieces(masked, head, cuts, join.end(), tail)
        if 3 <= len(pieces) <= 5 and len(pieces) > len(best):
            best = pieces
    return best


def _pieces(text: str, head: str, cuts: list[int], last_at: int, tail: str) -> list[SentencePart]:
    middle: list[SentencePart] = []
    starts = [cut + 2 for cut in cuts]
    ends = [*cuts[1:], len(head)]
    for start, end in reversed(list(zip(starts, ends, strict=True))):
        piece = text[start:end]
        if words_in(piece) > 6 or not _thing(piece):
            break
        middle.insert(0, SentencePart(_item(piece), start))
    if not middle:
        return []
    first_end = min(part.start for part in middle) - 2
    opening = re.split(
        r"(?:—|(?::|\b(?:such as|including|include|includes|like|are|were|both|by|for example|to|with|in|on|from))\s)",
        text[:first_end],
    )
    first = opening[-1]
    last_named = [start for start, end in noun_phrases(first) if end == len(first.rstrip())]
    if words_in(first) > 2 and last_named:
        first = first[min(last_named) :]
    if " of " in first and not any(" of " in part.text for part in middle):  # "the expansion of roads, canals, ..."
        first = first.split(" of ")[-1]
    last = re.split(
        r"[.;:!?,—–]|\s(?:which|that|who|because|when|while|to|all|can|in order|from|for|by|into|through|with|as)\b",
        tail,
    )[0]
    pair = re.match(r"((?:an?\s|the\s)?\w+,\s\w+(?:\s\w+)?)(?:[.;,!]|$)", tail)
    if pair and words_in(tidy(last)) == 1:
        last = pair[1]  # "and a dry, rough tongue"
    verb = next((t for t in tokens(last)[1:] if t.tag in ("verb", "aux")), None)
    last = re.sub(r"\s(?:also|even|then|too|alone|often)\s*$", "", last[: verb.start] if verb else last)
    if not (_thing(first) and _thing(last) and words_in(first) <= 5 and words_in(last) <= 6):
        return []
    parts = [SentencePart(_item(first), first_end - len(first)), *middle, SentencePart(_item(last), last_at)]
    oxford = text[:last_at].rstrip().endswith((", and", ", or"))
    same = len({_acting(part.text) for part in parts}) == 1
    plain = oxford or all(
        words_in(part.text) <= 3 and not re.search(r"\s(?:in|for|on|with)\s", part.text) for part in parts
    )
    clear = same and plain and all(len(part.text) > 2 for part in parts)
    return parts if clear and len({part.text for part in parts}) == len(parts) else []


def _acting(text: str) -> bool:
    """Does it name an action rather than a thing? Parallel items are all of one sort."""
    return any(t.tag == "verb" for t in tokens(f"the {text[:1].lower()}{text[1:]}"))


_NO_ITEM = frozenset(
    [
        "both",
        "especially",
        "according",
        "thus",
        "present",
        "particularly",
        "often",
        "even",
        "not",
        "only",
        "rather",
        "then",
        "also",
    ]
)


def _item(text: str) -> str:
    return tidy(re.sub(r"^(?:and|or|even|also)\s+", "", text.strip()))


def _thing(text: str) -> bool:
    """A name of something rather than half a sentence."""
    tagged_tokens = tokens(text.strip())
    if (
        not tagged_tokens
        or tagged_tokens[0].low in _NO_ITEM
        or all(t.tag in ("mark", "det", "adv") for t in tagged_tokens)
    ):
        return False
    return (
        not any(t.tag == "aux" and t.low != "to" for t in tagged_tokens)
        and tagged_tokens[0].tag not in ("prep", "conj", "aux")
        and not any(
            t.low in ("i", "he", "she", "it", "we", "they", "this", "which", "who", "there") for t in tagged_tokens
        )
        and not dangling(_item(text))
    )


_CALLED = re.compile(r"\b(?:called|known as|termed|named|referred to as|defined as)\s+(?:the\s|an?\s)?", re.IGNORECASE)
_IS = re.compile(
    r"^(?P<term>(?:(?:The|A|An)\s)?[^,;:]{3,44}?)(?:\s\([^)]*\))?,?\s(?:is|are|means|refers to|describes)\s"
    r"(?P<meaning>(?:an?|the|any|one|when|how|what|simply|all|two-|three-)?\s?\S.*)$"
)


def definition(text: str) -> Defined | None:
    """A term and what it means, where the sentence says one ("X is a ...", "... called X")."""
    bare = _BRACKETS.sub(lambda m: " " * len(m.group()), text)
    if (match := _CALLED.search(bare)) and (called := _called(bare, match)):
        return called
    match = _IS.match(bare)
    if match and re.match(r"(?:an?|the|any|one|when|how|two-|three-)\b", match["meaning"]):
        term, first = tidy(match["term"]), match["term"].split()[0].lower()
        named = tokens(match["term"])
        if (
            named
            and named[0].tag != "num"
            and named[0].low != "two"
            and first not in lx.PRONOUNS | {"that", "this", "these", "another", "one"}
            and words_in(term) <= 4
            and not any(t.tag in ("verb", "aux", "conj") for t in named)
        ):
            meaning = _meaning(match["meaning"])
            if meaning and words_in(meaning) >= 3:
                return Defined(SentencePart(term, 0), SentencePart(meaning, match.start("meaning")))
    return None


def _called(text: str, match: re.Match[str]) -> Defined | None:
    """What is "called" something: the subject of "is called", or the noun right before a bare "called"."""
    named = noun_phrases(text[match.end() :])
    if not named or named[0][0] > 1:
        return None
    term = tidy(text[match.end() + named[0][0] : match.end() + named[0][1]])
    before = text[: match.start()].rstrip(" ,")
    if re.search(r"\b(?:is|are|was|were)(?:\s\w+)?$", before):
        subject = noun_phrases(before)
        first = tokens(before)[0] if tokens(before) else None
        if not subject or first is None or first.tag in ("pron", "verb") or first.low in ("these", "this", "those"):
            return None
        start = subject[0][0]
        meaning: str | None = tidy(before[start : max(end for begin, end in subject if begin == start)])
    else:
        acting = [t for t in tokens(before) if t.tag in ("verb", "aux")]
        rest = before[acting[-1].end :] if acting else before
        meaning = _meaning(re.sub(r"^\s*(?:to|in|of|for|by|with|as|from)\s", "", rest))
    meaning = (
        _meaning(re.sub(r"^(?:in|of|for|by|with|as|from)\s", "", meaning, flags=re.IGNORECASE)) if meaning else None
    )
    if meaning is None or words_in(meaning) < 3 or words_in(term) > 4 or term.lower() in meaning.lower():
        return None
    if re.match(r"(?:Type|Kind|Form)s? of\b", meaning):
        return None
    return Defined(SentencePart(term, match.end()), SentencePart(meaning, max(0, text.lower().find(meaning.lower()))))


def _meaning(text: str) -> str | None:
    first = re.split(r"[,;:]\s|\s[–—]\s", text)[0]
    for candidate in (first, text):
        meaning = shorten(candidate, 10)
        if meaning and words_in(meaning) >= 3:
            return meaning
    return None


_QUOTED = re.compile(r"[“\"]([^”\"]{12,120})[”\"]")


def quotation(text: str) -> SentencePart | None:
    """Words in quotation marks, four to sixteen of them: fewer are a name, more do not fit an eye."""
    for match in _QUOTED.finditer(text):
        if 4 <= words_in(match[1]) <= 16:
            return SentencePart(
                match[1].strip(" ,.") if not match[1].endswith(("?", "!")) else match[1].strip(), match.start()
            )
    return None


_VERBS = (
    r"causes?|caused|leads? to|led to|results? in|resulted in|produces?|produced|creates?|created|triggers?|triggered|"
    r"drives?|drove|allows?|allowed|enables?|enabled|forces?|forced|turns? into|"
    r"prevents?|prevented|reduces?|reduced|increases?|increased|improves?|improved|protects?|"
    r"releases?|released|gives? rise to|gave rise to|brings?|brought|strengthens?|stimulates?|stimulated|supports?|"
    r"supported|replaces?|replaced|fuels?|fueled|decreases?|decreased|requires?|required|destroys?|destroyed|attracts?|"
    r"attracted|pulls?|pulled|pushes|pushed|stores|stored|sends?|sent|collects?|collected|connects?|connected|links?|"
    r"linked|changes?|changed|swept|sweeps?|carries|carried|spreads?|controls?|controlled|shapes?|shaped|blocks?|blocked|"
    r"raises?|raised|slows?|slowed|triggers?|affects?|affected|reveals?|revealed|contains?|contained|covers?|covered|"
    r"challenges?|challenged|inspires?|inspired|transforms?|transformed|guides?|guided|reaches|"
    r"reached|flows? toward|depends? on|relies on|combines?|combined|attacks?|attacked|threatens?|threatened|"
    r"encourages?|encouraged|provides?|provided|offers?|offered|"
    r"adjusts?|adjusted|regulates?|regulated|maintains?|maintained|reflects?|reflected|defines?|defined|removes?|removed|"
    r"conserves?|moves?|moved|builds?|built|adapts? to|leads?|feeds?|fills?|filled|surrounds?|surrounded|keeps?|kept|"
    r"involves?|involved|measures?|measured|tampers? with|steals?|stole|saves?|saved|spurred|brightens?|heats?|cools?"
)
_PASSIVE = re.compile(
    r"\s(?:is|are|was|were|has been|have been)\s(?P<verb>replaced|caused|produced|driven|created|triggered|"
    r"controlled|shaped|supported|carried|destroyed|released|made|protected|influenced|affected)\s(?:up\s)?by\s"
)
_LEADS = re.compile(rf"\s(?:(?:can|could|may|will|would|often|also|then|eventually|usually)\s)?(?P<verb>{_VERBS})\s")
_BECAUSE = re.compile(r",?\s(?:because of|because|due to|as a result of|thanks to)\s", re.IGNORECASE)
# With any of these the sentence does not say that the one leads to the other, or says that it only may.
_UNSURE = re.compile(
    r"\b(?:not|no|never|cannot|hardly|rarely|without|may|might|could|would|should|if|unless|whether|perhaps|possibly|"
    r"probably|seems?|appears?|likely|supposedly|allegedly|n['’]t)\b|n['’]t\b",
    re.IGNORECASE,
)
_SIDE_WORDS = 8  # of a side that is drawn: whole, since half a side is another claim


def cause(text: str) -> Linked | None:
    """What leads to what, where the sentence says so for certain and both sides can be named whole.

    An arrow is a claim: a sentence that denies, doubts or makes conditions gets none, nor one in which something only
    happens when something else does.
    """
    if "?" in text or _UNSURE.search(text):
        return None
    bare = _BRACKETS.sub(lambda m: " " * len(m.group()), text).rstrip(" .!")
    if (match := _BECAUSE.search(bare)) and not bare[: match.start()].endswith(
        ("partly", "simply", "is", "are", "was")
    ):
        return _linked(bare[match.end() :], match.end(), bare[: match.start()], 0, "")
    if match := _PASSIVE.search(bare):
        acted_on = tokens(compress(bare[: match.start()]))
        if not any(t.tag in ("verb", "aux", "pron") for t in acted_on):
            return _linked(bare[: match.start()], 0, bare[match.end() :], match.end(), f"{match['verb']} by")
    for match in _LEADS.finditer(bare):
        before, after = bare[: match.start()], bare[match.end() :]
        subject = tokens(before)
        if _inside(before) or any(t.tag in ("verb", "aux", "pron") for t in subject):
            continue
        if not any(t.tag == "verb" and t.start == match.start("verb") for t in tokens(bare)):
            continue  # "the forces exerted by": a noun that looks like a verb
        relation = _linked(before, 0, after, match.end(), match["verb"])
        if relation:
            return relation
    return None


def _inside(before: str) -> bool:
    """Is the verb that follows part of a side clause or an infinitive?"""
    return bool(re.search(r"\b(?:to|that|which|who|and|or|not|cannot)\s*$", before))


def _linked(first: str, first_at: int, second: str, second_at: int, link: str) -> Linked | None:
    sides = _whole_side(first), _whole_side(second)
    if not sides[0] or not sides[1] or sides[0].lower() == sides[1].lower():
        return None
    return Linked(SentencePart(sides[0], first_at), SentencePart(sides[1], second_at), link)


def _whole_side(text: str) -> str | None:
    """One side as the sentence has it, up to a mark; None where it is long, hangs on another word or says "it"."""
    side = re.split(r"[,;:]\s|\s[–—]\s", text.strip(" ,.;"))[0]
    if not side or words_in(side) > _SIDE_WORDS or dangling(side) or _PRONOUN_SIDE.match(side):
        return None
    return tidy(side)


_PRONOUN_SIDE = re.compile(r"(?:it|they|this|these|he|she|that|there|we|us|them|you|which|who)\b", re.IGNORECASE)


def _named(text: str) -> str | None:
    """One side in at most five words."""
    text = text.strip(" ,.;")
    first = re.split(r"[,;:]\s|\s[–—]\s", text)[0]
    short = compress(first)
    starts_low = re.match(r"(?:it|they|this|these|he|she|that|there|we|us|them|you|which)\b", short, re.IGNORECASE)
    if starts_low:
        return None
    limit = 8 if re.match(r"\w+(?:\s\w+)?\sto\s", short) else 6  # "glands to produce little or no saliva"
    if words_in(short) <= limit and not dangling(short):
        return short
    cut = shorten(short, limit)
    if cut and words_in(cut) >= 2:
        return cut
    phrase = telling(first, (), limit=5)
    return phrase.text if phrase and words_in(phrase.text) >= 2 else None


_MADE_OF = re.compile(
    r"\b(?:(?:is|are|was|were)\s(?:a|the)\s(?:combination|mix|mixture|sum|balance|blend)\s(?:of|between)|consists?\sof|(?:is|are)\smade\s(?:up\s)?of|"
    r"(?:is|are)\s(?:divided|split|separated)\sinto|comprises?|includes?)\s",
    re.IGNORECASE,
)


def composition(text: str) -> tuple[SentencePart, list[SentencePart]] | None:
    """A whole and its two to four parts, where the sentence takes it apart ("a combination of A and B")."""
    bare = _BRACKETS.sub(lambda m: " " * len(m.group()), text).rstrip(" .!")
    match = _MADE_OF.search(bare)
    if match is None or "?" in text:
        return None
    whole = _named(bare[: match.start()])
    rest = bare[match.end() :]
    parts = [SentencePart(part.text, part.start + match.end()) for part in enumeration("x: " + rest)]
    if parts:
        parts = [SentencePart(part.text, part.start - 3) for part in parts]
    else:
        pair = re.match(r"(?:both\s)?(?P<first>[^,;:]{3,60}?)\sand\s(?P<second>[^,;:]{3,60})", rest)
        if not pair:
            return None
        first, second = _named(pair["first"]), _named(pair["second"])
        if not first or not second:
            return None
        parts = [
            SentencePart(first, match.end() + pair.start("first")),
            SentencePart(second, match.end() + pair.start("second")),
        ]
    if whole is None or len(parts) > 4 or any(part.text.lower() == whole.lower() for part in parts):
        return None
    return SentencePart(whole, 0), parts
