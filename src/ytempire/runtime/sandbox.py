"""The sandbox beside an installation: its process, its registration as an API project, and its consent page.

It is another company's service, so all that is known of it here is its address and what it answers.
"""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlsplit

import httpx

from ytempire.channels.default_personas import PERSONAS
from ytempire.kit.crypto import KeyRing, load_keys
from ytempire.kit.database import connect, sessions_of
from ytempire.kit.errors import Conflict, RetryableError
from ytempire.kit.subject import SYSTEM
from ytempire.runtime.home import Home
from ytempire.runtime.supervisor import Service
from ytempire.settings import Settings
from ytempire.youtube import projects
from ytempire.youtube.projects import Project

_REMOVED_ENV = frozenset(
    f"YTEMPIRE_{name}"
    for name in ("DATABASE__URL", "DATABASE__OWNER_URL", "DATABASE__SUPERUSER_URL", "DATABASE__WORKER_URL")
) | {"YTEMPIRE_CACHE__URL", "YTEMPIRE_SECURITY__KEYS"}


async def address_for(settings: Settings, home: Home, database_url: str) -> str | None:
    """Where the sandbox is to be; None: it is not wanted, or there is a real project.

    At the port that was set, else where it was if that is free. Raises Conflict where the one that was set is taken.
    """
    if not settings.youtube.sandbox:
        return None
    engine = connect(database_url, pool_size=1)
    try:
        async with sessions_of(engine, SYSTEM).begin() as session:
            if await projects.has_real_project(session):
                return None
            known = await projects.find_sandbox_project(session, _keys(settings, home))
    finally:
        await engine.dispose()
    host, port = settings.sandbox.host, settings.sandbox.port
    if "port" in settings.sandbox.model_fields_set:
        if _free_port(host, port) != port:
            raise Conflict(
                f"The address {host}:{port} of the sandbox is already in use.",
                hint=f"Stop the program that uses it, or choose another: YTEMPIRE_SANDBOX__PORT={port + 1}",
            )
        return f"http://{host}:{port}/"
    before = urlsplit(known.api_root).port if known is not None else None
    return f"http://{host}:{_free_port(host, before)}/"


def _keys(settings: Settings, home: Home) -> KeyRing:
    return load_keys(home.keys, settings.security.given_keys)


def _free_port(host: str, wanted: int | None) -> int:
    """`wanted` if nobody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted or 0))
        except OSError:  # somebody else has it by now
            probe.bind((host, 0))
        return int(probe.getsockname()[1])


def service(home: Home, address: str) -> Service:
    return Service(
        "sandbox",
        [sys.executable, "-m", "ytempire.sandbox", str(home.sandbox), "--port", str(urlsplit(address).port)],
        _answers(address),
        removed_env=_REMOVED_ENV,
    )


def _answers(address: str) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        try:
            async with _client() as client:
                return "x-sandbox" in (await client.get(f"{address}sandbox/clock")).headers
        except httpx.TransportError:
            return False  # not yet

    return ready


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(trust_env=False, verify=False)  # noqa: S501  # it is on this machine and speaks plain HTTP


async def register(settings: Settings, home: Home, database_url: str, address: str) -> None:
    """Make the sandbox known as an API project, once, and give it a channel for each of the demo workspace.

    Again it changes nothing but the address. A sandbox whose folder was removed is registered anew.
    """
    keys = _keys(settings, home)
    engine = connect(database_url, pool_size=1)
    try:
        platform = sessions_of(engine, SYSTEM)
        async with platform.begin() as session:
            known = await projects.find_sandbox_project(session, keys)
        async with _client() as client:
            if known is None or not await _has_project(client, address, known):
                for persona in PERSONAS.values():
                    await _ensure_channel(client, address, persona.name)
                client_id, client_secret = await _new_client(client, address)
            elif known.api_root != address:
                client_id, client_secret = known.client_id, known.client_secret
            else:
                return
        async with platform.begin() as session:
            await projects.put_sandbox_project(
                session, keys, client_id=client_id, client_secret=client_secret, api_root=address
            )
    finally:
        await engine.dispose()


async def _has_project(client: httpx.AsyncClient, address: str, project: Project) -> bool:
    its_id = project.client_id.partition("-")[0]
    return (await client.get(f"{address}sandbox/projects/{its_id}/quotas")).status_code == 200


async def _new_client(client: httpx.AsyncClient, address: str) -> tuple[str, str]:
    answer = await client.post(f"{address}sandbox/projects", json={"name": "YTEMPIRE", "kind": "installed"})
    answer.raise_for_status()
    (config,) = answer.json()["client_config"].values()
    return config["client_id"], config["client_secret"]


async def _ensure_channel(client: httpx.AsyncClient, address: str, title: str) -> str:
    """The id of the sandbox's channel with this title; made if there is none."""
    state = (await client.get(f"{address}sandbox/state")).json()
    for channel in state["channels"]:
        if channel["title"] == title:
            return str(channel["id"])
    answer = await client.post(f"{address}sandbox/channels", json={"title": title[:100]})
    answer.raise_for_status()
    return str(answer.json()["id"])


async def consent(consent_address: str, title: str) -> dict[str, str | None]:
    """Go through the sandbox's own consent page, for its channel with this title; what it sends back with.

    Raises RetryableError where the sandbox does not answer, Conflict where it shows no such page.
    """
    parts = urlsplit(consent_address)
    address = f"{parts.scheme}://{parts.netloc}/"
    form = {name: values[0] for name, values in parse_qs(parts.query).items()}
    try:
        async with _client() as client:
            channel = await _ensure_channel(client, address, title)
            page = await client.get(consent_address)
            action = re.search(r'<form method="post" action="([^"]+)"', page.text)
            if page.status_code != 200 or action is None:
                raise Conflict("The sandbox did not show its consent page.", hint=f"See {consent_address}")
            decided = await client.post(
                f"{address.rstrip('/')}{action[1]}", data={**form, "channel": channel, "decision": "allow"}
            )
    except httpx.TransportError as error:
        raise RetryableError("The sandbox does not answer.", hint="Start it: ytempire up") from error
    back = {name: values[0] for name, values in parse_qs(urlsplit(decided.headers.get("location", "")).query).items()}
    return {"state": back.get("state", ""), "code": back.get("code"), "error": back.get("error")}


async def set_speed(address: str, factor: float) -> None:
    """Let its time run so many times faster than ours, from now on. Raises RetryableError."""
    try:
        async with _client() as client:
            (await client.put(f"{address}sandbox/clock", json={"factor": factor})).raise_for_status()
    except httpx.HTTPError as error:
        raise RetryableError("The sandbox does not answer.", hint="Start it: ytempire up") from error
