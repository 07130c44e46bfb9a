"""ElevenLabs and Google Text-to-Speech on this machine: their protocols over real HTTP, and their ways of failing.

Requests are held to the services' references: an unknown key, a wrong path or a field that they do not have is refused.
"""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.production.openai_server import spoken

KEY = "key-very-secret"
RATE, WAV_HEADER = 24_000, 44
LETTER_S, GAP_S = 0.07, 0.06  # of `spoken`: a word sounds so long per letter
HTML = b"<!doctype html><html><body>Under maintenance</body></html>"
MP3 = b"ID3\x04\x00" + bytes(range(256)) * 40


@dataclass(frozen=True)
class Response:
    """Anything that a server may answer. `declared` is its Content-Length where that is a lie."""

    status: int = 200
    document: Any = None
    content: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    declared: int | None = None

    @property
    def body(self) -> bytes:
        return self.content if self.document is None else json.dumps(self.document).encode()


@dataclass
class SpeechServer:
    """`script` holds answers for the coming requests; without one, a request is served."""

    url: str
    script: list[Response | str] = field(default_factory=list)  # "drop": the line is cut; "mp3", "half", "untimed"
    requests: list[tuple[str, dict[str, list[str]], Any]] = field(default_factory=list)
    category: str = "premade"


def words_with_starts(text: str) -> list[tuple[int, float]]:
    """The place of each word in a text, and when `spoken` says it."""
    starts, at = [], 0.0
    for match in re.finditer(r"\S+", text):
        starts.append((match.start(), at))
        at += LETTER_S * max(2, len(match[0])) + GAP_S
    return starts


def elevenlabs_speech(text: str) -> dict[str, Any]:
    """As https://elevenlabs.io/docs/api-reference/text-to-speech/convert-with-timestamps has it."""
    times = [0.0] * len(text)
    for place, at in words_with_starts(text):
        for letter in range(place, len(text)):
            times[letter] = at + (letter - place) * LETTER_S
    alignment = {
        "characters": list(text),
        "character_start_times_seconds": times,
        "character_end_times_seconds": [*times[1:], times[-1] + LETTER_S],
    }
    sound = base64.b64encode(spoken(text)[WAV_HEADER:]).decode()
    return {"audio_base64": sound, "alignment": alignment, "normalized_alignment": alignment}


def elevenlabs_error(status: int, code: str, message: str = "No.", **headers: str) -> Response:
    detail = {"type": "error", "code": code, "status": code, "message": message, "request_id": "1"}
    return Response(status, {"detail": detail}, headers=headers)


def google_speech(text: str, marks: list[tuple[str, float]]) -> dict[str, Any]:
    """As https://cloud.google.com/text-to-speech/docs/reference/rest/v1beta1/text/synthesize has it."""
    timepoints = [{"markName": name} | ({"timeSeconds": at} if at else {}) for name, at in marks]
    return {
        "audioContent": base64.b64encode(spoken(text)).decode(),
        "audioConfig": {"audioEncoding": "LINEAR16", "sampleRateHertz": RATE},
    } | ({"timepoints": timepoints} if timepoints else {})


def google_error(status: int, name: str, message: str = "No.", reason: str = "", **headers: str) -> Response:
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}] if reason else []
    document = {"error": {"code": status, "message": message, "status": name, "details": details}}
    return Response(status, document, headers=headers)


def without_marks(ssml: str) -> tuple[str, list[tuple[str, float]]]:
    """The text of an SSML document, and its marks with when they are reached."""
    pieces = re.split(r'<mark name="(\w+)"/>', ssml.removeprefix("<speak>").removesuffix("</speak>"))
    text, names = html.unescape(pieces[0]), []
    for name, words in zip(pieces[1::2], pieces[2::2], strict=True):
        names.append((len(text), name))
        text += html.unescape(words)
    starts = dict(words_with_starts(text))
    return text, [(name, starts[place]) for place, name in names]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        self._serve(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def do_GET(self) -> None:
        self._serve(None)

    def _serve(self, body: Any) -> None:
        parts = urlsplit(self.path)
        state = self.server.state
        state.requests.append((unquote(parts.path), parse_qs(parts.query), body))
        todo = state.script.pop(0) if state.script else ""
        if todo == "drop":
            self.connection.close()
            return
        self._send(todo if isinstance(todo, Response) else self._response(unquote(parts.path), body, todo))

    def _response(self, path: str, body: Any, todo: str) -> Response:
        if path.startswith(("/v1/text-to-speech/", "/v2/voices", "/v1/voices/")):
            return self._elevenlabs(path, body, todo)
        return self._google(path, body, todo)

    def _elevenlabs(self, path: str, body: Any, todo: str) -> Response:
        if self.headers.get("xi-api-key") != KEY:
            return elevenlabs_error(401, "invalid_api_key", f"Invalid API key {self.headers.get('xi-api-key')}")
        if path == "/v2/voices":
            return Response(document=self._voice_page())
        if body is None:
            return Response(document={"voice_id": path.rsplit("/", 1)[1], "name": "A", "category": self._category})
        assert set(body) <= {"text", "model_id", "voice_settings", "seed", "language_code"}
        assert set(body["voice_settings"]) <= {"stability", "similarity_boost", "style", "speed", "use_speaker_boost"}
        assert "output_format=pcm_24000" in self.path
        assert path.endswith("/with-timestamps")
        return _spoiled(elevenlabs_speech(body["text"]), "audio_base64", "alignment", todo)

    @property
    def _category(self) -> str:
        return self.server.state.category

    def _voice_page(self) -> dict[str, Any]:
        if "next_page_token=second" in self.path:
            voices = [{"voice_id": "v2", "name": "Bea", "category": "cloned", "labels": {}}]
            return {"voices": voices, "has_more": False, "total_count": 2, "next_page_token": None}
        voices = [{"voice_id": "v1", "name": "George", "category": "premade", "labels": {"language": "en"}}]
        return {"voices": voices, "has_more": True, "total_count": 2, "next_page_token": "second"}

    def _google(self, path: str, body: Any, todo: str) -> Response:
        if self.headers.get("x-goog-api-key") != KEY:
            return google_error(400, "INVALID_ARGUMENT", "API key not valid.", "API_KEY_INVALID")
        if path == "/v1/voices":
            voice = {"languageCodes": ["en-US"], "name": "en-US-Neural2-D", "ssmlGender": "MALE"}
            return Response(document={"voices": [voice | {"naturalSampleRateHertz": RATE}]})
        assert path == "/v1beta1/text:synthesize"
        assert set(body) <= {"input", "voice", "audioConfig", "enableTimePointing"}
        takes_marks = not re.search("Chirp|Journey|Studio", body["voice"]["name"])
        if not takes_marks and ("ssml" in body["input"] or "pitch" in body["audioConfig"]):
            return google_error(400, "INVALID_ARGUMENT", "This voice does not support this.")
        text, marks = without_marks(body["input"]["ssml"]) if takes_marks else (body["input"]["text"], [])
        timed = marks if body.get("enableTimePointing") == ["SSML_MARK"] else []
        return _spoiled(google_speech(text, timed), "audioContent", "timepoints", todo)

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        length = len(response.body) if response.declared is None else response.declared
        for name, value in {"Content-Type": response.kind, "Content-Length": str(length), **response.headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:  # the base class's name
        pass


def _spoiled(document: dict[str, Any], sound: str, times: str, todo: str) -> Response:
    """What is served, or what becomes of it."""
    if todo == "half":
        return Response(content=json.dumps(document).encode()[:-2_000])
    if todo == "mp3":
        return Response(document=document | {sound: base64.b64encode(MP3).decode()})
    if todo == "untimed":
        return Response(document=document | {times: None})
    return Response(document=document)


class _Server(ThreadingHTTPServer):
    state: SpeechServer


@contextmanager
def speech_server() -> Iterator[SpeechServer]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.state = SpeechServer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
