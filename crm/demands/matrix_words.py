"""The cells of the matrix in words, and the letter by which its style sheet knows each."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core.formats import full_date
from crm.demands.models import STAND_NAMES, STANDING_NAMES, Standing, StandState
from crm.demands.queries.matrix import NOT_ASKED, OLDER, WAITING, Cell, MatrixRow

# One letter for each state: a page holds thousands of cells. What it looks like is in css/matrix.css; a "q"
# after it: a record waits for a coordinator.
LETTERS: dict[StandState | None, str] = {
    None: "n",
    StandState.ASKED: "a",
    StandState.BEFORE_BOARD: "b",
    StandState.ENDORSED: "e",
    StandState.RESERVATION: "r",
    StandState.DECLINED: "d",
    StandState.TO_BE_RECONFIRMED: "c",
    StandState.LAPSED: "l",
    StandState.WITHDRAWN: "w",
}
STANDING_LETTERS = {Standing.MEMBER: "m", Standing.ALLY: "y", Standing.NOT_YET: "t"}
# What a demand's cells can be filtered by, in the order of the legend.
CELL_NAMES: dict[str, LazyString] = {
    **{state.value: STAND_NAMES[state] for state in LETTERS if state is not None},
    WAITING: _l("A record waits for a coordinator"),
    OLDER: _l("Endorses earlier words"),
    NOT_ASKED: _l("Not asked"),
}


def cell_in_words(cell: Cell) -> str:
    """All that a cell tells: the state, its day, the version where it is an older one, and what waits."""
    if cell.state is None:
        said = _("Not asked")
    elif cell.state is StandState.BEFORE_BOARD and cell.board_on:
        said = _("Before their board, %(day)s", day=full_date(cell.board_on))
    elif cell.until:
        said = _("To be reconfirmed until %(day)s", day=full_date(cell.until))
    else:
        said = str(STAND_NAMES[cell.state])
    if cell.older:
        said = _("%(state)s, version %(number)s", state=said, number=cell.older)
    if cell.carried:
        said = _("%(state)s, carried over, no objection", state=said)
    if cell.waiting:
        said = _("%(state)s; a record waits", state=said)
    return str(said)


def letters_of(cell: Cell) -> str:
    """How the style sheet knows a cell."""
    return LETTERS[cell.state] + ("q" if cell.waiting else "")


def standing_in_words(row: MatrixRow) -> str:
    """Where the row's group stands."""
    if row.group.asked:
        return str(_("Member, asked"))
    return str(STANDING_NAMES[row.group.standing or Standing.NOT_YET])


class Looks:
    """The look and the words of cells: of thousands of cells few differ, so each is told once."""

    def __init__(self) -> None:
        self._known: dict[Cell, tuple[str, str]] = {}

    def __call__(self, cell: Cell) -> tuple[str, str]:
        """Letters and words."""
        known = self._known.get(cell)
        if known is None:
            known = self._known[cell] = (letters_of(cell), cell_in_words(cell))
        return known
