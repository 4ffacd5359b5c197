"""Looking whether all is well with an installation. Nothing is changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from flask import current_app
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from config import Settings, SettingsError
from crm.accounts.models import User
from crm.audit.queries import find_faults_lately, last_act, newest_act
from crm.core import clock, jobs
from crm.core.condition import database_folder, disk_fault, is_up_to_date
from crm.core.db import db
from crm.core.serving import is_worker_alive
from crm.core.tenancy import across_coalitions
from crm.core.transactions import reading
from crm.mail.queries import count_late, find_server_fault
from crm.partners.queries import calendars

MAIL_ANSWERS_WITHIN = 10.0  # seconds
JOBS_LATE_AFTER = timedelta(minutes=15)
MAIL_LATE_AFTER = timedelta(hours=1)
CALENDARS_LATE_AFTER = timedelta(hours=1)
BACKUP_OLD_AFTER = timedelta(days=8)
CLOCKS_APART = timedelta(minutes=1)
PLENTY_FREE = 1024 * 1024 * 1024  # bytes
KEY_FILES = ("secret_key", "field_keys")
SHORTEST_SECRET = 32
UNBOUND = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


class State(StrEnum):
    """How it is with one thing."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: one line."""

    what: str
    state: State
    text: str


Look = Callable[[], tuple[State, str]]


def examine() -> list[Finding]:
    """Look at everything; what can't be looked at is broken."""
    return [Finding(what, *_looked(look)) for what, look in LOOKS.items()]


def _looked(look: Look) -> tuple[State, str]:
    try:
        with reading(), across_coalitions():
            return look()
    except SQLAlchemyError as error:
        first = " ".join(str(getattr(error, "orig", error)).split())
        return State.FAIL, f"the database does not answer: {first}"


def _settings() -> tuple[State, str]:
    settings: Settings = current_app.config["SETTINGS"]
    if len(settings.secret_key) < SHORTEST_SECRET:
        return State.FAIL, "SECRET_KEY is short enough to be guessed: `python config.py` prints a fresh one"
    if settings.production and not settings.limits:
        return State.FAIL, "LIMITS is off: passwords can be guessed as fast as the server answers"
    if not settings.production:
        return State.WARN, f"BASE_URL is {settings.base_url}: without https for this machine alone"
    if settings.demo:
        return State.WARN, "DEMO is on"
    return State.OK, settings.base_url


def _key_files() -> tuple[State, str]:
    settings: Settings = current_app.config["SETTINGS"]
    found = [path for name in KEY_FILES if (path := settings.instance / name).exists()]
    readable = [str(path) for path in found if path.stat().st_mode & 0o077]
    if readable:
        return State.FAIL, f"others can read {', '.join(readable)}: chmod 600"
    if found and database_folder() == settings.instance.resolve():
        return State.WARN, "the keys lie beside the database: whoever takes the disk has both"
    return State.OK, "nobody else reads them"


def _keys() -> tuple[State, str]:
    try:
        someone = db.session.scalars(select(User).order_by(User.id.desc()).limit(1)).first()
    except SettingsError as error:
        return State.FAIL, str(error)
    return (
        State.OK,
        "FIELD_KEYS opens what the database holds" if someone else "the database holds nothing yet",
    )


def _migrations() -> tuple[State, str]:
    if is_up_to_date():
        return State.OK, "the tables are up to date"
    return State.FAIL, "the tables are of another version: flask db upgrade"


def _database() -> tuple[State, str]:
    if database_folder() is None:
        if db.session.scalar(text(UNBOUND)):
            return State.WARN, "no row-level security holds its role: give Muster one that is no superuser"
        return State.OK, str(db.session.scalar(text("SELECT version()"))).split(" on ")[0]
    said = str(db.session.scalar(text("PRAGMA quick_check(1)")))
    if said != "ok":
        return State.FAIL, f"the file is damaged: {said}. Restore the last backup"
    return State.OK, "the file is whole"


def _disk() -> tuple[State, str]:
    if fault := disk_fault():
        return State.FAIL, fault
    settings: Settings = current_app.config["SETTINGS"]
    free = shutil.disk_usage(database_folder() or settings.instance).free
    said = f"{free / 2**30:.1f} GB are free"
    return (State.OK if free > PLENTY_FREE else State.WARN), said


def _worker() -> tuple[State, str]:
    return (State.OK, "it lives") if is_worker_alive() else (State.FAIL, "none lives: flask worker")


def _jobs() -> tuple[State, str]:
    stuck = jobs.list_stuck(clock.now() - JOBS_LATE_AFTER)
    if stuck:
        kinds = ", ".join(f"{kind} ({number})" for kind, number in sorted(stuck.items()))
        return State.WARN, f"given up, or late by more than 15 minutes: {kinds}"
    return State.OK, "none is late"


def _mail_server() -> tuple[State, str]:
    try:
        fault = find_server_fault(MAIL_ANSWERS_WITHIN)
    except LookupError:
        return State.WARN, "MAIL_URL is not set: mail waits"
    return (State.FAIL, fault) if fault else (State.OK, "it lets us in")


def _mail() -> tuple[State, str]:
    late = count_late(clock.now() - MAIL_LATE_AFTER)
    return (
        (State.WARN, f"{late} have been waiting for more than an hour")
        if late
        else (State.OK, "none is late")
    )


def _backup() -> tuple[State, str]:
    last = last_act("backup.make")
    if last is None:
        return State.WARN, "none was ever made: flask backup FILE"
    state = State.WARN if clock.now() - last > BACKUP_OLD_AFTER else State.OK
    return state, f"the last one is of {last:%Y-%m-%d %H:%M} UTC"


def _clock() -> tuple[State, str]:
    now = clock.now()
    if database_folder() is None:
        theirs = db.session.scalar(text("SELECT clock_timestamp()"))
        if isinstance(theirs, datetime) and abs(theirs.astimezone(UTC) - now) > CLOCKS_APART:
            return (
                State.FAIL,
                f"the database says {theirs.astimezone(UTC):%Y-%m-%d %H:%M:%S}, this machine {now:%H:%M:%S}",
            )
    newest = newest_act()
    if newest is not None and newest - now > CLOCKS_APART:
        return State.FAIL, f"something was done on {newest:%Y-%m-%d %H:%M}, which is still to come"
    return State.OK, f"{now:%Y-%m-%d %H:%M} UTC"


def _calendars() -> tuple[State, str]:
    late, failing = calendars.count_late(clock.now() - CALENDARS_LATE_AFTER)
    if late or failing:
        return State.WARN, f"of the partners' calendars {late} are late, {failing} failed again and again"
    return State.OK, "partners' calendars are fresh"


def _audit() -> tuple[State, str]:
    faults = find_faults_lately()
    if not faults:
        return State.OK, "its last entries hold"
    return State.FAIL, f"{faults[0]} ({len(faults)} in all): flask audit verify"


# In the order in which one would look.
LOOKS: dict[str, Look] = {
    "settings": _settings,
    "key files": _key_files,
    "disk": _disk,
    "database": _database,
    "migrations": _migrations,
    "keys": _keys,
    "clock": _clock,
    "worker": _worker,
    "jobs": _jobs,
    "mail server": _mail_server,
    "mail": _mail,
    "calendars": _calendars,
    "audit": _audit,
    "backup": _backup,
}
