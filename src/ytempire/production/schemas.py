"""Wire shapes of runs and videos. Money is a decimal string; times are UTC; lengths are seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, PlainSerializer

from ytempire.channels.access import Access
from ytempire.kit.clock import Timestamp
from ytempire.kit.text import PROSE, Name
from ytempire.production.models import THUMBNAILS
from ytempire.production.queries import LogView, RunView, StepView, VideoView
from ytempire.production.run_options import Format, Options
from ytempire.production.search import SearchHit
from ytempire.production.versions import VersionView

Usd = Annotated[Decimal, PlainSerializer(lambda value: f"{value:.6f}", return_type=str)]
Seconds = Annotated[Decimal, PlainSerializer(float, return_type=float)]
StepStatus = Literal["pending", "running", "completed", "failed", "refused", "cancelled"]
RunStatus = Literal["pending", "running", "completed", "failed", "refused", "cancelled"]


class NewRun(BaseModel):
    """An order: one video from one text."""

    source_name: Annotated[Name, Field(max_length=200)] = Field(description="a file name; its ending tells the format")
    source_text: str = Field(min_length=1, max_length=2_000_000)
    channel_id: UUID | None = Field(default=None, description="unset: the first that I may make videos for")
    options: Options = Options()
    allow_duplicate: bool = Field(
        default=False, description="another video, where the channel has one of this very text"
    )


class StepError(BaseModel):
    code: str
    message: str
    hint: str | None = None
    reasons: list[str] = []


class ListedStep(BaseModel):
    name: str
    status: StepStatus
    progress: float
    seconds: Seconds


class StepOut(ListedStep):
    provider: str | None
    attempts: int
    cpu_seconds: Seconds
    peak_bytes: int | None
    cost_usd: Usd
    started_at: datetime | None
    completed_at: datetime | None
    evidence: dict[str, Any]
    error: StepError | None

    @classmethod
    def from_view(cls, view: StepView) -> StepOut:
        return cls.model_validate(view, from_attributes=True)


class ListedRun(BaseModel):
    id: UUID
    status: RunStatus
    priority: int
    channel_id: UUID
    channel_name: str
    video_id: UUID
    title: str
    format: Format
    duration_seconds: Seconds | None
    requested_seconds: float | None = Field(description="how long it was to be; null for analysts, as the next")
    source_name: str | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    cost_usd: Usd
    steps: Sequence[ListedStep]


class RunPage(BaseModel):
    items: list[ListedRun]
    next_cursor: str | None


class RunOut(ListedRun):
    access: Access = Field(description="what I may do with its channel")
    steps: Sequence[StepOut]

    @classmethod
    def from_view(cls, view: RunView) -> RunOut:
        return cls.model_validate(view, from_attributes=True)


class LogEntry(BaseModel):
    at: datetime
    step: str | None
    event: str
    message: str

    @classmethod
    def from_view(cls, view: LogView) -> LogEntry:
        return cls.model_validate(view, from_attributes=True)


class RunLogOut(BaseModel):
    items: list[LogEntry]


class RetryRun(BaseModel):
    from_step: str | None = Field(default=None, description="unset: where it stopped")


class Chapter(BaseModel):
    start_s: float
    title: str


class FileOut(BaseModel):
    name: str
    url: str
    size_bytes: int
    media_type: str


class VideoOut(BaseModel):
    id: UUID
    run_id: UUID
    channel_id: UUID
    channel_name: str
    access: Access = Field(description="what I may do with its channel")
    status: str
    title: str
    description: str
    tags: list[str]
    chapters: list[Chapter]
    language: str
    format: Format
    width: int | None
    height: int | None
    duration_seconds: Seconds | None
    script_score: Seconds | None
    cost_usd: Usd
    thumbnail: str = Field(description="the name of the file that stands for it")
    files: list[FileOut]
    scheduled_at: datetime | None
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def from_view(cls, view: VideoView) -> VideoOut:
        data = {name: getattr(view, name) for name in cls.model_fields if name != "files"}
        files = [
            FileOut(
                name=file.name,
                url=f"/api/v1/videos/{view.id}/files/{file.name}?v={file.sha256[:12]}",
                size_bytes=file.size_bytes,
                media_type=file.media_type,
            )
            for file in view.files.values()
            if file.name in PUBLIC_FILES
        ]
        return cls(**data, files=sorted(files, key=lambda file: file.name))


# What a person may fetch of a video; voice and plans stay inside.
PUBLIC_FILES = {
    "video.mp4": "video/mp4",
    "captions.srt": "application/x-subrip",
    "captions.vtt": "text/vtt",
    **dict.fromkeys(THUMBNAILS, "image/jpeg"),
    "script.json": "application/json",
    "review.json": "application/json",
}


class VideoPage(BaseModel):
    items: list[VideoOut]
    next_cursor: str | None


class VideoEdit(BaseModel):
    """What is left out stays as it is. Within YouTube's limits."""

    title: Annotated[Name, Field(max_length=100)] | None = None
    description: Annotated[str, Field(max_length=5000, pattern=PROSE)] | None = None
    tags: Annotated[list[Annotated[Name, Field(max_length=100)]], Field(max_length=100)] | None = None


class VersionOut(BaseModel):
    version: int
    created_by: Literal["run", "edit", "restore", "youtube"]
    created_by_name: str | None = Field(description="who ordered the run or made the change, where one may see that")
    title: str
    description: str
    tags: list[str]
    created_at: datetime

    @classmethod
    def from_view(cls, view: VersionView) -> VersionOut:
        return cls.model_validate(view, from_attributes=True)


class VersionPage(BaseModel):
    items: list[VersionOut]


class Schedule(BaseModel):
    at: Timestamp = Field(description="when to publish, with its time zone, in the future")


class SearchHitOut(BaseModel):
    """One thing that was found."""

    kind: Literal["video", "channel"]
    id: UUID
    title: str
    channel_id: UUID
    channel_name: str
    excerpt: str = Field(description="where the words are, or how the text begins")
    rank: float = Field(description="higher is better; comparable within one answer")

    @classmethod
    def from_hit(cls, hit: SearchHit) -> SearchHitOut:
        return cls.model_validate(hit, from_attributes=True)


class SearchHitPage(BaseModel):
    items: list[SearchHitOut]


class JobOut(BaseModel):
    """A job of the queue."""

    id: int
    job_type: str
    resource: Literal["cpu", "gpu", "network"]
    priority: int
    status: Literal["pending", "processing", "completed", "failed", "cancelled"]
    attempts: int
    scheduled_for: datetime | None = Field(description="not before this; null: at once")
    worker_id: int | None
    channel_id: UUID
    video_id: UUID
    run_id: UUID | None = Field(description="the run that it belongs to; null: it publishes the video, or changes that")
    step: str | None = Field(description="of that run")


class JobPage(BaseModel):
    items: list[JobOut]
    next_cursor: str | None
