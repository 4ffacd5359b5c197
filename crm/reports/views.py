"""Reports on outreach: by week, by kind of group, by organizer; as pages and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Permission, viewer
from crm.core.spreadsheet import MARK, csv_lines
from crm.core.web import allowed
from crm.organizations.models import KIND_NAMES
from crm.organizations.operations.lists import note_figures
from crm.reports.forms import SpanForm
from crm.reports.queries import Line, Report, show_report
from crm.reports.weeks import WEEK, monday_of

bp = Blueprint("reports", __name__, url_prefix="/<coalition>/organize/reports")
# So many weeks are one press away, this one among them.
PRESETS = (4, 12, 26, 52)


@bp.route("/")
@allowed(Permission.OUTREACH_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """What came of outreach in the days that are asked for."""
    form, today = SpanForm(request.args), clock.today(coalition.zone)
    span = form.span(today, coalition.zone)
    page = render_template(
        "reports/index.html",
        form=form,
        report=show_report(span),
        presets={weeks: monday_of(today) - (weeks - 1) * WEEK for weeks in PRESETS},
        today=today,
        kind_names=KIND_NAMES,
        organizer_name=_organizer_name,
    )
    return page, 422 if form.errors else 200


@bp.route("/report.csv", methods=["POST"])
@allowed(Permission.LIST_CSV)
def download(coalition: Coalition) -> ResponseReturnValue:
    """The same days as a file, a line for each week. A POST: that it was taken is noted."""
    form, today = SpanForm(request.args), clock.today(coalition.zone)
    report = show_report(form.span(today, coalition.zone))
    if form.errors:
        abort(422)
    note_figures(viewer(), "report.csv")
    db.session.commit()
    response = Response(MARK + csv_lines([_head(), *_rows(report)]), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="outreach-{report.span.last}.csv"'
    return response


def _head() -> list[str]:
    done = [
        _("Touches"),
        _("Reached"),
        _("Asks"),
        _("Endorse now"),
        _("Declined or withdrew"),
        _("Unanswered"),
    ]
    return [_("Week from"), _("Of"), _("Name"), *done]


def _rows(report: Report) -> Iterator[Sequence[object]]:
    yield from _weeks(report, report.everything, _("Everything"), "")
    for kind, line in report.by_kind.items():
        yield from _weeks(report, line, _("Kind"), str(KIND_NAMES[kind]))
    for user_id, line in report.by_organizer.items():
        yield from _weeks(report, line, _("Organizer"), _organizer_name(report, user_id))


def _weeks(report: Report, line: Line, of: str, name: str) -> Iterator[Sequence[object]]:
    for monday, week in zip(report.span.mondays, line.weeks, strict=True):
        figures = (week.touches, week.reached, week.asked, week.endorsed, week.refused, week.open)
        yield (monday.isoformat(), of, name, *figures)


def _organizer_name(report: Report, user_id: int | None) -> str:
    """An organizer's name; what nobody here did or looks after stands under a line of its own."""
    return report.names.get(user_id or 0) or _("Nobody, or not known")
