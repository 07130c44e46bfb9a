"""A paid provider on this machine: speaks the OpenAI protocol over real HTTP, and fails on demand.

Held to the official client: the product's own `openai` SDK parses every answer.
"""

from __future__ import annotations

import io
import json
import math
import struct
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Provider:
    """`script` holds what to do with each coming call: "ok", an HTTP status, "drop" (serve, then cut the line)."""

    url: str
    answers: list[str] = field(default_factory=list)  # contents of chat completions, the last one repeats
    script: list[str | int] = field(default_factory=list)
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
                number = len(state.calls)
            if todo == "drop":
                self.connection.close()
            elif isinstance(todo, int):
                self._send(todo, {"error": {"message": f"status {todo}", "type": "test", "code": None}})
            elif self.path.endswith("/audio/speech"):
                self._send_bytes(200, "audio/wav", spoken(body["input"]))
            else:
                self._send(200, completion(body, state.answers[min(number, len(state.answers)) - 1]))

        def _send(self, status: int, document: dict[str, Any]) -> None:
            self._send_bytes(status, "application/json", json.dumps(document).encode())

        def _send_bytes(self, status: int, kind: str, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            if status == 429:
                self.send_header("Retry-After", "7")
            self.end_headers()
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


def completion(body: dict[str, Any], content: str) -> dict[str, Any]:
    """A chat completion as the API description has it; a token is four characters here."""
    asked = sum(len(message["content"]) for message in body["messages"]) // 4
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": body["model"],
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "logprobs": None,
                "message": {"role": "assistant", "content": content, "refusal": None},
            }
        ],
        "usage": {
            "prompt_tokens": asked,
            "completion_tokens": len(content) // 4,
            "total_tokens": asked + len(content) // 4,
        },
    }


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
