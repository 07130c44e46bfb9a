"""Google's own description of its APIs, as it comes with their client: which parameters and fields there are."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from ytempire.sandbox.errors import ApiError, not_supported

_DOCUMENTS = {"youtube": "youtube.v3.json", "youtubeAnalytics": "youtubeAnalytics.v2.json"}
_SHARED = frozenset({"alt", "fields", "key", "prettyPrint", "quotaUser", "uploadType", "upload_id"})
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


@cache
def method(api: str, name: str) -> dict[str, Any]:
    """What is said of `videos.list`."""
    resource, _, verb = name.partition(".")
    described: dict[str, Any] = document(api)["resources"][resource]["methods"][verb]
    return described


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
    found: dict[str, Any] | None = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
    if found is None:
        raise ApiError(
            400,
            "badRequest",
            f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': Cannot find field.",
            name="INVALID_ARGUMENT",
        )
    return found
