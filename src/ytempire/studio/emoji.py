"""Emoji, which are neither drawn nor spoken: no font that libass can draw them with ships, and they have no words."""

from __future__ import annotations

import re

# What is shown in colour by itself (Emoji_Presentation of Unicode), and any sign that U+FE0F makes so.
_ALONE = (
    "\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f1e6-\U0001f1ff\U0001f201\U0001f21a\U0001f22f"
    "\U0001f232-\U0001f236\U0001f238-\U0001f23a\U0001f250\U0001f251\U0001f300-\U0001f6ff\U0001f7e0-\U0001f7eb"
    "\U0001f7f0\U0001f90c-\U0001faff"
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab"
    "\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e"
    "\u2753-\u2755\u2757\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
)
_EMOJI = re.compile(
    f"(?:[{_ALONE}]|[^\\w\\s]\ufe0f)(?:\u200d.|[\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f])*"
)
_MARKS = re.compile("[\ufe0e\ufe0f\u20e3]")  # how a sign is to be shown, and the key around a figure


def without_emoji(text: str) -> str:
    """Leave out emoji, joined ones and flags whole; of a figure on a key, the figure stays."""
    return text if text.isascii() else _MARKS.sub("", _EMOJI.sub("", text))
