"""The sandbox's own API, under /sandbox: people and channels, projects, its clock, faults, and what is really so.

It has no password: the sandbox listens on this machine, and answers only to names of it (app.py).
"""

from __future__ import annotations

import json
import secrets
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from ytempire.kit.clock import Timestamp
from ytempire.kit.errors import Conflict, InvalidInput, NotFound
from ytempire.sandbox import consent, faults, oauth, quota, statistics
from ytempire.sandbox.audience import COUNTRIES, views_at
from ytempire.sandbox.authentication import SCOPES, digest
from ytempire.sandbox.channels import NewChannel, Text, make_channel, uploads_playlist
from ytempire.sandbox.clock import FASTEST, format_time
from ytempire.sandbox.context import SandboxContext
from ytempire.sandbox.store import Row, Store, to_json
from ytempire.sandbox.videos import privacy_of, snippet_of, upload_status_of

router = APIRouter(prefix="/sandbox", tags=["sandbox"])


class NewProject(BaseModel):
    name: Text = "YTEMPIRE"
    kind: Literal["installed", "web"] = "installed"
    mode: Literal["testing", "production"] = Field(
        default="production", description="testing: refresh tokens end after seven days"
    )
    audited: bool = Field(default=True, description="false: what it uploads stays private, as Google has it")
    redirect_uris: list[str] = Field(default=[], description="beside the loopback addresses of an installed client")
    quotas: dict[Literal["units", "search.list", "videos.insert", "reports"], Annotated[int, Field(ge=0)]] = {}


class NewTokens(BaseModel):
    project_id: str
    channel_id: str
    scopes: list[str] = list(SCOPES)


class ClockChange(BaseModel):
    factor: Annotated[float | None, Field(gt=0, le=FASTEST)] = None
    advance_s: Annotated[float | None, Field(ge=0)] = None
    to: Timestamp | None = None


class NewFault(BaseModel):
    operation: Text = Field(
        default="*", description="videos.insert, upload.chunk, upload.status, oauth.token, processing"
    )
    kind: str = Field(description=f"{', '.join(faults.KINDS)}, or a refusal such as 403:accessNotConfigured")
    remaining: Annotated[int | None, Field(ge=1)] = Field(default=1, description="null: as long as the rule is there")
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    after_bytes: Annotated[int, Field(ge=0)] = Field(default=0, description="of the body, before a reset")
    seconds: Annotated[float, Field(ge=0, le=600)] = Field(default=1.0, description="of a slow answer, in real time")


class VideoChange(BaseModel):
    quality: Annotated[float, Field(ge=-4, le=4)] = Field(description="0 is usual, 2 is one video in fifty")


def world_of(request: Request) -> SandboxContext:
    context: SandboxContext = request.app.state.context
    return context


def _store(request: Request) -> Store:
    return world_of(request).store


def _known(store: Store, table: Literal["projects", "channels", "videos"], wanted: str) -> Row:
    row = store.one(f"SELECT * FROM {table} WHERE id = :id", id=wanted)  # noqa: S608  # one of three names
    if row is None:
        raise NotFound(f"There is no {wanted} among the sandbox's {table}.")
    return row


@router.post("/channels", status_code=201)
async def add_channel(request: Request, body: NewChannel) -> dict[str, Any]:
    """Make a channel and the person who owns it. The consent page offers it from now on."""
    if body.country not in COUNTRIES:
        raise InvalidInput(f"The audience model knows no country {body.country}.", hint=", ".join(COUNTRIES))
    with _store(request).transaction():
        if body.handle and _store(request).one("SELECT 1 FROM channels WHERE handle = :handle", handle=body.handle):
            raise Conflict(f"A channel has the handle {body.handle} already.")
        values = make_channel(world_of(request), body)
    return {**values, "uploads_playlist": uploads_playlist(values["id"])}


@router.post("/projects", status_code=201)
async def add_project(request: Request, body: NewProject) -> dict[str, Any]:
    """Register a client. Its secret and key are shown once; `client_config` is Google's client_secrets.json."""
    store = _store(request)
    secret, key = f"GOCSPX-sandbox-{secrets.token_urlsafe(24)}", f"AIzaSandbox{secrets.token_urlsafe(24)}"
    with store.transaction():
        project_id = str(100_000_000_000 + store.next_number("project"))
        client_id = f"{project_id}-sandbox.apps.googleusercontent.com"
        store.insert(
            "projects",
            id=project_id,
            name=body.name,
            client_id=client_id,
            secret_hash=digest(secret),
            api_key_hash=digest(key),
            kind=body.kind,
            mode=body.mode,
            audited=body.audited,
            redirect_uris=to_json(body.redirect_uris),
            quotas=to_json(body.quotas),
        )
    base = f"{request.url.scheme}://{request.url.netloc}"
    config = {
        "client_id": client_id,
        "project_id": project_id,
        "auth_uri": base + consent.AUTHORISE,
        "token_uri": base + "/token",
        "client_secret": secret,
        "redirect_uris": body.redirect_uris or ["http://localhost"],
    }
    return {"project_id": project_id, "api_key": key, "client_config": {body.kind: config}, "root_url": base + "/"}


@router.put("/projects/{project_id}/quotas")
async def set_quotas(request: Request, project_id: str, body: dict[str, Annotated[int, Field(ge=0)]]) -> dict[str, Any]:
    """Other allowances than Google's for this project, so that a test need not spend ten thousand units."""
    if set(body) - set(quota.ALLOWED):
        raise InvalidInput(f"There are these buckets: {', '.join(quota.ALLOWED)}.")
    _known(_store(request), "projects", project_id)
    _store(request).update("projects", "id", project_id, quotas=to_json(body))
    return await get_quotas(request, project_id)


@router.get("/projects/{project_id}/quotas")
async def get_quotas(request: Request, project_id: str) -> dict[str, Any]:
    store, now = _store(request), world_of(request).clock.now()
    _known(store, "projects", project_id)
    return {
        bucket: {
            "used": quota.used(store, project_id, bucket, now),
            "limit": quota.limit(store, project_id, bucket),
        }
        for bucket in quota.ALLOWED
    }


@router.post("/tokens", status_code=201)
async def add_tokens(request: Request, body: NewTokens) -> dict[str, Any]:
    """What the consent page and the token endpoint would give: for tests and demonstrations without a browser."""
    store = _store(request)
    if set(body.scopes) - set(SCOPES):
        raise InvalidInput("A scope is not known here.", hint=", ".join(SCOPES))
    project = _known(store, "projects", body.project_id)
    _known(store, "channels", body.channel_id)
    with store.transaction():
        return oauth.issue(world_of(request), project, body.channel_id, body.scopes, offline=True)


@router.delete("/tokens", status_code=204)
async def expire_access_tokens(request: Request) -> None:
    """Every access token ends now, as it would within the hour; refresh tokens stay."""
    _store(request).run("UPDATE access_tokens SET expires_real = 0")


@router.get("/clock")
async def get_clock(request: Request) -> dict[str, Any]:
    clock = world_of(request).clock
    history = [dict(zip(("real", "seconds", "factor"), segment, strict=True)) for segment in clock.history]
    return {"now": format_time(clock.now()), "seconds": clock.now(), "factor": clock.factor, "history": history}


@router.put("/clock")
async def set_clock(request: Request, body: ClockChange) -> dict[str, Any]:
    clock = world_of(request).clock
    to = body.to.timestamp() if body.to else None
    if body.advance_s is not None:
        to = (to or clock.now()) + body.advance_s
    clock.set(factor=body.factor, to=to)
    return await get_clock(request)


@router.get("/faults")
async def list_faults(request: Request) -> list[dict[str, Any]]:
    return [dict(row) for row in _store(request).all("SELECT * FROM fault_rules ORDER BY id")]


@router.post("/faults", status_code=201)
async def add_fault(request: Request, body: NewFault) -> dict[str, Any]:
    if not faults.is_kind(body.kind):
        raise InvalidInput(f"There is no fault of the kind {body.kind}.", hint=", ".join(faults.KINDS))
    _store(request).insert("fault_rules", **body.model_dump())
    return (await list_faults(request))[-1]


@router.delete("/faults", status_code=204)
async def remove_faults(request: Request) -> None:
    _store(request).run("DELETE FROM fault_rules")


@router.get("/state")
async def get_state(request: Request) -> dict[str, Any]:
    """The truth, beside what the APIs show: every video, each upload session, and how often what was called."""
    context = world_of(request)
    store = context.store
    sessions = store.all("SELECT id, operation, target_id, total, created_at, completed_at FROM sessions")
    return {
        "clock": await get_clock(request),
        "channels": [dict(row) for row in store.all("SELECT * FROM channels ORDER BY id")],
        "projects": [dict(row) for row in store.all("SELECT id, name, client_id, kind, mode, audited FROM projects")],
        "videos": [_truth(context, row) for row in store.all("SELECT * FROM videos ORDER BY number")],
        "sessions": [dict(row) for row in sessions],
        "calls": [dict(row) for row in store.all("SELECT * FROM calls ORDER BY operation, outcome")],
    }


@router.get("/videos/{video_id}")
async def get_video(request: Request, video_id: str) -> dict[str, Any]:
    return _truth(world_of(request), _known(_store(request), "videos", video_id))


@router.patch("/videos/{video_id}")
async def change_video(request: Request, video_id: str, body: VideoChange) -> dict[str, Any]:
    """Make a video do well or badly. Only before anybody saw it: what was counted is never counted anew."""
    context = world_of(request)
    now = context.clock.now()
    _known(context.store, "videos", video_id)
    if context.store.one("SELECT 1 FROM exposures WHERE video_id = :id AND begins <= :now", id=video_id, now=now):
        raise Conflict("This video has had an audience.", hint="Set its quality while it is private or in processing.")
    context.store.update("videos", "id", video_id, quality=body.quality)
    return await get_video(request, video_id)


def _truth(context: SandboxContext, video: Row) -> dict[str, Any]:
    now = context.clock.now()
    profile = statistics.video_profile(context.store, video)
    kept = {name: video[name] for name in ("id", "channel_id", "size", "sha256", "duration_s", "quality", "outcome")}
    return kept | {
        "title": snippet_of(video)["title"],
        "description": snippet_of(video)["description"],
        "privacy": privacy_of(video, now),
        "upload_status": upload_status_of(video, now),
        "views": views_at(profile, now, now),
        "deleted": video["deleted_at"] is not None,
        "status": json.loads(video["status"]),
    }
