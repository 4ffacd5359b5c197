"""Where the coalition is narrow: the table, the map, and finding somebody who hosts a meeting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _

from crm.breadth.address import ROWS, Asked, directory_filters, narrowed_by
from crm.breadth.gaps import MOST_COLUMNS, QUIET, Lack, Meeting, Narrowed, Table, make_table
from crm.breadth.mapping import Circle, draw_map
from crm.breadth.queries import count_cells, count_spots, list_meetings
from crm.breadth.words import (
    ACROSS_NAMES,
    AXIS_NAMES,
    DEFINITIONS,
    HAVING,
    LACK_NAMES,
    LACKING,
    MEETING_FOR,
)
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Permission, viewer
from crm.core.spreadsheet import MARK, csv_lines
from crm.core.web import absolute_url, allowed
from crm.events.models import EventKind
from crm.events.words import KIND_NAMES as MEETING_NAMES
from crm.organizations.models import KIND_NAMES, OrganizationKind
from crm.organizations.operations.lists import note_figures
from crm.organizations.queries import Filters, list_places_and_sectors, show_directory
from crm.organizations.queries.ordering import Order

bp = Blueprint("breadth", __name__, url_prefix="/<coalition>/organize/reports/breadth")
# So many groups are named on the page that looks for a host.
MOST_HOSTS = 12
# The file has them all.
EVERY_COLUMN = 100_000
# The map's table has so many circles.
MOST_CIRCLES = 40


@bp.context_processor
def words() -> dict[str, object]:
    """How gaps are told."""
    return {
        "kind_names": KIND_NAMES,
        "lack_names": LACK_NAMES,
        "lacking": LACKING,
        "having": HAVING,
        "definitions": DEFINITIONS,
        "across_names": ACROSS_NAMES,
        "axis_names": AXIS_NAMES,
    }


@bp.route("/")
@allowed(Permission.ORGANIZATION_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """Sectors, places and kinds against each other, and what is missing where."""
    asked, now = Asked.of(request.args), clock.now()
    table = _table(asked, now)
    places, sectors = list_places_and_sectors()
    return render_template(
        "breadth/index.html",
        asked=asked,
        now=now,
        found=table,
        rows=table.rows[asked.start : asked.start + ROWS],
        later=asked.start + ROWS if len(table.rows) > asked.start + ROWS else None,
        earlier=max(asked.start - ROWS, 0) if asked.start else None,
        places=places,
        sectors=sectors,
        column_name=_column_name,
        opens=lambda row, column, cell: _opens(asked, row, column, cell.lacks(asked.lack, now)),
    )


def _table(asked: Asked, now: datetime, most_columns: int = MOST_COLUMNS) -> Table:
    rows, columns = asked.across.axes
    cells = count_cells(rows, columns, asked.narrowed)
    return make_table(asked.across, cells, _meetings(asked, now), asked.lack, now, most_columns)


def _meetings(asked: Asked, now: datetime) -> list[Meeting]:
    return list_meetings(viewer(), now, asked.narrowed)


def _column_name(column: str) -> str | LazyString:
    """A kind by its name; a sector is called as it is written."""
    return KIND_NAMES[OrganizationKind(column)] if column in set(OrganizationKind) else column


def _opens(asked: Asked, row: str, column: str, lacks: bool) -> str:
    """What would fill a gap: a host for a meeting, else its groups in the directory."""
    filters = asked.filters_of(row, column)
    if lacks and asked.lack is Lack.MEETING:
        return url_for("breadth.host", **filters)
    if lacks and asked.lack is Lack.TOUCH:
        return url_for("organizations.index", **filters, quiet=QUIET.days, sort="touch")
    return url_for("organizations.index", **filters, sort="-size")


@bp.route("/gaps.csv", methods=["POST"])
@allowed(Permission.LIST_CSV)
def download(coalition: Coalition) -> ResponseReturnValue:
    """Every cell of the table. A POST: that it was taken is noted."""
    asked, now = Asked.of(request.args), clock.now()
    lines = MARK + csv_lines(
        [_head(asked), *_lines(_table(asked, now, EVERY_COLUMN), asked, now, coalition.zone)]
    )
    note_figures(viewer(), "gaps.csv")
    db.session.commit()
    response = Response(lines, mimetype="text/csv")
    name = f"gaps-{clock.today(coalition.zone)}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _head(asked: Asked) -> list[str]:
    axes = [str(AXIS_NAMES[axis]) for axis in asked.across.axes]
    return [*axes, _("Groups"), _("Members"), _("People"), _("Meetings"), _("Last touch"), _("Gap")]


def _lines(table: Table, asked: Asked, now: datetime, zone: ZoneInfo) -> Iterator[Sequence[object]]:
    for row in table.rows:
        for column in table.columns:
            if (cell := row.cells.get(column)) is None:
                continue
            touched = cell.last_touch.astimezone(zone).date() if cell.last_touch else None
            gap = str(LACKING[asked.lack]) if cell.lacks(asked.lack, now) else ""
            figures = (cell.groups, cell.members, cell.people, cell.meetings, touched, gap)
            yield (row.text, str(_column_name(column)), *figures)


@bp.route("/map")
@allowed(Permission.ORGANIZATION_VIEW)
def on_map(coalition: Coalition) -> ResponseReturnValue:
    """The same groups where they are."""
    asked, now = Asked.of(request.args), clock.now()
    met = frozenset(one.place for one in _meetings(asked, now) if one.place)
    drawn = draw_map(count_spots(asked.narrowed), met, asked.lack, now)
    places, sectors = list_places_and_sectors()
    return render_template(
        "breadth/map.html",
        asked=asked,
        now=now,
        drawn=drawn,
        places=places,
        sectors=sectors,
        most_circles=MOST_CIRCLES,
        opens=lambda circle: _opens_circle(asked, circle),
    )


def _opens_circle(asked: Asked, circle: Circle) -> str:
    """Exactly the groups of a circle; where a meeting lacks, who could host one in its place."""
    if circle.lacks and asked.lack is Lack.MEETING and circle.places:
        place, _text = circle.places[0]
        return url_for("breadth.host", **{**directory_filters(asked.narrowed), "place": place})
    quiet = {"quiet": QUIET.days} if circle.lacks and asked.lack is Lack.TOUCH else {}
    filters = {**directory_filters(asked.narrowed), **quiet}
    return url_for("organizations.index", **filters, square=circle.square)


@bp.route("/host")
@allowed(Permission.ORGANIZATION_VIEW)
def host(coalition: Coalition) -> ResponseReturnValue:
    """Who could host a meeting where there is none: the groups there, and the form to send them."""
    narrowed = narrowed_by(request.args)
    filters = directory_filters(narrowed)
    found = show_directory(viewer(), Filters.asked(filters), Order("size", descending=True))
    first = found.page.items[0] if found.page.items else None
    place = (first.place or first.city) if first and narrowed.place else ""
    kind = MEETING_FOR.get(narrowed.kind or OrganizationKind.OTHER, EventKind.NEIGHBORHOOD)
    return render_template(
        "breadth/host.html",
        filters=filters,
        groups=found.page.items[:MOST_HOSTS],
        count=found.count,
        form_url=absolute_url("hosting.host", kind=kind.value, **({"area": place} if place else {})),
        heading=_wanted(str(MEETING_NAMES[kind]), narrowed, place),
    )


def _wanted(meeting: str, narrowed: Narrowed, place: str) -> str:
    """What is looked for: "Neighborhood meeting · Old Mill · Congregation"."""
    kind = str(KIND_NAMES[narrowed.kind]) if narrowed.kind else ""
    return " · ".join(part for part in (meeting, place, kind, narrowed.sector) if part)
