"""What outreach adds to the directory's filters: how long nobody has been in touch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import ColumnElement, or_

from crm.core import clock
from crm.core.permissions import Viewer
from crm.organizations.models import Organization
from crm.organizations.queries import Control, DirectoryFilter, Found, only_number

NEVER = "never"
# Days that are offered; an address may ask for others.
OFFERED_DAYS = (7, 14, 30, 60, 90)
MOST_DAYS = 3_650


def _parse(text: str) -> str:
    days = only_number(text)
    return NEVER if text == NEVER else days if days and 0 < int(days) <= MOST_DAYS else ""


def _is_quiet(viewer: Viewer, name: str, value: str) -> ColumnElement[bool]:
    never = Organization.last_touch_at.is_(None)
    if value == NEVER:
        return never
    return or_(never, Organization.last_touch_at < clock.now() - timedelta(days=int(value)))


def _controls(viewer: Viewer, found: Found) -> Sequence[Control]:
    days = [(str(n), _days(str(n))) for n in OFFERED_DAYS]
    never = (NEVER, str(_("Never in touch")))
    return [Control("quiet", _l("No touch for"), [*days, never], word=_days)]


def _days(number: str) -> str:
    return str(ngettext("%(num)s day", "%(num)s days", int(number)))


QUIET = DirectoryFilter("quiet", _parse, _is_quiet, _controls, place=10)
