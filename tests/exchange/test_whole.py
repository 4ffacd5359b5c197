"""Everything of a coalition as one file: what is in it, for whom, and what is no such file.

That all of it comes back as it was is tried on the demo: tests/demo/test_story.py.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, func, select

from crm.accounts.models import User
from crm.audit.models import AuditEntry
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.crypto import Encrypted
from crm.core.db import Base, db
from crm.core.errors import Refused
from crm.core.files import open_file, store
from crm.core.permissions import Viewer
from crm.events.models import Visibility
from crm.events.operations import schedule_event
from crm.exchange.whole.keyed import KEPT, KEYED
from crm.exchange.whole.reading import take_in
from crm.exchange.whole.tables import LEFT_OUT
from crm.exchange.whole.writing import one_reading, write_zip
from crm.mail.models import OutgoingMail
from crm.mail.operations import owe_mail
from crm.organizations.models import Organization
from crm.rsvps.models import Rsvp, RsvpState
from tests import emptying
from tests.events.conftest import once
from tests.makers import make_organization
from tests.people import Person

DOCUMENT = b"We endorse.\x00" * 60_000


def silent(_done: int, _of: int) -> None:
    """Nobody watches."""


def export(viewer: Viewer | None = None) -> bytes:
    with one_reading():
        return b"".join(write_zip(db.session.scalars(select(Coalition)).one(), viewer, silent))


def unpack(packed: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(packed))


def rows(archive: zipfile.ZipFile, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(f"data/{table}.jsonl").splitlines()]


def move_out(app: Flask) -> None:
    """The installation is empty from here on."""
    db.session.remove()
    emptying.empty(app)


@pytest.fixture
def filled(coalition: Coalition, organizer: Person, coordinator: Person) -> Coalition:
    """A group before the one it is of, a document, a closed meeting of an organizer, who comes, mail."""
    first, second = make_organization("=Workers' Council, at 1+1"), make_organization("The Whole Council")
    first.parent_id = second.id
    closed = schedule_event(
        organizer.viewer, coalition, once(title="Night of the stewards", visibility=Visibility.CLOSED)
    )
    march = schedule_event(organizer.viewer, coalition, once(starts_local=datetime(2030, 3, 2, 12)))
    for event in (closed, march):
        said = Rsvp(event_id=event.id, on_date=date(2030, 3, 2), form_key=str(event.id), people=2)
        said.name, said.email, said.email_index = "Rosa Lark", "rosa@example.org", b"1"
        said.state, said.language, said.salt = RsvpState.COMING, "en", f"salt {event.id}"
        said.token_hash, said.created_at = str(event.id).encode(), clock.now()
        db.session.add(said)
    owe_mail("somebody@example.org", "exchange/exported", coalition_id=coalition.id, person="Ana",
             coalition=coalition)  # fmt: skip
    db.session.commit()
    until = clock.now() + timedelta(days=30)
    store(io.BytesIO(DOCUMENT), kind="evidence", name="../board vote.pdf", owner_id=None, expires_at=until)
    return coalition


def test_a_coordinators_file_holds_nothing_that_they_may_not_know(
    filled: Coalition, coordinator: Person, app: Flask
):
    theirs, whole = unpack(packed := export(coordinator.viewer)), unpack(export())
    everything = b"".join(theirs.read(name) for name in theirs.namelist())
    assert b"Night of the stewards" not in everything
    assert b"with all that belongs to them: 1" in theirs.read("README.txt")
    assert b"March on the Harbor" in theirs.read("calendar.ics")
    assert b"Night of the stewards" in whole.read("calendar.ics")
    assert [row["name"] for row in rows(theirs, "rsvp")] == [None]
    assert [row["name"] for row in rows(whole, "rsvp")] == ["Rosa Lark", "Rosa Lark"]
    assert "data/outgoing_mail.jsonl" not in theirs.namelist()
    assert len(rows(whole, "outgoing_mail")) == 1
    assert not any("password_hash" in row for row in rows(whole, "user"))
    # For spreadsheets a name is no formula; for programs it is what it is.
    assert "'=Workers' Council, at 1+1" in theirs.read("csv/organization.csv").decode()
    assert rows(theirs, "organization")[0]["name"] == "=Workers' Council, at 1+1"
    move_out(app)
    assert take_in(io.BytesIO(packed), silent).slug == "harbor"
    db.session.commit()
    assert db.session.scalars(select(User.id)).all()


def test_files_and_parents_come_back_by_command_and_only_into_an_empty_installation(
    filled: Coalition, app: Flask, tmp_path: Path
):
    packed = tmp_path / "all.zip"
    runner = app.test_cli_runner()
    db.session.rollback()
    said = runner.invoke(args=["export", str(packed), "--coalition", "harbor"])
    assert (said.exit_code, packed.stat().st_mode & 0o777) == (0, 0o600), said.output
    again = runner.invoke(args=["export", str(packed), "--coalition", "harbor"])
    assert (again.exit_code, "exists" in again.output) == (1, True)
    [told] = db.session.scalars(select(OutgoingMail).where(OutgoingMail.recipient.is_not(None)).offset(1))
    assert "The operator of this installation" in str(told.body)
    assert (
        db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == "export.make"
    )
    refused = runner.invoke(args=["import", "all", str(packed)])
    assert (refused.exit_code, "empty" in refused.output) == (1, True)
    [document] = [name for name in unpack(packed.read_bytes()).namelist() if name.startswith("files/")]
    assert document.endswith("-_board_vote.pdf")
    move_out(app)
    assert runner.invoke(args=["import", "all", str(packed)]).exit_code == 0
    db.session.rollback()
    first, second = db.session.scalars(select(Organization).order_by(Organization.id))
    assert first.parent_id == second.id
    stream = open_file(int(document.removeprefix("files/").partition("-")[0]))
    assert stream is not None
    assert stream.read() == DOCUMENT


@pytest.mark.parametrize("change", ["cut", "revision", "row"])
def test_what_is_no_whole_export_changes_nothing(coalition: Coalition, app: Flask, change: str):
    packed = export()
    move_out(app)
    with pytest.raises(Refused, match="migration" if change == "revision" else "no whole export"):
        take_in(io.BytesIO(packed[:-40] if change == "cut" else changed(packed, change)), silent)
    assert db.session.scalar(select(func.count()).select_from(Coalition)) == 0


def changed(packed: bytes, change: str) -> bytes:
    """The same file of another version, or with a row too few."""
    made = io.BytesIO()
    with unpack(packed) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json" and change == "revision":
                content = content.replace(b'"revision": "', b'"revision": "9')
            new.writestr(name, b"" if (name, change) == ("data/coalition.jsonl", "row") else content)
    return made.getvalue()


def test_no_column_of_hashes_is_forgotten():
    for table in Base.metadata.sorted_tables:
        owned = "coalition_id" in table.columns and table.name not in LEFT_OUT
        if owned or table.name == User.__tablename__:
            hashes = {
                column.name
                for column in table.columns
                if isinstance(column.type, LargeBinary) and not isinstance(column.type, Encrypted)
            }
            assert hashes == {*KEYED.get(table.name, ()), *KEPT.get(table.name, ())}, table.name
    assert set(LEFT_OUT) <= set(Base.metadata.tables)
