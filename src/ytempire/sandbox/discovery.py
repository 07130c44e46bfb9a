"""Google's own description of its APIs, as it comes with their client: which parameters and fields there are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from ytempire.sandbox.errors import ApiError, invalid_fields, not_supported
from ytempire.sandbox.partial_response import Mask

_DOCUMENTS = {"youtube": "youtube.v3.json", "youtubeAnalytics": "youtubeAnalytics.v2.json"}
_SHARED = frozenset(
    {"alt", "fields", "key", "access_token", "oauth_token", "prettyPrint", "quotaUser", "uploadType", "upload_id"}
)
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}


@cache
def document(api: str) -> dict[str, Any]:
    folder = files("googleapiclient") / "discovery_cache" / "documents"
    described: dict[str, Any] = json.loads((folder / _DOCUMENTS[api]).read_text(encoding="utf-8"))
    return described


APIS = tuple(_DOCUMENTS)
_OF_ITSELF = frozenset({"kind", "etag"})  # every resource has them, whatever parts are asked for


@cache
def methods(api: str) -> dict[str, dict[str, Any]]:
    """Every method of an API by its name, `videos.list`."""
    return {described["id"].removeprefix(f"{api}."): described for described in _within(document(api))}


def _within(group: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from group.get("methods", {}).values()
    for below in group.get("resources", {}).values():
        yield from _within(below)


def method(api: str, name: str) -> dict[str, Any]:
    """What is said of `videos.list`."""
    return methods(api)[name]


@cache
def scopes_of(api: str, name: str) -> frozenset[str]:
    """Any of these lets a token call the method."""
    return frozenset(method(api, name).get("scopes", ()))


@cache
def scopes() -> dict[str, str]:
    """Every scope of the two APIs, and what the consent page says of it."""
    described = [document(api)["auth"]["oauth2"]["scopes"] for api in APIS]
    return {scope: words["description"] for scopes in described for scope, words in scopes.items()}


def words_of(api: str, name: str, parameter: str) -> frozenset[str]:
    """The words that Google takes for a parameter that takes some."""
    return frozenset(method(api, name)["parameters"][parameter].get("enum", ()))


@cache
def parts_of(api: str, name: str) -> frozenset[str]:
    """The parts that Google has of what the method answers with: the properties of its resource."""
    schema = _schema(api, method(api, name).get("response", {}))
    items = schema.get("properties", {}).get("items")
    resource = _schema(api, items["items"]) if items else schema
    return frozenset(resource.get("properties", {})) - _OF_ITSELF


def _schema(api: str, schema: dict[str, Any]) -> dict[str, Any]:
    resolved: dict[str, Any] = document(api)["schemas"][schema["$ref"]] if "$ref" in schema else schema
    return resolved


def check_fields(api: str, name: str, mask: Mask) -> None:
    """Refuses a mask that names a field which the method's answer does not have."""
    if "response" in method(api, name):
        _check_mask(api, method(api, name)["response"], mask)


def _check_mask(api: str, schema: dict[str, Any], mask: Mask) -> None:
    schema = _schema(api, schema)
    while schema.get("type") == "array":
        schema = _schema(api, schema["items"])
    for name, below in mask.items():
        if name == "*":
            known = list(schema.get("properties", {}).values()) or [schema.get("additionalProperties")]
        else:
            known = [schema.get("properties", {}).get(name, schema.get("additionalProperties"))]
        if known == [None]:
            raise invalid_fields(name)
        if below is not None and name != "*":
            _check_mask(api, known[0], below)


def check_parameters(api: str, operation: str, given: set[str], honoured: frozenset[str]) -> None:
    """Refuses what Google does not know, and what the sandbox does not do: nothing is passed over in silence."""
    known = method(api, operation).get("parameters", {})
    for name in sorted(given - honoured - _SHARED):
        if name in known or name in document(api)["parameters"]:
            raise not_supported(name)
        raise ApiError(
            400,
            "badRequest",
            f"Invalid JSON payload received. Unknown name \"{name}\": Cannot bind query parameter. Field '{name}'"
            " could not be found in request message.",
            name="INVALID_ARGUMENT",
        )


def check_body(body: object, operation: str) -> None:
    """Refuses a body with unknown fields or values of another type, in Google's words."""
    reference = method("youtube", operation)["request"]["$ref"]
    _check(body, {"$ref": reference}, "resource")


def _check(value: object, schema: dict[str, Any], where: str) -> None:
    if "$ref" in schema:
        schema = document("youtube")["schemas"][schema["$ref"]]
    kind = _TYPES[schema["type"]]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ApiError(
            400,
            "invalid",
            f"Invalid value at '{where}' ({schema['type']}), {json.dumps(value)}",
            name="INVALID_ARGUMENT",
        )
    if isinstance(value, list):
        for number, entry in enumerate(value):
            _check(entry, schema["items"], f"{where}[{number}]")
    if isinstance(value, dict):
        for name, entry in value.items():
            _check(entry, _field(schema, name, where), f"{where}.{name}")
    if "enum" in schema and value not in schema["enum"]:
        raise ApiError(400, "invalid", f"Invalid value at '{where}', \"{value}\"", name="INVALID_ARGUMENT")


def _field(schema: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    field: dict[str, Any] | None = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
    if field is None:
        raise ApiError(
            400,
            "badRequest",
            f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': Cannot find field.",
            name="INVALID_ARGUMENT",
        )
    return field
