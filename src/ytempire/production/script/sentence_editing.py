"""Edits that a sentence may undergo before it is spoken: deletions and safe splits, never an added word.

Punctuation and the first letter's case may change; the words of the result are always a subsequence of the words of
the source (a test holds this for every edit).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ytempire.production.script.words import (
    AUXILIARIES,
    CONJUNCTION_OPENERS,
    DETERMINERS,
    PRONOUN_SUBJECTS,
    REMOVABLE_OPENERS,
    SUBORDINATORS,
    VERBS,
    words_of,
)

LONGEST = 22  # words that a listener follows in one breath (LOOK: "sentences under 22 words")
_ACRONYM = re.compile(r"\(([A-Z][A-Za-z]{0,3}[A-Z]+s?)\)")
_AUX = "|".join(sorted(AUXILIARIES))
_TAILS = (
    # What follows a comma up to the sentence's end and adds to it without limiting it. Concessions ("although …") are
    # not here: without them a sentence would claim more than its author did.
    re.compile(r",\s+(?:which|whose|where|who|whom)\s+[^;:]+$"),
    re.compile(
        r",\s+(?:thus |thereby |especially |particularly )?(?!during|according|morning|evening)\w{2,}ing\s+[^;:]+$"
    ),
    re.compile(
        r",\s+(?:especially|particularly|as well as|rather than|such as|like|thereby|thus|combined with|along with|"
        r"just as|followed by|as (?=(?:it|they|we|he|she|most|many|some|other|people)\b)|so that|in order to|because|"
        r"since|as opposed to|with)\s+[^;:]+$"
    ),
    re.compile(r"[;,]\s+(?:i\.e\.|that is),?\s+[^;:]+$"),
    re.compile(r",\s+or\s+to\s+[^;:]+$"),
    # The second of two parallel phrases: "without giving … and without using …".
    re.compile(r"(?<=\s)(?:(?P<joint>without|to|by|for|in)\s[^,;:]+?)(?P<tail>\s+and (?P=joint)\s[^,;:]+)$"),
)
_INNER_ASIDE = re.compile(
    rf",\s+(?:which|who|whose|where|including|especially|such as|like)\s+[^,;:]+,\s+(?=(?:{_AUX})\b)"
)
# Behind these a sentence goes on with more, not with what takes back a part of it ("although", "but", "if").
_ADDS = re.compile(
    r"[;:]\s|\s*(?:—|--|\s–\s)\s*|,\s(?=(?:both|which|where|who|whose|because|since|so|and (?:it|they|we|he|she|the|a)|"
    r"as (?:it|they|we|he|she)|\w{2,}ing)\b)"
)
_PAIRED = re.compile(r"\b(?:not only|both|either|neither|from|between|such|so)\b[^,]*$", re.IGNORECASE)
# Signs of their own that no voice reads: stars, boxes, waves.
_SILENT = re.compile(r"(?<!\S)[^\w\s.,;:?!'\"“”‘’()\[\]«»&%$€£+=<>°–—-]+(?=[\s.,;:?!]|$)")
_DASHES = re.compile(r"\s*(?:—|--|\s–\s)\s*")


def cleaned(raw: str) -> str:
    """A source sentence made speakable: remarks in brackets, citations and stray pointers to figures deleted."""
    text = re.sub(r"\s+", " ", raw).strip()
    text = re.sub(r"\[([^\[\]]*)\]", r"\1", text)
    text = _SILENT.sub("", text)
    text = _drop_brackets(text)
    text = re.sub(r",? as (?:illustrates|shows|shown|illustrated|seen)(?: in| below| above)?(?=[.;,])", "", text)
    text = re.sub(r"^As (?:shows|illustrates|shown),\s*", "", text)
    text = re.sub(r"\s+([,.;:?!])", r"\1", text)
    text = re.sub(r",(?=[.;:?!,])", "", text)
    return capitalised(re.sub(r"\s+", " ", text).strip())


def _drop_brackets(text: str) -> str:
    """Deletes "(…)", innermost first; an abbreviation such as "(ADH)" stays, for it may be used later."""
    kept = _ACRONYM.sub("⟦\\1⟧", text)
    while True:
        shorter = re.sub(r"\s*\([^()]*\)", "", kept)
        if shorter == kept:
            return kept.replace("⟦", "(").replace("⟧", ")")
        kept = shorter


def acronyms_defined(text: str) -> list[str]:
    return _ACRONYM.findall(text)


def without_acronym(text: str, acronym: str) -> str:
    """Deletes "(ADH)" where nothing later needs it."""
    return re.sub(rf"\s*\({re.escape(acronym)}\)", "", text)


def without_opener(text: str) -> str:
    """Deletes a leading "However," or "And": what a sentence needs no longer once the one before it is not there."""
    for _ in range(2):
        text = REMOVABLE_OPENERS.sub("", text, count=1) if REMOVABLE_OPENERS.match(text) else text
        text = CONJUNCTION_OPENERS.sub("", text, count=1) if CONJUNCTION_OPENERS.match(text) else text
    text = re.sub(
        r",\s+(?:however|therefore|moreover|furthermore|too|for example|for instance|in turn),(?=\s)|,\s+(?:however|"
        r"though|too|as well)(?=[.!?]$)",
        "",
        text,
    )
    text = re.sub(r"\b(is|are|was|were|has|have|can|and) (?:thus|therefore|hence|then)(?= )", r"\1", text)
    text = re.sub(r"\balso ", "", text, count=1) if not re.search(r"\bnot only\b|\bbut also\b", text) else text
    return capitalised(text)


def spoken_lines(text: str) -> list[str]:
    """The sentence as one line or several, each of at most 22 words where deletions and splits allow it."""
    lines = []
    for part in _split_clauses(text):
        lines.append(_punctuated(shortened(part)))
    return lines


def shortened(text: str) -> str:
    """Deletes asides and non-restrictive tails until the sentence has at most 22 words, as little as needed."""
    if _count(text) <= LONGEST:
        return text
    without_aside = re.sub(r"\s*—\s*[^—]{3,120}?\s*—\s*(?=[a-z])", " ", text)
    without_relative = _INNER_ASIDE.sub(" ", without_aside)
    for candidate in (without_aside, without_relative):
        if candidate != text and _count(candidate) <= LONGEST and _balanced(candidate):
            return candidate
    best = without_relative if _balanced(without_relative) else text
    while _count(best) > LONGEST:
        cuts = [cut for pattern in _TAILS for cut in _tail_cuts(best, pattern)]
        if not cuts:
            break
        # The longest that fits; where none fits, the least taken off, and once more.
        best = max([cut for cut in cuts if _count(cut) <= LONGEST] or cuts, key=_count)
    return best


def _tail_cuts(text: str, pattern: re.Pattern[str]) -> list[str]:
    cuts = []
    for match in pattern.finditer(text):
        cut = text[: match.start("tail") if "tail" in match.groupdict() else match.start()]
        removed = text[len(cut) :]
        if _count(cut) >= 7 and not _tears_a_list(cut, removed) and _balanced(cut) and _complete(cut):
            cuts.append(f"{cut}.")
    return cuts


def _tears_a_list(kept: str, removed: str) -> bool:
    """Whether a cut would go through an enumeration or take off what an apposition belongs to.

    "plans, releases, using plain words, and tools" is one list; "took spying, a timely topic, as its subject" one
    phrase.
    """
    return bool(
        re.search(r"\b\w+ing,$|,\s+\w+ing\b[^,]*,$", f"{kept},")
        or re.search(r",\s+(?:and|or)\s+\w+ing\b", removed)
        or ("," in kept and re.match(r",\s+\w+ing [^,]+,\s+and\b", removed))
        or re.search(r",\s+(?:an?|the)\s+[^,]{3,40}$", kept)
    )


def main_clauses(text: str) -> Iterator[str]:
    """Yield the main clauses before what only adds to them, the shortest first."""
    for match in _ADDS.finditer(text):
        clause = text[: match.start()]
        if _is_clause(clause) and _complete(clause) and _balanced(clause) and not _PAIRED.search(clause):
            yield f"{clause}."


def brief(text: str, longest: int) -> str | None:
    """Return the main clause before what only adds to it, of at most `longest` words; None where there is none."""
    if _count(text) <= longest:
        return text
    return next((clause for clause in main_clauses(text) if _count(clause) <= longest), None)


def _split_clauses(text: str) -> list[str]:
    """Splits a long sentence where both halves are sentences; the words stay as they are, but for a dropped "and"."""
    if _count(text) <= LONGEST:
        return [text]
    for match in re.finditer(r";\s+|,\s+(and|but|so|yet)\s+|\s+—\s+|—", text):
        left, right = text[: match.start()], text[match.end() :]
        joint = match.group(1)
        if match.group(0).strip() == "—" and not _starts_clause(right):
            continue
        if not (_balanced(left) and _balanced(right) and _count(left) >= 5 and _count(right) >= 5):
            continue
        if joint is None and ";" in match.group(0):
            fits = _is_clause(left) and _has_verb(right) and not _leans(right)
        else:
            fits = _is_clause(left) and _starts_clause(right) and not (joint == "so" and " as " in left)
        if fits:
            lead = (
                f"{joint.capitalize()} {right}" if joint in {"but", "so", "yet"} else capitalised(without_opener(right))
            )
            return [f"{left}.", *_split_clauses(lead)]
    return [text]


def _starts_clause(text: str) -> bool:
    words = words_of(text)[:8]
    if not words:
        return False
    if words[0] in PRONOUN_SUBJECTS:
        return len(words) > 2
    head = words_of(re.split(r"[,;:—]", text)[0])[:8]
    return words[0] in DETERMINERS and any(word in AUXILIARIES for word in head[2:])


def _is_clause(text: str) -> bool:
    """Whether the words before a joint are a whole main clause rather than "If the Sun rises"."""
    words = words_of(text)
    return bool(words) and words[0] not in SUBORDINATORS and _has_verb(text)


def _has_verb(text: str) -> bool:
    return any(word in VERBS or re.fullmatch(r"\w{3,}ed", word) for word in words_of(text)[1:])


def _leans(text: str) -> bool:
    return words_of(text)[:1] in (["which"], ["where"], ["who"], ["while"], ["whereas"], ["others"], ["and"])


def _complete(text: str) -> bool:
    """A cut must leave a clause, and must not cut off the main clause behind a leading "When …,"."""
    words = words_of(text)
    if words[0] in SUBORDINATORS and "," not in text:
        return False
    return _has_verb(text) and words[-1] not in {
        "and",
        "or",
        "the",
        "a",
        "of",
        "to",
        "in",
        "with",
        "that",
        "both",
        "from",
    }


def _balanced(text: str) -> bool:
    return text.count("“") == text.count("”") and text.count("(") == text.count(")") and text.count('"') % 2 == 0


def _punctuated(text: str) -> str:
    """Dashes become commas: a caption cannot break at a dash, and the voice pauses alike."""
    text = _DASHES.sub(", ", text.strip())
    text = re.sub(r"\s+([,.;:?!])", r"\1", re.sub(r",\s*(?=[,.;:?!])", "", text))
    return text if re.search(r"[.!?:][\"”’']?$", text) else f"{text.rstrip(',;')}."


def _count(text: str) -> int:
    return len(text.split())


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
