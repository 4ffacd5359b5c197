"""The one clock. Instants are aware and in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import current_app, has_app_context

_standing: ContextVar[datetime | None] = ContextVar("muster_clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC; a fixed one where the test configuration sets it."""
    if (standing := _standing.get()) is not None:
        return standing
    if has_app_context() and (fixed := current_app.config.get("FIXED_CLOCK")):
        return datetime.fromisoformat(fixed).astimezone(UTC)
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """The calendar day that it is now in a zone."""
    return now().astimezone(zone).date()


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Let it be another instant within: for the demo's history alone, which happens in its own time."""
    token = _standing.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _standing.reset(token)
