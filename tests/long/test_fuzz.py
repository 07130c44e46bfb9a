"""Anything may be sent to the API and to the reader: an answer is never a 500, a reader's error never a surprise."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error

from tests.long.conftest import TEXT, Installation
from ytempire.kit.errors import InvalidInput
from ytempire.production.source.document import SourceText
from ytempire.production.source.reader import parse_source

pytestmark = pytest.mark.long
# for each operation and role; there are some 115 operations and 5 roles
EXAMPLES = 8
EVERY_CASE_EXAMPLES = 22  # more than 10,000 requests
SECRET_NAME = "Nobody else may read this name"
PASSWORD = "four words make sense"
# These end the session that asks, or all that follow would only be refused at the door.
LAST = ("sign-out",)


@pytest.fixture
def signed_in(installation: Installation) -> Iterator[httpx.Client]:
    installation.run("up", "--detach", "--no-demo")
    link = installation.json("status", "--link")["link"]
    with httpx.Client(base_url=link.split("/sign-in-link")[0], timeout=60) as client:
        assert client.get(link).status_code == 303
        yield client


def letter_to(admin: httpx.Client, address: str) -> dict[str, str]:
    """The letter that is written after the answer was given."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for one in admin.get("/api/v1/emails").json()["items"]:
            if one["recipient"] == address:
                found: dict[str, str] = one
                return found
        time.sleep(0.05)
    raise AssertionError(f"No letter to {address} was written.")


def register(admin: httpx.Client, name: str, role: str) -> dict[str, str]:
    """Headers of somebody new in this role."""
    account = {"email": f"{name}@example.com", "password": PASSWORD}
    with httpx.Client(base_url=admin.base_url, timeout=60) as guest:
        assert guest.post("/api/v1/auth/register", json=account).status_code == 202
        letter = letter_to(admin, account["email"])
        token = letter["body"].split("token=")[1].split()[0]
        assert guest.post("/api/v1/auth/verify-email", json={"token": token}).status_code == 204
        user = next(one for one in admin.get("/api/v1/users").json()["items"] if one["email"] == account["email"])
        assert admin.patch(f"/api/v1/users/{user['id']}", json={"role": role}).status_code == 200
        tokens = guest.post("/api/v1/auth/sign-in", json=account).json()
    return {"Authorization": f"Bearer {tokens['access_token']}"}


@pytest.mark.timeout(1800)
def test_api_fuzzed_has_no_server_error_and_no_foreign_rows(
    signed_in: httpx.Client, installation: Installation, pytestconfig: pytest.Config
) -> None:
    address = str(signed_in.base_url)
    operator = register(signed_in, "operator", "operator")
    key = httpx.post(
        f"{address}/api/v1/me/api-keys",
        headers=operator,
        json={"name": "robot", "scopes": ["read"], "hourly_limit": 1_000_000},
    ).json()["secret"]
    people = {
        "guest": {},
        "operator": operator,
        "analyst": register(signed_in, "analyst", "analyst"),
        "a reading key": {"Authorization": f"Bearer {key}"},
        "admin": register(signed_in, "administrator", "admin"),
    }
    # the demo workspace's channels belong to the person at this machine, not to these people
    assert signed_in.patch("/api/v1/me", json={"full_name": SECRET_NAME}).status_code == 200
    channels = [one["name"] for one in signed_in.get("/api/v1/channels").json()["items"]]
    assert channels
    schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json", timeout=60)
    examples = EVERY_CASE_EXAMPLES if pytestconfig.option.every_case else EXAMPLES
    requests = 0
    for person, headers in people.items():
        # an analyst sees every channel, and nobody's name
        hidden = {"admin": [], "analyst": [SECRET_NAME]}.get(person, [SECRET_NAME, *channels])
        for result in schema.get_all_operations():
            operation = result.ok()
            if not operation.path.endswith(LAST):
                requests += fuzz(operation, address, headers, hidden, examples)
    print(f"{requests} requests")  # for whoever tunes EXAMPLES
    assert requests >= (10_000 if pytestconfig.option.every_case else 3_600)


@schemathesis.serializer("application/x-ndjson")
def lines(context: object, value: object) -> bytes:
    """Whatever text was made up, as the lines of a delivery."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def fuzz(
    operation: schemathesis.APIOperation, address: str, headers: dict[str, str], hidden: list[str], examples: int
) -> int:
    """Send what the document allows and more; how many requests it were."""
    sent = 0

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def answers(case: schemathesis.Case) -> None:
        nonlocal sent
        sent += 1
        response = case.call(base_url=address, headers=headers)
        case.validate_response(response, checks=[not_a_server_error])
        assert not any(name in response.text for name in hidden)
        # the tables' own rules are the last wall: what a request may carry is said, in words for people, before it
        assert '"rule_broken"' not in response.text

    answers()
    return sent


def test_run_requests_with_arbitrary_options_have_no_server_error(signed_in: httpx.Client) -> None:
    odd = st.one_of(
        st.none(),
        st.text(max_size=30),
        st.floats(),
        st.integers(),
        st.booleans(),
        st.sampled_from(["16:9", "9:16", "en", "de", 60, "\x00", "\ud800"]),
    )

    @settings(max_examples=150, deadline=None, database=None)
    @given(
        name=odd,
        key=st.text(st.characters(codec="ascii"), max_size=210),
        options=st.dictionaries(st.sampled_from(["seconds", "format", "language", "voice", "other"]), odd),
    )
    def answers(name: object, key: str, options: dict[str, object]) -> None:
        body = json.dumps({"source_name": name, "source_text": TEXT.read_text(), "options": options})
        sent = [("content-type", "application/json")]
        if key.isprintable() and key == key.strip():  # what a client can put into a header at all
            sent.append(("idempotency-key", key))
        answer = signed_in.post("/api/v1/runs", content=body.encode(), headers=sent)
        assert answer.status_code < 500, answer.text
        if answer.status_code == 202:
            # and then the next one is no second video of this text
            signed_in.post(f"{answer.headers['location']}/cancel")

    answers()


pieces = st.sampled_from(
    [
        TEXT.read_text(),
        "# Heading\n\n",
        "- item\n",
        "> quote\n",
        "<p>",
        "</div>",
        "```\ncode\n```\n",
        "\x00",
        "\ufeff",
        "| a | b |\n",
        "---\ntitle: x\n---\n",
        "&amp;&#0;",
        "$15 million (a), ",
        "\r",
    ]
)


@settings(max_examples=400, deadline=None)
@given(
    data=st.one_of(
        st.binary(max_size=4000),
        st.lists(st.one_of(pieces, st.text(max_size=200)), max_size=30)
        .map("".join)
        .map(lambda text: text.encode("utf-8", "surrogatepass")),
    )
)
def test_parse_source_arbitrary_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        source = parse_source(data, name="fuzz.md")
    except InvalidInput as refused:
        assert refused.message
        assert refused.code.startswith(("source_", "language_"))
    else:
        assert isinstance(source, SourceText)
        assert source.words >= 1
