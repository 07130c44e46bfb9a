from __future__ import annotations

import numpy as np
import pytest

from ytempire.studio.voice.errors import VoiceUnavailable
from ytempire.studio.voice.espeak import EspeakVoice
from ytempire.studio.voice.espeak_voices import DEFAULT_VOICE, listed_voices, require_voice
from ytempire.studio.voice.speech_bounds import FRAME_S, envelope, trimmed

SENTENCES = [
    "In the middle of the cluster, bees shiver, and one of them carries $15 million worth of honey.",
    "Water between the ice and the rock, at 0 °C, lets the whole glacier slide.",
]


async def test_speak_gives_one_span_per_token_in_order() -> None:
    for sentence, utterance in zip(SENTENCES, await EspeakVoice().speak(SENTENCES, words_per_minute=158), strict=True):
        assert [word.token for word in utterance.words] == list(range(len(sentence.split())))
        starts = [word.start_s for word in utterance.words]
        assert starts == sorted(starts)
        assert all(0 <= word.start_s <= word.end_s <= utterance.duration_s for word in utterance.words)
        assert utterance.timing == "engine"


async def test_speak_words_begin_at_sound_after_pause() -> None:
    """The promise is 120 ms; espeak's own events are nearer than 60."""
    for utterance in map(trimmed, await EspeakVoice().speak(SENTENCES, words_per_minute=158)):
        level = envelope(utterance.samples, utterance.sample_rate)
        quiet = level < level.max() * 0.008
        onsets = [
            frame * FRAME_S for frame in range(20, len(level)) if not quiet[frame] and quiet[frame - 20 : frame].all()
        ]
        assert onsets, "the sentences have commas, so the voice pauses"
        for onset in onsets:
            assert min(abs(word.start_s - onset) for word in utterance.words) < 0.06


async def test_speak_word_ends_before_following_pause() -> None:
    (utterance,) = map(trimmed, await EspeakVoice().speak([SENTENCES[1]], words_per_minute=158))
    rock, at = utterance.words[6], utterance.words[7]
    assert at.start_s - rock.end_s > 0.08


async def test_speak_is_deterministic() -> None:
    first, second = [(await EspeakVoice().speak(SENTENCES[:1], words_per_minute=158))[0] for _ in range(2)]
    assert np.array_equal(first.samples, second.samples)
    assert first.words == second.words


async def test_speak_uses_rate_and_voice() -> None:
    slow, fast = [(await EspeakVoice().speak(SENTENCES[:1], words_per_minute=rate))[0] for rate in (140, 190)]
    other = (await EspeakVoice("en-us+f4", pitch=50).speak(SENTENCES[:1], words_per_minute=140))[0]
    assert slow.duration_s / fast.duration_s == pytest.approx(190 / 140, rel=0.05)
    assert not np.array_equal(slow.samples[:2000], other.samples[:2000])


@pytest.mark.parametrize("voice", ["xx-nobody", "en-us+Nobody", "en-gb"])
async def test_require_voice_unknown_is_refused_by_name(voice: str) -> None:
    with pytest.raises(VoiceUnavailable) as caught:
        await EspeakVoice(voice).speak(["Bees fly."], words_per_minute=158)
    assert voice in caught.value.message
    assert caught.value.hint
    with pytest.raises(VoiceUnavailable, match="no voice"):
        require_voice(voice)


@pytest.mark.parametrize("voice", [DEFAULT_VOICE, "en-us", "en+f4", "EN-US+Reed"])
async def test_require_voice_known_passes_and_speaks(voice: str) -> None:
    require_voice(voice)
    assert await EspeakVoice(voice).speak(["Bees fly."], words_per_minute=158)


async def test_listed_voices_all_speak() -> None:
    for card in listed_voices():
        require_voice(card.name)
        [utterance] = await EspeakVoice(card.name).speak(["Bees fly."], words_per_minute=158)
        assert utterance.duration_s > 0.4, card.name
