"""Roles in the reader's words."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.core.formats import clock_time, number
from crm.roles.models import EventRole
from crm.roles.queries import RoleOnDate


def filled(one: RoleOnDate) -> str:
    """How far a role is filled: “4 of 6”."""
    return str(_("%(taken)s of %(needed)s", taken=number(one.taken), needed=number(one.role.needed)))


def shift(role: EventRole) -> str:
    """From when to when, where it is not the whole time."""
    if role.from_time and role.to_time:
        return f"{clock_time(role.from_time)}–{clock_time(role.to_time)}"
    if role.from_time:
        return str(_("from %(time)s", time=clock_time(role.from_time)))
    return str(_("until %(time)s", time=clock_time(role.to_time))) if role.to_time else ""
