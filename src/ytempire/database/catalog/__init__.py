"""The catalog: one card for every table and view that is ours, in `catalog.toml` of its domain.

A card says what models and migrations cannot: what a row is, whose it is, how long it stays, and of every column what
it means, who may read it, and whether it tells something about a person. Masking, privacy requests and retention read
the cards. `ytempire db doctor` holds them against the database both ways; `docs/data-dictionary.md` is made from them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ytempire.kit.errors import YtempireError
from ytempire.registration.domain import Domain
from ytempire.registration.domains import registered_domains

PACKAGE_DIR = Path(__file__).parent
# What we make ourselves. `jobs` belongs to the queue library and has one card for all; `public` holds extensions only.
SCHEMAS = ("core", "analytics", "metrics", "staging", "archive", "audit", "ml", "olap", "warehouse")

Classification = Literal["public", "internal", "confidential", "restricted"]
PersonalData = Literal["none", "indirect", "direct"]
Tenancy = Literal["column", "through", "none"]
Period = Literal["month", "week"]

CLASSIFICATIONS: dict[Classification, str] = {
    "public": "may be shown to anybody: it is, or will be, on YouTube, or was published by a provider",
    "internal": "for everybody who works with this installation",
    "confidential": "for the owner of the channel and those whom the owner let in",
    "restricted": "secrets and what opens an account: no screen, export, log or report shows it",
}
PERSONAL_DATA: dict[PersonalData, str] = {
    "none": "says nothing about a person",
    "indirect": "about a person whom another table names: covered by access and erasure requests",
    "direct": "names or reaches a person by itself: masked for analysts, removed by an erasure",
}


class CatalogBroken(YtempireError):
    """A card cannot be read or contradicts another one: a mistake in the project, not in the data."""

    code = "catalog_invalid"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Column(_Frozen):
    meaning: str = Field(min_length=3)
    classification: Classification = Field(alias="class")
    personal: PersonalData
    analyst_view: bool | None = Field(default=None, description="shown to analysts or not; None: by class and personal")
    type: str | None = Field(default=None, description="as PostgreSQL writes it; only where no model says it")


class Card(_Frozen):
    table: str = Field(pattern=r"^[a-z][a-z0-9_]*\.([a-z][a-z0-9_]*|\*)$", description="schema.name, or schema.*")
    kind: Literal["table", "view"] = "table"
    purpose: str = Field(min_length=10)
    owner: str = Field(pattern=r"^[a-z_]+$", description="the package whose table it is")
    grain: str = Field(min_length=3, description="what one row is")
    tenant: str = Field(
        pattern=r"^([a-z_]+|through [a-z_]+\.[a-z_]+|none: .+)$",
        description="the column that says whose row it is, `through schema.table`, or `none: why`",
    )
    partition_key: str | None = None
    partition_period: Period = "month"
    retention: str = Field(min_length=3, description="how long a row stays, and why; the numbers below act on it")
    retention_days: int | None = Field(
        default=None, ge=1, description="maintenance takes away what is older; None: nothing"
    )
    age_column: str | None = Field(
        default=None,
        description="the column that says how old a row is; where it is empty the row stays. Partitioned tables go by"
        " their partition key, a whole partition at a time",
    )
    archive_retention_days: int = Field(
        default=0, ge=0, description="and then so long in the schema archive; 0: dropped at once"
    )
    analyst_view: bool = Field(default=False, description="analysts see it through a masked view")
    has_model: bool = Field(default=True, description="False: no model describes it, so its columns say their types")
    columns_of: str | None = Field(
        default=None, description="of a view: the table whose columns it shows, but for those `without`"
    )
    without: tuple[str, ...] = ()
    columns: Mapping[str, Column] = {}

    @property
    def schema_name(self) -> str:
        return self.table.split(".")[0]

    @property
    def name(self) -> str:
        return self.table.split(".")[1]

    @property
    def is_whole_schema(self) -> bool:
        return self.name == "*"

    @property
    def tenancy(self) -> Tenancy:
        head = self.tenant.split(" ")[0]
        return "none" if head == "none:" else "through" if head == "through" else "column"

    @property
    def tenant_table(self) -> str | None:
        """The table through which a row belongs to somebody."""
        return self.tenant.removeprefix("through ") if self.tenancy == "through" else None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.is_whole_schema:
            if self.columns:
                raise ValueError("a card for a whole schema names no columns")
            return self
        if not self.columns:
            raise ValueError("no column is described")
        if self.tenancy == "column" and self.tenant not in self.columns:
            raise ValueError(f"the tenant column {self.tenant} is not among the columns")
        if self.partition_key is not None and self.partition_key not in self.columns:
            raise ValueError(f"the partition key {self.partition_key} is not among the columns")
        if wrong := self._wrong_with_retention():
            raise ValueError(wrong)
        untyped = [name for name, column in self.columns.items() if column.type is None]
        if not self.has_model and self.columns_of is None and untyped:
            raise ValueError(f"no model says the type of {', '.join(untyped)}, so the card must")
        return self

    def _wrong_with_retention(self) -> str | None:
        if self.age_column is not None and self.age_column not in self.columns:
            return f"{self.age_column}, which says how old a row is, is not among the columns"
        if self.age_column is not None and self.partition_key is not None:
            return "a partitioned table goes partition by partition, not row by row"
        if self.age_column is not None and self.retention_days is None:
            return "it is said how old a row is, and not how old it may become"
        if self.retention_days is not None and self.age_column is None and self.partition_key is None:
            return "it is said how old a row may become, and not what says how old it is"
        if self.archive_retention_days and (self.partition_key is None or self.retention_days is None):
            return "only partitions that are taken away go to the archive"
        return None


def catalog_files(domains: Sequence[Domain]) -> list[Path]:
    """Return the files of cards: those beside this module are of tables that no domain has."""
    own = (domain.folder / "catalog.toml" for domain in domains)
    return [*sorted(PACKAGE_DIR.glob("*.toml")), *(file for file in own if file.exists())]


def read_catalog(files: Iterable[Path]) -> dict[str, Card]:
    """Return all cards of files by table, sorted. Raises CatalogBroken with the file and what is wrong in it."""
    cards: dict[str, Card] = {}
    for file in files:
        try:
            document = tomllib.loads(file.read_text())
            # a file names its owner once; a card may name another
            described = {entry["table"]: entry for entry in document["table"]}
            read = [
                Card.model_validate({"owner": document["owner"], **_with_columns(entry, described)})
                for entry in document["table"]
            ]
        except (tomllib.TOMLDecodeError, ValidationError, KeyError) as error:
            raise CatalogBroken(f"The catalog file {_name(file)} cannot be used: {error}.") from error
        for card in read:
            if card.table in cards:
                raise CatalogBroken(f"The table {card.table} has two cards; the second is in {_name(file)}.")
            cards[card.table] = card
    for card in cards.values():
        tenant_path(card, cards)
    return dict(sorted(cards.items()))


def _with_columns(card: Mapping[str, Any], described: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return a card with the columns of the table of its file that it shows, if it says `columns_of`."""
    if "columns_of" not in card:
        return card
    shown = described[card["columns_of"]]["columns"]
    return {**card, "columns": {name: column for name, column in shown.items() if name not in card.get("without", ())}}


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


@lru_cache(maxsize=1)
def catalog() -> Mapping[str, Card]:
    """The project's own cards, read once."""
    return read_catalog(catalog_files(registered_domains()))


def tenant_path(card: Card, cards: Mapping[str, Card]) -> list[str]:
    """The tables from this one to the one that says whose a row is; empty where it is nobody's.

    Raises CatalogBroken when the way leads nowhere or in a circle.
    """
    if card.tenancy == "none":
        return []
    way = [card.table]
    while (above := cards[way[-1]].tenant_table) is not None:
        way.append(above)
        if above not in cards or above in way[:-1] or cards[above].tenancy == "none":
            raise CatalogBroken(f"The tenant of {card.table} leads nowhere: {' -> '.join(way)}.")
    return way


__all__ = [
    "CLASSIFICATIONS",
    "PERSONAL_DATA",
    "SCHEMAS",
    "Card",
    "CatalogBroken",
    "Column",
    "catalog",
    "read_catalog",
    "tenant_path",
]
