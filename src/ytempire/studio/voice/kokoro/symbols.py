"""From espeak-ng's IPA to the symbols that Kokoro was trained on.

The tables follow the fallback of misaki (Apache-2.0), the front that Kokoro's training data went through: diphthongs
and affricates are one letter each. Ties come as "^".
"""

from __future__ import annotations

import re

# The languages that a voice can speak, by the first letter of its name, and espeak-ng's names of them.
ESPEAK_LANGUAGES = {"a": "en-us", "b": "en", "e": "es", "f": "fr", "i": "it", "p": "pt-br"}
MARKS = ";:,.!?—…"
"""Marks that shape the voice, each a symbol of its own."""

_ENGLISH = (
    *(("ʔˌn̩", "ʔn"), ("ʔn̩", "ʔn"), ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("e", "A"), ("t^ʃ", "ʧ")),
    *(("ɔ^ɪ", "Y"), ("ə^l", "ᵊl"), ("ʲo", "jo"), ("ʲə", "jə"), ("ʲ", ""), ("ɚ", "əɹ"), ("r", "ɹ"), ("x", "k")),
    *(("ç", "k"), ("ɐ", "ə"), ("ɬ", "l"), ("̃", "")),
)
_AMERICAN = (("o^ʊ", "O"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ː", ""))
_BRITISH = (("e^ə", "ɛː"), ("iə", "ɪə"), ("ə^ʊ", "Q"))
_OTHERS = (
    *(("a^ɪ", "I"), ("a^ʊ", "W"), ("d^z", "ʣ"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("o^ʊ", "O"), ("ə^ʊ", "Q"), ("s^s", "S")),
    *(("t^s", "ʦ"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"), ("-", "")),
)
_TABLES = {"a": (*_ENGLISH, *_AMERICAN), "b": (*_ENGLISH, *_BRITISH)}

# Kokoro's vocabulary (config.json of hexgrad/Kokoro-82M, Apache-2.0): runs of symbols with the number of the first.
_RUNS: tuple[tuple[int, str], ...] = (
    *(
        (1, ";:,.!?"),
        (9, '—…"()“” \u0303ʣʥʦʨᵝꭧAI'),
        (31, "O"),
        (33, "Q"),
        (35, "ST"),
        (39, "W"),
    ),
    *(
        (41, "Yᵊabcdef"),
        (50, "hijklmnopqrstuvwxyzɑɐɒæ"),
        (75, "βɔɕç"),
        (80, "ɖðʤə"),
        (85, "ɚɛɜ"),
        (90, "ɟ"),
    ),
    *(
        (92, "ɡ"),
        (99, "ɥ"),
        (101, "ɨɪʝ"),
        (110, "ɯɰŋɳɲɴø"),
        (118, "ɸθœ"),
        (123, "ɹ"),
        (125, "ɾɻ"),
    ),
    *(
        (128, "ʁɽʂʃʈʧ"),
        (135, "ʊʋ"),
        (138, "ʌɣɤ"),
        (142, "χʎ"),
        (147, "ʒʔ"),
        (156, "ˈˌː"),
        (162, "ʰ"),
        (164, "ʲ"),
    ),
    *(
        (169, "↓"),
        (171, "→↗↘"),
        (177, "ᵻ"),
    ),
)
VOCABULARY = {symbol: first + place for first, symbols in _RUNS for place, symbol in enumerate(symbols)}
"""The number of each symbol in the model."""


def symbols_of(ipa: str, language: str) -> str:
    """Return Kokoro's symbols for `ipa`, in which spaces keep words apart. `language`: a key of ESPEAK_LANGUAGES."""
    for sign, symbol in _TABLES.get(language, _OTHERS):
        ipa = ipa.replace(sign, symbol)
    if language in _TABLES:
        ipa = re.sub(r"(\S)̩", r"ᵊ\1", ipa).replace("̩", "")
        # "ɚɹ" came out as two, and the flap of "water" is a symbol of its own
        ipa = ipa.replace("ɾ", "T").replace("ʔ", "t").replace("o", "ɔ").replace("ɹɹ", "ɹ")
    return ipa.replace("^", "")
