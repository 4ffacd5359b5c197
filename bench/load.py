"""A load of HTTP requests over a number of kept connections, from one thread.

Each connection sends the next request as soon as it has the whole answer of the last.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.core.serving import HOST

LARGEST = 1 << 20


@dataclass
class Outcome:
    """What came of a load: answers by status, over how many seconds."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.statuses.values())

    @property
    def per_second(self) -> float:
        return self.count / self.seconds


class _Connection:
    """One kept connection: what is still missing of the present answer."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection((HOST, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = request
        self._head = b""
        self._missing = -1
        self._status = 0

    def send(self) -> None:
        self._head, self._missing = b"", -1
        self.socket.sendall(self._request)

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


def load(port: int, request: bytes, connections: int, *, seconds: float = 0.0, requests: int = 0) -> Outcome:
    """Send a request again and again for so long, or so many times in all."""
    outcome, buffer = Outcome(), bytearray(LARGEST)
    opened = [_Connection(port, request) for _ in range(connections)]
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
                if sent < requests or (not requests and time.perf_counter() - began < seconds):
                    key.data.send()
                    sent += 1
    outcome.seconds = time.perf_counter() - began
    for one in opened:
        one.socket.close()
    return outcome
