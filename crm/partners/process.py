"""Fetching and reading calendars in a process of its own, which is ended when it takes too long.

The worker and the commands call these where no transaction is open: they take seconds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from crm.partners.ics_reader.found import Date, Entry, Reading, Skip
from crm.partners.ics_reader.words import Failure, Passed

HERE = Path(__file__).resolve().parent
# A little more than the process allows itself (10 seconds to fetch, 8 to expand), with its start.
VISIT_SECONDS, READ_SECONDS = 23, 13
BACK, AHEAD = timedelta(days=31), timedelta(days=369)
# Last on the path, so that nothing of ours stands in for a library of that name.
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from ics_reader.child import main; main()"
_DATES = ("starts_at", "ends_at", "rule_start")


class NotRead(Exception):
    """A calendar that could not be fetched or read; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


@dataclass(frozen=True)
class Days:
    """The 400 days around a local day that dates are read for."""

    today: date
    zone: ZoneInfo

    def bounds(self) -> tuple[datetime, datetime]:
        """Their beginning and end, aware."""
        first, last = self.today - BACK, self.today + AHEAD
        return (
            datetime.combine(first, time(), self.zone),
            datetime.combine(last, time(), self.zone),
        )

    def told(self) -> dict[str, str]:
        """As the process is told."""
        starts_at, ends_at = (moment.isoformat() for moment in self.bounds())
        return {"starts_at": starts_at, "ends_at": ends_at, "zone": self.zone.key}


def is_loopback_allowed() -> bool:
    """Whether calendars may be on this very machine, at any port: in a test that says so, and never else."""
    return bool(current_app.testing and current_app.config.get("FETCH_LOOPBACK"))


@dataclass(frozen=True)
class Visit:
    """What came of asking for a calendar; `reading` is None where the file is the same as before."""

    reading: Reading | None
    etag: str
    last_modified: str
    digest: str


def visit_calendar(
    address: str, days: Days, etag: str = "", last_modified: str = "", digest: str = ""
) -> Visit:
    """Ask for a calendar, telling what is known of it, and read it where it has changed. Raises NotRead."""
    asked = {
        "address": address,
        "agent": f"Muster (partner calendars; +{current_app.config['BASE_URL']})",
        "etag": etag,
        "last_modified": last_modified,
        "loopback": is_loopback_allowed(),
    }
    told = _run({"do": "visit", "asked": asked, "digest": digest, **days.told()}, b"", VISIT_SECONDS)
    reading = reading_from(told) if "entries" in told else None
    return Visit(reading, told["etag"], told["last_modified"], told["digest"])


def read_calendar(content: bytes, days: Days) -> Reading:
    """What a file holds around a day. Raises NotRead."""
    return reading_from(_run({"do": "read", **days.told()}, content, READ_SECONDS))


def _run(asked: Mapping[str, Any], content: bytes, seconds: float) -> dict[str, Any]:
    """Let the process do what is asked, and end it when its time is over. Raises NotRead."""
    command = [sys.executable, "-c", _PROGRAM, str(HERE)]
    # Neither keys nor a proxy of this process's environment reach it.
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONTZPATH", "TZ") if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            input=json.dumps(asked).encode() + b"\n" + content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=seconds,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise NotRead(Failure.TIMEOUT) from None
    except subprocess.CalledProcessError:
        raise NotRead(Failure.BROKEN) from None
    told: dict[str, Any] = json.loads(done.stdout)
    if failure := told.get("failure"):
        raise NotRead(Failure(failure))
    return told


def reading_from(told: Mapping[str, Any]) -> Reading:
    """A reading as the process wrote it."""
    skips = [Skip(**{**one, "reason": Passed(one["reason"])}) for one in told["skips"]]
    entries = [entry_from(one) for one in told["entries"]]
    return Reading(told["name"], entries, skips, told["total"], told["outside"])


def entry_from(told: Mapping[str, Any]) -> Entry:
    """An entry as JSON holds it."""
    dates = [
        Date(**{**one, **{name: datetime.fromisoformat(one[name]) for name in _DATES}})
        for one in told["dates"]
    ]
    return Entry(**{**told, "first_local": datetime.fromisoformat(told["first_local"]), "dates": dates})
