"""What another process does in these tests: `python -m tests.youtube.worker_main` with what to do on standard input."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.sandbox.conftest import BLOCK, plain, video
from ytempire.channels import credentials
from ytempire.kit import logs
from ytempire.kit.crypto import KeyRing
from ytempire.kit.database import connect, sessions_of
from ytempire.kit.errors import YtempireError
from ytempire.kit.subject import SYSTEM, Subject
from ytempire.youtube import connection_check, oauth_flow
from ytempire.youtube.connections import PROVIDER
from ytempire.youtube.errors import NotConnected, QuotaExhausted, YouTubeOutcomeUnknown
from ytempire.youtube.service import YouTube
from ytempire.youtube.tokens import Tokens
from ytempire.youtube.uploads import MediaDescription


async def call(youtube: YouTube, asked: dict[str, Any]) -> dict[str, int]:
    """So many calls at once; how they ended."""

    async def one() -> str:
        try:
            await youtube.call(
                UUID(asked["channel_id"]), lambda apis: apis.data.channels().list(part="snippet", mine=True)
            )
        except QuotaExhausted:
            return "refused"
        return "served"

    return Counter(await asyncio.gather(*(one() for _ in range(asked["times"]))))


async def finish(youtube: YouTube, asked: dict[str, Any]) -> str:
    view = await oauth_flow.complete_authorization(youtube, Subject(UUID(asked["user_id"]), "admin"), **asked["back"])
    return view.status


async def everything(youtube: YouTube, asked: dict[str, Any]) -> list[str]:
    """A whole life with all that goes wrong in it; every secret that came by."""
    secrets = [asked["back"]["state"], asked["back"]["code"]]
    await finish(youtube, asked)
    channel_id = UUID(asked["channel_id"])

    async def note_tokens() -> None:
        async with youtube.platform.begin() as session:
            kept = Tokens.parse(await credentials.open_credential(session, youtube.keys, channel_id, PROVIDER))
        secrets.extend([kept.refresh_token, kept.access_token])

    await note_tokens()

    def sandbox(method: str, path: str, body: Any = None) -> None:
        plain().request(method, f"{asked['sandbox']}/sandbox{path}", json=body).raise_for_status()

    video_file = video(3 * BLOCK)
    body = {"snippet": {"title": "Kept"}, "status": {"privacyStatus": "private"}}
    announced = MediaDescription(size=len(video_file), media_type="video/mp4")
    address = await youtube.start_upload_session(
        channel_id,
        lambda apis: apis.data.videos().insert(part="snippet,status", body=body, media_body=announced),
    )
    secrets.append(address.partition("upload_id=")[2])
    sandbox("POST", "/faults", {"operation": "upload.chunk", "kind": "answer_lost"})
    try:
        await youtube.send_chunk(channel_id, address, first=0, chunk=video_file, size=len(video_file))
    except YouTubeOutcomeUnknown as error:
        logs.get_logger(__name__).warning("upload_outcome_unknown", why=str(error), exc_info=True)
    assert (await youtube.query_upload(channel_id, address, size=len(video_file))).video_resource is not None
    sandbox("DELETE", "/tokens")
    await connection_check.check(youtube, channel_id)
    await note_tokens()
    sandbox("POST", "/faults", {"operation": "channels.list", "kind": "unauthorized", "remaining": 2})
    sandbox("POST", "/faults", {"operation": "oauth.token", "kind": "reset"})
    for _ in range(3):
        try:
            await connection_check.check(youtube, channel_id)
        except YtempireError:
            logs.get_logger(__name__).exception("check_failed")
    await note_tokens()
    sandbox("PUT", "/clock", {"advance_s": 8 * 86_400})
    sandbox("DELETE", "/tokens")
    with contextlib.suppress(NotConnected):
        await connection_check.check(youtube, channel_id)
    await connection_check.check_connections(youtube)
    plain().close()
    return secrets


async def main() -> None:
    asked = json.load(sys.stdin)
    logs.configure("DEBUG", file=Path(asked["log"]))
    engine = connect(asked["database_url"], pool_size=5)
    async with YouTube(sessions_of(engine, SYSTEM), KeyRing.from_file(Path(asked["keys"]))) as youtube:
        done = await {"call": call, "finish": finish, "everything": everything}[asked["do"]](youtube, asked)  # type: ignore[operator]
    await engine.dispose()
    print(json.dumps(done))


if __name__ == "__main__":
    asyncio.run(main())
