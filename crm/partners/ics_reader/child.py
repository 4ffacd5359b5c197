"""What the process does that is ended when it takes too long: a line of JSON in, a line out, then bytes.

{"do": "fetch", …}\\n           →  {"etag": …, "content": 1234}\\n<1234 bytes>
{"do": "read", …}\\n<the file>  →  {"entries": […], "skips": […], …}\\n
"""

from __future__ import annotations

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
    answer, content = _fetch(asked) if asked.pop("do") == "fetch" else (_read(asked), b"")
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + content)
    sys.stdout.buffer.flush()


def _fetch(asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        answer = fetch(Asked(**asked))
    except NotFetched as error:
        return {"failure": error.failure}, b""
    told = {"etag": answer.etag, "last_modified": answer.last_modified, "same": answer.content is None}
    return told, answer.content or b""


def _read(asked: dict[str, Any]) -> dict[str, Any]:
    starts_at, ends_at = (datetime.fromisoformat(asked[name]) for name in ("starts_at", "ends_at"))
    window = Window(starts_at, ends_at, asked["zone"])
    try:
        reading = read_calendar(sys.stdin.buffer.read(), window, Clock().guard)
    except NotACalendar:
        return {"failure": Failure.NOT_A_CALENDAR}
    except MemoryError:
        return {"failure": Failure.TOO_LARGE}
    told: dict[str, Any] = _plain(asdict(reading))
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
