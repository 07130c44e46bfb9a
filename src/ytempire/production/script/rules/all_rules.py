"""All rules of scripts, and what they find together."""

from __future__ import annotations

from ytempire.production.script.rules.authors_voice import find_first_person
from ytempire.production.script.rules.captions import find_captions
from ytempire.production.script.rules.completeness import find_incomplete
from ytempire.production.script.rules.context import find_dangling
from ytempire.production.script.rules.enumerations import find_broken_lists
from ytempire.production.script.rules.faithfulness import find_unfaithful
from ytempire.production.script.rules.page_leftovers import find_page_leftovers
from ytempire.production.script.rules.quotations import find_wrong_quotations
from ytempire.production.script.rules.reviewed_script import Finding, ReviewedScript
from ytempire.production.script.rules.structure import (
    find_long_sentences,
    find_repetition,
    find_weak_close,
    find_weak_hook,
    find_wrong_language,
    find_wrong_length,
    find_wrong_order,
)

RULES_OF_SENTENCES = (
    *(find_page_leftovers, find_captions, find_incomplete, find_first_person, find_wrong_language, find_repetition),
)
"""What may be found in a sentence of the source itself, before it stands in a script."""
RULES_OF_FRAMES = (*RULES_OF_SENTENCES, find_unfaithful)
"""What may be found in a hook or a close by itself."""
RULES_OF_BODIES = (*RULES_OF_SENTENCES, find_unfaithful, find_broken_lists, find_dangling)
"""What another choice of sentences can mend."""
RULES = (
    *RULES_OF_SENTENCES,
    *(find_unfaithful, find_wrong_quotations, find_broken_lists, find_dangling, find_weak_hook, find_weak_close),
    *(find_wrong_order, find_long_sentences, find_wrong_length),
)


def find_faults(script: ReviewedScript) -> list[Finding]:
    """Return everything that is wrong with a script, the whole of it first, then by line."""
    if not script.lines:
        return [Finding("weak_hook", None, "The script has no lines.")]
    findings = [finding for rule in RULES for finding in rule(script)]
    return sorted(findings, key=lambda finding: -1 if finding.line is None else finding.line)
