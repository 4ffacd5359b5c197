"""What demands add to the directory's filters: who was not asked for one yet, and who asks their board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, String, and_, cast, exists, func, select

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.demands.models import Demand, DemandVersion, Endorsement, StandState, VersionState, Wording
from crm.demands.queries.demands import in_order
from crm.organizations.models import Organization
from crm.organizations.queries import Control, DirectoryFilter, Found, OptionRows, only_number, option_rows

DEMANDS = "demands in force"
LONGEST_SENTENCE = 60
# "This week" is the seven days from today on, as for tasks.
WEEK = timedelta(days=6)
ANY, THIS_WEEK, OVERDUE = "any", "week", "past"


def _says_anything(demand_id: int) -> ColumnElement[bool]:
    return exists().where(Endorsement.organization_id == Organization.id, Endorsement.demand_id == demand_id)


def _is_unasked(viewer: Viewer, name: str, value: str) -> ColumnElement[bool]:
    """As the matrix has it: nothing is known of what the group says to the demand."""
    return ~_says_anything(int(value))


def _unasked_controls(viewer: Viewer, found: Found) -> Sequence[Control]:
    demands = found.get(DEMANDS)
    control = Control("unasked", _l("Not yet asked for"), demands, word=lambda _value: _("Another one"))
    return [control] if demands else []


def _read_demands(viewer: Viewer) -> Sequence[OptionRows]:
    """The demands in force, numbered as they are everywhere, in the words that bind."""
    number = func.row_number().over(order_by=in_order())
    text = cast(number, String).concat(". ").concat(func.substr(Wording.sentence, 1, LONGEST_SENTENCE))
    rows = option_rows(DEMANDS, Demand.id, text, number).select_from(Demand)
    adopted = and_(DemandVersion.demand_id == Demand.id, DemandVersion.state == VersionState.ADOPTED)
    binding = and_(Wording.version_id == DemandVersion.id, Wording.language == DemandVersion.binding_language)
    return [rows.join(DemandVersion, adopted).join(Wording, binding).where(Demand.retired_at.is_(None))]


def _parse_board(text: str) -> str:
    return text if text in {ANY, THIS_WEEK, OVERDUE} else ""


def _is_before_board(viewer: Viewer, name: str, value: str) -> ColumnElement[bool]:
    waiting = select(Endorsement.organization_id).where(Endorsement.state == StandState.BEFORE_BOARD)
    if value != ANY:
        today = clock.today(db.session.get_one(Coalition, current_coalition_id()).zone)
        day = Endorsement.board_on
        waiting = waiting.where(day < today if value == OVERDUE else day.between(today, today + WEEK))
    return Organization.id.in_(waiting)


def _board_controls(viewer: Viewer, found: Found) -> Sequence[Control]:
    options = [
        (THIS_WEEK, str(_("In the next seven days"))),
        (OVERDUE, str(_("On a day that has passed"))),
        (ANY, str(_("On any day"))),
    ]
    return [Control("board", _l("Before their board"), options)] if found.get(DEMANDS) else []


UNASKED = DirectoryFilter("unasked", only_number, _is_unasked, _unasked_controls, _read_demands, place=20)
BOARD = DirectoryFilter("board", _parse_board, _is_before_board, _board_controls, place=21)
