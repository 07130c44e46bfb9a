"""videos.insert: from the request that begins a session to the video that its last byte makes."""

from __future__ import annotations

from ytempire.sandbox import faults, quota, statistics
from ytempire.sandbox.api import Call, Operation, Resource
from ytempire.sandbox.context import SandboxContext
from ytempire.sandbox.errors import ApiError, media_body_required, upload_limit_exceeded
from ytempire.sandbox.media_probe import Media
from ytempire.sandbox.store import Row, to_json
from ytempire.sandbox.uploads import Upload, body_of, parameters_of
from ytempire.sandbox.video_metadata import read_extras, read_snippet, read_status, written_parts
from ytempire.sandbox.video_resource import video_resource
from ytempire.sandbox.videos import find, start_audience

LARGEST = 256 * 1024**3  # bytes; YouTube's limit is 256 GB or twelve hours
DAY = 86_400.0
PATH = "/youtube/v3/videos"


def begin_insert(call: Call) -> str:
    if _recent(call) >= call.context.settings.uploads_per_channel_daily:
        raise upload_limit_exceeded()
    parts = written_parts(call)
    snippet = read_snippet(call.body.get("snippet", {}), defaults=True)
    read_extras(call.body, parts, {}, language=snippet.get("defaultLanguage"))
    read_status(call.body.get("status", {}), call.now, was_public=False)
    return call.context.store.next_id("video", prefix="sb", length=11)


def _recent(call: Call) -> int:
    """Uploads of the last 24 hours. Sessions under way count, or many at once would pass the limit together."""
    row = call.context.store.one(
        "SELECT count(*) AS uploads FROM sessions WHERE channel_id = :channel AND operation = 'videos.insert'"
        " AND created_at > :since",
        channel=call.channel_id,
        since=call.now - DAY,
    )
    return int(row["uploads"]) if row else 0


def finish_insert(context: SandboxContext, session: Row, media: Media) -> None:
    """The video comes to be. What was asked for when the session began holds, however long the bytes took."""
    store, now, body = context.store, context.clock.now(), body_of(session)
    project = store.one("SELECT audited FROM projects WHERE id = :id", id=session["project_id"])
    assert project is not None
    outcome, reason = _outcome(context, session, media)
    delay = context.settings.playlist_delay.total_seconds()
    quality, audience = statistics.sample_audience(store, session["target_id"], session["channel_id"], now)
    snippet = read_snippet(body.get("snippet", {}), defaults=True)
    store.insert(
        "videos",
        id=session["target_id"],
        channel_id=session["channel_id"],
        session_id=session["id"],
        snippet=to_json(snippet),
        extras=to_json(read_extras(body, set(body), {}, language=snippet.get("defaultLanguage"))),
        # a publication that was in the future when the session began may have passed: then it is public at once
        status=to_json(read_status(body.get("status", {}), session["created_at"], was_public=False)),
        locked=not project["audited"],
        uploaded_at=now,
        processed_at=now + context.settings.processing_time.total_seconds(),
        listed_at=now + delay,
        outcome=outcome,
        reason=reason,
        quality=quality,
        audience=audience,
        size=media.size,
        sha256=media.sha256,
        duration_s=media.duration_s,
        width=media.width,
        height=media.height,
    )
    video = find(store, session["target_id"])
    assert video is not None
    start_audience(store, video, now)


def _outcome(context: SandboxContext, session: Row, media: Media) -> tuple[str, str | None]:
    """What processing will come to: ordered by a fault, or what the file deserves."""
    fault = faults.take(context.store, faults.PROCESSING, is_wanted=(faults.FAILED, faults.REJECTED).__contains__)
    if fault is not None:
        return (faults.FAILED, "conversion") if fault.kind == faults.FAILED else (faults.REJECTED, "termsOfUse")
    if not media.is_video:
        return faults.FAILED, "invalidFile"
    again = context.store.one(
        "SELECT 1 FROM videos WHERE channel_id = :channel AND sha256 = :sha AND deleted_at IS NULL"
        " AND outcome = 'processed'",
        channel=session["channel_id"],
        sha=media.sha256,
    )
    return (faults.REJECTED, "duplicate") if again else ("processed", None)


def inserted(context: SandboxContext, session: Row, base: str) -> Resource:
    video = find(context.store, session["target_id"])
    if video is None or video["deleted_at"] is not None:
        raise ApiError(404, "notFound", "Not Found")
    parts = set(parameters_of(session)["part"].split(","))
    return video_resource(context, video, parts, base=base, mine=True, now=context.clock.now())


def _without_media(call: Call) -> Resource:
    written_parts(call)
    raise _no_video()


def _no_video() -> ApiError:
    return media_body_required("youtube.video", "The request does not include the video content.")


INSERT = Upload(
    Operation(
        "videos.insert",
        "POST",
        PATH,
        _without_media,
        frozenset({"part", "notifySubscribers"}),  # nobody is notified in the sandbox: nothing to tell apart
        bucket=quota.INSERTS,
        has_body=True,
    ),
    begin_insert,
    finish_insert,
    inserted,
    LARGEST,
    ("video/*", "application/octet-stream"),
    _no_video,
)
