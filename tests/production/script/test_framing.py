from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.production.script.texts import bees, glaciers
from ytempire.production.script.framing import choose_close, choose_hook, topic_of
from ytempire.production.script.rules.all_rules import RULES_OF_FRAMES
from ytempire.production.script.rules.reviewed_script import ReviewedScript
from ytempire.production.script.rules.structure import closes_well, opens_well
from ytempire.production.script.sentence_editing import brief
from ytempire.production.script.sentences import sentences_of
from ytempire.production.source.document import Block, SourceText
from ytempire.studio.script_document import Line

PROSE = (
    "The keeper wound the lamp of the lighthouse every evening before the boats went out to the banks in the west. "
    "Behind the lighthouse stood a shed in which he kept the oil that the supply ship brought in the spring. "
    "In the winter storms the keeper of the lighthouse slept on a bench beside the lamp and its iron weights."
)


def _source(title: str, *paragraphs: str, language: str = "en", headings: tuple[str, ...] = ()) -> SourceText:
    blocks = [
        *(Block(kind="heading", text=text, level=2) for text in headings),
        *(Block(kind="paragraph", text=text) for text in paragraphs),
    ]
    return SourceText(title=title, blocks=tuple(blocks), language=language, words=100, sha256="0" * 64)


def _framed(source: SourceText) -> tuple[str, str]:
    sentences, judge = sentences_of(source), _judge(source)
    hook = choose_hook(source, sentences, judge)
    return hook.text, choose_close(source, sentences, hook, judge).text


def _judge(source: SourceText) -> Callable[[str, str], bool]:
    reviewed = ReviewedScript.of((), source, seconds=1, asked_s=1)

    def judge(role: str, text: str) -> bool:
        script = reviewed.with_lines([Line.model_validate({"text": text, "role": role, "section": -1})])
        return not [finding for rule in RULES_OF_FRAMES for finding in rule(script)]

    return judge


@pytest.mark.parametrize("source", [bees(), glaciers(), _source("The lighthouse", PROSE)], ids=lambda one: one.title)
def test_hook_takes_three_seconds_and_close_six_words(source: SourceText) -> None:
    hook, close = _framed(source)
    assert opens_well(hook, "en")
    assert closes_well(close)
    assert hook != close


@pytest.mark.parametrize(
    ("title", "headings", "paragraph", "hook"),
    [
        ("Why do lamps go out?", (), PROSE, "Why do lamps go out?"),
        ("The lighthouse", ("Who Wound the Lamp?",), PROSE, "Who wound the lamp?"),
        (
            "The lighthouse",
            (),
            f"{PROSE} Nobody wound the lighthouse lamp twice.",
            "Nobody wound the lighthouse lamp twice.",
        ),
        ("The lighthouse", (), f"{PROSE} The best part?", "How well do you know the lighthouse?"),
        (
            "The lighthouse",
            (),
            f"{PROSE} We never wound the lighthouse lamp.",
            "How well do you know the lighthouse?",
        ),
        ("Oil and the Lamp", (), PROSE, "What links oil and the lamp?"),
        ("The Origin of the Lighthouse", (), PROSE, "How did the lighthouse come about?"),
        ("Rise and fall of the lamp", (), PROSE, "What matters about rise and fall of the lamp?"),
        ("King the Keeper", (), PROSE, "How well do you know king the keeper?"),
        ("During the Evening", (), PROSE, "How well do you know during the evening?"),
        ("Keeping Your Lamp Bright", (), PROSE, "What does keeping your lamp bright take?"),
        ("The Lamps on the Far Side", (), PROSE, "What matters about the lamps on the far side?"),
        ("Alzheimer’s Disease", (), f"{PROSE} It is Alzheimer’s disease.", "How well do you know Alzheimer’s disease?"),
    ],
)
def test_hook_is_the_sources_own_question_or_a_short_sentence(
    title: str, headings: tuple[str, ...], paragraph: str, hook: str
) -> None:
    assert _framed(_source(title, paragraph, headings=headings))[0] == hook


@pytest.mark.parametrize(
    ("paragraph", "close"),
    [
        (f"{PROSE} The lighthouse needs its keeper.", "The lighthouse needs its keeper."),
        (
            f"{PROSE} The lighthouse needs a keeper, which nobody wanted to be in those years.",
            "The lighthouse needs a keeper.",
        ),
        (f"{PROSE} The lighthouse had 14 keepers.", "Now you know about the lighthouse."),
        (f"{PROSE} They left it.", "Now you know about the lighthouse."),
    ],
)
def test_close_is_a_short_sentence_about_the_subject(paragraph: str, close: str) -> None:
    assert _framed(_source("The lighthouse", paragraph))[1] == close


@pytest.mark.parametrize(
    "title", ["?", "Apollo 11", "9/11", "Node.js", "Internet cookies", "Bees are dying", "World War I", "Hepatitis B"]
)
def test_frame_of_a_title_that_no_template_takes_has_no_fault(title: str) -> None:
    source = _source(title, PROSE)
    judge = _judge(source)
    hook, close = _framed(source)
    assert opens_well(hook, "en")
    assert closes_well(close)
    assert judge("hook", hook)
    assert judge("close", close)


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("An Introduction to Oil Lamps", "oil lamps"),
        ("On the Banks: The Lighthouse", "the lighthouse"),
        ("The lamp: how it burns", "the lamp"),
        ("A short history of the many ships that brought oil to the keeper of the lamp", "keeper"),
    ],
)
def test_topic_is_what_the_title_names(title: str, topic: str) -> None:
    assert topic_of(_source(title, PROSE)) == topic


@pytest.mark.parametrize(
    ("language", "title", "hook", "close"),
    [
        ("es", "El faro", "¿Qué sabe usted del faro?", "El faro: ahora ya lo sabe."),
        (
            "fr",
            "Les marées",
            "Les marées\u00a0: que savez-vous vraiment\u00a0?",
            "Les marées\u00a0: maintenant, vous savez.",
        ),
        ("it", "Maree", "Che cosa sa di maree?", "Maree: adesso lo sa."),
        ("pt", "Marés", "O que você sabe sobre marés?", "Marés: agora você sabe."),
    ],
)
def test_frame_of_a_text_without_short_sentences_is_in_its_language(
    language: str, title: str, hook: str, close: str
) -> None:
    assert _framed(_source(title, language=language)) == (hook, close)


@pytest.mark.parametrize(
    ("text", "longest", "clause"),
    [
        ("The Sun produces tides on Earth, which few people know.", 6, "The Sun produces tides on Earth."),
        ("Most of the universe is empty; places that are dense are rare.", 9, "Most of the universe is empty."),
        ("The Sun produces tides on Earth, although it is far away.", 6, None),
        ("In the interstellar gas, there is one atom in each cube.", 6, None),
        ("All atoms consist of a central, positively charged nucleus.", 6, None),
        ("Water is not only wet, so it is also heavy.", 6, None),
        ("Ice floats.", 6, "Ice floats."),
    ],
)
def test_brief_cuts_what_adds_and_nothing_that_limits(text: str, longest: int, clause: str | None) -> None:
    assert brief(text, longest) == clause
