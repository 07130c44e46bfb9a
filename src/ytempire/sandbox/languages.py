"""Languages: those of YouTube's pages (`hl`), and those that a text may be in.

No list of the latter is documented, so whatever is the name of a language is taken, but for what people saw refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from babel import Locale

Texts = dict[str, str]

# i18nLanguages.list of the real service
_CODES = (
    "af az id ms bs ca cs da de et en-IN en-GB en es es-419 es-US eu fil fr fr-CA gl hr zu is it sw lv lt hu nl no uz"
    " pl pt-PT pt ro sq sk sl sr-Latn fi sv vi tr be bg ky kk mk mn ru sr uk el hy iw ur ar fa ne mr hi as bn pa gu or"
    " ta te kn ml si th lo my ka am km zh-CN zh-TW zh-HK ja ko"
)
APPLICATION = tuple(_CODES.split())
_FOLDED = {code.lower(): code for code in APPLICATION}
_OLD = {"iw": "he", "in": "id", "ji": "yi"}  # ISO's codes of before 1989, which YouTube still uses
_REFUSED = {"nb"}  # YouTube's word is `no`: gist.github.com/alexdean/70af1b9e8687c7435ea7ee8a2cfa7b03
_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-(?:[A-Z]{2}|\d{3}))?", re.ASCII)
_ENGLISH = Locale("en")


def application_language(code: str) -> str | None:
    """A code as YouTube writes it, `en_US` as `en-US`; None where its pages are not to be had in that language."""
    hyphened = code.replace("_", "-")
    plain = hyphened.lower()
    return _FOLDED.get(plain) or (hyphened if plain.partition("-")[0] in _FOLDED else None)


def localized(texts: Mapping[str, str], translations: Mapping[str, Mapping[str, str]], wanted: str | None) -> Texts:
    """Title and description in the language that is wanted, or else as they are."""
    folded = {code.lower(): code for code in translations}
    for code in (wanted or "", (wanted or "").partition("-")[0]):
        if code.lower() in folded:
            texts = translations[folded[code.lower()]]
            break
    return {"title": texts["title"], "description": texts.get("description", "")}


def is_language(code: str) -> bool:
    """Whether texts can be said to be in it: `de`, `zh-Hant-TW`, `es-419`."""
    plain = code.partition("-")[0]
    if not _TAG.fullmatch(code) or plain in _REFUSED:
        return False
    return _OLD.get(plain, plain) in _ENGLISH.languages


def english_name(code: str) -> str:
    plain, _, rest = code.partition("-")
    name = str(_ENGLISH.languages[_OLD.get(plain, plain)])
    if not rest:
        return name
    return f"{name} ({_ENGLISH.territories.get(rest) or _ENGLISH.scripts[rest]})"
