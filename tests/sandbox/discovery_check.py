"""Answers held against Google's discovery document: known fields, right types, allowed words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httplib2

_KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
    "any": object,
}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def disagreements(document: dict[str, Any], schema: dict[str, Any], value: object, where: str) -> list[str]:
    """What an answer has that its description does not."""
    if "$ref" in schema:
        return disagreements(document, document["schemas"][schema["$ref"]], value, where)
    if not isinstance(value, _KINDS[schema["type"]]) or (schema["type"] == "integer" and isinstance(value, bool)):
        return [f"{where}: {value!r} is no {schema['type']}"]
    found = _word(schema, value, where)
    if isinstance(value, list):
        for number, entry in enumerate(value):
            found += disagreements(document, schema["items"], entry, f"{where}[{number}]")
    if isinstance(value, dict):
        for name, entry in value.items():
            known = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            inner = f"{where}.{name}"
            found += [f"{inner} is unknown"] if known is None else disagreements(document, known, entry, inner)
    return found


def _word(schema: dict[str, Any], value: object, where: str) -> list[str]:
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value!r} is none of {schema['enum']}")
    if schema.get("format") == "date-time" and not _MOMENT.fullmatch(str(value)):
        found.append(f"{where}: {value!r} is no moment")
    if schema.get("format") in ("int64", "uint64") and not str(value).isdigit():
        found.append(f"{where}: {value!r} is no number")
    if where.endswith(".kind") and schema.get("default", value) != value:
        found.append(f"{where}: {value!r} is not {schema['default']}")
    return found


def methods_of(group: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every method of a description, also those of resources within resources."""
    yield from group.get("methods", {}).values()
    for below in group.get("resources", {}).values():
        yield from methods_of(below)


def parts_of(document: dict[str, Any], method: dict[str, Any]) -> list[str]:
    """The parts of what a method answers with; none where it takes no `part`, or answers with nothing."""
    if "part" not in method.get("parameters", {}) or "response" not in method:
        return []
    answer = document["schemas"][method["response"]["$ref"]]["properties"]
    found = document["schemas"][answer["items"]["items"]["$ref"]]["properties"] if "items" in answer else answer
    return sorted(set(found) - {"kind", "etag"})


class Checked:
    """An httplib2 that reads along: whatever the client gets must be what Google describes."""

    def __init__(self, http: httplib2.Http, base: str, document: dict[str, Any]) -> None:
        self._http, self._base, self._document = http, base, document
        self._methods = list(methods_of(document))
        self.redirect_codes = http.redirect_codes
        self.credentials = None

    def request(self, uri: str, method: str = "GET", **kwargs: Any) -> tuple[httplib2.Response, bytes]:
        answer, content = self._http.request(uri, method, **kwargs)
        assert answer["x-sandbox"] == "ytempire"
        if urlsplit(uri).path == "/token":  # not of an API that is described
            return answer, content
        path = urlsplit(uri).path.removeprefix("/resumable").removeprefix("/upload").lstrip("/")
        if answer.status == 200 and content and "json" in answer.get("content-type", ""):
            asked = (kwargs.get("headers") or {}).get("x-http-method-override", method)
            self._check(path, asked, json.loads(content))
        if answer.status >= 400:
            self._check_error(json.loads(content), answer.status)
        return answer, content

    def _check(self, path: str, method: str, value: object) -> None:
        described = [one for one in self._methods if one["path"] == path and one["httpMethod"] == method]
        if method == "PUT" and not described:  # bytes of a session that was begun by POST
            described = [one for one in self._methods if one["path"] == path and one["httpMethod"] == "POST"]
        (one,) = described
        assert disagreements(self._document, one["response"], value, one["id"]) == []

    def _check_error(self, value: dict[str, Any], status: int) -> None:
        error = value["error"]
        assert error["code"] == status
        assert error["message"]
        assert all({"message", "domain", "reason"} <= set(entry) for entry in error["errors"])

    def close(self) -> None:
        self._http.close()
