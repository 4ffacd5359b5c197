"""Erasing a person everywhere in a coalition, once, in one transaction; and again after a restore."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.coalitions.operations import touch_feeds
from crm.core import clock
from crm.core.db import Model, db
from crm.core.permissions import Viewer
from crm.core.tenancy import in_coalition
from crm.exchange.models import Export
from crm.exchange.operations.exports import drop_export
from crm.mail.operations import tell_coordinators
from crm.privacy.matching import Marks, strike
from crm.privacy.models import Erasure
from crm.privacy.operations.finding import encrypted_columns, find_again, find_all, load, with_contacts

Counts = dict[str, list[int]]
EXPORTS = "export"


def erase(viewer: Viewer, marks: Marks) -> Erasure:
    """Wipe a person's own rows, strike them out of all other texts, drop exports; the receipt.

    The other coordinators are told. Raises Refused where a list that names them is being worked on.
    """
    marks = with_contacts(marks)
    counts = wipe(viewer, marks)
    receipt = Erasure(
        at=clock.now(),
        user_id=viewer.user_id,
        marks=sorted(one.hex() for one in marks.hashes),
        sizes=sorted(marks.sizes),
        counts=counts,
    )
    db.session.add(receipt)
    db.session.flush()
    record(viewer, "person.erase", receipt, count=sum(map(sum, counts.values())))
    tell_coordinators("privacy/erased", but=(viewer.user_id,), person=viewer.name)
    return receipt


def wipe(viewer: Viewer | None, marks: Marks) -> Counts:
    """Wipe a person in the chosen coalition: table → [rows that went, rows they were struck out of]."""
    counts: Counts = {}
    at_first = find_all(marks)
    for found in at_first:
        if found.own and found.holding.wipe is not None:
            rows = list(load(found.holding.model, found.own))
            found.holding.wipe(viewer, rows)
            counts[found.holding.model.__tablename__] = [len(found.own), 0]
            db.session.flush()
    # What names them in passing; of their own rows too, where one stays for what else it says.
    for found in find_again(marks, at_first):
        rows = list(load(found.holding.model, [*found.own, *found.named]))
        for row in rows:
            _strike(row, marks)
        if found.holding.afterwards is not None:
            found.holding.afterwards(rows)
        table = counts.setdefault(found.holding.model.__tablename__, [0, 0])
        table[1] = len(found.own) + len(found.named)
    if counts:
        db.session.flush()
        touch_feeds()
        counts |= _drop_exports(viewer)
    return counts


def _strike(row: Model, marks: Marks) -> None:
    for name in encrypted_columns(type(row)):
        value = getattr(row, name)
        if value and (left := strike(value, marks)) != value:
            setattr(row, name, left)


def _drop_exports(viewer: Viewer | None) -> Counts:
    """A file of everything that still lies here holds everybody."""
    files = db.session.scalars(select(Export).where(Export.file_id.is_not(None))).all()
    for task in files:
        drop_export(viewer, task)
    return {EXPORTS: [len(files), 0]} if files else {}


def list_lines() -> Iterable[str]:
    """Every erasure of this installation, a line of JSON for each, to be kept beside the backups."""
    for coalition_id in db.session.scalars(select(Coalition.id).order_by(Coalition.id)).all():
        with in_coalition(coalition_id):
            for one in db.session.scalars(select(Erasure).order_by(Erasure.id)).all():
                kept = {"marks": one.marks, "sizes": one.sizes, "counts": one.counts}
                yield json.dumps({"coalition": coalition_id, "at": one.at.isoformat(), **kept})


def replay_erasures(lines: Iterable[str] = ()) -> int:
    """Do every erasure again that this database, or a list beside it, knows of; how many rows that changed.

    After a restore: what was erased since the backup was made is in it again. Twice is once. The caller
    commits. Raises ValueError (KeyError, TypeError) for lines that `list_lines` never wrote.
    """
    for line in lines:
        if line.strip():
            _take_in(json.loads(line))
    changed = 0
    for coalition_id in db.session.scalars(select(Coalition.id).order_by(Coalition.id)).all():
        with in_coalition(coalition_id):
            for one in db.session.scalars(select(Erasure).order_by(Erasure.id)).all():
                marks = Marks(frozenset(map(bytes.fromhex, one.marks)), frozenset(one.sizes))
                changed += sum(map(sum, wipe(None, marks).values()))
    return changed


def _take_in(kept: dict[str, object]) -> None:
    coalition = db.session.get(Coalition, kept["coalition"])
    if coalition is None:
        return
    at = datetime.fromisoformat(str(kept["at"]))
    with in_coalition(coalition.id):
        if db.session.scalar(select(Erasure.id).where(Erasure.at == at)) is None:
            values = {name: kept[name] for name in ("marks", "sizes", "counts")}
            db.session.add(Erasure(at=at, **values))
            db.session.flush()
