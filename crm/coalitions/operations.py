"""Changing coalitions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache, wraps
from typing import Any
from zoneinfo import available_timezones

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import case, event, select, update
from sqlalchemy.orm import Session

from crm.coalitions.models import RESERVED_SLUGS, Coalition, SlugHistory
from crm.coalitions.queries import find_coalition, find_coalition_by_former_slug
from crm.core import clock, jobs
from crm.core.colour import check_accent
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.languages import LANGUAGES
from crm.core.tenancy import current_coalition_id

TOUCHED = "coalitions whose feeds were touched"
HOUR = timedelta(hours=1)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Longer than that nobody coordinates with a password alone.
MOST_FACTOR_DAYS = 30
EDITABLE = ("name", "place", "timezone", "languages", "accent", "about", "contact_email", "factor_days")


def create_coalition(
    *,
    slug: str,
    name: str,
    timezone: str,
    parent: Coalition | None = None,
    place: str = "",
    demo: bool = False,
) -> Coalition:
    """Make a coalition. Raises Refused (field `slug`, `name` or `timezone`)."""
    check_slug(slug)
    _check_name(name)
    _check_timezone(timezone)
    coalition = Coalition(
        slug=slug,
        name=name,
        timezone=timezone,
        place=place,
        parent_id=parent.id if parent else None,
        is_demo=demo,
        created_at=clock.now(),
    )
    db.session.add(coalition)
    db.session.flush()
    return coalition


def hold_coalition() -> Coalition:
    """The chosen coalition as it stands now, held until the end of the transaction.

    For who changes a part of what it keeps as one value: two who do would each take the other's back.
    """
    return db.session.get_one(Coalition, current_coalition_id(), with_for_update=True, populate_existing=True)


def edit_settings(coalition: Coalition, values: dict[str, object]) -> list[str]:
    """Change settings; the names of those that changed. Raises Refused with the field that is wrong."""
    _check_name(str(values.get("name", coalition.name)))
    _check_timezone(str(values.get("timezone", coalition.timezone)))
    languages = values.get("languages", coalition.languages)
    if not isinstance(languages, list) or not languages or not set(languages) <= set(LANGUAGES):
        raise Refused(_("Choose at least one language."), "languages")
    if reason := check_accent(str(values.get("accent", coalition.accent))):
        raise Refused(reason, "accent")
    if not 1 <= int(str(values.get("factor_days", coalition.factor_days))) <= MOST_FACTOR_DAYS:
        raise Refused(
            _("Write a number from %(min)s to %(max)s.", min=1, max=MOST_FACTOR_DAYS), "factor_days"
        )
    changed = [name for name in EDITABLE if name in values and getattr(coalition, name) != values[name]]
    for name in changed:
        setattr(coalition, name, values[name])
    if changed:
        touch_feeds()
    return changed


def rename_slug(coalition: Coalition, slug: str) -> None:
    """Move a coalition to another address; the old one goes on leading here. Raises Refused."""
    if slug == coalition.slug:
        return
    former = find_coalition_by_former_slug(slug)
    check_slug(slug, but=coalition if former is coalition else None)
    if former is coalition:
        db.session.delete(db.session.get_one(SlugHistory, slug))
    db.session.add(SlugHistory(slug=coalition.slug, coalition_id=coalition.id, until=clock.now()))
    coalition.slug = slug
    db.session.flush()
    touch_feeds(coalition.id)


def check_slug(slug: str, but: Coalition | None = None) -> None:
    """Whether an address may be taken. Raises Refused."""
    if not SLUG.fullmatch(slug) or not 2 <= len(slug) <= 60:
        raise Refused(_("Use 2 to 60 small letters, digits and hyphens, as in seattle-sanctuary."), "slug")
    if slug in RESERVED_SLUGS:
        raise Refused(_("“%(slug)s” is kept for a page of Muster. Choose another.", slug=slug), "slug")
    if find_coalition(slug) or (find_coalition_by_former_slug(slug) not in (None, but)):
        raise Refused(_("“%(slug)s” is taken. Choose another.", slug=slug), "slug")


def touch_feeds(coalition_id: int | None = None) -> None:
    """Raise the version of a coalition's feeds (the chosen one's): the next request sees the change."""
    touched: set[int] = db.session.info.setdefault(TOUCHED, set())
    coalition_id = coalition_id or current_coalition_id()
    if coalition_id in touched:  # in this transaction, which is seen whole or not at all
        return
    touched.add(coalition_id)
    now, version = int(clock.now().timestamp()), Coalition.feed_version
    query = update(Coalition).where(Coalition.id == coalition_id)
    db.session.execute(query.values(feed_version=case((version < now, now), else_=version + 1)))


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_soft_rollback")
def _forget_touched(session: Session, *_: object) -> None:
    session.info.pop(TOUCHED, None)


def _check_name(name: str) -> None:
    if not 2 <= len(name) <= 200:
        raise Refused(_("Give the coalition a name of 2 to 200 characters."), "name")


# Reading it walks the whole folder of time zones.
_known_timezones = cache(available_timezones)


def _check_timezone(timezone: str) -> None:
    if timezone not in _known_timezones():
        raise Refused(_("Choose a time zone from the list, as in America/Los_Angeles."), "timezone")


def in_its_language(work: jobs.Work) -> jobs.Work:
    """A job that speaks the language of its coalition, in which its organizers find what it writes."""

    @wraps(work)
    def speaking(**payload: Any) -> None:
        with force_locale(db.session.get_one(Coalition, current_coalition_id()).default_language):
            work(**payload)

    return speaking


def each_morning(kind: str, from_hour: int) -> Callable[[jobs.Work], jobs.Work]:
    """Register a job that each coalition has once a day, from that hour of its own time on, in its language.

    It may be stopped and done again, and has to do its effect once.
    """

    def register(work: jobs.Work) -> jobs.Work:
        jobs.every(f"{kind}s", HOUR)(lambda: ask_for_mornings(kind, from_hour))
        return jobs.work(kind)(in_its_language(work))

    return register


def ask_for_mornings(kind: str, from_hour: int) -> None:
    """Ask for each coalition's job of the day, once that hour has come there. Twice is once. Commits."""
    for coalition in db.session.scalars(select(Coalition).order_by(Coalition.id)).all():
        here = clock.now().astimezone(coalition.zone)
        if here.hour >= from_hour:
            jobs.enqueue_once(kind, f"{coalition.id}:{here.date().isoformat()}", coalition_id=coalition.id)
    db.session.commit()
