"""How long what is kept about people is kept: one register, to which each feature adds its rules.

    register(Rule("rsvps", _l("Who said that they come"), _l("…"), days=7, least=1, most=30, due=…, forget=…))

Each night every rule is run in each coalition (`forget_due`), with the days that the coalition chose.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import LazyString
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from crm.core.db import db

# Where a coalition's settings keep its days: kind → days.
KEY = "retention"
log = logging.getLogger("muster.retention")


@dataclass(frozen=True)
class Due:
    """How much goes, and from when the oldest of it is (a day, or None where nothing goes)."""

    count: int = 0
    oldest: date | None = None

    def __add__(self, other: Due) -> Due:
        days = [one for one in (self.oldest, other.oldest) if one is not None]
        return Due(self.count + other.count, min(days, default=None))


@dataclass(frozen=True)
class Rule:
    """What goes when. `due` and `forget` get (now, how long it is kept) in the chosen coalition.

    Twice is once; `forget` may commit. Where `least` is `most` nobody can choose the days.
    """

    kind: str
    label: LazyString
    # From when the days are counted, what goes and what stays.
    goes: LazyString
    days: int
    least: int
    most: int
    due: Callable[[datetime, timedelta], Due]
    forget: Callable[[datetime, timedelta], object]

    @property
    def is_fixed(self) -> bool:
        return self.least == self.most


rules: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Add a rule; each kind once."""
    if rule.kind in rules:
        raise ValueError(f"{rule.kind} has a rule already.")
    rules[rule.kind] = rule


def days_of(rule: Rule, settings: Mapping[str, Any]) -> int:
    """The days that hold in a coalition: chosen, within what may be chosen, else the default."""
    chosen = settings.get(KEY, {}).get(rule.kind)
    return chosen if isinstance(chosen, int) and rule.least <= chosen <= rule.most else rule.days


def forget_due(settings: Mapping[str, Any], now: datetime) -> list[str]:
    """Run all rules in the chosen coalition, each committed by itself; the kinds of those that failed."""
    failed = []
    for kind, rule in rules.items():
        try:
            rule.forget(now, timedelta(days=days_of(rule, settings)))
            db.session.commit()
        except Exception:
            # The others go on; the job is told of as failed, and tried again.
            log.exception("retention of %s failed", kind)
            db.session.rollback()
            failed.append(kind)
    return failed


def count_due(since: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]) -> Due:
    """How many rows of a model meet the conditions, and from when the oldest is."""
    count, oldest = db.session.execute(
        select(func.count(), func.min(since)).select_from(since.class_).where(*conditions)
    ).one()
    return Due(count, oldest.date() if isinstance(oldest, datetime) else oldest)
