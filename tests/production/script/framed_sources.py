"""Sources about a lighthouse, and their hooks and closes, for the tests of what frames a script."""

from __future__ import annotations

from collections.abc import Callable

from ytempire.production.script.closes import choose_close
from ytempire.production.script.hooks import rank_hooks
from ytempire.production.script.rules.all_rules import RULES_OF_FRAMES
from ytempire.production.script.rules.reviewed_script import ReviewedScript
from ytempire.production.script.sentences import sentences_of
from ytempire.production.source.document import Block, SourceText
from ytempire.studio.script_document import Line

PROSE = (
    "The keeper wound the lamp of the lighthouse every evening before the boats went out to the banks in the west. "
    "Behind the lighthouse stood a shed in which he kept the oil that the supply ship brought in the spring. "
    "In the winter storms the keeper of the lighthouse slept on a bench beside the lamp and its iron weights."
)


def make_source(title: str, *paragraphs: str, language: str = "en", headings: tuple[str, ...] = ()) -> SourceText:
    """Return a source whose headings stand before its paragraphs."""
    blocks = [
        *(Block(kind="heading", text=text, level=2) for text in headings),
        *(Block(kind="paragraph", text=text) for text in paragraphs),
    ]
    return SourceText(title=title, blocks=tuple(blocks), language=language, words=100, sha256="0" * 64)


def frame_of(source: SourceText) -> tuple[str, str]:
    """Return the best hook and close of a source."""
    sentences, judge = sentences_of(source), judge_of(source)
    hook = next(rank_hooks(source, sentences, judge))
    return hook.framing.text, choose_close(source, sentences, hook, judge).text


def judge_of(source: SourceText) -> Callable[[str, str], bool]:
    """Return what says whether a line can stand in a role."""
    reviewed = ReviewedScript.of((), source, seconds=1, target_seconds=1)

    def judge(role: str, text: str) -> bool:
        script = reviewed.with_lines([Line.model_validate({"text": text, "role": role, "section": -1})])
        return not [finding for rule in RULES_OF_FRAMES for finding in rule(script)]

    return judge
