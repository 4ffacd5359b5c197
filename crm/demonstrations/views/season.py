"""The season's ledger: what each group promised for the demonstrations of a period, and delivered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Permission, viewer
from crm.core.spreadsheet import MARK, csv_lines
from crm.core.web import allowed
from crm.demands.models import STANDING_MARKS, STANDING_NAMES
from crm.demands.queries import list_standings
from crm.demonstrations.amounts import to_units
from crm.demonstrations.models import COMMITMENT_NAMES, CommitmentKind
from crm.demonstrations.queries.ledger import (
    GroupTotals,
    Period,
    list_ledger,
    sum_totals,
    total_by_group,
)
from crm.events.recurrence import read_date
from crm.organizations.operations.lists import LEDGER, note_list

bp = Blueprint("ledger", __name__, url_prefix="/<coalition>/organize/events")
# A season, where nobody says which days.
BEFORE, AFTER = timedelta(days=91), timedelta(days=14)
LONGEST = timedelta(days=400)


@bp.route("/ledger")
@allowed(Permission.EVENT_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """Group by group: promised, delivered, not counted yet."""
    period, today = _period(coalition), clock.today(coalition.zone)
    rows = total_by_group(list_ledger(viewer(), period), today)
    return render_template(
        "demonstrations/season.html",
        period=period,
        rows=rows,
        totals=sum_totals(rows),
        today=today,
        kind_names=COMMITMENT_NAMES,
        standings=list_standings(row.organization.id for row in rows),
        standing_names=STANDING_NAMES,
        standing_marks=STANDING_MARKS,
        asked={"from": period.first.isoformat(), "until": period.last.isoformat()},
    )


@bp.route("/ledger.csv", methods=["POST"])
@allowed(Permission.LIST_CSV)
def download(coalition: Coalition) -> ResponseReturnValue:
    """The same as a file: a row for each group and kind. A POST: that it was taken is noted."""
    period, today = _period(coalition), clock.today(coalition.zone)
    rows = total_by_group(list_ledger(viewer(), period), today)
    head = [_("Group"), _("What"), _("Currency"), _("Promised"), _("Delivered"), _("Not counted yet")]
    response = Response(MARK + csv_lines([head]) + csv_lines(_cells(rows)), mimetype="text/csv")
    name = f"ledger-{period.first}-{period.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    note_list(viewer(), LEDGER)
    db.session.commit()
    return response


def _cells(rows: Iterable[GroupTotals]) -> list[list[str]]:
    order = list(CommitmentKind)
    return [
        [
            row.organization.name,
            str(COMMITMENT_NAMES[kind]),
            currency or "",
            *(_plain(amount, currency) for amount in (total.promised, total.delivered, total.overdue)),
        ]
        for row in rows
        for (kind, currency), total in sorted(row.totals.items(), key=lambda item: order.index(item[0][0]))
    ]


def _plain(amount: int, currency: str | None) -> str:
    return f"{to_units(amount, currency):f}" if currency else str(amount)


def _period(coalition: Coalition) -> Period:
    """The days of the address (?from=, ?until=), put in order and bounded; else a season around today."""
    today = clock.today(coalition.zone)
    first = read_date(request.args.get("from", "")) or today - BEFORE
    last = read_date(request.args.get("until", "")) or max(today + AFTER, first)
    first, last = min(first, last), max(first, last)
    # Days near the ends of the calendar cannot be reckoned around.
    first = max(first, date(2000, 1, 1))
    return Period(first, max(first, min(last, first + LONGEST, date(2200, 1, 1))))
