"""The few words of a sentence that deserve to stand on the screen."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ytempire.studio.visuals.sentence_analysis import lexicon as lx
from ytempire.studio.visuals.sentence_analysis.words import Token, tokens

# "They may not be right" says as much on a screen as "May not be right"; before a form of "be" the pronoun is needed.
_SUBJECT = re.compile(
    r"^(?:it|they|this|these|he|she)\s(?=(?:can|could|may|might|must|should|would|will|cannot|[a-z]{3,}ed)\s\w+\s\w)",
    re.IGNORECASE,
)
# What somebody says is the point, not that they say it: "It says that the universe had a beginning".
_REPORTED = re.compile(
    r"^(?:(?:it|they|this|these|he|she|we|you|i)\s)?(?:(?:has|have|had|also|can|could|may)\s)?"
    r"(?:says?|said|suggest(?:s|ed)?|states?|stated|shows?|shown|showed|means?|meant|believes?|believed|finds?|found|"
    r"argues?|argued|knows?|knew|claims?|claimed|reports?|reported|explains?|explained|reveals?|revealed)\sthat\s",
    re.IGNORECASE,
)
_AMOUNTS = frozenset({"dozen", "hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion"})
# "Americans were a people (on the move)": what says something comes after.
_HANGS = re.compile(
    r"\b(?:is|are|was|were)\san?\s(?:people|thing|way|kind|one|person|place|matter|part)$", re.IGNORECASE
)
MOST_WORDS = 8  # LOOK: at most 8 words of key text
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_CUTS = re.compile(
    r"[,;:–—.!?()]\s+|\s[–—]\s|\s(?=(?:which|who|because|although|though|while|whereas|so that|such as|"
    r"including|rather than|as well as|in order to|unless|until|since)\b)"
)
_DESCRIBED = re.compile(r"\b(?:an?|the)\s(?:\w+\s)?\w+(?:al|ive|ous|ful|ic|less|able|ible|ary)$", re.IGNORECASE)
_OPENERS = re.compile(
    r"^(?:(?:and|but|or|so|yet|however|moreover|furthermore|thus|therefore|hence|indeed|instead|then|also|in fact|"
    r"(?:some |many |a few )?(?:days|weeks|months|years|decades|centuries) ago|"
    r"of course|for example|for instance|in addition|as a result|in contrast|on the other hand|in other words|that is|"
    r"finally|first|second|third|next|today|note that|rather|additionally|similarly|meanwhile|overall|in short|"
    r"in general|as such|that|which|who|when|where|if|because|although|while|since)\b[,\s]*)+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Phrase:
    text: str
    start: int  # offset in the sentence where it begins
    score: float


def words_in(text: str) -> int:
    return len(text.split())


def capital(text: str) -> str:
    """First letter upper case, the rest untouched: names and abbreviations keep theirs."""
    return text[:1].upper() + text[1:]


def tidy(text: str) -> str:
    """Without marks at the ends, and without an article in front."""
    text = re.sub(r"\s+", " ", text).strip(" ,;:.–—-")
    text = re.sub(r"^(?:the|a|an|this|these|those|its|their|such|some|any)\s+", "", text, flags=re.IGNORECASE)
    return capital(text)


def _stem(word: str) -> str:
    word = word.lower().strip("’'").removesuffix("'s").removesuffix("’s")
    for ending in ("ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in re.findall(r"[A-Za-zÀ-ÿ’'-]+", text))


def noun_phrases(text: str) -> list[tuple[int, int]]:
    """Stretches (as offsets) of nouns with what describes them; also joined over "of", and over the "and" in that."""
    tagged_tokens = tokens(text)
    spans: list[tuple[int, int]] = []
    i = 0
    while i < len(tagged_tokens):
        j = _chunk(tagged_tokens, i)
        if j == i:
            i += 1
            continue
        spans.append((tagged_tokens[i].start, tagged_tokens[_trimmed(tagged_tokens, i, j) - 1].end))
        joined = _joined(tagged_tokens, j)
        if joined > j:
            spans.append((tagged_tokens[i].start, tagged_tokens[joined - 1].end))
        i = j
    return [span for span in spans if span[1] > span[0]]


def _joined(tagged_tokens: list[Token], j: int) -> int:
    """Where a phrase that ends before token `j` ends when its "of ..." and the "and ..." in that are taken along."""
    while j + 1 < len(tagged_tokens) and tagged_tokens[j].low == "of":
        k = j + 1 + (tagged_tokens[j + 1].tag == "det")
        end = _chunk(tagged_tokens, k)
        if end == k:
            break
        # "of conscious and unconscious processes"
        if end < len(tagged_tokens) and tagged_tokens[end].low in ("and", "or"):
            more = _chunk(tagged_tokens, end + 1)
            if more == end + 1:
                break
            end = more
        j = _trimmed(tagged_tokens, k, end)
    return j


def _trimmed(tagged_tokens: list[Token], i: int, j: int) -> int:
    """The run without what belongs to the next words: "consumers desperate (for)", "the challenges workers (faced)"."""
    while j - i > 1 and tagged_tokens[j - 1].low in lx.TRAILING:
        j -= 1
    acts = j < len(tagged_tokens) and tagged_tokens[j].tag in ("verb", "aux")
    if acts and j - i > 1:
        plurals = tagged_tokens[j - 1].low.endswith("s") and tagged_tokens[j - 2].low.endswith("s")
        # "the largest impact Earth could"
        named = tagged_tokens[j - 1].text[0].isupper() and tagged_tokens[j - 2].text[0].islower()
        j -= plurals or named
    # "federal agencies harness the ...", "the FBI plans to ...": the last of these nouns is the sentence's verb
    if (
        j - i > 1
        and j < len(tagged_tokens)
        and tagged_tokens[j - 1].low in lx.verbs()
        and _takes_object(tagged_tokens[j])
    ):
        j -= 1
    return j


def _takes_object(following: Token) -> bool:
    return following.tag == "det" or following.low in ("that", "to", "it", "them")


def _chunk(tagged_tokens: list[Token], i: int) -> int:
    """The end of the run of nouns and numbers that starts at token `i`."""
    j = i
    while j < len(tagged_tokens) and tagged_tokens[j].tag in ("noun", "num"):
        j += 1
    # "tide-raising forces": a participle inside the run belongs to it; one at its end does not.
    while j > i and tagged_tokens[j - 1].tag == "num":
        j -= 1
    return j


def _score(text: str, key: frozenset[str], at: float) -> float:
    """How telling a phrase is: key terms, substance, a good length, and news (which English puts late)."""
    content = [w for w in re.findall(r"[\w’'-]+", text) if w.lower() not in lx.FUNCTION]
    telling = [w for w in content if w.lower() not in lx.HOLLOW]
    if not telling:
        return 0.0
    hits = sum(1 for w in telling if _stem(w) in key)
    length = words_in(text)
    shape = {1: 0.3, 2: 1.0, 3: 1.1, 4: 1.05, 5: 0.9, 6: 0.8}.get(length, 0.5)
    substance = min(1.0, sum(len(w) for w in telling) / 16)
    if content[0].lower() in lx.HOLLOW:
        shape *= 0.55  # "number of", "side of": the weight lies elsewhere
    return shape * (0.6 + substance) * (1 + 0.35 * min(hits, 2)) * (0.9 + 0.25 * at)


def clauses(text: str) -> list[tuple[int, str]]:
    """The sentence cut at its marks and subordinators, with offsets; brackets left out."""
    masked = _BRACKETS.sub(lambda m: "\0" * len(m.group()), text)
    parts: list[tuple[int, str]] = []
    at = 0
    for cut in [*_CUTS.finditer(masked), None]:
        end = cut.start() if cut else len(masked)
        if cut and masked[cut.start()] == "," and _DESCRIBED.search(masked[at:end]):
            continue  # "a central, positively charged nucleus": the comma stands between two adjectives
        piece = masked[at:end].replace("\0", "")
        if piece.strip():
            parts.append((at + len(piece) - len(piece.lstrip()), piece.strip()))
        at = cut.end() if cut else end
    return parts


def compress(clause: str) -> str:
    """A clause without its opening connective, its adverbs and its articles at the front."""
    bare = _OPENERS.sub("", clause.strip(" ,;:.!?–—"))
    kept = list(tokens(bare))
    # Only what adds no meaning goes: without "mostly" or "positively" a sentence would claim something else.
    denied = any(t.low in ("not", "never", "no", "cannot") or t.low.endswith("n't") for t in kept)
    dropped = {i for i, t in enumerate(kept) if not denied and t.low in lx.EMPHASIS}
    text, at = "", 0
    for i, token in enumerate(kept):
        if i in dropped:
            text += bare[at : token.start].rstrip() if token.start > at else ""
            at = token.end
    text += bare[at:]
    first = tokens(text)[:2]
    if len(first) == 2 and first[0].low in ("it", "they", "he", "she", "this", "these") and first[1].tag == "verb":
        text = text[first[1].start :]
    text = _SUBJECT.sub("", _REPORTED.sub("", text))
    return tidy(re.sub(r"\s+([,;:.])", r"\1", text))


def dangling(text: str) -> bool:
    """Does it end, or begin, with a word that leads on to something missing?"""
    parts = re.findall(r"[\w’'-]+", text.lower().replace("’", "'"))
    if not parts:
        return True
    if _HANGS.search(text) or _has_subject_at_end(text):
        return True
    if parts[-2:] in (["each", "other"], ["one", "another"]):
        return False
    allowed = {"down", "up", "off", "out", "in", "on", "over", "through", "around", "apart", "back"}
    return (parts[-1] in lx.LEADS_ON and not (parts[-1] in allowed and len(parts) > 2)) or parts[0] in lx.LEANS_BACK


def _has_subject_at_end(text: str) -> bool:
    """Does a side clause without "that" break off after its subject: "associations our minds (make)"?"""
    tagged_tokens = tokens(text)
    return any(
        before.tag == "noun"
        and token.low in ("our", "your", "my", "we", "you", "they")
        and not any(t.tag in ("verb", "aux") for t in tagged_tokens[i + 1 :])
        for i, (before, token) in enumerate(itertools.pairwise(tagged_tokens))
    )


def telling(
    text: str, key_terms: Iterable[str], *, limit: int = MOST_WORDS, avoid: Iterable[str] = (), worn: str = ""
) -> Phrase | None:
    """The phrase that carries the point, at most `limit` words, none of `avoid`; None when there is none worth showing.

    `worn` is what the viewer has in front of them anyway, as the title: repeating it says little.
    """
    options = candidates(text, key_terms, limit=limit, avoid=avoid, worn=worn)
    best = max(options, key=lambda option: (option.score, -option.start), default=None)
    return best if best and best.score > 0.35 else None


def candidates(
    text: str, key_terms: Iterable[str], *, limit: int, avoid: Iterable[str] = (), worn: str = ""
) -> list[Phrase]:
    """All phrases of a text that could stand alone, scored."""
    key = frozenset().union(*(stems(term) for term in key_terms))
    length = max(1, len(text))
    options: list[Phrase] = []
    for at, clause in clauses(text):
        short = compress(clause)
        weight = _weight(clause)
        if 3 <= words_in(short) <= limit and not dangling(short) and _has_verb(short):
            options.append(Phrase(short, at, _score(short, key, at / length) * weight + 0.25))
    for start, end in noun_phrases(text):
        phrase = re.sub(
            r"^(?:\w+\s)?(?:number|terms|sides?|lots?|kinds?|types?|forms?|parts?|variety|pieces?|rest|end) of\s",
            "",
            tidy(text[start:end]),
            flags=re.IGNORECASE,
        )
        phrase = tidy(phrase)
        if any(t.tag == "num" or t.low in _AMOUNTS for t in tokens(phrase)):
            continue  # what stood before it ("less than", "nearly") would be lost: numbers have scenes of their own
        twice = len(set(phrase.lower().split())) < words_in(phrase)  # "Earth cause Earth" was misread
        if 1 <= words_in(phrase) <= limit and not dangling(phrase) and not twice:
            options.append(Phrase(phrase, start, _score(phrase, key, start / length)))
    options = [option for option in options if words_in(option.text) > 1 or stems(option.text) <= key]
    tired = stems(worn)
    options = [
        replace(option, score=option.score * 0.5) if stems(option.text) <= tired else option for option in options
    ]
    shown = {phrase.lower() for phrase in avoid}
    return [option for option in options if option.text.lower() not in shown]


def _weight(clause: str) -> float:
    """A side clause seldom holds the point, and what a sentence grants ("While it might be easy, ...") never does."""
    if re.match(r"(?:while|although|though|even though|despite)\b", clause, re.IGNORECASE):
        return 0.3
    return 0.8 if re.match(r"(?:which|who|whose|that)\b", clause) else 1.45


def _has_verb(text: str) -> bool:
    return any(t.tag in ("verb", "aux") for t in tokens(text)[1:])


def shorten(text: str, limit: int) -> str | None:
    """`text` cut to at most `limit` words where nothing is left hanging; None where there is no such place."""
    text = tidy(_BRACKETS.sub("", text))
    if words_in(text) <= limit and not dangling(text):
        return text
    tagged_tokens = tokens(text)
    for end in range(len(tagged_tokens), 1, -1):
        token, before = tagged_tokens[end - 1], text[: tagged_tokens[end - 1].end]
        if words_in(before) > limit or token.tag == "mark" or dangling(before):
            continue
        if re.search(r"\b(?:that|which|who)\s(?:\w+\s)?\w+$", before) and token.tag == "verb":
            continue  # "signals that result": the side clause has lost its end
        following = tagged_tokens[end] if end < len(tagged_tokens) else None
        if following is None or following.tag in ("mark", "prep", "conj", "pron", "aux"):
            return tidy(before)
    return None
