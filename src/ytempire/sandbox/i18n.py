"""i18nLanguages.list: the languages that `hl` may name."""

from __future__ import annotations

from ytempire.sandbox.api import Call, Operation, Resource, resource
from ytempire.sandbox.languages import APPLICATION, english_name


def list_languages(call: Call) -> Resource:
    call.parts("id", "snippet")
    call.only_english()
    items = [
        resource("i18nLanguage", id=code, snippet={"hl": code, "name": english_name(code)}) for code in APPLICATION
    ]
    return resource("i18nLanguageListResponse", items=items)


OPERATIONS = (
    Operation(
        "i18nLanguages.list",
        "GET",
        "/youtube/v3/i18nLanguages",
        list_languages,
        frozenset({"part", "hl"}),
        key_suffices=True,
    ),
)
