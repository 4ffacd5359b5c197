"""The one clock. Instants are aware and in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import current_app, has_app_context


def now() -> datetime:
    """The present instant, aware, in UTC; a fixed one where the test configuration sets it."""
    if has_app_context() and (fixed := current_app.config.get("FIXED_CLOCK")):
        return datetime.fromisoformat(fixed).astimezone(UTC)
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """The calendar day that it is now in a zone."""
    return now().astimezone(zone).date()
