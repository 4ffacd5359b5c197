"""One press of a button makes one row, however often the press arrives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import db
from crm.core.errors import Refused
from crm.core.forms import Form


class MadeOnce:
    """Mixin of a table whose rows a form makes; `once_a_press()` stands among its constraints."""

    # NULL where no form made it: an import, a sign-on, a command.
    form_key: Mapped[str | None] = mapped_column(String(64))


Made = TypeVar("Made", bound=MadeOnce)


def once_a_press() -> UniqueConstraint:
    """The constraint that lets a press make one row of a coalition."""
    return UniqueConstraint("coalition_id", "form_key")


def key_of(form: Form) -> str:
    """The key of a press: of the form that was opened (its `form_key`) and of what was typed into it.

    Whoever goes back to the same form and types something else presses anew. 64 characters.
    """
    typed: dict[str, Any] = form.values
    return hashlib.sha256(repr(sorted(typed.items())).encode()).hexdigest()


def find_made(model: type[Made], key: str) -> Made | None:
    """The row that a press made, in the chosen coalition."""
    return db.session.scalars(select(model).where(model.form_key == key)).one_or_none()


def make_once(model: type[Made], key: str, make: Callable[[], Made]) -> Made:
    """What a press makes, committed; of a press that arrives again, what it made the first time.

    Two at once: the database lets one in, and the other finds it. Raises what `make` raises.
    """
    if made := find_made(model, key):
        return made
    try:
        made = make()
        made.form_key = key
        db.session.commit()
    except (IntegrityError, Refused):
        db.session.rollback()
        if first := find_made(model, key):
            return first
        raise
    return made
