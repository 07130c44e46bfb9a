"""The declaration of a domain: where its routers, tables, jobs and periodic tasks are."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Domain:
    """A package of the product, and where in it is what the API, the worker and the database ask of each domain.

    Two things need no line, since they are found by their place: `sql/*.sql`, functions, views and triggers, and
    `catalog.toml`, the cards of the tables. A reference is `module:attribute` within the package. It is imported when
    it is resolved, so that the API does not import what only the worker needs.
    """

    package: str
    """The domain's `__package__`."""
    models: str | None = None
    """The module that declares the tables."""
    routers: tuple[str, ...] = ()
    """References to FastAPI routers."""
    register_tasks: str | None = None
    """`async (WorkerContext) -> None`: registers the jobs of the domain at the worker's queue."""
    periodic_tasks: str | None = None
    """`async (WorkerContext) -> Sequence[PeriodicTask]`: what the worker runs at intervals."""
    commit_listener: str | None = None
    """`async (WorkerContext) -> Callable[[bytes], None]`: hears in the worker what each commit of events changed in the
    last minutes (`ingest.sums.RECENT`)."""
    sealed_columns: str | None = None
    """`Sequence[SealedColumn]`: the columns of envelopes, for the rotation of keys."""
    notified_messages: str | None = None
    """`Mapping[str, Callable[[str], Message]]`: live messages by the channel of PostgreSQL's NOTIFY."""
    published_messages: str | None = None
    """The same by the channel of Valkey."""
    quota_claim: str | None = None
    """`QuotaClaim`: what the domain's calls of YouTube need of a project's day, which others leave to it."""
    alert_rules: str | None = None
    """`Sequence[AlertRule]`: what alerts of the domain can be about."""
    fact_subscriber: str | None = None
    """`async (AsyncSession, Fact) -> None`: is handed every fact of the outbox."""

    @property
    def path(self) -> str:
        """The package below ours, with slashes."""
        return self.package.removeprefix("ytempire.").replace(".", "/")

    @property
    def name(self) -> str:
        """The same with underscores: a word, as in the list of the outbox's subscribers."""
        return self.path.replace("/", "_")

    @property
    def folder(self) -> Path:
        """The folder of the package."""
        return Path(import_module(self.package).__path__[0])

    def resolve(self, reference: str) -> Any:
        """Import and return what `reference` names. Raises ImportError and AttributeError."""
        module, attribute = reference.split(":")
        return getattr(import_module(f"{self.package}.{module}"), attribute)

    def import_models(self) -> None:
        """Import the module that declares the tables, so that the metadata knows them."""
        if self.models is not None:
            import_module(f"{self.package}.{self.models}")
