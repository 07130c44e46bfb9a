"""HTTP for what channels draw on: personas, categories."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field, PlainSerializer

from ytempire.accounts.http.authentication import Administrator, Authenticated, sessions_of_request
from ytempire.channels import categories, personas
from ytempire.channels.models import Category, PersonaModel
from ytempire.channels.persona import Persona
from ytempire.kit.etags import etag_of, require_match
from ytempire.kit.exact_json import ExactNumberRoute
from ytempire.kit.http import PROBLEMS

router = APIRouter(prefix="/api/v1", tags=["channels"], dependencies=[Authenticated], responses=PROBLEMS)


class PersonaOut(BaseModel):
    id: UUID
    owner_id: UUID | None = Field(description="null for analysts")
    definition: Persona
    updated_at: datetime

    @classmethod
    def from_row(cls, row: PersonaModel) -> Self:
        return cls.model_validate(row, from_attributes=True)


class PersonaPage(BaseModel):
    items: list[PersonaOut]


@router.get("/personas")
async def list_personas(request: Request) -> PersonaPage:
    """Personas of mine, and those of channels that I may see."""
    async with sessions_of_request(request).begin() as session:
        return PersonaPage(items=[PersonaOut.from_row(row) for row in await personas.list_personas(session)])


@router.post("/personas", status_code=201)
async def create_persona(request: Request, response: Response, body: Persona) -> PersonaOut:
    async with sessions_of_request(request).begin() as session:
        row = await personas.create_persona(session, body)
        await session.refresh(row)
    response.headers["Location"] = f"/api/v1/personas/{row.id}"
    response.headers["ETag"] = etag_of(row.updated_at)
    return PersonaOut.from_row(row)


@router.get("/personas/{persona_id}")
async def get_persona(request: Request, response: Response, persona_id: UUID) -> PersonaOut:
    async with sessions_of_request(request).begin() as session:
        row = await personas.get_persona(session, persona_id)
    response.headers["ETag"] = etag_of(row.updated_at)
    return PersonaOut.from_row(row)


@router.put("/personas/{persona_id}")
async def update_persona(request: Request, response: Response, persona_id: UUID, body: Persona) -> PersonaOut:
    """Replace a persona. Runs under way keep the one that they began with."""
    async with sessions_of_request(request).begin() as session:
        row = await personas.get_persona(session, persona_id)
        row = await personas.update_persona(
            session, row, body, expected_updated_at=require_match(request, row.updated_at)
        )
    response.headers["ETag"] = etag_of(row.updated_at)
    return PersonaOut.from_row(row)


@router.delete("/personas/{persona_id}", status_code=204)
async def delete_persona(request: Request, persona_id: UUID) -> None:
    async with sessions_of_request(request).begin() as session:
        await personas.delete_persona(session, persona_id)


prices = APIRouter(route_class=ExactNumberRoute)
Level = Literal["low", "medium", "high"]
Cpm = Annotated[Decimal, Field(ge=0, lt=10_000, max_digits=10, decimal_places=6)]


class CategoryOut(BaseModel):
    slug: str
    name: str
    description: str
    cpm_usd: Annotated[Decimal, PlainSerializer(lambda value: f"{value:.2f}", return_type=str)] | None = Field(
        description="dollars for a thousand ad impressions, as somebody entered it; null: nobody has"
    )
    competition: Level | None
    growth: Level | None
    updated_at: datetime

    @classmethod
    def from_row(cls, row: Category) -> Self:
        return cls.model_validate(row, from_attributes=True)


class CategoryPage(BaseModel):
    items: list[CategoryOut]


class CategoryChange(BaseModel):
    """What is left out stays as it is; null: nobody knows."""

    cpm_usd: Cpm | None = None
    competition: Level | None = None
    growth: Level | None = None


@prices.get("/categories")
async def list_categories(request: Request) -> CategoryPage:
    async with sessions_of_request(request).begin() as session:
        return CategoryPage(items=[CategoryOut.from_row(row) for row in await categories.list_categories(session)])


@prices.patch("/categories/{slug}")
async def update_category(
    request: Request,
    me: Administrator,
    slug: Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,49}$")],
    body: CategoryChange,
) -> CategoryOut:
    async with sessions_of_request(request).begin() as session:
        if changes := body.model_dump(exclude_unset=True):
            return CategoryOut.from_row(await categories.update_category(session, slug, changes))
        return CategoryOut.from_row(await categories.get_category(session, slug))


router.include_router(prices)
