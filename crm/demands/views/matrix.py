"""The matrix: groups down, demands across."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale, ngettext
from flask_babel import gettext as _

from crm.accounts.queries import list_members
from crm.coalitions.models import Coalition
from crm.core import clock, formats, limiting
from crm.core.db import db
from crm.core.listings import link_pages
from crm.core.navigation import first_url
from crm.core.permissions import Permission, Viewer, viewer
from crm.core.spreadsheet import MARK, csv_lines
from crm.core.transactions import reading
from crm.core.web import allowed
from crm.demands.matrix_words import (
    CELL_NAMES,
    LETTERS,
    STANDING_LETTERS,
    Looks,
    standing_in_words,
)
from crm.demands.models import STAND_NAMES, STANDING_NAMES, DemandKind
from crm.demands.queries.matrix import Matrix, MatrixRow, show_matrix
from crm.demands.views.matrix_address import Asked
from crm.demands.views.stands import bp as bp
from crm.organizations.models import KIND_NAMES
from crm.organizations.operations.lists import MATRIX, note_list
from crm.organizations.queries import list_places_and_sectors

bp.add_app_template_global(Looks, "stand_looks")
# Groups of a part of the file: each part counts all that the filters leave once more.
PART = 2000


@bp.route("/")
@allowed(Permission.ENDORSEMENT_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """Who says what, a page of groups at a time."""
    asked = Asked.read(request.args)
    language = str(get_locale())
    matrix = show_matrix(viewer(), asked.wanted, language, after=asked.after, before=asked.before)
    return render_template(
        "demands/matrix.html",
        asked=asked,
        matrix=matrix,
        pages=link_pages(matrix.page, _count_label(matrix.groups)),
        ask_url=_ask_url(),
        **_choices(),
        **_words(),
    )


@bp.route("/matrix.csv", methods=["POST"])
@allowed(Permission.LIST_CSV)
def download(coalition: Coalition) -> ResponseReturnValue:
    """What the matrix shows under the same address, whole. A POST: that it was taken is noted."""
    asked = Asked.read(request.args)
    response = Response(_csv(coalition, viewer(), asked, str(get_locale())), mimetype="text/csv")
    name = f"endorsements-{clock.today(coalition.zone)}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    note_list(viewer(), MATRIX)
    db.session.commit()
    return response


def _ask_url() -> str | None:
    return first_url("ask_groups.ask") if viewer().can(Permission.ENDORSEMENT_DECIDE) else None


def _choices() -> dict[str, object]:
    """What the filters offer."""
    places, sectors = list_places_and_sectors()
    members = [(user.id, user.name) for user, _membership in list_members()]
    return {"places": places, "sectors": sectors, "members": members}


def _words() -> dict[str, object]:
    return {
        "look": Looks(),
        "letters": LETTERS,
        "standing_letters": STANDING_LETTERS,
        "standing_in_words": standing_in_words,
        "cell_names": CELL_NAMES,
        "stand_names": STAND_NAMES,
        "standing_names": STANDING_NAMES,
        "kind_names": KIND_NAMES,
        "minimum": DemandKind.MINIMUM,
    }


def _count_label(count: int) -> str:
    return str(ngettext("%(number)s group", "%(number)s groups", count, number=formats.number(count)))


def _csv(coalition: Coalition, who: Viewer, asked: Asked, language: str) -> Iterator[str]:
    """The file in parts. Each is read in a scope of its own: the request's is over by then."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    scope = limiting.keep_scope()
    look = Looks()

    def parts() -> Iterator[str]:
        after: str | None = None
        while True:
            with app.app_context(), force_locale(language), scope(), reading():
                matrix = show_matrix(who, asked.wanted, language, after=after, limit=PART)
                text = csv_lines(_cells(row, look) for row in matrix.rows)
                head = "" if after else MARK + csv_lines([_head(matrix)])
            yield head + text
            after = matrix.page.after
            if after is None:
                return

    return parts()


def _head(matrix: Matrix) -> Sequence[object]:
    return [_("Group"), _("Standing"), _("Endorses"), *(demand.sentence for demand in matrix.demands)]


def _cells(row: MatrixRow, look: Looks) -> Sequence[object]:
    said = (look(cell)[1] for cell in row.cells)
    return (row.group.name, standing_in_words(row), row.endorsed, *said)
