"""What the process does that is ended when it takes too long: a line of JSON in, a line of JSON out.

{"do": "visit", …}\\n           →  {"etag": …, "entries": […], "skips": […], …}
{"do": "read", …}\\n<the file>  →  {"entries": […], "skips": […], …}
"""

from __future__ import annotations

import hashlib
import json
import resource
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any

from .fetching import Asked, NotFetched, fetch
from .reading import NotACalendar, Window, read_calendar
from .words import Failure

MEMORY = 1024 * 1024 * 1024
SECONDS_OF_ONE = 1.0
SECONDS_OF_ALL = 8.0


def main() -> None:
    """Do what standard input asks for."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    asked = json.loads(sys.stdin.buffer.readline())
    starts_at, ends_at = (datetime.fromisoformat(asked[name]) for name in ("starts_at", "ends_at"))
    window = Window(starts_at, ends_at, asked["zone"])
    try:
        told = _visit(asked, window) if asked["do"] == "visit" else _read(sys.stdin.buffer.read(), window)
    except NotFetched as error:
        told = {"failure": error.failure}
    except NotACalendar:
        told = {"failure": Failure.NOT_A_CALENDAR}
    except MemoryError:
        told = {"failure": Failure.TOO_LARGE}
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()


def _visit(asked: dict[str, Any], window: Window) -> dict[str, Any]:
    """Ask for a calendar; read it where it is another than the one of that hash."""
    answer = fetch(Asked(**asked["asked"]))
    told: dict[str, Any] = {"etag": answer.etag, "last_modified": answer.last_modified}
    if answer.content is None:
        return {**told, "digest": asked["digest"]}
    digest = hashlib.sha256(answer.content).hexdigest()
    if digest != asked["digest"]:
        told |= _read(answer.content, window)
    return {**told, "digest": digest}


def _read(content: bytes, window: Window) -> dict[str, Any]:
    told: dict[str, Any] = _plain(asdict(read_calendar(content, window, Clock().guard)))
    return told


def _plain(value: Any) -> Any:
    """As JSON holds it."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


class Clock:
    """Bounds the time of each entry and of all together: what takes longer is passed over, not waited for."""

    def __init__(self) -> None:
        self._ends = time.monotonic() + SECONDS_OF_ALL
        signal.signal(signal.SIGALRM, _ring)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Raises TimeoutError inside once an entry has had its second."""
        left = min(SECONDS_OF_ONE, self._ends - time.monotonic())
        if left <= 0:
            raise TimeoutError
        signal.setitimer(signal.ITIMER_REAL, left)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


def _ring(_number: int, _frame: object) -> None:
    raise TimeoutError
