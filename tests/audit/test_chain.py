"""The audit's chains: what was sealed can't be changed unseen."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.audit.chain import seal, seal_lately
from crm.audit.models import AuditEntry, AuditLink
from crm.audit.operations import record
from crm.audit.retention import forget_old
from crm.audit.verifying import verify
from crm.coalitions.operations import create_coalition
from crm.core import clock
from crm.core.db import db
from crm.core.retention import rules
from crm.demo.removal import remove_coalitions
from tests.pages import ON_POSTGRESQL

AUDIT = ("audit_entry", "audit_link")


@pytest.fixture
def forced(app):
    """Run statements as whoever owns the database and can switch its guards off."""

    def run(*statements):
        db.session.commit()
        with db.engine.begin() as connection:
            if ON_POSTGRESQL:
                guards = []
                for name in AUDIT:
                    connection.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER USER")
            else:
                query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%%'"
                guards = connection.exec_driver_sql(query.replace("%%", "%")).all()
            for name, _sql in guards:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(sa.text(statement))
            for _name, sql in guards:
                connection.exec_driver_sql(sql)
            if ON_POSTGRESQL:
                for name in AUDIT:
                    connection.exec_driver_sql(f"ALTER TABLE {name} ENABLE TRIGGER USER")
        db.session.expire_all()

    return run


@pytest.fixture
def sealed(coalition, other_coalition, coordinator, outsider):
    """Six acts here, two elsewhere, one on the installation; the ids of those here."""
    for number in range(6):
        record(coordinator.viewer, "settings.edit", coalition, fields=["name"], number=number)
    for _number in range(2):
        record(outsider.viewer, "settings.edit", other_coalition)
    record(None, "demo.load")
    db.session.commit()
    assert seal_lately() == 9
    assert seal_lately() == 0
    own = sa.select(AuditEntry.id).where(AuditEntry.coalition_id == coalition.id)
    ids = list(db.session.scalars(own.order_by(AuditEntry.id)))
    db.session.commit()
    return ids


def faults(coalition):
    return next(chain.faults for chain in verify().chains if chain.coalition_id == coalition.id)


def test_what_was_done_is_sealed_in_the_order_of_its_coalition_and_holds(sealed, coalition):
    finding = verify()
    assert finding.holds
    assert [(chain.coalition_id is None, chain.links) for chain in finding.chains].count((True, 1)) == 1
    assert {chain.links for chain in finding.chains if chain.coalition_id} == {6, 2}
    positions = sa.select(AuditLink.position).where(AuditLink.coalition_id == coalition.id)
    assert list(db.session.scalars(positions.order_by(AuditLink.entry_id))) == [1, 2, 3, 4, 5, 6]


def test_an_entry_that_was_changed_or_taken_out_is_named(sealed, coalition, forced):
    forced(
        f"UPDATE audit_entry SET user_id = 999 WHERE id = {sealed[1]}",
        f"DELETE FROM audit_entry WHERE id = {sealed[3]}",
    )
    changed, missing = faults(coalition)
    assert changed == f"entry {sealed[1]} was changed"
    assert missing.startswith(f"entry {sealed[3]} of ")
    assert missing.endswith("is missing")


def test_links_that_were_taken_out_or_put_elsewhere_are_named(sealed, coalition, other_coalition, forced):
    own = f"coalition_id = {coalition.id} AND position"
    forced(f"DELETE FROM audit_link WHERE {own} IN (2, 3)")
    assert "links 2 to 3 are missing" in faults(coalition)
    # The entries without their links are sealed again, as later ones: the gap stays to be seen.
    forced(
        f"UPDATE audit_link SET position = -position WHERE {own} >= 5",
        f"UPDATE audit_link SET position = 11 + position WHERE {own} <= -5 AND position >= -6",
    )
    assert any("does not follow" in fault for fault in faults(coalition))
    assert not verify().holds


def test_entries_that_nobody_sealed_in_time_are_told(sealed, coordinator, coalition):
    old = clock.now() - timedelta(hours=3)
    db.session.execute(
        sa.insert(AuditEntry).values(
            coalition_id=coalition.id,
            at=old,
            user_id=None,
            action="contact.reveal",
            record="",
            fields=[],
            detail={},
        )
    )
    db.session.commit()
    finding = verify()
    assert (finding.late, finding.holds) == (1, False)
    assert verify().holds


def test_entries_go_at_five_years_and_not_before_and_the_chain_still_holds(coalition, coordinator):
    now = clock.now()
    for years in (6, 4, 0):
        at = now - timedelta(days=366 * years)
        db.session.add(AuditEntry(coalition_id=coalition.id, at=at, action="settings.edit", record=""))
    db.session.commit()
    assert forget_old() == 0  # nothing that has no link
    oldest, younger, _today = db.session.scalars(sa.select(AuditEntry.id).order_by(AuditEntry.id)).all()
    for gone in (oldest, younger):
        refused(sa.delete(AuditEntry).where(AuditEntry.id == gone))
    seal()
    refused(sa.delete(AuditEntry).where(AuditEntry.id == younger))
    shown = rules["audit"].due(now, timedelta(days=1))
    assert (shown.count, shown.oldest) == (1, (now - timedelta(days=366 * 6)).date()), "as the page says"
    rules["audit"].forget(now, timedelta(days=1))
    assert forget_old() == 0
    assert db.session.scalars(sa.select(AuditEntry.id).order_by(AuditEntry.id)).first() == younger
    assert verify().holds
    for statement in (sa.delete(AuditLink), sa.update(AuditLink).values(position=99)):
        refused(statement)


def refused(statement):
    db.session.rollback()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(statement)
    db.session.rollback()


def test_the_links_of_a_demo_go_with_it(app):
    demo = create_coalition(slug="demo", name="Demo", timezone="UTC", demo=True)
    record(None, "demo.load", demo)
    db.session.commit()
    seal()
    remove_coalitions([demo], [])
    db.session.commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditLink)) == 0


def test_the_command_says_what_is_wrong_and_ends_with_1(sealed, app, coalition, forced):
    def run(*more):
        db.session.commit()
        return app.test_cli_runner().invoke(args=["audit", "verify", *more])

    good = run()
    assert good.exit_code == 0
    head = next(line for line in good.stdout.splitlines() if line.startswith("harbor: 6 entries")).split()[-1]
    assert run("--head", head).exit_code == 0
    forced(
        f"DELETE FROM audit_link WHERE coalition_id = {coalition.id} AND position = 6",
        f"DELETE FROM audit_entry WHERE id = {sealed[5]}",
    )
    # Cut at its end a chain holds in itself; the hash noted before tells.
    assert run().exit_code == 0
    cut = run("--head", head)
    assert (cut.exit_code, "cut off" in cut.stdout) == (1, True)
    assert run("--head", "nonsense").exit_code == 1
