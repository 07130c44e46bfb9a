"""What follows from settings."""

from __future__ import annotations

import pytest

from ytempire.settings import Api


@pytest.mark.parametrize(
    ("api", "address", "hosts"),
    [
        (Api(), "http://127.0.0.1:8711", {"127.0.0.1"}),
        (Api(host="::1"), "http://[::1]:8711", {"[::1]"}),
        (Api(address="https://studio.example/"), "https://studio.example/", {"127.0.0.1", "studio.example"}),
        (
            Api(host="0.0.0.0", address="https://[2001:db8::1]:444"),
            "https://[2001:db8::1]:444",
            {"0.0.0.0", "[2001:db8::1]"},
        ),
    ],
)
def test_the_page_is_reached_by_its_address_and_its_host(api: Api, address: str, hosts: set[str]) -> None:
    assert api.page_address == address
    assert api.hosts == hosts
