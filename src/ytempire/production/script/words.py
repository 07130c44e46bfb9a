"""Word lists of English grammar that the writer's rules are made of."""

from __future__ import annotations

import re


def word_set(text: str) -> frozenset[str]:
    """The words of a text block, for lists that are easier to read as prose than as a literal."""
    return frozenset(text.split())


STOPWORDS = word_set(
    """
    a about above after again against all almost also although always am an and another any are around as at away
    be because been before being below between both but by can cannot could did do does doing done down during
    each either else enough even ever every few for from further get gets give given go goes going gone had has
    have having he hence her here hers him his how however i if in indeed instead into is it its itself just kind
    know known last least less let like likely long made make makes making many may me might more most much must
    my near nearly need never new next no nor not nothing now of off often on once one only onto or other others
    our out over own part parts per perhaps place possible put quite rather really same see seem seems seen
    several shall she should since small so some something sometimes soon still such take taken than that the
    their them then there thereby therefore these they thing things this those though three through thus to today
    together too toward towards two under until up upon us use used useful uses using usually various very want
    was way ways we well were what when where whether which while who whole whom whose why will with within
    without would year years yet you your first second third four five called able came come comes good great high
    little main number recent simply typically way work working look looks different important large means mean
    day days time times example fact found find people lot get around better best keep help helps helped start
    sure including learn million billion trillion thousand hundred percent half dozen much etc themselves itself
    himself herself ourselves yourself
    """
)
AUXILIARIES = word_set(
    """
    is are was were be has have had can could will would may might must shall should do does did cannot isn't
    aren't wasn't weren't can't couldn't won't wouldn't doesn't don't didn't hasn't haven't hadn't it's they're
    there's that's
    """
)
# Finite forms that are hardly ever nouns: with the auxiliaries they show that a run of words is a clause.
VERBS = AUXILIARIES | word_set(
    """
    became becomes began begins brought came causes comes contains creates depends exists gave gives goes grew
    helps holds includes involves keeps knew knows leads learns led left lies made makes means needs occurs
    produces provides released remains requires rose runs said says seems serves shows spread takes tells tends
    told took uses went works wrote allows appears asks believes describes enables ensures focuses follows happens
    improves involve occur allow contain consist consists guarantee guarantees include provide require become make
    need help understood sought felt found kept lost met paid saw sent spent stood thought won built ran
    """
)
SUBORDINATORS = word_set(
    """
    although though because since while whereas if unless when whenever where wherever after before until once as
    despite whether given
    """
)
PRONOUN_SUBJECTS = word_set(
    """
    it they he she we you i there
    """
)
DETERMINERS = word_set(
    """
    the a an some many most all each every no both our their its his her your my this these those several few any
    """
)

# Words that open a sentence by leaning on the one before, and that may be left off without changing what it says.
REMOVABLE_OPENERS = re.compile(
    r"(?:however|moreover|furthermore|in addition|additionally|also|finally|thus|hence|therefore|as a result|"
    r"consequently|"
    r"likewise|similarly|in other words|of course|indeed|naturally|nevertheless|nonetheless|besides|after all|in fact|"
    r"at the same time|note that|as we have seen|as we will see|as we shall see|as we have learned|that said|again|"
    r"first|secondly|firstly|thirdly|lastly|last|accordingly|in turn|meanwhile|overall|in short|in general|"
    r"specifically|"
    r"as an example|eventually|clearly|suddenly|more recently|unfortunately|fortunately|for instance|for example|"
    r"interestingly|ultimately|turns out)\s*,\s+(?:that\s+)?",
    re.IGNORECASE,
)
CONJUNCTION_OPENERS = re.compile(r"(?:and|but|yet|so|or|nor)\s*,?\s+", re.IGNORECASE)
# Openers that make no sense without what came before, even when left off.
LEANING_OPENERS = re.compile(
    r"(?:for example|for instance|instead|otherwise|then|next|in contrast|conversely|by contrast|on the other hand|"
    r"in this way|in that case|first|second|third|finally|last|specifically|in other words|in particular|"
    r"that means|that is why|the former|the latter|here|like these|rather|regardless|even so|still|turns out|"
    r"similarly|likewise|meanwhile|again|with so many|for more|both|another|others|other|one of them|neither|soon|"
    r"(?:\w+ ){1,2}another\b|all (?:two|three|four|five|of)|(?:many|some|most|few|several|each|all|one)(?= (?:\w+ed|"
    r"never|"
    r"\w+s? (?:of )?(?:them|these|those)|is|are|was|were|have|has|had|can|may|will|would|could|might|of these|"
    r"of those|of them)\b)|"
    r"several years later|years later|later|at first|by then|since then|until then|as a result|turns? out|in between|"
    r"the (?:participants|volunteers|respondents)(?! (?:of|in|who|at)\b)|what(?:'s|"
    r"’s) more|"
    r"two additional|the same|the result|the other|the rest|the following|the second|the third|the next)\b",
    re.IGNORECASE,
)
DEMONSTRATIVES = word_set(
    """
    this these those such that's
    """
)
ANAPHORS = word_set(
    """
    they them their theirs it its he him his she her hers itself themselves themself
    """
)
# "It is clear that", "it takes time to": the pronoun stands for nothing that came before.
EXPLETIVE = re.compile(
    r"\bit(?:'s| is| was| may be| might be| can be| may seem| seems| takes| helps)\s+"
    r"(?:\w+\s+){0,4}?(?:that|to|how|why|whether|when|what|for(?=.* to\b))\b",
    re.IGNORECASE,
)


def words_of(text: str) -> list[str]:
    """Words in lower case, apostrophes straightened, punctuation off."""
    return re.findall(r"[^\W_]+(?:['-][^\W_]+)*", text.replace("’", "'").lower())
