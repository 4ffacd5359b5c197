"""A browser without JavaScript: cookies, forms as they stand on the page, one connection for each request."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from crm.core.serving import HOST
from tests.pages import defaults, parse

# A server that is stopped does not answer; one that works answers sooner.
TIMEOUT = 40.0


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    status: int
    location: str
    text: str

    def form(self, marker: str) -> dict[str, Any]:
        """What a browser would send of the form with that field, or with that in its action."""
        for form in parse(self.text).iter("form"):
            if marker in form.get("action", "") or any(e.get("name") == marker for e in form.iter()):
                return defaults(form)
        raise RuntimeError(f"no form with {marker!r}")


class Browser:
    """Somebody at a server of this machine; `cookie` signs them in."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._port, self._cookies = port, dict(SimpleCookie(cookie).items())

    @property
    def cookies(self) -> str:
        """As they are sent."""
        return "; ".join(f"{name}={one.value}" for name, one in self._cookies.items())

    def get(self, path: str) -> Answer:
        """Open a page; redirects are told, not followed."""
        return self._ask("GET", path, None, {})

    def send(
        self,
        path: str,
        values: Mapping[str, Any],
        *,
        accept: str = "text/html",
        file: tuple[str, bytes] | None = None,
    ) -> Answer:
        """Send a form, with a file in its field `file` where there is one."""
        if file:
            boundary, body = encode_multipart({**values, "file": _stored(*file)})
            kind = f"multipart/form-data; boundary={boundary}"
        else:
            body, kind = urlencode(values, doseq=True).encode(), "application/x-www-form-urlencoded"
        return self._ask("POST", path, body, {"Content-Type": kind, "Accept": accept})

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        connection = HTTPConnection(HOST, self._port, timeout=TIMEOUT)
        with contextlib.closing(connection):
            connection.request(method, path, body, {**headers, "Cookie": self.cookies})
            response = connection.getresponse()
            text = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie", []):
            self._cookies.update(SimpleCookie(cookie))
        return Answer(response.status, urlsplit(response.headers.get("Location", "")).path, text)


def _stored(name: str, content: bytes) -> FileStorage:
    return FileStorage(io.BytesIO(content), name, "file")
