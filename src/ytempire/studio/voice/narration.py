"""Speaks a script: sentences with pauses between them, fitted to the planned length, mastered, with word times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ytempire.costs.errors import BudgetExceeded
from ytempire.kit.processes import run_in_metered_thread
from ytempire.studio.script_document import Line, Script
from ytempire.studio.tokens import displayed_tokens
from ytempire.studio.voice.delivery import Delivery, deliveries
from ytempire.studio.voice.document import Narration, SpokenLine, Word
from ytempire.studio.voice.engine import MeasuringEngine, Samples, Utterance, VoiceEngine
from ytempire.studio.voice.mastering import master, tone_of
from ytempire.studio.voice.pacing import LEAD_IN_S, TAIL_S, line_s, pauses_s
from ytempire.studio.voice.speech_bounds import trimmed

FRAME_RATE = 30  # the video's: the narration ends on a frame
CLOSE_ENOUGH = 0.02  # of the planned length; ±5 % is promised
SLOWEST, FASTEST = 0.95, 1.05  # of the persona's rate: 150-165 words a minute around 158
SYNTHESES = 3  # the first and at most two corrections
SAMPLE = 0.2  # of a narration; so much of what is paid for tells how quick a voice really is
AUDIBLE = 0.05  # a change of pace that would be heard where the sample ends


async def narrate(script: Script, *, words_per_minute: int, engine: VoiceEngine, out_wav: Path) -> Narration:
    """Write the narration of `script` to `out_wav` and return when each word is heard.

    The length is fitted to `script.planned_s` by the pace (within 5 % of `words_per_minute`) and the pauses; a text
    that does not fit even so keeps its own length, which the review then judges. Raises what the engine raises.
    """
    texts = [line.text for line in script.lines]
    delivered = deliveries(script.lines, script.language)
    paces = [delivery.pace for delivery in delivered]
    if isinstance(engine, MeasuringEngine):
        utterances = await _speak_once(script, texts, words_per_minute, paces, engine)
    elif engine.is_paid:
        utterances = await _speak_after_sample(script, texts, words_per_minute, paces, engine)
    else:
        utterances = await _speak_in_tries(script, texts, words_per_minute, paces, engine)
    pauses = _fitted_pauses(script.lines, _room_s(script) - _length(utterances))
    sound, starts, duration = _assemble(utterances, pauses)
    await run_in_metered_thread(
        master,
        sound,
        utterances[0].sample_rate,
        tone=tone_of(engine.name),
        duration_s=duration,
        target=out_wav,
        emphasis=_emphasis(delivered, starts, utterances[0].sample_rate, len(sound)),
    )
    return _narration(script.lines, utterances, starts, duration, engine)


def _room_s(script: Script) -> float:
    """For speech and pauses."""
    return script.planned_s - LEAD_IN_S - TAIL_S


def _length(utterances: Sequence[Utterance]) -> float:
    return sum(utterance.duration_s for utterance in utterances)


async def _speak_once(
    script: Script, texts: Sequence[str], base: int, paces: Sequence[float], engine: MeasuringEngine
) -> list[Utterance]:
    """At the pace that fits, of those near `base`, as the engine knows its lengths beforehand."""
    lengths = await engine.lengths(texts)
    room = _room_s(script)

    def misfit(rate: int) -> tuple[float, int]:
        speech = sum(lengths.seconds(rate, paces))
        return round(abs(room - speech - sum(_fitted_pauses(script.lines, room - speech))), 1), abs(rate - base)

    rate = min(range(math.ceil(base * SLOWEST), math.floor(base * FASTEST) + 1), key=misfit)
    return [trimmed(utterance) for utterance in await engine.speak(texts, words_per_minute=rate, paces=paces)]


async def _speak_in_tries(
    script: Script, texts: Sequence[str], base: int, paces: Sequence[float], engine: VoiceEngine
) -> list[Utterance]:
    """At the pace `base`, and again at another one where the sound is too short or too long."""
    rate = base
    lengths = [line_s(text, words_per_minute=base, language=script.language) for text in texts]
    usual = sum(length / pace for length, pace in zip(lengths, paces, strict=True))
    utterances: list[Utterance] = []
    for attempt in range(SYNTHESES):
        try:
            spoken = await engine.speak(texts, words_per_minute=rate, paces=paces)
        except BudgetExceeded:
            if not utterances:
                raise
            break  # the take before is whole, and the review judges its length
        utterances = [trimmed(utterance) for utterance in spoken]
        speech, room = _length(utterances), _room_s(script)
        wanted = room - sum(_fitted_pauses(script.lines, room - speech))
        # In seconds heard rather than in the engine's own words a minute, which engines understand differently.
        aim = min(max(wanted, usual / FASTEST), usual / SLOWEST)
        corrected = round(rate * speech / aim)
        close = abs(speech - aim) <= CLOSE_ENOUGH * script.planned_s
        if close or corrected == rate or attempt == SYNTHESES - 1:
            break
        rate = corrected
    return utterances


async def _speak_after_sample(
    script: Script, texts: Sequence[str], base: int, paces: Sequence[float], engine: VoiceEngine
) -> list[Utterance]:
    """At the pace that fits by what its first sentences take at the pace `base`: each is paid for, so it is said once.

    The first ones are said twice where all others need another pace, since that would be heard.
    """
    lengths = [line_s(text, words_per_minute=base, language=script.language) for text in texts]
    usual = [length / pace for length, pace in zip(lengths, paces, strict=True)]
    count = next(number for number in range(1, len(texts) + 1) if sum(usual[:number]) >= SAMPLE * sum(usual))
    sample = [
        trimmed(utterance)
        for utterance in await engine.speak(texts[:count], words_per_minute=base, paces=paces[:count])
    ]
    speech = sum(usual) * _length(sample) / sum(usual[:count])
    wanted = _room_s(script) - sum(_fitted_pauses(script.lines, _room_s(script) - speech))
    # in seconds heard, as in the tries of others
    aim = min(max(wanted, sum(usual) / FASTEST), sum(usual) / SLOWEST)
    rate = round(base * speech / aim)
    kept = sample if abs(rate - base) <= AUDIBLE * base else []
    rest = await engine.speak(texts[len(kept) :], words_per_minute=rate, paces=paces[len(kept) :])
    return [*kept, *(trimmed(utterance) for utterance in rest)]


def _fitted_pauses(lines: Sequence[Line], room_s: float) -> list[float]:
    """The pause after each line but the last, between its shortest and longest, so that they fill `room_s` best."""
    shortest, usual, longest = (pauses_s(lines, kind) for kind in ("shortest", "usual", "longest"))
    total = sum(usual)
    if room_s >= total:
        spread, share = longest, (room_s - total) / max(1e-9, sum(longest) - total)
    else:
        spread, share = shortest, (total - room_s) / max(1e-9, total - sum(shortest))
    share = min(1.0, share)
    return [pause + (limit - pause) * share for pause, limit in zip(usual, spread, strict=True)]


def _assemble(utterances: Sequence[Utterance], pauses: Sequence[float]) -> tuple[Samples, list[float], float]:
    """All sound from the first frame on, the start of each utterance, and the length, whole in video frames."""
    rate = utterances[0].sample_rate
    starts: list[float] = []
    parts: list[Samples] = []
    place = round(LEAD_IN_S * rate)
    parts.append(np.zeros(place, dtype=np.float32))
    for utterance, pause in zip(utterances, [*pauses, 0.0], strict=True):
        starts.append(place / rate)
        silence = np.zeros(round(pause * rate), dtype=np.float32)
        parts += [soft_edges(utterance), silence]
        place += len(utterance.samples) + len(silence)
    duration = math.ceil((place / rate + TAIL_S) * FRAME_RATE) / FRAME_RATE
    return np.concatenate(parts), starts, duration


def _emphasis(delivered: Sequence[Delivery], starts: Sequence[float], rate: int, count: int) -> Samples:
    """A factor for each sample: that of a line from its first sound to the first of the next one."""
    factors = np.ones(count, dtype=np.float32)
    for delivery, start, end in zip(delivered, starts, [*starts[1:], math.inf], strict=True):
        factors[round(start * rate) : round(min(end, count / rate) * rate)] = 10 ** (delivery.gain_db / 20)
    return factors


def soft_edges(utterance: Utterance) -> Samples:
    """Return the sound with 5 ms of fade at both ends, so that no cut clicks."""
    size = min(len(utterance.samples) // 2, utterance.sample_rate // 200)
    ramp = np.linspace(0.0, 1.0, size, dtype=np.float32)
    samples = utterance.samples.copy()
    samples[:size] *= ramp
    samples[len(samples) - size :] *= ramp[::-1]
    return samples


def _narration(
    lines: Sequence[Line],
    utterances: Sequence[Utterance],
    starts: Sequence[float],
    duration: float,
    engine: VoiceEngine,
) -> Narration:
    words: list[Word] = []
    spoken: list[SpokenLine] = []
    for index, (line, utterance, start) in enumerate(zip(lines, utterances, starts, strict=True)):
        tokens = displayed_tokens(line.text)
        words += [
            Word(text=tokens[word.token], start_s=start + word.start_s, end_s=start + word.end_s, line=index)
            for word in utterance.words
        ]
        spoken.append(SpokenLine(line=index, start_s=start, end_s=start + utterance.duration_s))
    return Narration(
        duration_s=duration,
        words=tuple(words),
        lines=tuple(spoken),
        engine=engine.name,
        voice=engine.voice,
        timing=utterances[0].timing,
    )
