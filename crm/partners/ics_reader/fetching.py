"""Fetches a calendar from an address that somebody typed, and from nowhere that it could be led to instead.

Every address of the host has to be one of the public internet; the connection goes to the address that was
looked at, and each redirect is looked at again. No proxy, no cookie, no password.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from .words import Failure

MOST_BYTES = 2 * 1024 * 1024
SECONDS = 10.0
MOST_REDIRECTS = 5
_PORTS = {"http": 80, "https": 443}
_MOVED = frozenset({301, 302, 303, 307, 308})
_PIECE = 64 * 1024
# Ways to write an IPv4 address inside an IPv6 one that Python does not see through: NAT64 (RFC 6052) and the
# local one (RFC 8215), and IPv4-compatible ones.
_TRANSLATED = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96"))


class NotFetched(Exception):
    """A calendar that could not be had, with the reason."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


@dataclass(frozen=True)
class Asked:
    """What is asked for. `etag` and `last_modified` are those of the last answer, or "".

    `agent` says who asks. `loopback`: tests, whose servers are on this machine, may be led here, to any port.
    """

    address: str
    agent: str
    etag: str = ""
    last_modified: str = ""
    loopback: bool = False


@dataclass(frozen=True)
class Answer:
    """What came: None where it is as it was."""

    content: bytes | None
    etag: str = ""
    last_modified: str = ""


def fetch(asked: Asked) -> Answer:
    """Ask for a calendar. Raises NotFetched."""
    deadline = time.monotonic() + SECONDS
    address = asked.address
    try:
        for _turn in range(MOST_REDIRECTS + 1):
            answer = _ask(address, asked, deadline)
            if isinstance(answer, Answer):
                return answer
            address = urljoin(address, answer)
        raise NotFetched(Failure.REDIRECTS)
    except TimeoutError:
        raise NotFetched(Failure.TIMEOUT) from None
    except ssl.SSLError:
        raise NotFetched(Failure.CERTIFICATE) from None
    except (OSError, http.client.HTTPException, UnicodeError, ValueError):
        raise NotFetched(Failure.NO_ANSWER) from None


def _ask(address: str, asked: Asked, deadline: float) -> Answer | str:
    """One request: the answer, or where it says to go instead."""
    parts = read_address(address, any_port=asked.loopback)
    place = _place_of(parts, loopback=asked.loopback)
    connection = _Pinned(parts, place, deadline)
    try:
        connection.request("GET", _path(parts), headers=_headers(asked))
        response = connection.getresponse()
        if response.status in _MOVED and response.headers.get("Location"):
            return str(response.headers["Location"])
        if response.status == 304:
            return Answer(None, asked.etag, asked.last_modified)
        _check_status(response.status)
        content = _whole(response, connection, deadline)
        return Answer(content, _header(response, "ETag", 300), _header(response, "Last-Modified", 100))
    finally:
        connection.close()


def read_address(address: str, *, any_port: bool = False) -> SplitResult:
    """The parts of an address that may be asked: http or https on their own ports. Raises NotFetched."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise NotFetched(Failure.ADDRESS) from None
    odd = "@" in parts.netloc or any(char.isspace() or not char.isprintable() for char in address)
    if parts.scheme not in _PORTS or not parts.hostname or odd:
        raise NotFetched(Failure.ADDRESS)
    if port not in (None, _PORTS[parts.scheme]) and not any_port:
        raise NotFetched(Failure.ADDRESS)
    return parts


def _path(parts: SplitResult) -> str:
    asked = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return quote(asked, safe="%/:?#[]@!$&'()*+,;=~-._")


def _headers(asked: Asked) -> dict[str, str]:
    headers = {"User-Agent": asked.agent, "Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "gzip"}
    if asked.etag:
        headers["If-None-Match"] = asked.etag
    if asked.last_modified:
        headers["If-Modified-Since"] = asked.last_modified
    return headers


def _place_of(parts: SplitResult, *, loopback: bool) -> tuple[str, int]:
    """The one address and port to connect to. Raises NotFetched where any of the host's is not public."""
    port = parts.port or _PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise NotFetched(Failure.NOT_FOUND) from None
    places = [str(entry[4][0]) for entry in found]
    if not places:
        raise NotFetched(Failure.NOT_FOUND)
    if not all(is_public(place) or (loopback and _is_loopback(place)) for place in places):
        raise NotFetched(Failure.PRIVATE_ADDRESS)
    # IPv4 first: a server without IPv6 would wait for nothing.
    return sorted(places, key=lambda place: ":" in place)[0], port


def is_public(place: str) -> bool:
    """Whether an IP address is one of the public internet, whatever it is wrapped in."""
    try:
        address = ipaddress.ip_address(place.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return _is_global(address)
    return _is_global(address) and all(_is_global(inner) for inner in _inner(address))


def _is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return address.is_global and not address.is_multicast


def _inner(address: ipaddress.IPv6Address) -> Iterable[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 one leads on to."""
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if any(address in network for network in _TRANSLATED):
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def _is_loopback(place: str) -> bool:
    return ipaddress.ip_address(place.partition("%")[0]).is_loopback


class _Pinned(http.client.HTTPConnection):
    """A connection to one IP address; the host's name is asked for, and the certificate must show it."""

    def __init__(self, parts: SplitResult, place: tuple[str, int], deadline: float) -> None:
        super().__init__(str(parts.hostname), place[1], timeout=_left(deadline))
        self._place, self._tls, self._deadline = place, parts.scheme == "https", deadline
        # What is written after "Host:"; the usual port is not.
        self.default_port = _PORTS[parts.scheme]

    def connect(self) -> None:
        """Connect to the address that was looked at, and to no other."""
        sock = socket.create_connection(self._place, timeout=_left(self._deadline))
        # Kept first, so that closing the connection closes it whatever comes.
        self.sock = self.wire = sock
        if self._tls:
            sock.settimeout(_left(self._deadline))
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=self.host)
        # Kept beside: the library forgets a socket whose answer is the last one.
        self.sock = self.wire = sock


def _left(deadline: float) -> float:
    """The seconds that are left. Raises TimeoutError when none are."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _check_status(status: int) -> None:
    if status == 200:
        return
    reasons = {401: Failure.FORBIDDEN, 403: Failure.FORBIDDEN, 404: Failure.GONE, 410: Failure.GONE}
    raise NotFetched(reasons.get(status, Failure.REFUSED))


def _header(response: http.client.HTTPResponse, name: str, longest: int) -> str:
    value = response.headers.get(name, "")
    return value if len(value) <= longest and value.isascii() and value.isprintable() else ""


def _whole(response: http.client.HTTPResponse, connection: _Pinned, deadline: float) -> bytes:
    """All of the body, as long as it is small and comes in time."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise NotFetched(Failure.REFUSED)
    unzip = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    parts: list[bytes] = []
    size = 0
    while size <= MOST_BYTES:
        connection.wire.settimeout(_left(deadline))
        piece = response.read1(_PIECE)
        if not piece:
            return b"".join(parts)
        if unzip is not None:
            piece = _unzipped(unzip, piece, MOST_BYTES + 1 - size)
        size += len(piece)
        parts.append(piece)
    raise NotFetched(Failure.TOO_LARGE)


def _unzipped(unzip: zlib._Decompress, piece: bytes, room: int) -> bytes:
    try:
        return unzip.decompress(piece, room)
    except zlib.error:
        raise NotFetched(Failure.BROKEN) from None
