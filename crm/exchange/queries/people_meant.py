"""Who of a group's people a row is about: by address, then by number, then by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select

from crm.core.db import db
from crm.organizations.derived import plain_words
from crm.organizations.models import Contact
from crm.organizations.queries import mail_index, name_words, phone_index


class People:
    """The people of one group, found without going through them: a list may bring thousands to one group."""

    def __init__(self, rows: Iterable[Any] = ()) -> None:
        self._names: dict[int, str] = {}
        self._by_index: dict[bytes, list[int]] = defaultdict(list)
        self._by_name: dict[str, int] = {}
        for row in rows:
            self._names[row.id] = row.name
            self._by_name.setdefault(plain_words(row.name), row.id)
            for index in filter(None, (row.email_index, row.phone_index)):
                self._by_index[bytes(index)].append(row.id)

    def find(self, said: Mapping[str, Any]) -> int | None:
        """The person of whom a row says these details.

        An address or a number that a whole office shares is no person: a wholly other name is somebody else.
        """
        name = said.get("name", "")
        mail = mail_index(said["email"]) if said.get("email") else b""
        phone = phone_index(said["phone"]) if said.get("phone") else b""
        alike = (*self._by_index.get(mail, ()), *self._by_index.get(phone, ()))
        fitting = (person_id for person_id in alike if may_be_one(name, self._names[person_id]))
        found = next(fitting, None)
        return self._by_name.get(plain_words(name)) if found is None and name else found


NOBODY = People()


def load_people(group_ids: Collection[int]) -> Mapping[int, People]:
    """The people of some groups, in one statement that reads no more of them than what they are found by."""
    columns = Contact.id, Contact.organization_id, Contact.name, Contact.email_index, Contact.phone_index
    query = select(*columns).where(Contact.organization_id.in_(group_ids), Contact.removed_at.is_(None))
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query.order_by(Contact.id)) if group_ids else ():
        rows[row.organization_id].append(row)
    return {group_id: People(found) for group_id, found in rows.items()}


def may_be_one(name: str, other: str) -> bool:
    """Whether two names may be one person's: a word of them is the same, or there is but one name."""
    return not name or not other or bool(set(name_words(name)) & set(name_words(other)))
