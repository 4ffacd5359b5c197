"""Other keys for what is encrypted, while people work."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from flask import Flask

from crm.coalitions.models import Coalition
from crm.core import rotation, tenancy
from crm.core.crypto import EXTENSION, Keys, keys
from crm.core.db import db
from crm.core.files import open_file, store
from crm.core.transactions import own_write, reading
from crm.demands.models import EndorsementChange
from crm.organizations.models import Contact
from tests.demands.makers import adopted_demand, endorse
from tests.makers import make_contact, make_organization

INDEX = base64.urlsafe_b64encode(b"i" * 32).decode()
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def ring(app: Flask) -> Iterator[None]:
    before = app.extensions[EXTENSION]
    with_keys(app, OLD)
    yield
    app.extensions[EXTENSION] = before


def with_keys(app: Flask, *given: str) -> None:
    app.extensions[EXTENSION] = Keys(",".join((f"index:{INDEX}", *given)))


def rotate(app: Flask, *arguments: str) -> tuple[int, str]:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["keys", "rotate", *arguments])
    db.session.expire_all()
    return result.exit_code, result.output


def test_all_is_under_the_newest_key_though_it_was_broken_off_and_somebody_edited(
    app: Flask, coalition: Coalition, monkeypatch: pytest.MonkeyPatch
):
    """The history of stands, which refuses to be rewritten, lets the same text pass."""
    group, demand = make_organization("Dockers Local 4"), adopted_demand()
    endorse(group, demand)
    db.session.execute(sa.update(EndorsementChange).values(speaker="Ana Ruiz"))
    people = [make_contact(group, f"Person {number}", note="calls back").id for number in range(5)]
    db.session.commit()
    file = store(
        io.BytesIO(b"minutes" * 100_000), kind="evidence", name="a.pdf", owner_id=None, expires_at=None
    )
    with_keys(app, NEW, OLD)
    status, said = rotate(app, "--check")
    assert status == 1
    assert "contact: 10\n" in said
    assert "stored_chunk: 3\n" in said

    monkeypatch.setattr(rotation, "ROWS", 2)
    write = rotation._write

    def edited_meanwhile(name: str, changes: list[rotation._Change]) -> None:
        """Another process, which does not know the new key yet, saves what was just read; then, Ctrl-C."""
        if name == "contact" and changes[0].row_id == people[2]:
            with own_write() as session:
                old = Keys(f"index:{INDEX},{OLD}").fernet.encrypt(b"Person of another name")
                raw = sa.table("contact", sa.column("id"), sa.column("name", sa.LargeBinary))
                session.connection().execute(sa.update(raw).where(raw.c.id == people[2]).values(name=old))
            write(name, changes)
            raise KeyboardInterrupt
        write(name, changes)

    monkeypatch.setattr(rotation, "_write", edited_meanwhile)
    status, said = rotate(app)
    assert (status, "Broken off" in said) == (130, True)
    monkeypatch.setattr(rotation, "_write", write)
    status, said = rotate(app)
    # The fifth person was not reached; the edited name of the third one stood.
    assert (status, "contact: 3\n" in said) == (0, True)
    assert rotate(app, "--check") == (0, "Values under older keys: 0\n")

    with_keys(app, NEW)
    with tenancy.in_coalition(coalition.id), reading():
        names = db.session.scalars(sa.select(Contact.name).order_by(Contact.id)).all()
        assert names[1:4] == ["Person 1", "Person of another name", "Person 3"]
        assert "Ana Ruiz" in db.session.scalars(sa.select(EndorsementChange.speaker)).all()
        opened = open_file(file.id)
        assert opened and opened.read() == b"minutes" * 100_000


def test_what_no_key_opens_is_named_and_the_rest_is_done(app: Flask, coalition: Coalition):
    group = make_organization("Dockers Local 4")
    lost, kept = make_contact(group, "Ana").id, make_contact(group, "Ben").id
    db.session.commit()
    db.session.execute(
        sa.update(sa.table("contact", sa.column("id"), sa.column("name", sa.LargeBinary)))
        .where(sa.column("id") == lost)
        .values(name=Fernet(Fernet.generate_key()).encrypt(b"Ana"))
    )
    with_keys(app, NEW, OLD)
    status, said = rotate(app)
    assert status == 1
    assert f"no key of FIELD_KEYS opens: 1: contact.name {lost}" in said
    token = db.session.scalar(sa.select(sa.type_coerce(Contact.__table__.c.name, sa.LargeBinary)).where(
        Contact.__table__.c.id == kept))  # fmt: skip
    assert token is not None and keys().newest.decrypt(bytes(token)) == b"Ben"


def test_a_fresh_key_is_one(app: Flask):
    printed = app.test_cli_runner().invoke(args=["keys", "new"]).output.strip()
    assert Keys(f"index:{INDEX},{printed}").fernet
