"""A server of our own, and clients who are slow, send without end, or try to smuggle a second request."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bench.seed import environment
from bench.servers import processes_of, serving
from crm.core import patience
from crm.core.db import db
from crm.core.serving import HOST

SLOW = 200
GIGABYTE = 1 << 30
FORM = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SECOND = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """(port, process id) of one that nothing has been asked of; its database is empty."""
    with serving("wsgi:app", environment(tmp_path_factory.mktemp("served"))) as started:
        yield started


def send(port: int, data: bytes) -> socket.socket:
    client = socket.create_connection((HOST, port), timeout=30)
    client.sendall(data)
    return client


def answers(port: int, data: bytes) -> list[int]:
    """The statuses of all that comes back until the server has no more to say."""
    got = b""
    with send(port, data) as client:
        client.settimeout(10)
        try:
            while part := client.recv(65536):
                got += part
        except (TimeoutError, ConnectionResetError):
            pass
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", got)]


def resident(pid: int) -> int:
    """Memory of a server and what it started, in MB."""
    pages = (Path(f"/proc/{one}/statm").read_text().split()[1] for one in processes_of(pid))
    return sum(map(int, pages)) * 4096 // 1_000_000


def test_two_hundred_slow_clients_keep_nobody_waiting(server):
    port, _pid = server
    slow = [send(port, FORM + b"Content-Length: 1000\r\n\r\na") for _ in range(SLOW)]
    slow += [send(port, b"GET /login HTTP/1.1\r\nHost: loc") for _ in range(SLOW)]
    with send(port, SECOND) as client:
        assert client.recv(100).startswith(b"HTTP/1.1 200")
    for one in slow:
        one.close()


@pytest.mark.parametrize(
    "told", [b"Content-Length: %d\r\n\r\n" % GIGABYTE, b"Transfer-Encoding: chunked\r\n\r\n"]
)
def test_a_gigabyte_is_refused_before_it_is_read(server, told):
    port, pid = server
    before, piece, sent, got = resident(pid), b"10000\r\n" + b"a" * 65536 + b"\r\n", 0, b""
    with send(port, FORM + told) as client:
        try:
            while sent < GIGABYTE:
                client.sendall(piece)
                sent += len(piece)
        except (TimeoutError, ConnectionError):
            pass
        client.settimeout(1)
        with suppress(TimeoutError, ConnectionError):
            got = client.recv(100)
    # Who goes on sending may lose the answer with the connection (RFC 9112, 9.6).
    assert got == b"" or re.match(rb"HTTP/1\.1 4\d\d", got)
    assert sent < 50_000_000
    assert resident(pid) - before < 30


# What a proxy and a server may read differently: where a request ends, and what it is told.
SMUGGLED = {
    "a length and chunks": b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and a length": b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n",
    "chunks behind a tab": b"Transfer-Encoding:\tchunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
    "a list of lengths": b"Content-Length: 0, 44\r\n\r\n",
    "a length with a sign": b"Content-Length: +0\r\n\r\n",
    "chunks misspelt": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks not last": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a folded line": b"X: a\r\n Content-Length: 44\r\n\r\n",
    "a folded coding": b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "a chunk of too many bytes": b"Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n0\r\n\r\n",
    "a line break in a chunk's size": b"Transfer-Encoding: chunked\r\n\r\n0;a=b\nX\r\n\r\n",
    "a NUL": b"X: a\0b\r\n\r\n",
}


def test_no_second_request_comes_in_behind_another(server):
    port, _pid = server
    for name, rest in SMUGGLED.items():
        found = answers(port, FORM + rest + SECOND)
        assert found == [400], (name, found)
    assert answers(port, SECOND + LAST) == [200, 200]


def test_who_waits_too_long_for_a_turn_is_told_and_can_send_it_again(app, visitor, coalition, monkeypatch):
    """Every turn is taken, as while the database hangs; nothing is asked of it for this page."""
    server = app.wsgi_app
    while not isinstance(server, patience.Patience):
        server = server._next
    monkeypatch.setattr(patience, "LONGEST_WAIT", 0.01)
    assert all(server._turns.enter(0) for _turn in range(patience.TURNS))
    with monkeypatch.context() as hung:
        hung.setattr(db.engine, "raw_connection", None)
        told = visitor.post("/harbor/sign-on", data={"name": "Riders & <b>", "csrf_token": "x"})
        assert visitor.get("/healthz").status_code == 503
    for _turn in range(patience.TURNS):
        server._turns.leave()
    assert told.status_code == 503 and told.headers["Retry-After"] == "10"
    assert "Not saved" in told.text and "Riders &amp; &lt;b&gt;" in told.text
    assert visitor.get("/healthz").status_code == 200
