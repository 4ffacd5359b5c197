"""What the doctor sees, and what /readyz says."""

from __future__ import annotations

import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.audit.chain import seal
from crm.audit.models import AuditEntry
from crm.audit.operations import record
from crm.core import clock, condition, jobs
from crm.core.crypto import EXTENSION, Keys
from crm.core.db import db
from crm.core.jobs import Job
from crm.mail.operations import owe_mail
from crm.operating.doctor import State, examine
from tests.pages import ON_POSTGRESQL


def states():
    db.session.commit()
    return {finding.what: finding.state for finding in examine()}


@pytest.fixture
def well(app, coalition, coordinator, monkeypatch):
    """An installation with which all is well."""
    settings = replace(
        app.config["SETTINGS"],
        base_url="https://muster.example",
        limits=True,
        secret_key="s" * 40,
        mail_url="smtp://localhost:1",
    )
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    monkeypatch.setitem(app.config, "MAIL_URL", settings.mail_url)
    monkeypatch.setattr("crm.mail.queries.greet", lambda _to, _timeout: None)
    jobs.beat()
    record(None, "backup.make")
    db.session.commit()
    seal()
    return settings


def test_where_all_is_well_it_says_so(well, app):
    assert set(states().values()) == {State.OK}
    assert app.test_cli_runner().invoke(args=["doctor"]).exit_code == 0


def test_what_is_broken_is_told_in_a_line_and_ends_with_1(well, app, coalition, coordinator, monkeypatch):
    now = clock.now()
    days = timedelta(days=1)
    db.session.execute(sa.delete(jobs.Heartbeat))
    db.session.add(Job(kind="test.lost", payload={}, run_at=now - days, attempts=jobs.ATTEMPTS))
    owe_mail("a@people.example", "access/password_changed", about="x")
    db.session.execute(
        sa.text("UPDATE outgoing_mail SET created_at = :then"), {"then": "2026-01-01 00:00:00"}
    )
    db.session.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    for at in (now - days, now + days):
        db.session.add(AuditEntry(coalition_id=coalition.id, at=at, action="setup", record=""))
    monkeypatch.setitem(app.config, "SETTINGS", replace(well, secret_key="short"))
    (well.instance / "field_keys").write_text("x")
    (well.instance / "field_keys").chmod(0o644)
    monkeypatch.setitem(app.extensions, EXTENSION, Keys("index:aaaa," + "A" * 43 + "="))

    def away(_to, _timeout):
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr("crm.mail.queries.greet", away)
    db.session.commit()
    try:
        result = app.test_cli_runner().invoke(args=["doctor"])
        found = states()
    finally:
        (well.instance / "field_keys").unlink()
        newest = {"now": condition.newest_revision()}
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = :now"), newest)
        db.session.commit()
    broken = {what for what, state in found.items() if state is State.FAIL}
    assert broken == {
        *("settings", "key files", "migrations", "keys", "clock", "worker", "mail server", "audit")
    }
    assert {what for what, state in found.items() if state is State.WARN} == {"jobs", "mail"}
    assert (result.exit_code, result.stderr.count("\n"), len(result.stdout.splitlines())) == (1, 1, 14)


@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has no roles")
def test_a_role_that_no_row_level_security_holds_is_told(well, app, database_url):
    superuser = sa.create_engine(sa.make_url(database_url).set(username="postgres"))
    with superuser.begin() as connection:
        connection.exec_driver_sql("ALTER ROLE muster BYPASSRLS")
    try:
        assert states()["database"] is State.WARN
    finally:
        with superuser.begin() as connection:
            connection.exec_driver_sql("ALTER ROLE muster NOBYPASSRLS")
        superuser.dispose()


def test_ready_says_what_is_wrong(well, visitor, monkeypatch):
    assert visitor.get("/readyz").text == "ok\n"
    if not ON_POSTGRESQL:
        usage = namedtuple("Usage", "total used free")
        with monkeypatch.context() as full:
            full.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 10**9, 0))
            answer = visitor.get("/readyz")
            assert (answer.status_code, answer.text) == (503, "the disk is full\n")
    monkeypatch.setattr("crm.core.condition.newest_revision", lambda: "9999")
    assert "flask db upgrade" in visitor.get("/readyz").text
