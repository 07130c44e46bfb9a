"""What follows from settings."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from pydantic import SecretStr

from ytempire.renamed_settings import RENAMED, find_renamed_variables, variable_of
from ytempire.settings import Api, Settings


@pytest.mark.parametrize(
    ("api", "address", "hosts"),
    [
        (Api(), "http://127.0.0.1:8711", {"127.0.0.1"}),
        (Api(host="::1"), "http://[::1]:8711", {"[::1]"}),
        (Api(public_url="https://studio.example/"), "https://studio.example/", {"127.0.0.1", "studio.example"}),
        (
            Api(host="0.0.0.0", public_url="https://[2001:db8::1]:444"),
            "https://[2001:db8::1]:444",
            {"0.0.0.0", "[2001:db8::1]"},
        ),
    ],
)
def test_api_settings_derive_page_url_and_hosts(api: Api, address: str, hosts: set[str]) -> None:
    assert api.page_url == address
    assert api.hosts == hosts


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in [name for name in os.environ if name.startswith("YTEMPIRE_")]:
        monkeypatch.delenv(name)
    return monkeypatch


def _value(settings: Settings, key: str) -> object:
    group, name = key.split(".")
    value = getattr(getattr(settings, group), name)
    return value.get_secret_value() if isinstance(value, SecretStr) else value


@pytest.mark.parametrize(("old", "new"), sorted(RENAMED.items()))
def test_settings_old_variable_is_read_under_its_new_name(environment: pytest.MonkeyPatch, old: str, new: str) -> None:
    values = {timedelta: "P9D", bool: "false", int: "26" if new == "smtp.port" else "77777"}
    value = values.get(type(_value(Settings(), new)), "studio.example.org")
    environment.setenv(variable_of(old), value)
    by_old_name = _value(Settings(), new)
    environment.delenv(variable_of(old))
    assert by_old_name != _value(Settings(), new)
    environment.setenv(variable_of(new), value)
    assert by_old_name == _value(Settings(), new)


def test_settings_of_two_names_the_new_one_counts(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("YTEMPIRE_MAIL__HOST", "old.example.org")
    environment.setenv("YTEMPIRE_MAIL__PORT", "26")
    environment.setenv("YTEMPIRE_SMTP__HOST", "new.example.org")
    assert (Settings().smtp.host, Settings().smtp.port) == ("new.example.org", 26)


def test_settings_old_group_is_read_as_json(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("YTEMPIRE_MAIL", '{"host": "mail.example.org", "port": 26}')
    environment.setenv("YTEMPIRE_API", '{"port": 8080, "address": "https://studio.example"}')
    settings = Settings()
    assert (settings.smtp.host, settings.smtp.port) == ("mail.example.org", 26)
    assert (settings.api.port, settings.api.public_url) == (8080, "https://studio.example")


def test_find_renamed_variables_names_what_to_use(environment: pytest.MonkeyPatch) -> None:
    assert find_renamed_variables() == {}
    environment.setenv("ytempire_worker__lease", "PT20S")
    environment.setenv("YTEMPIRE_WORKER__LEASE_DURATION", "PT10S")
    assert find_renamed_variables() == {"YTEMPIRE_WORKER__LEASE": "YTEMPIRE_WORKER__LEASE_DURATION"}
