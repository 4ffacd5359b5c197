"""Fetching from addresses that strangers give: where it goes, where it never goes, and when it gives up."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from crm.partners.ics_reader import fetching
from crm.partners.ics_reader.fetching import Asked, NotFetched, fetch, is_public
from crm.partners.ics_reader.words import Failure
from crm.partners.process import Days, NotRead, visit_calendar
from tests.partners.files import calendar, event

FILE = calendar(event("DTSTART:20261128T200000Z"))


def ask(url, **more):
    return fetch(Asked(url, "Muster", loopback=True, **more))


def failure_of(url, **more):
    with pytest.raises(NotFetched) as raised:
        fetch(Asked(url, "Muster", **more))
    return raised.value.failure


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1"),
        *("2002:7f00:1::", "2001:0:7f00:1::", "::127.0.0.1", "2001:db8::1", "fe80::1%eth0", "nonsense"),
    ],
)
def test_addresses_that_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"]
)
def test_addresses_that_are(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "failure"),
    [
        ("http://127.0.0.1/events.ics", Failure.PRIVATE_ADDRESS),
        ("http://localhost/events.ics", Failure.PRIVATE_ADDRESS),
        ("http://[::ffff:10.0.0.1]/", Failure.PRIVATE_ADDRESS),
        ("http://2130706433/", Failure.PRIVATE_ADDRESS),
        ("http://0x7f.1/", Failure.PRIVATE_ADDRESS),
        ("http://93.184.215.14:8080/", Failure.ADDRESS),
        ("https://93.184.215.14:80/", Failure.ADDRESS),
        ("http://me:secret@93.184.215.14/", Failure.ADDRESS),
        ("ftp://93.184.215.14/", Failure.ADDRESS),
        ("file:///etc/passwd", Failure.ADDRESS),
        ("http:///nowhere", Failure.ADDRESS),
        ("http://a b/", Failure.ADDRESS),
        ("http://[half/", Failure.ADDRESS),
    ],
)
def test_where_nothing_is_asked(url, failure, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_more: pytest.fail("it connected"))
    assert failure_of(url) is failure


def test_a_host_with_one_private_address_among_public_ones_is_refused(monkeypatch):
    found = [(2, 1, 6, "", ("93.184.215.14", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
    assert failure_of("http://calendar.example/") is Failure.PRIVATE_ADDRESS


def test_the_connection_goes_to_the_address_that_was_looked_at_and_asks_for_the_name(server, monkeypatch):
    looked_up = []

    def look_up(host, port, *_rest, **_more):
        looked_up.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    connected = []
    connect = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda place, **more: connected.append(place) or connect(place, **more)
    )
    server.answers = lambda _path, _headers: (200, {"ETag": '"1"'}, FILE)
    assert ask(f"http://calendar.example:{server.port}/a?b=c").content == FILE
    assert looked_up[0] == "calendar.example"
    assert set(looked_up[1:]) <= {"127.0.0.1"}, "the name is asked for once: a second answer could be another"
    assert connected == [("127.0.0.1", server.port)]
    path, headers = server.asked[0]
    assert (path, headers["host"], headers["user-agent"]) == (
        "/a?b=c",
        f"calendar.example:{server.port}",
        "Muster",
    )
    assert not {"cookie", "authorization"} & headers.keys()


def test_tls_shows_the_name_of_the_host(monkeypatch):
    asked = []

    class Context:
        def wrap_socket(self, _sock, server_hostname):
            asked.append(server_hostname)
            raise ssl.SSLCertVerificationError

    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_args, **_more: [(2, 1, 6, "", ("93.184.215.14", 443))]
    )
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_more: socket.socket())
    monkeypatch.setattr(ssl, "create_default_context", Context)
    assert failure_of("https://calendar.example/") is Failure.CERTIFICATE
    assert asked == ["calendar.example"]


def test_each_redirect_is_looked_at_again(server):
    server.answers = lambda path, _headers: (
        (302, {"Location": "/there"}, b"") if path != "/there" else (200, {}, FILE)
    )
    assert ask(server.url("/here")).content == FILE
    server.answers = lambda _path, _headers: (
        301,
        {"Location": "http://169.254.169.254/latest/meta-data"},
        b"",
    )
    with pytest.raises(NotFetched, match=Failure.PRIVATE_ADDRESS):
        ask(server.url())
    server.answers = lambda _path, _headers: (302, {"Location": "file:///etc/passwd"}, b"")
    with pytest.raises(NotFetched, match=Failure.ADDRESS):
        ask(server.url())
    server.asked.clear()
    server.answers = lambda path, _headers: (307, {"Location": path + "x"}, b"")
    with pytest.raises(NotFetched, match=Failure.REDIRECTS):
        ask(server.url("/"))
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    ("status", "headers", "body", "failure"),
    [
        (404, {}, b"", Failure.GONE),
        (410, {}, b"", Failure.GONE),
        (403, {}, b"", Failure.FORBIDDEN),
        (500, {}, b"", Failure.REFUSED),
        (200, {}, b"x" * (2 * 1024 * 1024 + 1), Failure.TOO_LARGE),
        (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 50_000_000), Failure.TOO_LARGE),
        (200, {"Content-Encoding": "gzip"}, b"not zipped", Failure.BROKEN),
        (200, {"Content-Encoding": "br"}, b"", Failure.REFUSED),
    ],
)
def test_answers_that_are_none(server, status, headers, body, failure):
    server.answers = lambda _path, _headers: (status, headers, body)
    assert failure_of(server.url(), loopback=True) is failure


def test_what_is_zipped_is_unzipped_and_what_has_not_changed_is_not_sent(server):
    since = "Sat, 21 Nov 2026 12:00:00 GMT"
    whole = 200, {"Content-Encoding": "gzip", "ETag": '"7"', "Last-Modified": since}, gzip.compress(FILE)
    server.answers = lambda _path, asked: (304, {}, b"") if asked.get("if-none-match") == '"7"' else whole
    first = ask(server.url())
    assert first.content == FILE
    again = ask(server.url(), etag=first.etag, last_modified=first.last_modified)
    assert (again.content, again.etag) == (None, '"7"')
    assert server.asked[1][1]["if-modified-since"] == since


def test_a_server_that_dribbles_is_given_up(server, monkeypatch):
    monkeypatch.setattr(fetching, "SECONDS", 0.3)
    sending = socket.create_server(("127.0.0.1", 0))
    began = time.monotonic()
    assert failure_of(f"http://127.0.0.1:{sending.getsockname()[1]}/", loopback=True) is Failure.TIMEOUT
    assert time.monotonic() - began < 3
    sending.close()


def test_outside_of_tests_this_machine_is_never_asked(app, server):
    with pytest.raises(NotRead) as raised:
        visit_calendar(server.url(), Days(date(2026, 11, 21), ZoneInfo("UTC")))
    assert raised.value.failure is Failure.ADDRESS
    assert server.asked == []
