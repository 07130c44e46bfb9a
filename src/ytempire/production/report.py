"""The document that describes a finished run: `produce --json`, and `run.json` beside the video."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ytempire.production.queries import RunView, VideoView

# artifacts that a person receives, and under which key `outputs` names them
EXPORTED = {
    "video.mp4": "video",
    "captions.srt": "captions_srt",
    "captions.vtt": "captions_vtt",
    "thumbnail-1.jpg": "thumbnail_1",
    "thumbnail-2.jpg": "thumbnail_2",
    "thumbnail-3.jpg": "thumbnail_3",
    "script.json": "script",
}


def run_document(
    run: RunView,
    video: VideoView,
    checks: list[dict[str, Any]],
    outputs: Mapping[str, Path],
) -> dict[str, Any]:
    """Money as decimal strings, lengths in seconds, paths absolute."""
    path = outputs.get("video")
    return {
        "run_id": str(run.id),
        "status": run.status,
        "video": {
            "path": str(path) if path else None,
            "duration_s": float(video.duration_seconds) if video.duration_seconds is not None else None,
            "width": video.width,
            "height": video.height,
            "title": video.title,
            "description": video.description,
            "tags": list(video.tags),
            "chapters": [dict(chapter) for chapter in video.chapters],
        },
        "channel": run.channel_name,
        "cost_usd": f"{run.cost_usd:.6f}",
        "steps": [
            {
                "name": step.name,
                "status": step.status,
                "seconds": float(step.seconds),
                "provider": step.provider,
                "attempts": step.attempts,
                "cost_usd": f"{step.cost_usd:.6f}",
                "cpu_seconds": float(step.cpu_seconds),
            }
            for step in run.steps
        ],
        "checks": checks,
        "reasons": [
            reason
            for step in run.steps
            if step.error
            for reason in (step.error.get("reasons") or [step.error["message"]])
        ],
        "outputs": {name: str(file) for name, file in outputs.items()},
    }
