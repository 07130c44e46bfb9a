from __future__ import annotations

from tests.production.script.texts import bees, glaciers
from ytempire.production.script.sentences import sentences_of
from ytempire.studio.script_document import Line
from ytempire.studio.voice.espeak import EspeakVoice
from ytempire.studio.voice.pacing import line_s, pauses_s, script_s
from ytempire.studio.voice.speech_bounds import trimmed


async def test_line_s_estimates_voice_within_5_percent() -> None:
    lines = [
        line for source in (bees(), glaciers()) for one in sentences_of(source) if one.usable for line in one.lines
    ]
    said = [trimmed(one).duration_s for one in await EspeakVoice().speak(lines, words_per_minute=158)]
    expected = [line_s(line, words_per_minute=158) for line in lines]
    assert abs(sum(expected) / sum(said) - 1) < 0.03
    for start in range(0, len(lines) - 10, 5):  # the length of a one-minute script
        assert abs(sum(expected[start : start + 11]) / sum(said[start : start + 11]) - 1) < 0.05


def test_line_s_falls_with_rate() -> None:
    assert line_s("Bees fly in spring.", words_per_minute=200) < line_s("Bees fly in spring.", words_per_minute=150)


def test_pauses_are_longer_between_sections() -> None:
    lines = [
        Line(text="A.", role="hook", section=-1),
        Line(text="B.", role="heading", section=0),
        Line(text="C.", role="body", section=0),
        Line(text="D.", role="body", section=0),
        Line(text="E.", role="body", section=1),
        Line(text="F.", role="close", section=-1),
    ]
    usual = pauses_s(lines, "usual")
    assert len(usual) == 5
    assert 0.25 <= usual[2] <= 0.4 < usual[0] == usual[3] == usual[4] <= 0.7
    assert sum(pauses_s(lines, "shortest")) < sum(usual) < sum(pauses_s(lines, "longest"))
    assert script_s(lines, words_per_minute=158) > sum(usual)
