"""How long a line in a language other than English takes to say, before any voice has spoken."""

from __future__ import annotations

from collections.abc import Mapping

import regex

from ytempire.studio.voice.text_normalization import read_aloud, spoken_text

# Fitted by least squares to 255 Spanish, 216 French, 216 Italian and 220 Portuguese sentences of the labelled set,
# spoken by espeak-ng's default voice of each language at 158 words a minute: 3.7, 4.9, 3.0 and 3.6 % off on average.
# Words of these sentences that were said in a minute: 172, 208, 162 and 158. Kokoro's default voices, at the paces that
# are written down for them, need the same time within 1 % for all sentences, and 5.2, 7.9, 4.9 and 5.9 % off for each.
SECONDS: Mapping[str, Mapping[str, float]] = {
    "es": {"start": 0.1523, "vowel": 0.0596, "consonant": 0.0661, "word": 0.0346, "comma": 0.3079},
    "fr": {"start": 0.1596, "vowel": 0.0969, "consonant": 0.0387, "word": 0.0111, "comma": 0.32},
    "it": {"start": 0.1207, "vowel": 0.0632, "consonant": 0.0657, "word": 0.0317, "comma": 0.2789},
    "pt": {"start": 0.1011, "vowel": 0.0621, "consonant": 0.0769, "word": 0.0376, "comma": 0.3161},
}
_VOWELS = "aeiouyàáâãäåèéêëìíîïòóôõöùúûüœæ"
_SILENT_END = regex.compile(r"(?<=\p{L}{2})(?:es?|ent)(?!\p{L})")


def reference_s(text: str, language: str) -> float:
    """Return the expected seconds of one line at the reference rate, its inner pauses included."""
    return sum(SECONDS[language][name] * count for name, count in features_in_language(text, language).items())


def features_in_language(text: str, language: str) -> dict[str, float]:
    """Return what the length depends on: vowel groups stand for syllables, the other letters for consonants."""
    exact = spoken_text(read_aloud(text, language=language)).lower()
    inner = exact.rstrip(".!?,;: ")
    sounded = _SILENT_END.sub("", exact) if language == "fr" else exact
    return {
        "start": 1.0,
        "vowel": float(len(regex.findall(f"[{_VOWELS}]+", sounded))),
        "consonant": float(len(regex.sub(rf"[{_VOWELS}\P{{L}}]", "", sounded))),
        "word": float(len(exact.split())),
        "comma": float(len(regex.findall(r"[,;:.!?](?=\s)", inner))),
    }
