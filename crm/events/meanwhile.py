"""Two who change the same event at once: who comes second sees both versions before anything is saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from flask_babel import gettext as _
from wtforms import Field

from crm.core.db import db
from crm.core.formats import clock_time, full_date
from crm.core.forms import Form
from crm.events.models import Event


@dataclass(frozen=True)
class Difference:
    """A field as it is now and as it was typed, in words."""

    label: str
    now: str
    typed: str


def hold(event: Event) -> None:
    """Read an event anew and let nobody else change it until this is saved."""
    db.session.refresh(event, with_for_update=True)


def differences(form: Form, now: Mapping[str, Any]) -> list[Difference]:
    """Where what was typed is not what is kept; empty where there is nothing to save."""
    found = []
    for name, value in now.items():
        field = form[name]
        if _plain(field.data) != _plain(value):
            found.append(Difference(str(field.label.text), _words(field, value), _words(field, field.data)))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return sorted({str(each) for each in value if each})
    return str(value) if value not in (None, "") else ""


def _words(field: Field, value: Any) -> str:
    """A value as people read it."""
    names = {str(choice[0]): str(choice[1]) for choice in field.choices} if hasattr(field, "choices") else {}
    each: Iterable[Any] = value if isinstance(value, list) else [value]
    return ", ".join(_word(names, one) for one in each if one not in (None, "")) or "–"


def _word(names: Mapping[str, str], value: Any) -> str:
    if str(value) in names:
        return names[str(value)]
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, date):
        return full_date(value)
    return clock_time(value) if isinstance(value, time) else str(value)
