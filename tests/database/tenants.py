"""Two operators, each with one of everything that somebody can have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import procrastinate
from sqlalchemy import update

from tests.ingest.factories import event, ndjson
from tests.production.factories import ARTICLE
from ytempire.accounts.models import (
    AccountToken,
    ApiKey,
    Email,
    Permission,
    RecoveryCode,
    RefreshToken,
    Session,
    SignInFailures,
    User,
)
from ytempire.accounts.opaque_tokens import hash_token
from ytempire.alerts.models import Alert
from ytempire.channels import service as channels
from ytempire.channels.default_personas import personas_with
from ytempire.channels.models import Channel, Credential, PersonaModel, Template, VoiceConsent
from ytempire.collection.models import ChannelCollection, DailyReportViews, Gap, ReportDay, VideoCounters
from ytempire.costs.models import Budget, CostLine, CostReservation
from ytempire.ingest.ingestor import Ingestor, IngestRequest
from ytempire.ingest.metrics import METRICS
from ytempire.ingest.models import VideoDelta
from ytempire.journal.models import ApiRequest
from ytempire.kit import clock
from ytempire.kit.database import Sessions, as_subject
from ytempire.kit.storage import ObjectStore
from ytempire.kit.subject import SYSTEM, Subject
from ytempire.notifications.models import Notification, NotificationDelivery, NotificationPreference
from ytempire.production import service
from ytempire.production.models import RunArtifact, RunLog, ScriptEmbedding, Video, VideoVersion
from ytempire.production.run_options import Options
from ytempire.publishing.models import Automation, Publication, PublicationEdit, PublishingSlotRow
from ytempire.youtube.methods import ALLOWANCES
from ytempire.youtube.models import Call, Connection, OAuthState, Project, QuotaDay


@dataclass(frozen=True)
class Tenant:
    subject: Subject
    channel_id: UUID


async def make_tenant(
    sessions: Sessions, queue: procrastinate.App, store: ObjectStore, ingestor: Ingestor, name: str
) -> Tenant:
    """One row at least in every table that can hold something of somebody's."""
    async with as_subject(sessions, SYSTEM).begin() as session:
        user = User(
            email=f"{name}@example.com", full_name=f"{name} person", email_verified_at=clock.now(), password_hash="x"
        )
        session.add(user)
        await session.flush()
        definition = personas_with("espeak")[0].model_dump(mode="json")
        persona = PersonaModel(owner_id=user.id, name="mine", definition=definition)
        session.add(persona)
        await session.flush()
        channel = Channel(owner_id=user.id, name=f"{name}'s channel", persona_id=persona.id)
        session.add(channel)
        await session.flush()
        subject = Subject(user.id, "operator")
    source = service.store_source(store, ARTICLE, name="sky.md")
    async with as_subject(sessions, subject).begin() as session:
        [view] = await channels.list_channels(session)
        run = await service.start_run(
            session, queue, channel=view, source=source, options=Options(), idempotency_key="the same key"
        )
    async with as_subject(sessions, SYSTEM).begin() as session:
        # a word that nobody else uses, for the vocabulary
        await session.execute(update(Video).where(Video.id == run.video_id).values(description=f"{name}ish"))
        await _belongings(session, user.id, channel.id, run.id, run.video_id)
    part = {"dimension": "country", "member": "DE", "views": 1}
    said = event(channel.id, run.video_id, clock.now() - timedelta(minutes=5), views=1, breakdowns=[part])
    fallen = event(channel.id, run.video_id, clock.now() - timedelta(minutes=5), likes=-1, correction=True)
    await ingestor.ingest(IngestRequest(ndjson(said, fallen) + b"\nno event", "api"), subject)
    async with as_subject(sessions, subject).begin() as session:
        # its days wait to be made anew
        await session.execute(update(Channel).where(Channel.id == channel.id).values(time_zone="Asia/Tokyo"))
    return Tenant(subject, channel.id)


async def _belongings(session, user_id: UUID, channel_id: UUID, run_id: UUID, video_id: UUID) -> None:  # type: ignore[no-untyped-def]
    now, later = clock.now(), clock.now() + timedelta(days=1)
    publication_id = uuid4()
    opened = Session(user_id=user_id, expires_at=later)
    reservation = CostReservation(
        call_key=str(uuid4()),
        request_key=str(uuid4()),
        video_id=video_id,
        channel_id=channel_id,
        run_id=run_id,
        step="voice",
        attempt=1,
        service="speech",
        item="x",
        max_usd=Decimal(1),
    )
    project = Project(
        name=str(user_id),
        client_id=str(uuid4()),
        client_secret=b"x",
        is_sandbox=False,
        declared_client="a client of a test",
        allowances=ALLOWANCES,
    )
    notification = Notification(user_id=user_id, kind="run_completed", severity="success", title="t")
    session.add_all([opened, reservation, project, notification])
    await session.flush()
    session.add_all(
        [
            RefreshToken(token_hash=hash_token(str(uuid4())), session_id=opened.id),
            AccountToken(
                token_hash=hash_token(str(uuid4())), purpose="reset_password", user_id=user_id, expires_at=later
            ),
            RecoveryCode(user_id=user_id, code_hash=hash_token("1")),
            SignInFailures(address_hash=hash_token(str(uuid4())), failures=1),
            ApiKey(user_id=user_id, name="mine", prefix="yt_x", key_hash=hash_token(str(uuid4())), scopes=["read"]),
            Email(user_id=user_id, recipient="a@b", subject="s", body=b"x"),
            Permission(user_id=SYSTEM.user_id, channel_id=channel_id, level="read", granted_by=user_id),
            Budget(scope="channel_day", subject=str(channel_id), warn_usd=Decimal(1)),
            Alert(
                rule="cost_warning",
                key=str(video_id),
                channel_id=channel_id,
                severity="warning",
                title="t",
                message="m",
            ),
            NotificationPreference(user_id=user_id, route="page", min_severity="warning"),
            CostLine(
                reservation_id=reservation.id,
                video_id=video_id,
                channel_id=channel_id,
                run_id=run_id,
                step="voice",
                attempt=1,
                service="speech",
                item="x",
                outcome="success",
                usage={},
                amount_usd=Decimal(1),
                occurred_at=now,
            ),
            NotificationDelivery(notification_id=notification.id, route="page", status="delivered"),
            ApiRequest(
                occurred_at=now, request_id="r", user_id=user_id, method="GET", route="/", status=200, duration_us=1
            ),
            Template(owner_id=user_id, name="mine", title="{title}", description="{credits}"),
            Credential(channel_id=channel_id, provider="youtube", secret=b"x"),
            VoiceConsent(
                channel_id=channel_id,
                provider="elevenlabs",
                voice="v",
                speaker="s",
                given_how="g",
                given_on=now.date(),
                recorded_by=user_id,
            ),
            VideoVersion(
                video_id=video_id,
                version=1,
                channel_id=channel_id,
                created_by="run",
                title="t",
                description="d",
                tags=[],
                script="",
            ),
            RunLog(run_id=run_id, event="e", message="m"),
            RunArtifact(run_id=run_id, name="x", step="voice", sha256="0" * 64, size_bytes=1, media_type="text/plain"),
            QuotaDay(project_id=project.id, bucket="units", day=now.date(), used=1),
            Call(
                project_id=project.id,
                channel_id=channel_id,
                bucket="units",
                day=now.date(),
                method="channels.list",
                units=1,
            ),
            Connection(
                channel_id=channel_id,
                project_id=project.id,
                is_sandbox=False,
                status="connected",
                youtube_channel_id=str(uuid4()),
                title="t",
                uploads_playlist_id="UU",
                scopes=[],
                connected_at=now,
                connected_by=user_id,
                checked_at=now,
            ),
            OAuthState(
                state_hash=hash_token(str(uuid4())),
                verifier=b"x",
                project_id=project.id,
                channel_id=channel_id,
                user_id=user_id,
                redirect_uri="http://localhost",
                expires_at=later,
            ),
            Automation(channel_id=channel_id, videos_per_day=1),
            Publication(
                id=publication_id,
                video_id=video_id,
                channel_id=channel_id,
                is_sandbox=False,
                requested_by=user_id,
                privacy="private",
                category_id="27",
                made_for_kids=False,
                synthetic_media=True,
                licence="youtube",
                marker=str(uuid4()),
                file_sha256="0" * 64,
                size_bytes=1,
            ),
            PublicationEdit(
                publication_id=publication_id,
                channel_id=channel_id,
                kind="update",
                status="planned",
                desired={},
                requested_by=user_id,
                next_try_at=clock.now(),
            ),
            PublishingSlotRow(channel_id=channel_id, weekday=0, local_time=time(9)),
            ChannelCollection(channel_id=channel_id),
            VideoCounters(video_id=video_id, channel_id=channel_id, youtube_video_id="v"),
            ReportDay(channel_id=channel_id, day=now.date(), ends_at=now),
            DailyReportViews(
                channel_id=channel_id,
                day=now.date(),
                video_id=video_id,
                views=1,
                likes=0,
                comments=0,
                views_counted=1,
                digest=b"x",
                fetched_at=now,
            ),
            Gap(channel_id=channel_id, since=now, reason="r"),
            VideoDelta(
                segment=0,
                channel_id=channel_id,
                video_id=video_id,
                hour=now,
                day=now.date(),
                **dict.fromkeys(METRICS, 1),
            ),
            ScriptEmbedding(video_id=video_id, model="m", model_version="1", embedding=[0.0] * 384),
        ]
    )
    await session.flush()
