"""What a file says of itself before its text: front matter as YAML, TOML or JSON."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

import yaml
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

from ytempire.production.source.text_cleanup import tidy

LONGEST = 20_000  # characters; a text that merely begins with a rule is not looked through to its end


class _Yaml(YAMLHandler):
    """Values as they are written: "license: 1.0" is no number, "title: Yes" no truth, "2024-05-01" no date."""

    def load(self, fm: str, **kwargs: object) -> Any:
        return super().load(fm, Loader=yaml.BaseLoader)


class _Toml(BaseHandler):
    """The library's own needs the package `toml`, which nobody keeps any more."""

    FM_BOUNDARY = re.compile(r"^\+{3,}[ \t]*$", re.MULTILINE)

    def load(self, fm: str) -> dict[str, Any]:
        return tomllib.loads(fm)


class _Json(JSONHandler):
    """One object, however it is laid out; the library's own wants both braces on lines of their own."""

    FM_BOUNDARY = re.compile(r"\{\s*\"")

    def split(self, text: str) -> tuple[str, str]:
        _, end = json.JSONDecoder().raw_decode(text)
        return text[:end], text[end:]


class _Header(BaseHandler):
    """Lines of "Key: value" up to the first empty one, as in letters; the first of them is the title."""

    FM_BOUNDARY = re.compile(r"title[ \t]*:[ \t]*\S", re.IGNORECASE)
    LINE = re.compile(r"([A-Za-z]{2,20})[ \t]*:[ \t]*(\S.*)")

    def split(self, text: str) -> tuple[str, str]:
        head, _, body = text.partition("\n\n")
        if not all(map(self.LINE.fullmatch, head.split("\n"))):
            raise ValueError("A line is no key and value.")
        return head, body

    def load(self, fm: str) -> dict[str, Any]:
        return dict(self.LINE.findall(fm))


_HANDLERS: tuple[BaseHandler, ...] = (
    _Yaml(re.compile(r"^(?:-{3,}|\.{3})[ \t]*$", re.MULTILINE)),
    _Toml(),
    _Json(),
    _Header(),
)


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """The front matter's values as text by their keys in lower case, and what follows it.

    A text whose beginning only looks like front matter is left whole.
    """
    text = text.lstrip()
    handler = next((candidate for candidate in _HANDLERS if candidate.detect(text)), None)
    if handler is None:
        return {}, text
    try:
        front, body = handler.split(text)
    except (ValueError, RecursionError):
        return {}, text
    values = _loaded(handler, front) if len(front) <= LONGEST else None
    if not isinstance(values, Mapping):
        return {}, text
    return {
        str(key).lower(): value_text for key, value in values.items() if (value_text := tidy(_value_text(value)))
    }, body


def _loaded(handler: BaseHandler, front: str) -> Any:
    try:
        return handler.load(front)
    except (yaml.YAMLError, ValueError, RecursionError):
        # "title: Wells: a history" is no YAML, and is written all the time: its lines say what is meant.
        return dict(re.findall(r"^([A-Za-z_]+)[ \t]*[:=][ \t]*[\"']?(.+?)[\"']?[ \t]*$", front, re.MULTILINE)) or None


def _value_text(value: object) -> str:
    """A list is named one after another, of a person or a licence its name. Lists within lists say nothing here."""
    if isinstance(value, list):
        return ", ".join(text for item in value if not isinstance(item, list) and (text := _value_text(item)))
    if isinstance(value, Mapping):
        name = next((value[key] for key in ("name", "title", "id", "url") if key in value), "")
        return name if isinstance(name, str) else ""
    return "" if value is None else str(value)
