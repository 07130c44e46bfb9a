"""One typed settings object, grouped, read once at start-up from `YTEMPIRE_…` environment variables.

A fresh clone runs with none of them set. Groups nest with a double underscore: `YTEMPIRE_API__PORT=8080`.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, IPvAnyNetwork, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from ytempire.renamed_settings import RenamedVariables


class Database(BaseModel):
    url: SecretStr | None = Field(default=None, description="application role; unset: the embedded server")
    owner_url: SecretStr | None = Field(default=None, description="the role that migrates; unset: embedded")
    worker_url: SecretStr | None = Field(default=None, description="the role that takes jobs; unset: embedded")
    superuser_url: SecretStr | None = Field(
        default=None, description="makes roles, extensions and the audit trail when migrating; unset: they are there"
    )
    pool_size: int = Field(
        default=10, ge=1, description="connections of a process; the API has as many again for lists"
    )


class Cache(BaseModel):
    url: SecretStr | None = Field(default=None, description="Valkey or Redis 7+; unset: the embedded server")


class Api(BaseModel):
    host: str = "127.0.0.1"
    port: int = Field(default=8711, ge=1, le=65535)
    public_url: str | None = Field(default=None, description="where people reach the page, for links in emails")
    trusted_proxies: list[IPvAnyNetwork] = Field(
        default=[],
        description="addresses or networks of proxies before this server, as a JSON list: only what these say of the"
        " caller's address and scheme (X-Forwarded-For, X-Forwarded-Proto) is believed",
    )
    workers: int = Field(
        default=1, ge=1, le=64, description="processes behind the address; each holds up to 2 × pool_size connections"
    )
    # The largest that the page sends, a persona or the text of a video, has 20 KB; ingest batches and texts of runs
    # have limits of their own.
    max_body_bytes: int = Field(default=2**20, ge=2**16, description="of a request")
    link_lifetime: timedelta = timedelta(hours=12)  # a printed link is used within the working day, once

    @property
    def page_url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def is_https(self) -> bool:
        return urlsplit(self.page_url).scheme == "https"

    @property
    def hosts(self) -> set[str]:
        """The names by which a browser may ask for this page."""
        host = urlsplit(self.page_url).hostname or self.host
        return {f"[{name}]" if ":" in name else name for name in (self.host, host)}


class Worker(BaseModel):
    cpu_slots: int = 4  # the specification's default offer; ffmpeg itself uses several threads in a slot
    gpu_slots: int = 3
    network_slots: int = 8  # these only wait for others
    heartbeat_interval: timedelta = timedelta(seconds=2)
    lease_duration: timedelta = timedelta(seconds=10)  # five missed heartbeats: dead, its steps go to another worker


class Ingest(BaseModel):
    """When sums of videos lie beside the rollups for a while, and when they are merged (docs/adr/0008)."""

    merge_interval: timedelta = Field(
        default=timedelta(seconds=60),
        gt=timedelta(0),
        le=timedelta(minutes=5),
        description="half as often, merges cost half as much, and dashboards over all videos have twice as much to add",
    )
    delta_min_events: int = Field(
        default=2_500, ge=1, description="events of a transaction from which on its sums wait for a merge"
    )


class LanguageModel(BaseModel):
    """Any OpenAI-compatible address. Unset: the extractive writer, which needs none."""

    base_url: str | None = None
    api_key: SecretStr | None = None
    model: str | None = None
    # for a whole answer: at 50 tokens a second enough for the 14,500 that a video of ten minutes may take
    timeout: timedelta = timedelta(minutes=5)


DefaultEngine = Literal["kokoro", "espeak"]


class Speech(BaseModel):
    """Services for personas whose engine is `openai` (any OpenAI-compatible address), `elevenlabs` or `google`; your
    own files for the others.
    """

    default_engine: DefaultEngine = Field(
        default="kokoro",
        description="what speaks for the channels that an installation begins with; espeak costs a hundredth of the CPU"
        " time, and sounds like a machine",
    )
    base_url: str | None = None
    api_key: SecretStr | None = None
    model: str = "gpt-4o-mini-tts"
    voice: str = "alloy"
    piper_voice: Path | None = None
    kokoro_model: Path | None = Field(
        default=None, description="another export of Kokoro-82M; unset: the one that ships"
    )
    elevenlabs_api_key: SecretStr | None = None
    elevenlabs_base_url: str = "https://api.elevenlabs.io"
    elevenlabs_model: str = "eleven_multilingual_v2"
    elevenlabs_voice: str = Field(
        default="JBFqnCBsd6RMkjVDRZzb", description="the id of a voice; unset: George, of the service's own examples"
    )
    google_api_key: SecretStr | None = None
    google_base_url: str = "https://texttospeech.googleapis.com"
    google_voice: str = "en-US-Neural2-D"


class Security(BaseModel):
    keys: SecretStr | None = Field(
        default=None, description="keys for stored secrets, as the file of keys has them; unset: that file, made once"
    )
    issuer: str = "ytempire"  # who signs access tokens; a program that checks them compares it
    audience: str = "ytempire-api"
    access_lifetime: timedelta = timedelta(hours=1)
    refresh_lifetime: timedelta = timedelta(days=7)
    reset_lifetime: timedelta = timedelta(minutes=30)
    verify_lifetime: timedelta = timedelta(hours=24)
    invitation_lifetime: timedelta = Field(default=timedelta(days=7), ge=timedelta(days=1))
    # The fifth wrong password costs half a minute, the twelfth an hour: some 35 guesses in a day.
    lockout_threshold: int = Field(default=5, ge=1)
    lockout_initial: timedelta = Field(default=timedelta(seconds=30), gt=timedelta(0))
    lockout_max: timedelta = Field(default=timedelta(hours=1), gt=timedelta(0))
    # Of emails that anybody can request: a person requests two or three, an office behind one address some more.
    emails_per_recipient_hourly: int = Field(default=5, ge=1)
    emails_per_network_hourly: int = Field(default=30, ge=1)

    @property
    def given_keys(self) -> str | None:
        return self.keys.get_secret_value() if self.keys else None


class Smtp(BaseModel):
    """A mail server. Unset: emails stay here, and the page shows them."""

    host: str | None = None
    port: int = Field(default=587, ge=1, le=65535, description="465 is encrypted from the first byte, without starttls")
    user: str | None = None
    password: SecretStr | None = None
    sender: str = "YTEMPIRE <ytempire@localhost>"
    starttls: bool = True

    @property
    def complete(self) -> bool:
        """Whether emails can be sent: there is a server, and a password where it knows us by name."""
        return self.host is not None and (self.user is None or self.password is not None)


class Machine(BaseModel):
    min_free_mb: int = 500  # a 1080p minute takes some 20 MB and its intermediate files 50; a cluster 100
    # A command such as `runs list` needs the database for two seconds; a `produce` of minutes is not waited for.
    lock_timeout: timedelta = timedelta(seconds=20)


class Production(BaseModel):
    images: Path | None = Field(default=None, description="a folder with the operator's own images")


class Sandbox(BaseModel):
    """The local YouTube (docs/sandbox.md). Its times are in its own clock, which may run faster."""

    host: str = "127.0.0.1"
    port: int = Field(default=8713, ge=1, le=65535)
    seed: int = Field(default=2026, description="the same seed and the same uploads give the same audience")
    # A minute of 1080p is ready in some minutes there; a person who looks on should not wait longer than for a page.
    processing_time: timedelta = timedelta(seconds=20)
    playlist_delay: timedelta = timedelta(seconds=2)  # after the upload, until the uploads playlist shows it
    refresh_lifetime: timedelta = timedelta(days=7)  # of projects in testing mode, as Google has it
    session_lifetime: timedelta = timedelta(days=7)  # of a resumable upload
    fault_rate: float = Field(default=0.0, ge=0, le=1, description="the part of all calls that goes wrong by chance")
    # YouTube names no number; 10 to 100 are reported, less for young channels
    uploads_per_channel_daily: int = Field(default=100, ge=0, description="in 24 hours, then uploadLimitExceeded")


class YouTube(BaseModel):
    """The client of YouTube. Its projects are rows, their secrets sealed (`ytempire youtube project create`)."""

    sandbox: bool = Field(
        default=True, description="whether `ytempire up` starts a local YouTube while there is no real project"
    )


class Collection(BaseModel):
    """YouTube's counters and reports. Its terms: refreshed or deleted after 30 days (docs/adr/0011)."""

    retention: timedelta = Field(
        default=timedelta(days=30),
        ge=timedelta(days=1),
        description="how long counters and reports stay that could not be read again",
    )


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="YTEMPIRE_", env_nested_delimiter="__", extra="ignore")

    home: Path | None = Field(default=None, description="where data lives; unset: one folder per installation")
    server_user: str | None = Field(default=None, description="who runs the database when started as root")
    log_level: str = "INFO"
    database: Database = Database()
    cache: Cache = Cache()
    api: Api = Api()
    security: Security = Security()
    smtp: Smtp = Smtp()
    machine: Machine = Machine()
    worker: Worker = Worker()
    ingest: Ingest = Ingest()
    language_model: LanguageModel = LanguageModel()
    speech: Speech = Speech()
    production: Production = Production()
    sandbox: Sandbox = Sandbox()
    youtube: YouTube = YouTube()
    collection: Collection = Collection()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, RenamedVariables(settings_cls)


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    return Settings()
