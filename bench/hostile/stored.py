"""Marks in every text that the database holds, as if each had come in somewhere; and the mail that waits."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default

from sqlalchemy import Column, Table, select, update
from sqlalchemy.exc import DatabaseError

from bench.hostile.house import House
from bench.hostile.values import KEPT
from crm.core import tenancy
from crm.core.db import db
from crm.mail.models import OutgoingMail
from crm.mail.server import compose

# All that a mail of ours begins with.
MAIL_HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe", "MIME-Version"),
    *("List-Unsubscribe-Post", "Content-Type", "Content-Transfer-Encoding"),
}
# Words that the program itself writes and reads again.
OURS = {"recurrence", "link"}


def mark_all(house: House) -> int:
    """Put a mark into each column that holds words of people; how many there are.

    Such a column is known by the demo: somewhere in it stands a space. What a trigger keeps from being
    changed (the audit, words in force) stays.
    """
    with house.app.app_context(), tenancy.across_coalitions():
        return sum(_mark(table, column) for table in db.metadata.sorted_tables for column in table.columns)


def _mark(table: Table, column: Column[str]) -> bool:
    if "id" not in table.c or column.name in OURS or not _is_text(column):
        return False
    known = [(number, text) for number, text in db.session.execute(select(table.c.id, column)) if text]
    db.session.rollback()
    if not any(" " in text for _number, text in known):
        return False
    longest = getattr(column.type, "length", None) or 10_000
    try:
        for number, _text in known:
            value = f"{KEPT[number % len(KEPT)]} {number}"[:longest]
            db.session.execute(update(table).where(table.c.id == number).values({column: value}))
        db.session.commit()
    except DatabaseError:
        db.session.rollback()
        return False
    return True


def _is_text(column: Column[str]) -> bool:
    try:
        return column.type.python_type is str
    except NotImplementedError:
        return False


def mail_faults(house: House) -> Iterator[str]:
    """What is wrong with the mails that wait, as they would be sent."""
    with house.app.app_context(), tenancy.across_coalitions():
        waiting = select(OutgoingMail).where(OutgoingMail.recipient.is_not(None))
        for mail in db.session.scalars(waiting):
            try:
                sent = message_from_bytes(compose(mail, "muster@localhost").as_bytes(), policy=default)
            except ValueError as error:
                yield f"a mail that can not be sent: {error}"
                continue
            if more := set(sent.keys()) - MAIL_HEADERS:
                yield f"headers that were smuggled into a mail: {more}"
            if sent.get_content_type() != "text/plain":
                yield f"a mail of another kind: {sent.get_content_type()}"
        db.session.rollback()
