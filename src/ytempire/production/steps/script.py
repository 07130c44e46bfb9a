"""Script: a language model's where one is set up, else the extractive writer's.

Where the model gives no script that passes, the extractive writer writes it, and the run says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ytempire.channels.persona import Persona
from ytempire.kit.logs import get_logger
from ytempire.kit.processes import run_in_metered_thread
from ytempire.language.names import english_name
from ytempire.production.script import extractive
from ytempire.production.script.completions import LanguageModel
from ytempire.production.script.llm import Attempt, ModelScript, ModelUnusable, write_with_model
from ytempire.production.script.metadata import topics_first
from ytempire.production.script.scoring import PASSING
from ytempire.production.script.sign_off import sign_off_lines
from ytempire.production.source.document import SourceText
from ytempire.production.steps.base import StepContext, StepResult
from ytempire.studio.script_document import Script

log = get_logger(__name__)


@dataclass(frozen=True)
class _Written:
    """`model_fallback`: why the script is not the language model's, in a sentence; None where it is, or none is set."""

    script: Script
    drafts: int = 1
    evidence: dict[str, Any] | None = None
    model_fallback: str | None = None
    by_model: bool = False


async def act(context: StepContext) -> StepResult:
    source = context.read("source.json", SourceText)
    model = await _model_of(context)
    written = await _extract(context, source) if model is None else await _ask(context, source, model)
    script = written.script
    script = script.model_copy(update={"tags": topics_first(script, context.strategy.topics)})
    not_followed = _template_not_followed(context, written)
    reasons = {"Not written by the language model.": written.model_fallback, "Script template:": not_followed}
    return StepResult(
        artifacts={"script.json": context.write("script.json", script)},
        provider=script.writer,
        evidence={
            "lines": len(script.lines),
            "sections": [section.heading for section in script.sections],
            "planned_s": script.planned_s,
            "target_seconds": script.target_seconds,
            "shortfall": script.shortfall,
            "drafts": written.drafts,
            "model": written.evidence,
            "model_fallback": written.model_fallback,
            "template_fallback": not_followed,
            "text": [line.text for line in script.lines],
            **_left_out(script, context.persona),
        },
        video={"title": script.title, "script": "\n".join(line.text for line in script.lines)},
        warnings=tuple(f"{what} {reason}" for what, reason in reasons.items() if reason),
    )


async def _extract(context: StepContext, source: SourceText) -> _Written:
    script = await run_in_metered_thread(
        extractive.write,
        source,
        seconds=context.options.seconds,
        persona=context.persona,
        embed=context.embedder.embed,
    )
    return _Written(script)


async def _ask(context: StepContext, source: SourceText, model: LanguageModel) -> _Written:
    """The model's script; the extractive writer's where none of its drafts passes."""
    try:
        result = await write_with_model(
            source,
            seconds=context.options.seconds,
            persona=context.persona,
            strategy=context.strategy,
            script_template=_script_template(context),
            model=model,
            embed=context.embedder.embed,
        )
    except ModelUnusable as error:
        return await _fall_back(context, source, model, error.message, error.attempts)
    if result.passes:
        evidence = _evidence_of(model, result.attempts, result)
        return _Written(result.script, len(result.attempts), evidence, by_model=True)
    reason = (
        f"The best of {len(result.attempts)} drafts of {model.name} scores {result.score.score:.2f};"
        f" {PASSING} is needed. {' '.join(result.score.reasons[:2])}".strip()
    )
    return await _fall_back(context, source, model, reason, result.attempts)


async def _fall_back(
    context: StepContext, source: SourceText, model: LanguageModel, reason: str, attempts: Sequence[Attempt]
) -> _Written:
    log.warning("language_model_fallback", model=model.name, outcomes=[attempt.outcome for attempt in attempts])
    written = await _extract(context, source)
    return _Written(written.script, len(attempts), _evidence_of(model, attempts, None), reason)


def _evidence_of(model: LanguageModel, attempts: Sequence[Attempt], result: ModelScript | None) -> dict[str, Any]:
    evidence: dict[str, Any] = {"name": model.name, "attempts": [asdict(attempt) for attempt in attempts]}
    if result is not None:
        choice = result.title_choice
        evidence |= {
            "title_is_of_source": choice.title is None,
            "title_candidates": list(choice.candidates),
            "title_objections": choice.objections,
            "left_out": list(result.left_out),
        }
    return evidence


def _script_template(context: StepContext) -> str | None:
    return None if context.template_snapshot is None else context.template_snapshot.settings.script_template


def _template_not_followed(context: StepContext, written: _Written) -> str | None:
    """Why the script is not built as its template says, in a sentence; None where it is, or where it says nothing."""
    if _script_template(context) is None or written.by_model:
        return None
    return "It was not followed: the extractive writer takes sentences of the source as they are."


def _left_out(script: Script, persona: Persona) -> dict[str, str]:
    """What a script does not say although its channel always does."""
    if not persona.sign_off.strip() or sign_off_lines(persona, script.language):
        return {}
    return {"sign_off": f"Left out: “{persona.sign_off.strip()}” is not in {english_name(script.language)}."}


async def _model_of(context: StepContext) -> LanguageModel | None:
    """The model that the operator set up. Raises InvalidInput where it has no address."""
    if context.settings.language_model.model is None:
        return None  # here too, since the library takes 0.8 s to import
    from ytempire.production.script.openai_model import configured_model  # noqa: PLC0415  # as said

    return await configured_model(context.settings.language_model, context.gate)
