"""How a body goes on behind a hook that is a sentence of the source: what leans on that sentence may follow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ytempire.production.script.hooks import Hook
from ytempire.production.script.material import Material
from ytempire.production.script.passages import Passage, passages_of
from ytempire.production.script.source_parts import SourcePart


def continuing_passages(
    hook: Hook, material: Material, parts: Sequence[SourcePart], taken: frozenset[int]
) -> list[Passage]:
    """Return the passages that go on right behind the sentence of a hook.

    None where that leans on the sentence and the hook cuts this short.
    """
    sentence = hook.framing.sentence
    if sentence is None or sentence.question:
        return []
    place = sentence.place + 1
    following = next((known for known in material.sentences if known.place == place), None)
    if following is None or following.block != sentence.block or place in taken:
        return []
    if following.leans and hook.framing.text not in sentence.opening:
        return []
    sentences = [replace(known, leans=known.leans and known.place != place) for known in material.sentences]
    passages = passages_of(
        sentences, material.weighed, parts, taken=taken, acronyms=material.acronyms, pace=material.pace
    )
    return [passage for passage in passages if passage.places[:1] == (place,)]
