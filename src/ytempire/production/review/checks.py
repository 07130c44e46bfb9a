"""The final review: one named check per promise, each with its value, its limit and a reason in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from ytempire.production.review.captions import ReviewedCue, caption_checks
from ytempire.production.review.check import Check
from ytempire.production.review.media import Media, measure
from ytempire.production.review.policy import RUN_AGAIN_HINT, BlockedPhraseMatch, policy_matches
from ytempire.production.script.readability import LONG_SHARE, LONG_WORDS, LONGEST_WORDS, count_long
from ytempire.production.script.scoring import PASSING
from ytempire.studio.script_document import LENGTH_TOLERANCE, Script, ScriptScore
from ytempire.studio.tokens import displayed_tokens
from ytempire.studio.voice.document import Narration

LONGEST_AV_GAP_S = 0.1
LOUDNESS_LUFS, LOUDNESS_TOLERANCE = -14.0, 1.0
HIGHEST_PEAK_DB = -1.0
# Cosine of two scripts' mean vectors. Measured on 24 articles written at 30, 60 and 120 s: different articles at most
# 0.69 (2,484 pairs, 99 % below 0.53), the same article at two lengths 0.81-1.0 in 19 of 20 cases.
MAX_SIMILARITY = 0.80


class Review(BaseModel):
    """The verdict. A refusal is a value: `ok` is false and `reasons` say what to change."""

    model_config = ConfigDict(frozen=True)

    ok: bool
    checks: tuple[Check, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Expected:
    """What was ordered: the frame in pixels, and the plan in the script."""

    width: int
    height: int


def review_file(
    path: Path,
    *,
    script: Script,
    score: ScriptScore,
    narration: Narration,
    cues: Sequence[ReviewedCue],
    expected: Expected,
    vector: NDArray[np.float32] | None = None,
    earlier: Mapping[str, NDArray[np.float32]] | None = None,
    avoided: Sequence[BlockedPhraseMatch] = (),
) -> Review:
    """Look at the rendered file and what it was made from. Blocking; raises ProgramFailed for what is no video.

    `vector` is the script's (`script_vector`), `earlier` those of the channel's other videos by title or id, `avoided`
    what the script and the words beside the video say of what the channel avoids.
    """
    media = measure(path)
    checks = [
        *_picture_checks(media, script, expected),
        *_sound_checks(media),
        _voice_check(narration),
        _narrated_words_check(script, narration),
        *caption_checks(cues, narration, width=expected.width, height=expected.height),
        *_script_checks(script, score),
        _avoided_check(avoided),
        _duplicate_check(vector, earlier or {}),
    ]
    reasons = tuple(check.reason for check in checks if not check.ok and check.reason)
    return Review(ok=not reasons, checks=tuple(checks), reasons=reasons)


def script_vector(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """One vector of length 1 for a whole script, from those of its lines."""
    mean = vectors.mean(axis=0)
    return np.asarray(mean / max(1e-9, float(np.linalg.norm(mean))), dtype=np.float32)


def _picture_checks(media: Media, script: Script, expected: Expected) -> list[Check]:
    # what was asked for, or all that the text has
    wanted_s = script.planned_s if script.shortfall else script.target_seconds
    wish = "planned" if script.shortfall else "asked for"
    low, high = wanted_s * (1 - LENGTH_TOLERANCE), wanted_s * (1 + LENGTH_TOLERANCE)
    size, expected_size = f"{media.width}x{media.height}", f"{expected.width}x{expected.height}"
    form = f"{media.video_codec} {media.video_profile}, {media.pixel_format}, {media.frames_per_s:g} fps"
    wanted_form = "h264 High, yuv420p, 30 fps"
    black = sum(end - start for start, end in media.black)
    still = max((end - start for start, end in media.still), default=0.0)
    return [
        Check.measured(
            "length",
            low <= media.video_s <= high,
            round(media.video_s, 2),
            [round(low, 2), round(high, 2)],
            f"The video is {media.video_s:.1f} s long; {wanted_s:.1f} s were {wish}.",
        ),
        Check.measured(
            "av_sync",
            abs(media.video_s - media.audio_s) <= LONGEST_AV_GAP_S,
            round(abs(media.video_s - media.audio_s), 3),
            LONGEST_AV_GAP_S,
            f"Picture and sound differ in length by {abs(media.video_s - media.audio_s):.2f} s.",
        ),
        Check.measured(
            "resolution",
            size == expected_size,
            size,
            expected_size,
            f"The picture is {size}; {expected_size} was ordered.",
        ),
        Check.measured(
            "video_format",
            form == wanted_form,
            form,
            wanted_form,
            f"The picture is {form}; YouTube is served best by {wanted_form}.",
        ),
        Check.measured(
            "faststart",
            media.faststart,
            media.faststart,
            True,
            "The file's index stands at its end, so a player cannot begin at once.",
        ),
        Check.measured(
            "black_frames",
            not media.black,
            round(black, 2),
            0,
            f"The picture is black for {black:.1f} s{_at(media.black)}.",
        ),
        Check.measured(
            "frozen_frames",
            not media.still,
            round(still, 2),
            3.0,
            f"The picture does not move for {still:.1f} s{_at(media.still)}.",
        ),
    ]


def _sound_checks(media: Media) -> list[Check]:
    low, high = LOUDNESS_LUFS - LOUDNESS_TOLERANCE, LOUDNESS_LUFS + LOUDNESS_TOLERANCE
    form, wanted_form = f"{media.audio_codec}, {media.sample_rate} Hz", "aac, 48000 Hz"
    silent = max((end - start for start, end in media.silent), default=0.0)
    return [
        Check.measured(
            "audio_format", form == wanted_form, form, wanted_form, f"The sound is {form}; {wanted_form} was ordered."
        ),
        Check.measured(
            "loudness",
            low <= media.loudness_lufs <= high,
            _number(media.loudness_lufs),
            [low, high],
            f"The programme has {media.loudness_lufs:.1f} LUFS; {LOUDNESS_LUFS:.0f} is the aim.",
        ),
        Check.measured(
            "true_peak",
            media.true_peak_db <= HIGHEST_PEAK_DB,
            _number(media.true_peak_db),
            HIGHEST_PEAK_DB,
            f"The sound peaks at {media.true_peak_db:.1f} dBTP and may distort.",
        ),
        Check.measured(
            "silence",
            not media.silent,
            round(silent, 2),
            2.0,
            f"Nothing is heard for {silent:.1f} s{_at(media.silent)}.",
        ),
    ]


def _voice_check(narration: Narration) -> Check:
    """Which voice speaks. Another than the chosen one is said, and no reason to refuse: the video is whole."""
    voice = f"{narration.engine} {narration.voice}"
    return Check(name="voice", ok=True, value=voice, limit=None, reason=narration.fallback)


def _narrated_words_check(script: Script, narration: Narration) -> Check:
    """Whether each word of the script has its time: captions show those of the narration."""
    missing = sum(
        tokens != [word.text for word in narration.words if word.line == place]
        for place, tokens in enumerate(displayed_tokens(line.text) for line in script.lines)
    )
    return Check.measured(
        "narrated_words", not missing, missing, 0, f"{missing} lines of the script have words without a time."
    )


def _script_checks(script: Script, score: ScriptScore) -> list[Check]:
    sentences = [line.text for line in script.lines if line.role in {"hook", "body", "close"}]
    long = count_long(sentences) / max(1, len(sentences))
    longest = max((len(text.split()) for text in sentences), default=0)
    matches = policy_matches([script.title, script.description, *(line.text for line in script.lines), *script.tags])
    named = "; ".join(f'{match.category}: "{match.words}"' for match in matches[:3])
    return [
        Check.measured(
            "script_score",
            score.score >= PASSING,
            score.score,
            PASSING,
            f"The script scores {score.score:.2f}: {' '.join(score.reasons[:2]) or 'see its parts.'}",
        ),
        Check.measured(
            "readability",
            long <= LONG_SHARE and longest <= LONGEST_WORDS,
            round(long, 2),
            LONG_SHARE,
            f"{long:.0%} of the sentences have more than {LONG_WORDS} words, the longest {longest}: "
            "hard to follow by ear.",
        ),
        Check.measured(
            "policy",
            not matches,
            [f"{match.category}: {match.words}" for match in matches],
            [],
            f"A person should look at this first: {named}.",
        ),
    ]


def _avoided_check(avoided: Sequence[BlockedPhraseMatch]) -> Check:
    return Check.measured(
        "avoided_words",
        not avoided,
        [f"{match.phrase}: {match.place}" for match in avoided],
        [],
        " ".join([*(match.sentence for match in avoided[:3]), RUN_AGAIN_HINT]),
    )


def _duplicate_check(vector: NDArray[np.float32] | None, earlier: Mapping[str, NDArray[np.float32]]) -> Check:
    likeness, title = (
        max(((float(vector @ other), name) for name, other in earlier.items()), default=(0.0, ""))
        if vector is not None
        else (0.0, "")
    )
    return Check.measured(
        "near_duplicate",
        likeness < MAX_SIMILARITY,
        round(likeness, 3),
        MAX_SIMILARITY,
        f'The video says almost the same as "{title}" ({likeness:.0%} alike).',
    )


def _at(spans: Sequence[tuple[float, float]]) -> str:
    return f" at {spans[0][0]:.1f} s" if spans else ""


def _number(value: float) -> float | None:
    """JSON knows no infinity: the loudness of a silent file is None."""
    return round(value, 2) if np.isfinite(value) else None
