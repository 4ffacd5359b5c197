"""A load of HTTP requests over a number of kept connections, from one thread.

Each connection sends the next request as soon as it has the whole answer of the last.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from urllib.parse import urlencode

from crm.core.serving import HOST

LARGEST = 1 << 20


@dataclass
class Outcome:
    """What came of a load: answers by status, over how many seconds; how long each took, in seconds."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(self.statuses.values())

    @property
    def per_second(self) -> float:
        return self.count / self.seconds


class _Connection:
    """One kept connection: what is still missing of the present answer."""

    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self.socket = socket.create_connection((HOST, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._requests = requests
        self._head = b""
        self._missing = -1
        self._status = 0

    def send(self) -> None:
        self._head, self._missing = b"", -1
        request = next(self._requests)
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self, buffer: bytearray) -> int | None:
        """Take what has come; the status once the answer is whole."""
        size = self.socket.recv_into(buffer)
        if size == 0:
            raise ConnectionError("the server closed a connection")
        if self._missing >= 0:
            self._missing -= size
        else:
            self._head += bytes(buffer[:size])
            head, end, body = self._head.partition(b"\r\n\r\n")
            if not end:
                return None
            self._status = int(head[9:12])
            self._missing = _length(head, self._status) - len(body)
        return self._status if self._missing == 0 else None


def _length(head: bytes, status: int) -> int:
    if status in (204, 304):
        return 0
    for line in head.split(b"\r\n")[1:]:
        name, _colon, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    raise ConnectionError("an answer without a length")


def request_of(path: str, headers: Mapping[str, str] | None = None) -> bytes:
    """A GET as it is sent."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}", *(f"{k}: {v}" for k, v in (headers or {}).items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def form_of(path: str, values: Mapping[str, object], headers: Mapping[str, str]) -> bytes:
    """A form as it is sent."""
    body = urlencode(values, doseq=True).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    return request_of(path, {**headers, **kind}).replace(b"GET", b"POST", 1) + body


def load(port: int, request: bytes, connections: int, *, seconds: float = 0.0, requests: int = 0) -> Outcome:
    """Send a request again and again for so long, or so many times in all."""
    return load_each(port, [repeat(request)] * connections, seconds=seconds, requests=requests)


def load_each(
    port: int, streams: Sequence[Iterator[bytes]], *, seconds: float = 0.0, requests: int = 0
) -> Outcome:
    """The same over one connection for each stream of requests, each of them another one."""
    outcome, buffer = Outcome(), bytearray(LARGEST)
    opened = [_Connection(port, stream) for stream in streams]
    sent, began = 0, time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for one in opened:
            selector.register(one.socket, selectors.EVENT_READ, one)
            one.send()
            sent += 1
        while outcome.count < sent:
            for key, _events in selector.select(5.0):
                status = key.data.receive(buffer)
                if status is None:
                    continue
                outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
                outcome.waits.append(time.perf_counter() - key.data.sent_at)
                if sent < requests or (not requests and time.perf_counter() - began < seconds):
                    key.data.send()
                    sent += 1
    outcome.seconds = time.perf_counter() - began
    for one in opened:
        one.socket.close()
    return outcome
