"""The load: as many users at once as asked for, each of whom sends the next request when the answer is there.

A process of its own (`python -m bench.api.load`): a plan on standard input, what it saw on standard
output. It speaks just enough HTTP/1.1 for answers with a length, over sockets that stay open, without an event loop
around it: a request costs it some 40 µs of processor, which the measured server would otherwise lose.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

END = b"\r\n\r\n"
LENGTH = b"content-length: "
READ = 256 * 1024
PATIENCE_S = 10.0  # an answer that takes longer is an error


@dataclass(frozen=True)
class Plan:
    """What each user sends, in turn and from the beginning again.

    `{n}` in it becomes a number of nine digits, from `first` on.
    """

    host: str
    port: int
    seconds: float
    warm_up_s: float
    first: int
    users: Sequence[Sequence[str]]


@dataclass
class LoadResult:
    """What came back. Latencies are of what was sent after the warm-up and answered before the end."""

    latencies_s: list[float] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)  # the place of each of these requests in its user's list
    errors: list[str] = field(default_factory=list)
    answered: int = 0  # all with status 200, warm-up and last ones included
    cpu_s: float = 0.0  # of this process, from its start


class _User:
    def __init__(self, plan: Plan, requests: Sequence[str], first: int) -> None:
        self.socket = socket.create_connection((plan.host, plan.port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.requests = [tuple(request.encode().split(b"{n}")) for request in requests]
        self.place = first % len(requests)
        self.sent_at = 0.0
        self.answer = b""

    def send(self, number: int) -> None:
        self.place = (self.place + 1) % len(self.requests)
        self.answer = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall((b"%09d" % number).join(self.requests[self.place]))

    def read(self) -> bytes | None:
        """The whole answer, or None while a part of it is still under way."""
        data = self.socket.recv(READ)
        if not data:
            raise ConnectionError("closed by the server")
        self.answer = answer = self.answer + data if self.answer else data
        end = answer.find(END)
        if end < 0:
            return None
        place = answer.find(LENGTH, 0, end)
        if place < 0:
            raise ConnectionError("an answer without a length")
        length = int(answer[place + len(LENGTH) : answer.find(b"\r", place)])
        return answer if len(answer) >= end + len(END) + length else None


class Load:
    """All of them, and what they saw."""

    def __init__(self, plan: Plan) -> None:
        self.seen = LoadResult()
        self.plan = plan
        self.number = plan.first
        self.poll = select.epoll()
        self.open: dict[int, _User] = {}
        for place, requests in enumerate(plan.users):
            user = _User(plan, requests, place)
            self.open[user.socket.fileno()] = user
            self.poll.register(user.socket, select.EPOLLIN)
            time.sleep(0.002)  # one after another, so that the server's processes share them

    def run(self) -> LoadResult:
        for user in self.open.values():
            self._send(user)
        warm = time.perf_counter() + self.plan.warm_up_s
        end = warm + self.plan.seconds
        waiting = len(self.open)
        while waiting and self.open:
            now = time.perf_counter()
            ready = self.poll.poll(PATIENCE_S)
            if not ready:
                self.seen.errors += ["no answer"] * len(self.open)
                break
            for descriptor, _ in ready:
                waiting -= self._read_socket(descriptor, warm=warm, again=now < end)
        return self.seen

    def _send(self, user: _User) -> None:
        self.number += 1
        user.send(self.number)

    def _read_socket(self, descriptor: int, *, warm: float, again: bool) -> bool:
        """Read from one; True when it will not be heard of again."""
        user = self.open[descriptor]
        try:
            answer = user.read()
            if answer is None:
                return False
            self._record_response(user, answer, counts=again and user.sent_at >= warm)
            if again:
                self._send(user)
        except OSError as error:
            self.seen.errors.append(f"{type(error).__name__}: {error}")
            again = False
        if not again:
            self.poll.unregister(descriptor)
            self.open.pop(descriptor).socket.close()
        return not again

    def _record_response(self, user: _User, answer: bytes, *, counts: bool) -> None:
        if not answer.startswith(b"HTTP/1.1 200"):
            self.seen.errors.append(answer[:300].decode("latin-1"))
            return
        self.seen.answered += 1
        if counts:
            self.seen.latencies_s.append(time.perf_counter() - user.sent_at)
            self.seen.kinds.append(user.place)


def main() -> None:
    seen = Load(Plan(**json.load(sys.stdin))).run()
    seen.cpu_s = time.process_time()
    json.dump(asdict(seen), sys.stdout)


if __name__ == "__main__":
    main()
