"""How endorsements came in: charts with their figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Permission, viewer
from crm.core.spreadsheet import MARK, csv_lines
from crm.core.web import allowed
from crm.demands.queries import DemandInForce, list_demands_in_force
from crm.demands.queries.progress import Line, Period, Progress, show_progress
from crm.demands.views.stands import bp as bp
from crm.organizations.models import KIND_NAMES
from crm.organizations.operations.lists import note_figures

PERIOD_NAMES = {Period.WEEKS: _l("12 weeks"), Period.YEAR: _l("This year"), Period.ALL: _l("All")}


@bp.route("/progress")
@allowed(Permission.ENDORSEMENT_VIEW)
def progress(coalition: Coalition) -> ResponseReturnValue:
    """Endorsements by week: all, by kind of group, for each demand."""
    shown = _progress(coalition)
    return render_template(
        "demands/progress.html",
        progress=shown,
        demands=_demands(),
        period=_period(),
        period_names=PERIOD_NAMES,
        kind_names=KIND_NAMES,
        none=Line(),
    )


@bp.route("/progress.csv", methods=["POST"])
@allowed(Permission.LIST_CSV)
def progress_csv(coalition: Coalition) -> ResponseReturnValue:
    """The figures of the charts, a line for each week. A POST: that it was taken is noted."""
    head = [_("Week from"), _("Of"), _("Name"), _("New"), _("Again"), _("Ended"), _("Endorse")]
    text = MARK + csv_lines([head, *_rows(_progress(coalition), _demands())])
    note_figures(viewer(), "progress.csv")
    db.session.commit()
    response = Response(text, mimetype="text/csv")
    name = f"progress-{clock.today(coalition.zone)}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _progress(coalition: Coalition) -> Progress:
    return show_progress(_period(), clock.today(coalition.zone), coalition.zone)


def _period() -> Period:
    asked = request.args.get("period", "")
    return Period(asked) if asked in set(Period) else Period.WEEKS


def _demands() -> Sequence[DemandInForce]:
    return list_demands_in_force(str(get_locale()))


def _rows(shown: Progress, demands: Sequence[DemandInForce]) -> Iterator[Sequence[object]]:
    yield from _weeks(shown.everything, _("Everything"), "")
    for kind, name in KIND_NAMES.items():
        if kind in shown.by_kind:
            yield from _weeks(shown.by_kind[kind], _("Kind"), str(name))
    for demand in demands:
        if demand.demand_id in shown.by_demand:
            yield from _weeks(shown.by_demand[demand.demand_id], _("Demand"), demand.sentence)


def _weeks(line: Line, of: str, name: str) -> Iterator[Sequence[object]]:
    for week in line.weeks:
        yield (week.starts.isoformat(), of, name, week.new, week.again, week.ended, week.total)
