"""The people and the answers in a row: whom to talk to, who is on it, how far it is, who said what."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crm.core.notes import holds_identity_number
from crm.demands.models import ACCEPTING, StandState
from crm.exchange import cells
from crm.exchange.contact_cells import list_emails, list_phones, parse_contact
from crm.exchange.dates import parse_date
from crm.exchange.fields import Field
from crm.exchange.plan import Plan
from crm.exchange.problems import CellError, Problem, shortened
from crm.exchange.stands import Stand, parse_stand
from crm.organizations.models import Stage
from crm.organizations.stages import plain_label

if TYPE_CHECKING:
    from crm.exchange.rows import Said

# A day less than what `check_stand` takes, for a zone may be a day ahead of UTC.
FURTHEST_BOARD = datetime.timedelta(days=3 * 366 - 1)


def read_people(texts: Sequence[str], plan: Plan, said: Said) -> None:
    """Add to what a row says its contact, its owner, its stage, its last touch and its stands."""
    reader = _PeopleReader(texts, plan, said)
    reader.read_contact()
    reader.read_owner()
    reader.read_stage()
    reader.read_touch()
    reader.read_stands()


def keep_no_identity_numbers(said: Said) -> None:
    """Take out of the notes what looks like a person's identity number, and say so."""
    for text in [text for text in said.notes if holds_identity_number(text)]:
        said.notes.remove(text)
        said.tell("", Problem("identity_number"))
    description = said.values.get("description")
    if description and holds_identity_number(description):
        del said.values["description"]
        said.tell("", Problem("identity_number"))


class _PeopleReader:
    def __init__(self, texts: Sequence[str], plan: Plan, said: Said) -> None:
        self.texts, self.plan, self.said = texts, plan, said

    def _cell(self, name: Field) -> tuple[str, str]:
        """(column, text); ("", "") where the field is not in the file or says nothing."""
        places = self.plan.places.get(name)
        if not places or not self.texts[places[0]] or cells.is_missing(self.texts[places[0]]):
            return "", ""
        return self.plan.columns[places[0]], self.texts[places[0]]

    def read_contact(self) -> None:
        """One person's name and numbers are a contact; whatever is not plainly that is a note."""
        column, cell = self._cell(Field.CONTACT)
        found = parse_contact(cell, self.plan.region) if cell else None
        if isinstance(found, CellError):
            self.said.tell(column, found)
            found = None
        if found and found.note:
            self.said.notes.append(f"{column}: {found.note}")
            self.said.tell(column, Problem("contact_note"))
        named = found if found and found.name else None
        emails = [*(named.emails if named else ()), *self._numbers(Field.CONTACT_EMAIL)]
        phones = [*(named.phones if named else ()), *self._numbers(Field.CONTACT_PHONE)]
        role = self._role()
        if not named and not emails and not phones:
            return
        rest = ", ".join([*emails[1:], *phones[1:]])
        self.said.contact = {
            "name": named.name if named else "",
            "role": role or ("" if named else column or "contact"),
            "email": emails[0] if emails else None,
            "phone": phones[0] if phones else None,
            "note": rest or None,
        }

    def _role(self) -> str:
        column, cell = self._cell(Field.CONTACT_ROLE)
        text = cells.parse_text(cell, 120) if cell else None
        if isinstance(text, CellError):
            self.said.tell(column, text)
        return text if isinstance(text, str) else ""

    def _numbers(self, name: Field) -> list[str]:
        column, cell = self._cell(name)
        if not cell:
            return []
        mail = name == Field.CONTACT_EMAIL
        found = list_emails(cell) if mail else list_phones(cell, self.plan.region)
        if not found:
            text = cells.parse_text(cell, 300)
            if isinstance(text, str):
                self.said.notes.append(f"{column}: {text}")
            self.said.tell(column, Problem(name.value, {"text": shortened(cell)}))
        return list(found)

    def read_owner(self) -> None:
        column, cell = self._cell(Field.ASSIGNEE)
        if not cell:
            return
        member = self.plan.find_member(cell)
        text = cells.parse_text(cell, 200)
        if member is not None:
            self.said.values["assignee_id"] = member
        elif isinstance(text, str):
            self.said.notes.append(f"{column}: {text}")
            self.said.tell(column, Problem("assignee", {"text": shortened(cell)}))

    def read_stage(self) -> None:
        column, cell = self._cell(Field.STAGE)
        own = self.plan.stages.get(plain_label(cell)) if cell else None
        stage = own or (cells.parse_stage(cell) if cell else None)
        if isinstance(stage, CellError):
            self.said.tell(column, stage)
        elif stage is not None and stage is not Stage.TO_CONTACT:
            self.said.values["stage"] = str(stage)

    def read_touch(self) -> None:
        column, cell = self._cell(Field.LAST_TOUCH)
        day = parse_date(cell, self.plan.today, self.plan.day_first) if cell else None
        if isinstance(day, CellError):
            self.said.tell(column, day)
        elif day is not None and day > self.plan.today:
            self.said.tell(column, Problem("touch_future", {"text": shortened(cell)}))
        elif day is not None:
            self.said.touch = day.isoformat()

    def read_stands(self) -> None:
        for place, version_id in self.plan.demands:
            column, cell = self.plan.columns[place], self.texts[place]
            stand = parse_stand(cell, self.plan.today, self.plan.day_first) if cell else None
            if isinstance(stand, CellError):
                self.said.tell(column, stand)
            elif stand is not None:
                self._take_stand(column, cell, version_id, stand)

    def _take_stand(self, column: str, cell: str, version_id: int, stand: Stand) -> None:
        board = stand.on if stand.answer is StandState.BEFORE_BOARD else None
        if board and board > self.plan.today + FURTHEST_BOARD:
            self.said.tell(column, Problem("board_far", {"text": shortened(cell)}))
            return
        decides = stand.answer in ACCEPTING or stand.answer is StandState.DECLINED
        decided = stand.on if decides and stand.on and stand.on <= self.plan.today else None
        reservation = stand.note if stand.answer is StandState.RESERVATION else ""
        if stand.note and not reservation:
            self.said.notes.append(f"{column}: {stand.note}")
        days: list[Any] = [day and day.isoformat() for day in (board, decided)]
        self.said.stands.append([version_id, stand.answer.value, *days, reservation])
