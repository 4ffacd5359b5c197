"""The list of the dates of events, and the same as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Permission, viewer
from crm.core.spreadsheet import MARK, csv_lines
from crm.core.web import allowed
from crm.events.models import EventKind
from crm.events.own_fields import event_fields, narrowed, own_filters
from crm.events.queries import AHEAD, EventDate, list_closed_owners, list_dates
from crm.events.series import Window
from crm.events.views import bp
from crm.events.words import KIND_NAMES, VISIBILITY_NAMES
from crm.fields.definitions import YES, CustomField, FieldKind, Subject
from crm.fields.queries import list_values_of
from crm.organizations.operations.lists import EVENTS, note_list
from crm.organizations.queries.narrowing import Control

BEFORE = timedelta(days=360)
MOST_SHOWN = 100


@dataclass(frozen=True)
class Shown:
    """What an address asks of the list."""

    past: bool
    # Of `EventKind`; "" for all.
    kind: str
    own: Sequence[tuple[Control, str]]

    @classmethod
    def asked(cls) -> Shown:
        kind = request.args.get("kind", "")
        kind = kind if kind in set(EventKind) else ""
        return cls(request.args.get("when") == "past", kind, own_filters(request.args))

    @property
    def parameters(self) -> dict[str, str]:
        """The same, for an address."""
        asked = {"kind": self.kind, "when": "past" if self.past else ""}
        return {name: text for name, text in asked.items() if text} | {
            control.name: text for control, text in self.own if text
        }

    def dates(self) -> list[EventDate]:
        """The dates to come by day, or those gone by, the last one first."""
        now = clock.now()
        window = Window(now - BEFORE, now) if self.past else Window(now, now + AHEAD)
        kinds = [EventKind(self.kind)] if self.kind else list(EventKind)
        dates = list_dates(viewer(), window, kinds, where=narrowed(self.own))
        return dates[::-1] if self.past else dates


@bp.route("/")
@allowed(Permission.EVENT_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """The dates to come by day, or those gone by."""
    shown = Shown.asked()
    dates = shown.dates()
    return render_template(
        "events/index.html",
        dates=dates[:MOST_SHOWN],
        count=len(dates),
        shown=shown,
        closed=list_closed_owners(viewer()) if viewer().can(Permission.EVENT_WIDEN) else [],
    )


@bp.route("/events.csv", methods=["POST"])
@allowed(Permission.LIST_CSV)
def download(coalition: Coalition) -> ResponseReturnValue:
    """What the list shows under the same address, whole. A POST: that it was taken is noted."""
    dates = Shown.asked().dates()
    head = [_("Day"), _("Begins"), _("Ends"), _("Time zone"), _("Title"), _("Kind"), _("State")]
    head += [_("Place"), _("Address"), _("Neighborhood or town"), _("Who may know")]
    head += [one.label for one in event_fields()]
    lines = MARK + csv_lines([head, *_rows(dates)])
    note_list(viewer(), EVENTS)
    db.session.commit()
    response = Response(lines, mimetype="text/csv")
    name = f"events-{clock.today(coalition.zone)}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _rows(dates: Sequence[EventDate]) -> Iterator[Sequence[object]]:
    fields = event_fields()
    values = list_values_of(sorted({one.event_id for one in dates}), Subject.EVENT) if fields else {}
    for one in dates:
        own = values.get(one.event_id, {})
        yield (
            one.starts_local.date(),
            f"{one.starts_local:%H:%M}",
            f"{one.ends_local:%H:%M}",
            one.timezone,
            one.title,
            KIND_NAMES[one.kind],
            _state(one),
            one.place_name,
            one.address,
            one.area,
            VISIBILITY_NAMES[one.visibility],
            *(_plain(field, own.get(field.id, "")) for field in fields),
        )


def _state(one: EventDate) -> str:
    if one.cancelled:
        return str(_("Cancelled"))
    if not one.published:
        return str(_("Draft"))
    return str(_("Moved")) if one.moved_from else ""


def _plain(field: CustomField, text: str) -> str:
    """As a spreadsheet can count with it; yes and no in the page's language."""
    if text and field.kind is FieldKind.YES_NO:
        return str(_("yes") if text == YES else _("no"))
    return field.plain(text)
