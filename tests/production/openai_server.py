"""A paid provider on this machine: speaks the OpenAI protocol over real HTTP, and fails on demand.

Held to the official client: the product's own `openai` SDK parses every answer.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import struct
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HTML = b"<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>"
REFUSAL = "I'm sorry, I can't help with that."
SLOW_S = 0.6  # a client that is to lose its patience has less


@dataclass
class Provider:
    """`script` holds what to do with each coming call:

    "ok", an HTTP status, "drop" (serve, then cut the line), "slow" (serve after SLOW_S), "refusal", "content_filter",
    "length" (the answer cut in the middle), "html" (a page with status 200), "broken" (a body that is no whole JSON).
    """

    url: str
    takes_response_format: bool = True
    answers: list[str] = field(default_factory=list)  # contents of chat completions, the last one repeats
    script: list[str | int] = field(default_factory=list)
    served: int = 0  # chat completions
    calls: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)  # Idempotency-Key of each call
    authorizations: list[str | None] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def provider() -> Iterator[Provider]:
    state = Provider("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with state.lock:
                state.calls.append(body)
                state.keys.append(self.headers.get("Idempotency-Key"))
                state.authorizations.append(self.headers.get("Authorization"))
                todo = state.script.pop(0) if state.script else "ok"
                served = state.served
            if todo == "drop":
                self.connection.close()
            elif isinstance(todo, int):
                self._send(todo, {"error": {"message": f"status {todo}", "type": "test", "code": None}})
            elif self.path.endswith("/audio/speech"):
                self._send_bytes(200, "audio/wav", spoken(body["input"]))
            elif problem := response_format_problem(body, state.takes_response_format):
                self._send(400, problem)
            else:
                with state.lock:
                    state.served += 1
                self._complete(body, todo, state.answers[min(served + 1, len(state.answers)) - 1])

        def _complete(self, body: dict[str, Any], todo: str, content: str) -> None:
            if todo == "slow":
                time.sleep(SLOW_S)
            if todo == "html":
                self._send_bytes(200, "text/html; charset=utf-8", HTML)
            elif todo == "broken":
                self._send_bytes(200, "application/json", json.dumps(completion(body, content)).encode()[:-40])
            elif todo == "refusal":
                self._send(200, completion(body, None, refusal=REFUSAL))
            elif todo == "content_filter":
                self._send(200, completion(body, "", finish_reason="content_filter"))
            elif todo == "length":
                self._send(200, completion(body, content[: len(content) // 2], finish_reason="length"))
            else:
                self._send(200, completion(body, content))

        def _send(self, status: int, document: dict[str, Any]) -> None:
            self._send_bytes(status, "application/json", json.dumps(document).encode())

        def _send_bytes(self, status: int, kind: str, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            if status == 429:
                self.send_header("Retry-After", "7")
            self.end_headers()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a client that did not wait
                self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # the base class's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def completion(
    body: dict[str, Any], content: str | None, *, finish_reason: str = "stop", refusal: str | None = None
) -> dict[str, Any]:
    """A chat completion as the API description has it; a token is four characters here."""
    prompt = sum(len(message["content"]) for message in body["messages"]) // 4
    written = len(content or refusal or "") // 4
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": body["model"],
        "choices": [
            {
                "index": 0,
                "finish_reason": finish_reason,
                "logprobs": None,
                "message": {"role": "assistant", "content": content, "refusal": refusal},
            }
        ],
        "usage": {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written},
    }


def response_format_problem(body: dict[str, Any], takes_response_format: bool) -> dict[str, Any] | None:
    """What the service says of a response format: that it takes none, or that a strict schema is not strict."""
    wanted = body.get("response_format")
    if wanted is None:
        return None
    message = None
    if not takes_response_format:
        message = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."
    elif wanted["type"] != "json_schema" or wanted["json_schema"]["strict"] is not True:
        message = "Invalid value for 'response_format'."
    elif loose := loose_objects(wanted["json_schema"]["schema"]):
        message = f"Invalid schema for response_format '{wanted['json_schema']['name']}': {loose[0]}"
    if message is None:
        return None
    error = {"message": message, "type": "invalid_request_error", "param": "response_format", "code": None}
    return {"error": error}


def loose_objects(schema: Any) -> list[str]:
    """Objects of a schema that allow other properties or leave one optional, which strict mode refuses."""
    if isinstance(schema, list):
        return [problem for part in schema for problem in loose_objects(part)]
    if not isinstance(schema, dict):
        return []
    problems = [problem for part in schema.values() for problem in loose_objects(part)]
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            problems.append("'additionalProperties' is required to be supplied and to be false.")
        if set(schema.get("required", ())) != set(schema["properties"]):
            problems.append("'required' is required to be an array including every key in properties.")
    return problems


def spoken(text: str) -> bytes:
    """A WAV with one hum for each word: loud for its letters, silent between words."""
    rate, samples = 24_000, []
    for word in text.split():
        length = int(rate * 0.07 * max(2, len(word)))
        samples += [int(12_000 * math.sin(2 * math.pi * 180 * at / rate)) for at in range(length)]
        samples += [0] * int(rate * 0.06)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return buffer.getvalue()
