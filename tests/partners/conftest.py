"""A web server of this machine's own, and calendars that are subscribed to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from crm.core import jobs
from crm.core.db import db
from crm.partners.models import PartnerCalendar
from crm.partners.operations import add_calendar

# Gives an answer to (path, headers): status, headers, body.
Answering = Callable[[str, dict[str, str]], tuple[int, dict[str, str], bytes]]


class Server:
    """Answers as the test says; what it was asked is kept."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answers: Answering = lambda _path, _headers: (404, {}, b"")
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                server.asked.append((self.path, headers))
                status, more, body = server.answers(self.path, headers)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **more}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def url(self, path: str = "/events.ics") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def loopback(app: Any) -> Iterator[None]:
    """Let calendars be fetched from this machine: for tests alone."""
    app.config["FETCH_LOOPBACK"] = True
    yield
    del app.config["FETCH_LOOPBACK"]


@pytest.fixture
def subscribed(coalition, organizer) -> Callable[..., PartnerCalendar]:
    """Subscribes to a calendar and has it fetched."""

    def subscribe(address: str, name: str = "Tenants' Union", **values: Any) -> PartnerCalendar:
        shown = {"shown_in_calendar": True, "in_own_feed": False, "organization_id": None, **values}
        calendar = add_calendar(organizer.viewer, {"address": address, "name": name, **shown})
        db.session.commit()
        jobs.run_all()
        return calendar

    return subscribe
