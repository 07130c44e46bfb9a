"""The telling terms of a text, taken from the text itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ytempire.language.words import content_stems, words_of
from ytempire.production.script.phrases_in_language import phrases_in_language
from ytempire.production.script.salience import Embed
from ytempire.production.script.words import AUXILIARIES, DETERMINERS, STOPWORDS, VERBS, word_set

_NOT_A_NOUN = re.compile(r"(?:ly|ed|ing|est|ous|ive|able|ible|ful|less|ish)$")
_NOUN_AFTER_ALL = word_set(
    """
    bring king ring spring thing string wing seed speed meaning training learning building computing engineering
    advertising phishing conditioning setting programming marketing testing tubing belief forest west harvest
    interest motive olive native archive
    """
)
_BEFORE_VERBS = word_set(
    """
    to will can could would should may might must not they we you it he she who which nobody one i don't
    """
)
_JOINT = re.compile(r"[.!?,;:()\[\]\"“”—–…]|\s-\s|['’]s\b")


def key_phrases(texts: Sequence[str], about: str, embed: Embed, *, count: int, language: str = "en") -> list[str]:
    """Up to `count` terms of one to three words, best first: frequent, long enough to mean something, near `about`.

    Written as the text most often writes them; none contains another.
    """
    frequency: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for text in texts:
        for phrase in _candidates(text) if language == "en" else phrases_in_language(text, language):
            frequency[phrase.lower()] += 1
            forms.setdefault(phrase.lower(), Counter())[phrase] += 1
    strong = [key for key, number in frequency.most_common(400) if number > 1 or _is_name(forms[key])][:60]
    if not strong:
        strong = [key for key, _ in frequency.most_common(30) if language == "en" or " " not in key]
    if not strong:
        return []
    nearness = embed([*strong, about])
    near = nearness[:-1] @ nearness[-1]
    weight = {
        key: float(near[index]) + 0.11 * min(4, frequency[key]) + 0.14 * key.count(" ")
        for index, key in enumerate(strong)
    }
    chosen: list[str] = []
    for key in sorted(strong, key=lambda phrase: (-weight[phrase], phrase)):
        if not any(_overlaps(key, other, language) for other in chosen):
            chosen.append(key)
    return [forms[key].most_common(1)[0][0] for key in chosen[:count]]


def _candidates(text: str) -> Iterable[str]:
    for run in _JOINT.split(text):
        words = run.split()
        for size in (1, 2, 3):
            for start in range(len(words) - size + 1):
                phrase = words[start : start + size]
                before = words[start - 1].lower() if start else ""
                after = words[start + size].lower() if start + size < len(words) else ""
                if _is_phrase(phrase, opens=start == 0) and before not in _BEFORE_VERBS and _ends_phrase(after):
                    yield " ".join(phrase) if start or phrase[0].isupper() is False else _without_capital(phrase)


def _ends_phrase(after: str) -> bool:
    """A term ends where grammar goes on, not before another noun: "national" of "national assets" is none."""
    return not after or (after in STOPWORDS and after not in DETERMINERS) or after in VERBS or after in AUXILIARIES


def _without_capital(words: Sequence[str]) -> str:
    """The first word of a sentence loses its capital unless it carries others (a name, an abbreviation)."""
    first = words[0]
    keeps = first[1:] != first[1:].lower() or any(word[:1].isupper() for word in words[1:])
    return " ".join([first if keeps else first.lower(), *words[1:]])


def _is_phrase(words: Sequence[str], *, opens: bool) -> bool:
    lower = [word.lower() for word in words]
    if not all(re.fullmatch(r"[A-Za-z][\w'’-]*", word) for word in words) or any(word in AUXILIARIES for word in lower):
        return False
    if any(word in STOPWORDS or word in VERBS or len(word) < 3 for word in lower):
        return False
    last = lower[-1]
    if _NOT_A_NOUN.search(last) and last not in _NOUN_AFTER_ALL and not (words[-1][0].isupper() and not opens):
        return False
    first_ok = (
        len(words) == 1
        or not re.search(r"(?:ing|ed)$", lower[0])
        or words[0][0].isupper()
        or lower[0] in _NOUN_AFTER_ALL
    )
    return first_ok and not any(word.endswith("ly") for word in lower) and len(set(lower)) == len(lower)


def _is_name(forms: Counter[str]) -> bool:
    form = forms.most_common(1)[0][0]
    return " " in form and all(word[0].isupper() for word in form.split())


def _overlaps(key: str, other: str, language: str) -> bool:
    return bool(_stems(key, language) & _stems(other, language))


def _stems(phrase: str, language: str) -> set[str]:
    if language == "en":
        return {_stem(word) for word in phrase.split()}
    return set(content_stems(words_of(phrase), language))


def _stem(word: str) -> str:
    return re.sub(r"(?:ies|es|s)$", "", word)
