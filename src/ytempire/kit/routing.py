"""Finding the route of a request among those of all domains."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from starlette._utils import get_route_path  # as FastAPI's own routes do
from starlette.routing import BaseRoute, Match
from starlette.types import Scope


def include_router(app: FastAPI, router: APIRouter) -> None:
    """Include it as FastAPI does, but look through its routes only for paths that begin as one of them does.

    FastAPI tries the pattern of every route of every router in turn, until one fits: a tenth of a read's processor.
    """
    app.include_router(router)
    beginnings = _static_beginnings(router)
    if beginnings is None:
        return
    included = app.router.routes[-1]
    match_all = included.matches

    def matches(scope: Scope) -> tuple[Match, Scope]:
        return match_all(scope) if get_route_path(scope).startswith(beginnings) else (Match.NONE, {})

    included.matches = matches  # type: ignore[method-assign]  # of this one object


def _static_beginnings(router: APIRouter) -> tuple[str, ...] | None:
    """The beginnings of the paths of all its routes, up to the first parameter; None where a route has no path."""
    paths = [_find_path(route) for route in router.routes]
    if None in paths:
        return None
    return tuple({path.partition("{")[0] for path in paths if path is not None})


def _find_path(route: BaseRoute) -> str | None:
    path = getattr(route, "path", None)
    return path if isinstance(path, str) else None
