"""The form for a touch as it stands on the page of a group: empty, and the same for every group of a day.

It is made once for each day and language, with holes for what is the group's or the viewer's: to make all of
it anew took as long as the rest of the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from markupsafe import Markup, escape
from wtforms.widgets import Select

from crm.core import clock
from crm.core.languages import spoken
from crm.outreach.forms import LogForm, Owners

TEMPLATE = "outreach/_log_form.html"
# Around the name of a hole: no character (Unicode keeps it for programs), so that no text of ours holds it.
# What is put in later is not looked through.
EDGE = "\ufdd0"
# Languages, days and coalitions' zones: so many forms are kept.
KEPT = 16
CHOICES = ("contact_id", "owner_id")
HIDDEN = ("form_key", "next", "follow_up")


class _Holed(Select):  # type: ignore[misc]
    """A choice whose options are put in later."""

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        head, _end, _options = super().__call__(field, **attributes).partition(">")
        return Markup("{}>{}</select>").format(head, _hole(field.name))


def _hole(name: str) -> str:
    return f"{EDGE}{name}{EDGE}"


def fill_log_form(zone: ZoneInfo, values: Mapping[str, str], choices: Mapping[str, Owners]) -> Markup:
    """The form with its action, what its hidden fields hold, and the choices of CHOICES; which of these are
    chosen stands among the values. Where there is nobody to choose nobody is asked for.
    """
    pieces = _pieces(clock.today(zone), zone, str(spoken()), len(choices["contact_id"]) > 1)
    filled = {**values, **{name: _options(some, values[name]) for name, some in choices.items()}}
    parts = (filled[piece] if number % 2 else Markup(piece) for number, piece in enumerate(pieces))  # noqa: S704
    return Markup("").join(map(escape, parts))


def _options(choices: Owners, chosen: str) -> Markup:
    mark = Markup(" selected")
    return Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(value, mark if str(value) == chosen else "", text)
        for value, text in choices
    )


@lru_cache(maxsize=KEPT)
def _pieces(_day: date, zone: ZoneInfo, _language: str, with_people: bool) -> tuple[str, ...]:
    """The form cut at the edges of its holes: at every second place stands the name of one."""
    form = LogForm(contacts=(), owners=(), zone=zone, data={"on": clock.today(zone)}, formdata=None)
    form.csrf_token.current_token = _hole("csrf_token")
    for name in HIDDEN:
        form[name].data = _hole(name)
    for name in CHOICES:
        form[name].widget = _Holed()
    if with_people:
        form.contact_id.choices *= 2
    template = current_app.jinja_env.get_template(TEMPLATE)
    return tuple(template.render(form=form, action=_hole("action")).split(EDGE))
