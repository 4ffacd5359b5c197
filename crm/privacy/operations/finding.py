"""Everything that is kept about a person in a coalition, by the register of crm/core/personal.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import joinedload

from crm.accounts.queries import mail_index as account_index
from crm.core.crypto import Encrypted
from crm.core.db import Model, batches, db
from crm.core.errors import Refused
from crm.core.personal import Holding, holdings
from crm.organizations.models import Contact
from crm.organizations.phones import normal_phone
from crm.organizations.queries import mail_index, phone_index
from crm.privacy.matching import FEWEST_WORDS, Marks, is_mentioned, is_named, mark, text_marks, words_of

AT_ONCE = 1000


@dataclass(frozen=True)
class Wanted:
    """Whom somebody asks about: by what was typed, or by a contact. Empty: not by that."""

    mail: str = ""
    phone: str = ""
    name: str = ""
    contact_id: int | None = None


@dataclass
class Found:
    """What one table holds of a person: rows of their own, and others whose texts name them."""

    holding: Holding
    own: list[int] = field(default_factory=list)
    named: list[int] = field(default_factory=list)


def marks_for(wanted: Wanted) -> Marks:
    """The keyed hashes of a person. Raises Refused (`mail`, `phone`, `name`) for what finds nobody."""
    phone = normal_phone(wanted.phone) if wanted.phone else ""
    if phone is None:
        raise Refused(
            _("Check this number: it should look like (406) 555-0123 or +52 55 1234 5678."), "phone"
        )
    if wanted.name and len(words_of(wanted.name)) < FEWEST_WORDS:
        raise Refused(_("Give the whole name: one word alone would find many people."), "name")
    marks = text_marks(wanted.mail, phone, wanted.name)
    hashes = set(marks.hashes)
    if wanted.mail:
        hashes |= {mail_index(wanted.mail), account_index(wanted.mail)}
    if phone:
        hashes.add(phone_index(phone))
    if wanted.contact_id is not None:
        contact = db.session.get_one(Contact, wanted.contact_id)
        hashes.add(_contact_mark(contact.id, contact.created_at))
    if not hashes:
        raise Refused(_("Give a mail address, a phone number or a whole name."), "mail")
    return with_contacts(Marks(frozenset(hashes), marks.sizes))


def with_contacts(marks: Marks) -> Marks:
    """The marks with those of every contact that is this person: what hangs on them is found by it."""
    own = {_contact_mark(row.id, row.created_at) for row in _rows_of_contacts(marks)}
    return Marks(marks.hashes | own, marks.sizes)


def find_all(marks: Marks) -> list[Found]:
    """What each table of the chosen coalition holds of a person, where it holds anything."""
    contact_ids = {row.id for row in _rows_of_contacts(marks)}
    found = [_find(holding, marks, contact_ids) for holding in holdings.values()]
    return [one for one in found if one.own or one.named]


def find_again(marks: Marks, found: Sequence[Found]) -> list[Found]:
    """What of that holds them still: no other row is looked at."""
    contact_ids = {row.id for row in _rows_of_contacts(marks)}
    left = [_find(one.holding, marks, contact_ids, [*one.own, *one.named]) for one in found]
    return [one for one in left if one.own or one.named]


def load(model: type[Model], ids: Sequence[int]) -> Iterator[Any]:
    """Rows by their numbers, as they are now."""
    for part in batches(ids):
        query = select(model).where(model.id.in_(part)).order_by(model.id)  # type: ignore[attr-defined]
        yield from db.session.scalars(query.execution_options(populate_existing=True)).all()


def encrypted_columns(model: type[Model]) -> list[str]:
    """The names of a table's encrypted columns."""
    return [one.name for one in model.__table__.columns if isinstance(one.type, Encrypted)]


def contacts_of(marks: Marks) -> list[Contact]:
    """The groups' people that are this person."""
    with_group = joinedload(Contact.organization)
    found: list[Contact] = []
    for ids in batches([row.id for row in _rows_of_contacts(marks)]):
        query = select(Contact).where(Contact.id.in_(ids)).order_by(Contact.id).options(with_group)
        found += db.session.scalars(query)
    return found


def _rows_of_contacts(marks: Marks) -> list[Row[Any]]:
    """As much of them as tells who they are; names are opened where one is looked for alone."""
    columns: list[Any] = [Contact.id, Contact.created_at, Contact.email_index, Contact.phone_index]
    if marks.sizes:
        columns.append(Contact.name)
    query: Select[Any] = select(*columns).where(Contact.removed_at.is_(None))
    return [row for row in db.session.execute(query) if _is_contact(row, marks)]


def _is_contact(row: Row[Any], marks: Marks) -> bool:
    if {row.email_index, row.phone_index} & marks.hashes:
        return True
    if _contact_mark(row.id, row.created_at) in marks.hashes:
        return True
    return bool(marks.sizes) and is_named(row.name, marks)


def _contact_mark(contact_id: int, created_at: datetime) -> bytes:
    """By number and instant: after a restore the number may be another's."""
    return mark("contact", f"{contact_id}:{created_at.isoformat()}")


def _find(holding: Holding, marks: Marks, contact_ids: set[int], among: Sequence[int] | None = None) -> Found:
    """What one table holds of them; of the rows `among` alone, where these are given."""
    found, model = Found(holding), holding.model
    texts = encrypted_columns(model)
    names = ["id", *texts, *holding.indexes, *([holding.contact] if holding.contact else [])]
    query = select(*(getattr(model, name).label(f"of_{name}") for name in names))
    if holding.scope is not None:
        query = query.where(holding.scope())
    queries = [query] if among is None else [query.where(model.id.in_(ids)) for ids in batches(among)]  # type: ignore[attr-defined]
    for row in _read(queries):
        values = dict(zip(names, row, strict=True))
        if _is_own(holding, values, marks, contact_ids):
            found.own.append(values["id"])
        elif any(values[name] and is_mentioned(values[name], marks) for name in texts):
            (found.own if holding.by_mention else found.named).append(values["id"])
    return found


def _read(queries: Sequence[Select[Any]]) -> Iterator[Row[Any]]:
    for query in queries:
        yield from db.session.execute(query.execution_options(yield_per=AT_ONCE))


def _is_own(holding: Holding, values: dict[str, Any], marks: Marks, contact_ids: set[int]) -> bool:
    indexes = (values[name] for name in holding.indexes)
    if any(index is not None and bytes(index) in marks.hashes for index in indexes):
        return True
    if holding.contact is not None and values[holding.contact] in contact_ids:
        return True
    return any(values[name] and is_named(values[name], marks) for name in holding.names)
