"""The database held against what was answered, once everything that was begun is done."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from bench.faults.load import LIST_ROWS, Client, name_of
from bench.seed import SLUG
from crm.attendance.models import Attendance
from crm.audit.models import AuditEntry
from crm.coalitions.queries import find_coalition
from crm.core import tenancy
from crm.core.db import db
from crm.core.jobs import Job
from crm.core.transactions import reading
from crm.exchange.models import WORKING, Import, ImportState
from crm.mail.models import OutgoingMail
from crm.organizations.models import Organization
from crm.sign_ons.models import SignOn
from tests.mail.smtp import Post

# What a killed worker had in hand is taken up after a minute, and a job that failed waits longer each time.
QUIET_WITHIN = 900.0
ARE_BEGUN = ("mail.send", "exchange.import")


@dataclass(frozen=True)
class Books:
    """What came of a run."""

    answered: dict[str, int]
    broken_off: int
    not_saved: int
    wrong: dict[int, int]
    # Answered and not in the database; there more than once, or though nobody asked; with a part missing.
    lost: int
    twice: int
    torn: int
    # Mails that are owed; that never left; that left more than once; letters under another id.
    owed: int
    never_left: int
    left_again: int
    strange: int
    # Imports that put something into the directory, and those of which a part is there.
    whole: int
    half: int


def wait_until_quiet() -> None:
    """Until every mail and import that was begun is done. Raises RuntimeError where one never is."""
    end = time.monotonic() + QUIET_WITHIN
    query = select(Job.kind, func.count()).where(Job.kind.in_(ARE_BEGUN), Job.done_at.is_(None))
    while True:
        with reading():
            left = db.session.execute(query.group_by(Job.kind)).all()
        if not left:
            return
        if time.monotonic() > end:
            raise RuntimeError(f"never done: {left}")
        time.sleep(0.5)


def close_books(clients: Sequence[Client], post: Post) -> Books:
    """Compare. Within the application's context, with nobody asking any more."""
    ledgers = [client.ledger for client in clients]
    kinds = sorted({one.kind for one in ledgers})
    tried = {kind: set[str]().union(*(one.tried for one in ledgers if one.kind == kind)) for kind in kinds}
    answered = {
        kind: set[str]().union(*(one.answered for one in ledgers if one.kind == kind)) for kind in kinds
    }
    with reading():
        coalition = find_coalition(SLUG)
        if coalition is None:
            raise RuntimeError("the coalition itself is lost")
        with tenancy.in_coalition(coalition.id):
            found = {"sign-ons": sign_ons_kept(), "arrivals": _arrivals(), "imports": _imports()}
            torn = torn_sign_ons(found["sign-ons"])
            whole, half = _lists(answered["imports"])
            owed = Counter(db.session.scalars(select(OutgoingMail.message_id)))
    left = Counter(str(letter.message["Message-ID"]) for letter in post.letters)
    return Books(
        answered={kind: len(keys) for kind, keys in answered.items()},
        broken_off=sum(one.broken_off for one in ledgers),
        not_saved=sum(one.not_saved for one in ledgers),
        wrong=dict(sum((one.wrong for one in ledgers), Counter[int]())),
        lost=sum(len(answered[kind] - set(found[kind])) for kind in kinds),
        twice=sum(found[kind].total() - len(set(found[kind]) & tried[kind]) for kind in kinds),
        torn=torn,
        owed=len(owed),
        never_left=len(set(owed) - set(left)),
        left_again=sum(1 for count in left.values() if count > 1),
        strange=len(set(left) - set(owed)) + _under_two_ids(post),
        whole=whole,
        half=half,
    )


def sign_ons_kept() -> Counter[str]:
    """Key of the form → how many sign-ons of the chosen coalition stand under it."""
    return Counter(str(key) for key in db.session.scalars(select(SignOn.form_key)))


def _arrivals() -> Counter[str]:
    """Of two people each: what is counted differently is counted twice."""
    counted: Counter[str] = Counter()
    for key, count in db.session.execute(select(Attendance.key, Attendance.count)):
        counted[key.rpartition(":")[2]] += count // 2
    return counted


def _imports() -> Counter[str]:
    """Applied ones, by the number in the file's name."""
    query = select(Import).where(Import.state == ImportState.APPLIED)
    return Counter(re.sub(r"\D", "", one.name) for one in db.session.scalars(query))


def torn_sign_ons(found: Counter[str]) -> int:
    """Sign-ons without their entry in the audit or without their mail, and the other way round."""
    noted = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "sign_on.send")
    mailed = select(func.count()).select_from(OutgoingMail).where(OutgoingMail.about.like("sign_on:%"))
    counts = [db.session.scalar(query) or 0 for query in (noted, mailed)]
    return sum(abs(count - found.total()) for count in counts)


def _lists(answered: set[str]) -> tuple[int, int]:
    """(whole, half) imports: each group of a list once or none of them; one entry in the audit for each."""
    names = Counter(db.session.scalars(select(Organization.name)))
    numbers = {int(re.sub(r"\D", "", name)) // LIST_ROWS for name in names} | {int(key) for key in answered}
    whole = {
        number for number in numbers if all(names[name_of(number, row)] == 1 for row in range(LIST_ROWS))
    }
    noted = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "import.apply")
    working = select(func.count()).select_from(Import).where(Import.state.in_(WORKING))
    astray = abs((db.session.scalar(noted) or 0) - len(whole)) + (db.session.scalar(working) or 0)
    return len(whole), len(numbers - whole) + astray


def _under_two_ids(post: Post) -> int:
    """Recipients who got one mail under two ids."""
    ids: dict[str, set[str]] = {}
    for letter in post.letters:
        ids.setdefault(letter.recipients[0], set()).add(str(letter.message["Message-ID"]))
    return sum(1 for found in ids.values() if len(found) > 1)
