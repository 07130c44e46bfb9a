"""Words and phrases that a video should not carry: a short, readable list for all, and what its channel avoids.

The list finds calls, claims and slurs, not subjects: a text about Alzheimer's disease, crime data or war is ordinary.
What a channel avoids is avoided whatever is meant by it. Every match is reported with its sentence or passage, so that
a person can judge it in a moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ytempire.production.script.phrase_search import Searched

# Category -> patterns. A pattern is a whole phrase; "\\w*" allows endings.
PATTERNS: dict[str, tuple[str, ...]] = {
    "violence": (
        r"how to (?:make|build) (?:a |an )?(?:\w+ )?(?:bomb|explosive|pipe bomb|molotov\w*|silencer)",
        r"kill (?:them all|yourself|him|her|your \w+)",
        r"(?:deserves?|deserved) to (?:die|be (?:killed|shot|beaten|raped))",
        r"shoot (?:them|him|her) (?:all|dead|down)",
        r"beat (?:him|her|them) (?:up|to death)",
        r"behead(?:ed|ing)? (?:video|footage)",
        r"let'?s (?:burn|bomb|lynch)\b",
        r"should be (?:shot|hanged|lynched|exterminated|gassed)",
    ),
    "hate": (
        r"(?:are|is) (?:subhuman|vermin|a plague on|an inferior race)",
        r"inferior races?",
        r"(?:white|black|aryan|racial) (?:supremacy is|power now|superiority is)",
        r"(?:go back to (?:your|their) (?:own )?countr(?:y|ies))",
        r"(?:gas|exterminate|deport) (?:all|the) (?:jews|muslims|blacks|immigrants|gays)",
        r"(?:holocaust|genocide) (?:never happened|is a (?:lie|hoax|myth)|was a (?:lie|hoax))",
        r"n[i1]gg(?:er|a)s?",
        r"f[a4]gg?[o0]ts?",
        r"k[i1]kes?",
    ),
    "sexual": (
        r"porn(?:o|ography|ographic)?",
        r"xxx (?:video|movie|content)s?",
        r"hardcore (?:sex|video)s?",
        r"nude (?:photos?|pics|pictures|videos?) of",
        r"sex(?:y)? (?:teens?|schoolgirls?|minors?)",
        r"only ?fans",
        r"escort services?",
        r"explicit sex(?:ual)? (?:acts?|content|scenes?)",
    ),
    "medical claims": (
        r"(?:cures?|cured|curing|reverses?|eliminates?|heals?) (?:all |your )?(?:cancer|diabetes|autism|alzheimer'?s|"
        r"dementia|aids|hiv|covid(?:-19)?|arthritis|depression)",
        r"miracle (?:cure|drug|remedy|treatment|pill)s?",
        r"doctors (?:don'?t|do not) want you to know",
        r"(?:no|without) side effects? (?:at all|whatsoever|guaranteed)",
        r"(?:stop|quit) taking your (?:medication|medicine|insulin|pills)",
        r"(?:vaccines?|vaccination) (?:cause|causes|caused) autism",
        r"(?:100 ?%|one hundred percent|guaranteed) (?:cure|safe and effective|weight loss)",
        r"instead of (?:seeing|visiting) a doctor",
        r"lose \d+ (?:pounds|kilos?|kg|lbs) in (?:a|one|\d+) (?:days?|weeks?)",
    ),
    "financial promises": (
        r"guaranteed (?:returns?|profits?|income|gains?|money)",
        r"(?:get|become) rich (?:quick|overnight|fast)",
        r"risk[- ]free (?:investment|profit|returns?|money)",
        r"double your (?:money|investment|bitcoin)",
        r"(?:can'?t|cannot|never) lose (?:money|your investment)",
        r"(?:earn|make) \$?\d[\d,]* (?:dollars )?(?:a|per) (?:day|week|month) (?:from home|guaranteed|easily|with no)",
        r"(?:this|the) stock will (?:explode|moon|double|triple)",
        r"financial freedom guaranteed",
        r"act now before",
        r"send (?:me )?(?:bitcoin|crypto|money) to",
    ),
    "self-harm": (
        r"how to (?:kill|hang|cut|starve|hurt) (?:yourself|oneself|myself)",
        r"(?:best|easiest|painless) (?:way|ways|method) to (?:die|commit suicide|kill yourself)",
        r"you should (?:kill|hurt|cut) yourself",
        r"suicide (?:method|pact|challenge)s?",
        r"pro[- ]?ana\b",
        r"thinspo\w*",
        r"nobody would miss you",
    ),
}
# A match is ordinary where its sentence says that the claim is false, unknown or hoped for, or looks at a crime from
# outside.
_ORDINARY = re.compile(
    r"\b(?:no|not|never|none|nothing|neither|nor|cannot|can'?t|don'?t|doesn'?t|isn'?t|without|myth|false|"
    r"hoax claims?|claims? that|scams?|"
    r"fraud\w*|beware|warn(?:s|ed|ing)?|illegal|prohibit\w*|ban(?:s|ned)?|avoid|unproven|debunk\w*|misinformation|"
    r"scientists|researchers|"
    r"hope to|may one day|prevent\w*|victims?|convicted|statistics|law enforcement|rejected|condemn\w*)\b",
    re.IGNORECASE,
)
# Where the claim itself is denied or reported; a call, a slur or an instruction stays what it is.
_EXCUSABLE = {"medical claims", "financial promises", "hate"}
_SLURS = re.compile(r"n\[i1\]|f\[a4\]|k\[i1\]")
_COMPILED = {
    category: tuple(
        (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), bool(_SLURS.match(pattern))) for pattern in patterns
    )
    for category, patterns in PATTERNS.items()
}


@dataclass(frozen=True)
class PolicyMatch:
    category: str
    words: str
    sentence: str


def policy_matches(sentences: Iterable[str]) -> list[PolicyMatch]:
    """What a person should look at before these sentences are published, in their order."""
    matches: list[PolicyMatch] = []
    for sentence in sentences:
        plain = sentence.replace("’", "'").replace("‘", "'")
        for category, patterns in _COMPILED.items():
            for pattern, always in patterns:
                match = pattern.search(plain)
                if match is None:
                    continue
                outside = f"{plain[: match.start()]} {plain[match.end() :]}"
                if not always and category in _EXCUSABLE and _ORDINARY.search(outside):
                    continue
                matches.append(PolicyMatch(category, match.group(0), sentence))
                break
    return matches


@dataclass(frozen=True)
class BlockedPhraseMatch:
    phrase: str  # as the channel's strategy has it
    place: str  # title, description, tags or script
    passage: str

    @property
    def sentence(self) -> str:
        has = "have" if self.place == "tags" else "has"
        return f"The channel avoids “{self.phrase}”, and the {self.place} {has} it: “{self.passage}”."


# A run keeps the strategy that it began with, so the same run again would say the same.
RUN_AGAIN_HINT = "Take it out of the text, or change what the channel avoids, and order the video anew."


def blocked_phrase_matches(texts: Mapping[str, str], avoid: Sequence[str]) -> list[BlockedPhraseMatch]:
    """What of `avoid` is said, by the place where it is: the first passage of each."""
    if not avoid:
        return []
    searched = {place: Searched(text) for place, text in texts.items()}
    return [
        BlockedPhraseMatch(phrase, place, match.passage)
        for phrase in avoid
        for place, text in searched.items()
        if (match := text.find(phrase)) is not None
    ]
