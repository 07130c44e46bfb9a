"""Final review: look at the rendered file. A refusal is a state with its reasons, never an exception."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ytempire.kit.processes import run_in_metered_thread
from ytempire.production import duplicate_detection
from ytempire.production.review.captions import ReviewedCue
from ytempire.production.review.checks import Expected, review_file, script_vector
from ytempire.production.review.policy import blocked_phrase_matches
from ytempire.production.run_options import FRAME
from ytempire.production.script.metadata import describe_with_chapters, spoken_topics, topic_of
from ytempire.production.steps.base import StepContext, StepResult
from ytempire.studio.captions.document import Captions, Cue
from ytempire.studio.render.caption_detection import CaptionBox, caption_boxes
from ytempire.studio.script_document import Script, ScriptScore, metadata_texts
from ytempire.studio.voice.document import Narration


async def act(context: StepContext) -> StepResult:
    script = context.read("script.json", Script)
    narration = context.read("narration.json", Narration)
    captions = context.read("captions.json", Captions)
    width, height = FRAME[context.options.format]
    # without the sign-off, which all videos of a channel share
    own = [line.text for line in script.lines if line.role != "sign_off"]
    vectors = await run_in_metered_thread(context.embedder.embed, own)
    vector = script_vector(vectors)
    async with context.sessions.begin() as session:
        nearest = await duplicate_detection.nearest_from_other_sources(
            session, vector, source_sha256=context.source_sha256
        )
    metadata = _public_texts(context, script, narration)
    # a template's words too, and those of its chapters
    texts = {**script.texts_by_place(), **metadata_texts(metadata["title"], metadata["description"], metadata["tags"])}
    boxes = await run_in_metered_thread(caption_boxes, captions, context.persona.brand)
    review = await run_in_metered_thread(
        review_file,
        context.inputs["video.mp4"],
        script=script,
        score=context.read("script_score.json", ScriptScore),
        narration=narration,
        cues=[_reviewed(cue, box) for cue, box in zip(captions.cues, boxes, strict=True)],
        expected=Expected(width, height),
        vector=vector,
        earlier=dict([nearest] if nearest else []),
        avoided=blocked_phrase_matches(texts, context.strategy.avoid),
    )
    length = next(check.value for check in review.checks if check.name == "length")
    return StepResult(
        artifacts={"review.json": context.write("review.json", review)},
        provider="reviewer",
        evidence={"checks": [check.model_dump(mode="json") for check in review.checks]},
        video={**metadata, "duration_seconds": Decimal(str(length))},
        refusals=review.reasons,
        embedding=tuple(vector.tolist()),
    )


def _public_texts(context: StepContext, script: Script, narration: Narration) -> dict[str, Any]:
    """Title, description, tags and chapters, in the words of the run's template where it has one."""
    description, chapters = describe_with_chapters(script, narration)
    title, tags = script.title, script.tags
    if context.template_snapshot is not None:
        summary, _, rest = script.description.partition("\n\n")
        listed = description.removeprefix(summary).removesuffix(rest).strip()  # the chapters
        topic = topic_of(script)
        summary = "\n\n".join(filter(None, (summary, listed)))
        description = context.template_snapshot.description(title, topic, summary, rest)
        topics = spoken_topics(script, context.strategy.topics)
        title, tags = context.template_snapshot.title(title, topic), context.template_snapshot.tags(tags, topics=topics)
    return {
        "title": title,
        "description": description,
        "tags": list(tags),
        "chapters": [{"start_s": round(start, 3), "title": name} for start, name in chapters],
    }


def _reviewed(cue: Cue, box: CaptionBox) -> ReviewedCue:
    return ReviewedCue(
        start_s=cue.start_s,
        end_s=cue.end_s,
        lines=cue.lines,
        box=box,
        word_starts_s=tuple(span.start_s for span in cue.spans),
    )
