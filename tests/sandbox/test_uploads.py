"""The resumable protocol, at its edges too: what is repeated, cut off, out of order, lost or killed."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest
from googleapiclient.errors import HttpError, ResumableUploadError
from googleapiclient.http import MediaIoBaseUpload
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.forked_process import ForkedProcess
from tests.sandbox.conftest import BLOCK, ApiClient, SandboxServer, free_port, plain, video
from ytempire.settings import Sandbox

CUT = (ConnectionError, http.client.HTTPException)


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def put(address: str, body: bytes = b"", **headers: str) -> Answer:
    """A PUT as bytes on a wire, without a client's good manners."""
    where = urlsplit(address)
    line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request("PUT", f"{where.path}?{where.query}", body, named)
        got = line.getresponse()
        return Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
    finally:
        line.close()


def chunk(address: str, video_file: bytes, first: int, end: int, total: str | None = None) -> Answer:
    return put(address, video_file[first:end], Content_Range=f"bytes {first}-{end - 1}/{total or len(video_file)}")


def ask(address: str, total: int | str) -> Answer:
    return put(address, Content_Range=f"bytes */{total}")


def begin(api_client: ApiClient, total: int | None, **headers: str) -> str:
    """A session as any client begins it; googleapiclient's own cannot be stopped between the two requests."""
    sent = plain().post(
        f"{api_client.sandbox_server.base}/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status",
        json={"snippet": {"title": "Raw"}, "status": {"privacyStatus": "private"}},
        headers={
            "Authorization": f"Bearer {api_client.tokens['access_token']}",
            "X-Upload-Content-Type": "video/mp4",
            **({} if total is None else {"X-Upload-Content-Length": str(total)}),
            **headers,
        },
    )
    assert sent.status_code == 200, sent.text
    assert sent.content == b""
    return sent.headers["location"]


def only_video(sandbox_server: SandboxServer, video_file: bytes) -> dict[str, Any]:
    """The one video there is, whose bytes are the video file's."""
    state = sandbox_server.state()
    (made,) = state["videos"]
    (session,) = [one for one in state["sessions"] if one["target_id"] == made["id"]]
    assert (sandbox_server.folder / "media" / session["id"]).read_bytes() == video_file
    kept: dict[str, Any] = made
    return kept


class TestResumable:
    def test_session_status_returns_received_range(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        video_file = video(3 * BLOCK + 1000)
        address = begin(api_client, len(video_file))
        assert ask(address, len(video_file)).status == 308
        assert "range" not in ask(address, len(video_file)).headers
        assert chunk(address, video_file, 0, BLOCK).headers["range"] == f"bytes=0-{BLOCK - 1}"
        assert ask(address, "*").headers["range"] == f"bytes=0-{BLOCK - 1}"
        done = chunk(address, video_file, BLOCK, len(video_file))
        assert done.status == 200
        only_video(sandbox_server, video_file)

    def test_chunks_repeated_or_overlapping_change_no_bytes(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        video_file = video(3 * BLOCK)
        address = begin(api_client, len(video_file))
        for first, end in ((0, BLOCK), (0, BLOCK), (0, 2 * BLOCK), (BLOCK, 2 * BLOCK), (BLOCK, 3 * BLOCK)):
            answer = chunk(address, video_file, first, end)
        assert answer.status == 200
        only_video(sandbox_server, video_file)

    def test_session_completed_repeats_same_response(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        video_file = video(BLOCK)
        address = begin(api_client, len(video_file))
        answers = [chunk(address, video_file, 0, len(video_file)) for _ in range(3)] + [ask(address, len(video_file))]
        assert {answer.status for answer in answers} == {200}
        assert len({answer.body for answer in answers}) == 1
        only_video(sandbox_server, video_file)
        assert api_client.quotas["videos.insert"]["used"] == 1

    def test_chunk_after_gap_is_refused_and_discarded(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        video_file = video(3 * BLOCK)
        address = begin(api_client, len(video_file))
        refused = chunk(address, video_file, BLOCK, 2 * BLOCK)
        assert refused.status == 400
        assert b"exceeds already uploaded size" in refused.body
        assert "range" not in ask(address, len(video_file)).headers

    def test_chunk_too_small_is_refused_unless_last(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        video_file = video(BLOCK + 10)
        address = begin(api_client, len(video_file))
        assert chunk(address, video_file, 0, 1000).status == 400
        assert chunk(address, video_file, 0, BLOCK).status == 308
        assert chunk(address, video_file, BLOCK, len(video_file)).status == 200
        only_video(sandbox_server, video_file)

    def test_chunk_of_odd_size_keeps_whole_blocks(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        video_file = video(3 * BLOCK)
        address = begin(api_client, len(video_file))
        assert chunk(address, video_file, 0, 2 * BLOCK - 7).headers["range"] == f"bytes=0-{BLOCK - 1}"
        assert chunk(address, video_file, BLOCK, len(video_file)).status == 200
        only_video(sandbox_server, video_file)

    def test_total_size_may_come_late_but_not_change(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        video_file = video(2 * BLOCK)
        address = begin(api_client, None)
        assert chunk(address, video_file, 0, BLOCK, "*").status == 308
        assert ask(address, len(video_file)).status == 308
        assert chunk(address, video_file, BLOCK, 2 * BLOCK, str(3 * BLOCK)).status == 400
        assert chunk(address, video_file, BLOCK, 2 * BLOCK).status == 200
        only_video(sandbox_server, video_file)

    @pytest.mark.parametrize("text", ["bytes 0-/5", "items 0-4/5", "bytes 5-4/9", "bytes 0-9/5", "bytes */x"])
    def test_content_range_invalid_is_refused(self, api_client: ApiClient, text: str) -> None:
        assert put(begin(api_client, 5), b"12345", Content_Range=text).status == 400

    def test_session_expires_after_7_days(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        video_file = video(2 * BLOCK)
        address = begin(api_client, len(video_file))
        chunk(address, video_file, 0, BLOCK)
        sandbox_server.advance(7 * 86_400 + 1)
        assert chunk(address, video_file, BLOCK, 2 * BLOCK).status == 410
        assert ask(address.replace("upload_id=", "upload_id=x"), "*").status == 404
        assert sandbox_server.state()["videos"] == []

    def test_session_cancelled_is_gone(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        address = begin(api_client, BLOCK)
        assert plain().delete(address).status_code == 499
        assert ask(address, BLOCK).status == 410

    def test_session_completed_cannot_be_cancelled(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        video_file = video(BLOCK)
        address = begin(api_client, len(video_file))
        assert chunk(address, video_file, 0, len(video_file)).status == 200
        assert plain().delete(address).status_code == 200
        only_video(sandbox_server, video_file)

    def test_session_at_resumable_path_of_discovery_works(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        video_file = video(BLOCK)
        sent = plain().post(
            f"{sandbox_server.base}/resumable/upload/youtube/v3/videos?uploadType=resumable&part=id",
            json={},
            headers={
                "Authorization": f"Bearer {api_client.tokens['access_token']}",
                "X-Upload-Content-Type": "video/mp4",
            },
        )
        assert "/resumable/upload/" in sent.headers["location"]
        assert put(sent.headers["location"], video_file).status == 200
        assert only_video(sandbox_server, video_file)["title"] == "unknown"

    def test_session_for_empty_file_or_wrong_type_is_refused(self, api_client: ApiClient) -> None:
        with pytest.raises(HttpError) as caught:
            api_client.insert("Empty", b"").execute()
        assert caught.value.error_details[0]["reason"] == "mediaBodyRequired"
        raw = plain().post(
            f"{api_client.sandbox_server.base}/upload/youtube/v3/videos?uploadType=resumable&part=id",
            json={},
            headers={
                "Authorization": f"Bearer {api_client.tokens['access_token']}",
                "X-Upload-Content-Type": "text/plain",
            },
        )
        assert raw.json()["error"]["errors"][0]["reason"] == "badContent"

    def test_insert_without_media_is_refused(self, api_client: ApiClient) -> None:
        with pytest.raises(HttpError) as caught:
            api_client.youtube.videos().insert(part="snippet", body={"snippet": {"title": "x"}}).execute()
        assert caught.value.error_details[0]["reason"] == "mediaBodyRequired"


def post(api_client: ApiClient, path: str, body: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return plain().post(
        f"{api_client.sandbox_server.base}/upload/youtube/v3/{path}",
        content=body,
        headers={"Authorization": f"Bearer {api_client.tokens['access_token']}", **named},
    )


class TestNoBytes:
    """A video file of no byte is none, by whichever way it comes, and makes no video."""

    def refused(self, sandbox_server: SandboxServer, status: int, content: bytes) -> None:
        assert (status, json.loads(content)["error"]["errors"][0]["reason"]) == (400, "mediaBodyRequired")
        assert sandbox_server.state()["videos"] == []

    @pytest.mark.parametrize("kind", ["video/mp4", "application/octet-stream", "application/json"])
    def test_empty_simple_upload_is_refused(
        self, sandbox_server: SandboxServer, api_client: ApiClient, kind: str
    ) -> None:
        sent = post(api_client, "videos?uploadType=media&part=snippet", b"", Content_Type=kind)
        self.refused(sandbox_server, sent.status_code, sent.content)

    @pytest.mark.parametrize(
        "media",
        [b"\r\nContent-Type: video/mp4\r\n\r\n\r\n--b--", b"\r\nContent-Type: video/mp4\r\n\r\n--b--", b"--"],
    )
    def test_empty_multipart_upload_is_refused(
        self, sandbox_server: SandboxServer, api_client: ApiClient, media: bytes
    ) -> None:
        metadata = b'--b\r\nContent-Type: application/json\r\n\r\n{"snippet": {"title": "x"}}\r\n--b'
        kind = "multipart/related; boundary=b"
        sent = post(api_client, "videos?uploadType=multipart&part=snippet", metadata + media, Content_Type=kind)
        self.refused(sandbox_server, sent.status_code, sent.content)

    def test_empty_resumable_upload_declared_at_start_is_refused(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        sent = post(api_client, "videos?uploadType=resumable&part=id", b"{}", X_Upload_Content_Length="0")
        self.refused(sandbox_server, sent.status_code, sent.content)

    @pytest.mark.parametrize("headers", [{}, {"Content_Range": "bytes */0"}])
    def test_empty_resumable_upload_declared_late_is_refused(
        self, sandbox_server: SandboxServer, api_client: ApiClient, headers: dict[str, str]
    ) -> None:
        address = begin(api_client, None)
        answer = put(address, b"", Content_Length="0", **headers)
        self.refused(sandbox_server, answer.status, answer.body)
        video_file = video(BLOCK)  # the session goes on with a video file that is one
        assert put(address, video_file, Content_Range=f"bytes 0-{len(video_file) - 1}/{len(video_file)}").status == 200
        only_video(sandbox_server, video_file)

    def test_empty_resumable_upload_without_length_is_refused(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        address = begin(api_client, None)
        empty = plain().put(address, content=iter([b""]))
        assert "transfer-encoding" in empty.request.headers
        self.refused(sandbox_server, empty.status_code, empty.content)
        video_file = video(2 * BLOCK)
        assert plain().put(address, content=iter([video_file[:99], video_file[99:]])).status_code == 200
        only_video(sandbox_server, video_file)

    def test_empty_thumbnail_and_captions_are_refused(self, api_client: ApiClient) -> None:
        video_id = api_client.upload()["id"]
        for path, said in (
            (f"thumbnails/set?videoId={video_id}&uploadType=media", "mediaBodyRequired"),
            ("captions?part=snippet&uploadType=media", "contentRequired"),
        ):
            assert post(api_client, path, b"").json()["error"]["errors"][0]["reason"] == said


class TestTooLarge:
    """A body in one piece is held in memory: it has a limit, whether its length is declared or not."""

    MANY = 65 * 1024 * 1024

    @pytest.mark.parametrize("is_chunked", [False, True])
    @pytest.mark.parametrize(
        ("path", "content_type"),
        [
            ("/upload/youtube/v3/videos?part=id&uploadType=media", "video/mp4"),
            ("/upload/youtube/v3/videos?part=id&uploadType=multipart", "multipart/related; boundary=b"),
            ("/upload/youtube/v3/videos?part=id&uploadType=resumable", "application/json"),
            ("/youtube/v3/playlists?part=id", "application/json"),
        ],
    )
    def test_upload_in_one_piece_too_large_is_refused(
        self, sandbox_server: SandboxServer, api_client: ApiClient, path: str, content_type: str, is_chunked: bool
    ) -> None:
        answer = self.send(api_client, path, is_chunked=is_chunked, Content_Type=content_type)
        assert answer == (413, "uploadTooLarge")
        assert sandbox_server.state()["sessions"] == []

    def test_method_override_body_too_large_is_refused(self, api_client: ApiClient) -> None:
        answer = self.send(api_client, "/youtube/v3/videos", is_chunked=True, X_HTTP_Method_Override="GET")
        assert answer == (413, "uploadTooLarge")

    def send(self, api_client: ApiClient, path: str, *, is_chunked: bool, **headers: str) -> tuple[int, str]:
        """Send on until the server has answered: what it does not want it need not take."""
        line = http.client.HTTPConnection("127.0.0.1", api_client.sandbox_server.port, timeout=30)
        line.putrequest("POST", path)
        line.putheader("Authorization", f"Bearer {api_client.tokens['access_token']}")
        line.putheader(*(("Transfer-Encoding", "chunked") if is_chunked else ("Content-Length", str(self.MANY))))
        for name, value in headers.items():
            line.putheader(name.replace("_", "-"), value)
        line.endheaders()
        piece = bytes(1024 * 1024)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(self.MANY // len(piece)):
                line.send(b"%x\r\n%s\r\n" % (len(piece), piece) if is_chunked else piece)
        got = line.getresponse()
        said = json.loads(got.read())["error"]["errors"][0]["reason"]
        line.close()
        return got.status, said


class TestCutOff:
    def test_reset_in_mid_chunk_keeps_received_blocks_and_client_resumes(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        video_file = video(4 * BLOCK)
        sandbox_server.fault("upload.chunk", "reset", after_bytes=2 * BLOCK + 99)
        request = api_client.insert("Cut", video_file, chunk=4 * BLOCK)
        with pytest.raises(CUT):
            request.next_chunk()
        held = ask(request.resumable_uri, len(video_file))
        assert held.headers["range"] == f"bytes=0-{2 * BLOCK - 1}"
        assert sandbox_server.state()["videos"] == []
        made = None
        while made is None:  # Google's client asks the session by itself after an error
            _, made = request.next_chunk()
        assert only_video(sandbox_server, video_file)["id"] == made["id"]

    def test_client_hanging_up_in_mid_chunk_keeps_received_block(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        video_file = video(4 * BLOCK)
        address = begin(api_client, len(video_file))
        where = urlsplit(address)
        line = http.client.HTTPConnection(where.hostname or "", where.port)
        line.putrequest("PUT", f"{where.path}?{where.query}")
        line.putheader("Content-Length", str(len(video_file)))
        line.putheader("Content-Range", f"bytes 0-{len(video_file) - 1}/{len(video_file)}")
        line.endheaders(video_file[: BLOCK + 5])
        line.close()
        deadline = time.monotonic() + 10
        while "range" not in (held := ask(address, len(video_file))).headers:
            assert time.monotonic() < deadline
        assert held.headers["range"] == f"bytes=0-{BLOCK - 1}"
        assert chunk(address, video_file, BLOCK, len(video_file)).status == 200
        only_video(sandbox_server, video_file)

    def test_lost_response_after_last_byte_makes_one_video(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        video_file = video(2 * BLOCK)
        sandbox_server.fault("upload.chunk", "answer_lost")
        request = api_client.insert("Lost", video_file)
        with pytest.raises(CUT):
            request.next_chunk()
        kept = only_video(sandbox_server, video_file)
        made = None
        while made is None:
            _, made = request.next_chunk()
        assert made["id"] == kept["id"]
        only_video(sandbox_server, video_file)
        assert api_client.quotas["videos.insert"]["used"] == 1

    def test_lost_response_of_insert_costs_one_session(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        sandbox_server.fault("videos.insert", "answer_lost")
        with pytest.raises(CUT):
            api_client.upload()
        assert api_client.quotas["videos.insert"]["used"] == 1
        assert sandbox_server.state()["videos"] == []
        assert api_client.upload()["id"]

    def test_server_error_in_mid_upload_is_resumed_by_client(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        video_file = video(3 * BLOCK)
        request = api_client.insert("Again", video_file, chunk=BLOCK)
        request.next_chunk()
        sandbox_server.fault("upload.chunk", "unavailable", remaining=2)
        failures, made = 0, None
        while made is None:
            try:
                _, made = request.next_chunk()
            except HttpError as error:
                assert error.status_code == 503
                failures += 1
        assert failures == 2
        only_video(sandbox_server, video_file)

    def test_server_error_of_insert_without_retries_raises(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        sandbox_server.fault("videos.insert", "internal_error")
        with pytest.raises(ResumableUploadError):
            api_client.upload()
        assert sandbox_server.state()["sessions"] == []

    def test_concurrent_equal_chunks_make_one_video(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        video_file = video(8 * BLOCK)
        address = begin(api_client, len(video_file))
        with ThreadPoolExecutor(6) as senders:
            whole = [senders.submit(chunk, address, video_file, 0, len(video_file)) for _ in range(4)]
            half = [senders.submit(chunk, address, video_file, 0, 4 * BLOCK) for _ in range(4)]
            statuses = {sent.result().status for sent in whole}
            assert {sent.result().status for sent in half} <= {200, 308}
        assert statuses == {200}
        only_video(sandbox_server, video_file)


class TestAnotherProcess:
    """How a client keeps the session's address before the first byte, and goes on after it has died."""

    def test_session_uri_stored_first_is_resumed_by_other_client(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        video_file = video(5 * BLOCK)
        first = api_client.insert("Kept", video_file, chunk=2 * BLOCK)
        address = self.begin(first, len(video_file))
        assert sandbox_server.state()["sessions"][0]["completed_at"] is None
        first.resumable_uri = address
        first.next_chunk()

        second = api_client.insert("Kept", video_file, chunk=2 * BLOCK)
        second.resumable_uri, second.resumable_progress = address, self.held(second, address, len(video_file))
        assert second.resumable_progress == 2 * BLOCK
        made = None
        while made is None:
            _, made = second.next_chunk()
        only_video(sandbox_server, video_file)
        assert api_client.quotas["videos.insert"]["used"] == 1

    def begin(self, request: Any, size: int) -> str:
        headers = {"X-Upload-Content-Type": "video/mp4", "X-Upload-Content-Length": str(size)}
        answer, _ = request.http.request(
            request.uri, method="POST", body=request.body, headers=request.headers | headers
        )
        assert answer.status == 200
        address: str = answer["location"]
        return address

    def held(self, request: Any, address: str, size: int) -> int:
        asked = {"Content-Range": f"bytes */{size}", "Content-Length": "0"}
        answer, _ = request.http.request(address, method="PUT", headers=asked)
        assert answer.status == 308
        return int(answer["range"].rpartition("-")[2]) + 1 if "range" in answer else 0


@pytest.fixture(scope="module")
def enduring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiClient]:
    sandbox_server = SandboxServer(
        tmp_path_factory.mktemp("enduring") / "sandbox", Sandbox(uploads_per_channel_daily=1000)
    )
    sandbox_server.start()
    yield ApiClient.of(sandbox_server, quotas={"videos.insert": 1000})
    sandbox_server.stop()


BLOCKS = 5
ranges = some.lists(some.tuples(some.integers(0, BLOCKS - 1), some.integers(1, BLOCKS)), max_size=8)


@settings(max_examples=25, deadline=None)
@given(ranges)
def test_chunks_in_any_order_give_same_file(enduring: ApiClient, sent: list[tuple[int, int]]) -> None:
    video_file = video(BLOCKS * BLOCK)
    address = begin(enduring, len(video_file))
    held = 0
    for first, end in [(first, end) for first, end in sent if first < end]:
        answer = chunk(address, video_file, first * BLOCK, end * BLOCK)
        if held == BLOCKS:
            assert answer.status == 200
        elif first > held:
            assert answer.status == 400
        else:
            held = max(held, end)
            assert answer.status == (200 if held == BLOCKS else 308)
    assert chunk(address, video_file, min(held, BLOCKS - 1) * BLOCK, len(video_file)).status == 200
    state = enduring.sandbox_server.state()
    (session,) = [one for one in state["sessions"] if one["id"] in address]
    (made,) = [one for one in state["videos"] if one["id"] == session["target_id"]]
    assert made["sha256"] == hashlib.sha256(video_file).hexdigest()


class TestOtherWays:
    def test_multipart_upload_in_one_request_is_stored(
        self, sandbox_server: SandboxServer, api_client: ApiClient
    ) -> None:
        video_file = video() + b"\r\n--odd\n\r\n"
        made = (
            api_client.youtube.videos()
            .insert(
                part="snippet",
                body={"snippet": {"title": "Both at once", "categoryId": "27"}},
                media_body=MediaIoBaseUpload(BytesIO(video_file), "video/mp4"),
            )
            .execute()
        )
        assert made["snippet"]["title"] == "Both at once"
        only_video(sandbox_server, video_file)

    def test_simple_upload_of_bytes_alone_is_stored(self, sandbox_server: SandboxServer, api_client: ApiClient) -> None:
        video_file = video()
        sent = plain().post(
            f"{sandbox_server.base}/upload/youtube/v3/videos?uploadType=media&part=snippet",
            content=video_file,
            headers={"Authorization": f"Bearer {api_client.tokens['access_token']}", "Content-Type": "video/mp4"},
        )
        assert sent.status_code == 200, sent.text
        assert only_video(sandbox_server, video_file)["title"] == "unknown"


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    running = Process(tmp_path / "sandbox", free_port())
    running.start()
    yield running
    running.kill()


class Process(SandboxServer):
    """A sandbox as a process of its own, which can be killed."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port, self.opened = folder, port, []

    def start(self) -> None:
        self.running = ForkedProcess("ytempire.sandbox", str(self.folder), "--port", str(self.port))
        deadline = time.monotonic() + 60
        while True:
            try:
                plain().get(self.base)
            except httpx.TransportError:
                assert self.running.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.02)
            else:
                return

    def kill(self) -> None:
        for http_client in self.opened:
            http_client.close()
        self.opened.clear()
        self.running.close()


class TestKilled:
    def test_sandbox_killed_in_mid_upload_resumes(self, process: Process) -> None:
        api_client = ApiClient.of(process)
        video_file = video(6 * BLOCK)
        address = begin(api_client, len(video_file))
        assert chunk(address, video_file, 0, 2 * BLOCK).status == 308
        where = urlsplit(address)
        line = http.client.HTTPConnection(where.hostname or "", where.port)
        line.putrequest("PUT", f"{where.path}?{where.query}")
        line.putheader("Content-Length", str(4 * BLOCK))
        line.putheader("Content-Range", f"bytes {2 * BLOCK}-{6 * BLOCK - 1}/{6 * BLOCK}")
        line.endheaders(video_file[2 * BLOCK : 4 * BLOCK + 17])
        process.kill()
        line.close()
        process.start()
        held = ask(address, len(video_file)).headers["range"]
        first = int(held.rpartition("-")[2]) + 1
        assert first in (2 * BLOCK, 3 * BLOCK, 4 * BLOCK)
        assert chunk(address, video_file, first, len(video_file)).status == 200
        made = only_video(process, video_file)
        process.kill()
        process.start()
        assert ask(address, len(video_file)).status == 200
        again = ApiClient(process, api_client.channel, api_client.project, api_client.tokens)
        assert again.get(made["id"], "status")["status"]["uploadStatus"] == "uploaded"
        assert only_video(process, video_file)["id"] == made["id"]
        assert again.quotas["videos.insert"]["used"] == 1

    def test_sandbox_killed_before_creating_video_finishes_on_request(self, process: Process) -> None:
        """The bytes are all there and the video is not: whoever asks next finishes it."""
        api_client = ApiClient.of(process)
        video_file = video(2 * BLOCK)
        address = begin(api_client, len(video_file))
        chunk(address, video_file, 0, BLOCK)
        (session,) = process.state()["sessions"]
        process.kill()
        (process.folder / "media" / session["id"]).write_bytes(video_file)
        process.start()
        assert process.state()["videos"] == []
        assert ask(address, len(video_file)).status == 200
        assert only_video(process, video_file)["id"] == session["target_id"]
