"""What the board sends."""

from __future__ import annotations

from flask import abort
from wtforms import HiddenField

from crm.core.forms import Form, Text
from crm.core.paging import LARGEST


class CardForm(Form):
    """One card to one stage; which, stands in the button that was pressed ("12 contacted")."""

    move = Text(longest=60)
    next = HiddenField()

    @property
    def organization_id(self) -> int:
        """The group; 422 where the button says none."""
        number = (self.move.data or "").partition(" ")[0]
        known = number.isascii() and number.isdecimal() and len(number) <= 10
        return int(number) if known and int(number) <= LARGEST else abort(422)

    @property
    def stage(self) -> str:
        """The code of the stage."""
        return (self.move.data or "").partition(" ")[2]
