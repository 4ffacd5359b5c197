"""Lists of touches: what each row will do, doing it, and taking it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

from sqlalchemy import delete, func, select

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.crypto import blind_index
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.exchange.lists.interactions import parse_touch
from crm.exchange.lists.vocabulary import INTO
from crm.exchange.models import Import, ImportRow, RowOutcome
from crm.exchange.operations.staging import Prepared, keep_applied, mark_repeats
from crm.exchange.operations.undoing import keep_undone
from crm.exchange.plan import Plan
from crm.exchange.problems import Problem, shortened
from crm.exchange.queries import REACHING
from crm.exchange.queries.groups_meant import find_groups, lock_groups
from crm.exchange.queries.people_meant import NOBODY, load_people
from crm.exchange.queries.worked_on import find_kept_touches
from crm.exchange.rows import Said, read_said
from crm.exchange.tables import Row
from crm.exchange.undo import read_undo, undo_of
from crm.organizations.models import Organization, Stage
from crm.organizations.operations import update_organizations
from crm.organizations.stage_codes import meaning_of
from crm.outreach.models import STAGE_RANK, STAGE_REACHED, Channel, Interaction, Outcome

_PURPOSE = "interaction.import"


@dataclass
class _Met:
    """A row with its group, its instant, and the key by which the same touch is known again."""

    said: Said
    group_id: int
    at: datetime
    contact_id: int | None = None

    @property
    def key(self) -> str:
        """The same group, instant and words: the same touch, whichever file tells of it."""
        said = self.said.values
        words = [str(said.get(name, "")) for name in ("channel", "outcome", "user_id", "note", "contact")]
        return (
            "import-"
            + blind_index("|".join([str(self.group_id), self.at.isoformat(), *words]), _PURPOSE).hex()[:48]
        )


def prepare_touches(task: Import, coalition: Coalition, rows: Sequence[Row], plan: Plan) -> list[Prepared]:
    """Read a batch of rows of touches and find out what each will do. Writes nothing."""
    batch = [_read(row, plan) for row in rows]
    reaching = [one for one in batch if one.outcome in REACHING]
    groups = find_groups([one.said.group for one in reaching], task.source, task.defaults.get(INTO))
    met: dict[int, _Met] = {}
    for one, meant in zip(reaching, groups, strict=True):
        one.organization_id = meant.group_id
        if meant.problem or meant.group_id is None:
            one.outcome = RowOutcome.REFUSE
            one.said.tell("", meant.problem or Problem("no_group"))
        else:
            met[one.line] = _Met(one.said, meant.group_id, instant_of(one.said.values, coalition.zone))
            one.said.identity = met[one.line].key
    mark_repeats(task.id, [one for one in reaching if one.line in met], "same_touch")
    known = _known(each.key for each in met.values())
    _find_people(met.values())
    for one in reaching:
        if one.outcome is not RowOutcome.CREATE:
            continue
        one.contact_id = met[one.line].contact_id
        if met[one.line].key in known:
            one.outcome = RowOutcome.UNCHANGED
        _tell_of_person(one.said, one.contact_id)
    return batch


def apply_touches(viewer: Viewer, task: Import, coalition: Coalition, rows: Sequence[ImportRow]) -> None:
    """Log the touches of a batch of staged rows; `task`, which is locked, counts it as done."""
    said = [read_said(row.said or "") for row in rows]
    groups = find_groups([one.group for one in said], task.source, task.defaults.get(INTO))
    met: list[tuple[ImportRow, _Met]] = []
    for row, one, meant in zip(rows, said, groups, strict=True):
        row.organization_id, row.record_id, row.undo = meant.group_id, None, None
        if meant.group_id is None:
            row.outcome, row.has_problems = RowOutcome.REFUSE, True
            one.tell("", meant.problem or Problem("no_group"))
        else:
            met.append((row, _Met(one, meant.group_id, instant_of(one.values, coalition.zone))))
    lock_groups(each.group_id for _row, each in met)
    _find_people([each for _row, each in met])
    known = _known(each.key for _row, each in met)
    new: dict[str, tuple[ImportRow, _Met]] = {}
    for row, each in met:
        row.contact_id = each.contact_id
        row.outcome = RowOutcome.UNCHANGED
        if each.key not in known and each.key not in new:
            row.outcome = RowOutcome.CREATE
            new[each.key] = (row, each)
    _log(task, new)
    _move_groups(list(new.values()))
    for row, one in zip(rows, said, strict=True):
        row.said = one.as_json() if row.has_problems else None
    keep_applied(task, rows)


def instant_of(said: Mapping[str, Any], zone: tzinfo) -> datetime:
    """When a touch was: at the hour that the row says, else at noon where the coalition is; never to come."""
    hour = time.fromisoformat(said["time"]) if said.get("time") else time(12)
    at = datetime.combine(date.fromisoformat(said["on"]), hour, tzinfo=zone).astimezone(UTC)
    return min(at, clock.now())


def _read(row: Row, plan: Plan) -> Prepared:
    said = parse_touch(row, plan)
    if row.problem and row.problem.is_skip:
        return Prepared(row.line, said, RowOutcome.SKIP)
    return Prepared(row.line, said, RowOutcome.CREATE if said.values else RowOutcome.REFUSE)


def _known(keys: Iterable[str]) -> set[str]:
    query = select(Interaction.form_key).where(Interaction.form_key.in_(list(keys)))
    return {key for key in db.session.scalars(query) if key}


def _find_people(batch: Iterable[_Met]) -> None:
    """Whom of their groups touches were with, in one statement."""
    batch = [one for one in batch if one.said.values.get("contact")]
    people = load_people({one.group_id for one in batch})
    for one in batch:
        one.contact_id = people.get(one.group_id, NOBODY).find(one.said.values["contact"])


def _tell_of_person(said: Said, contact_id: int | None) -> None:
    details = said.values.get("contact")
    if details and contact_id is None:
        said.tell("", Problem("touch_contact", {"text": shortened(next(iter(details.values())))}))


def _log(task: Import, new: Mapping[str, tuple[ImportRow, _Met]]) -> None:
    touches = {key: _touch(task, key, each) for key, (_row, each) in new.items()}
    db.session.add_all(touches.values())
    db.session.flush()
    for key, (row, _each) in new.items():
        row.record_id = touches[key].id


def _touch(task: Import, key: str, met: _Met) -> Interaction:
    said = met.said.values
    unknown = "" if met.contact_id else ", ".join(said.get("contact", {}).values())
    note = "\n".join(filter(None, [unknown, said.get("note", "")]))
    return Interaction(
        organization_id=met.group_id,
        contact_id=met.contact_id,
        user_id=said.get("user_id"),
        channel=Channel(said["channel"]),
        outcome=Outcome(said["outcome"]),
        at=met.at,
        note=note or None,
        form_key=key,
        import_id=task.id,
    )


def _move_groups(batch: Sequence[tuple[ImportRow, _Met]]) -> None:
    """The last touch moves to a later day, and the stage where nobody has begun.

    What it was is kept with one row of each group.
    """
    by_group: dict[int, list[tuple[ImportRow, _Met]]] = defaultdict(list)
    for row, each in batch:
        by_group[each.group_id].append((row, each))
    query = select(Organization).where(Organization.id.in_(by_group))
    changes: list[dict[str, Any]] = []
    for group in db.session.scalars(query):
        touches = by_group[group.id]
        last = max(each.at for _row, each in touches)
        values: dict[str, Any] = {}
        if group.last_touch_at is None or group.last_touch_at < last:
            values["last_touch_at"] = last
        reached = [STAGE_REACHED.get(Outcome(each.said.values["outcome"])) for _row, each in touches]
        furthest = max(filter(None, reached), key=lambda stage: STAGE_RANK[stage], default=None)
        if furthest and meaning_of(group.stage) is Stage.TO_CONTACT:
            values |= {"stage": furthest.value, "stage_since": last}
        if values:
            touches[0][0].undo = undo_of(group, values).as_json()
            changes.append({"id": group.id, **values})
    update_organizations(changes)


def keep_known_touches(task: Import, rows: Sequence[ImportRow]) -> bool:
    """Rows of touches that were here already left nothing behind."""
    for row in rows:
        row.undone = ""
    keep_undone(task, rows)
    return True


def remove_touches(task: Import, rows: Sequence[ImportRow], *, last: bool) -> bool:
    """Remove the touches of rows, but those that somebody has edited since, or that a task came of."""
    ids = [row.record_id for row in rows if row.record_id]
    kept = find_kept_touches(task, ids)
    db.session.execute(delete(Interaction).where(Interaction.id.in_(set(ids) - kept)))
    for row in rows:
        row.undone = "touched" if row.record_id in kept else ""
    _move_groups_back(rows)
    keep_undone(task, rows)
    return False


def _move_groups_back(rows: Sequence[ImportRow]) -> None:
    """The last touch is the last of those left; the stage goes back where nothing has moved it since."""
    undos = _undos(rows)
    left = select(Interaction.organization_id, func.max(Interaction.at))
    query = left.where(Interaction.organization_id.in_(undos)).group_by(Interaction.organization_id)
    lasts = {row[0]: row[1] for row in db.session.execute(query)}
    changes: list[dict[str, Any]] = []
    for group in db.session.scalars(select(Organization).where(Organization.id.in_(undos))):
        values: dict[str, Any] = {}
        before, after = undos[group.id].get("last_touch_at", (None, None))
        if after and group.last_touch_at and group.last_touch_at.isoformat() == after:
            known = [lasts.get(group.id), datetime.fromisoformat(before) if before else None]
            values["last_touch_at"] = max(filter(None, known), default=None)
        if "stage" in undos[group.id] and _is_as_left(group, undos[group.id]):
            since = datetime.fromisoformat(undos[group.id]["stage_since"][0])
            values |= {"stage": undos[group.id]["stage"][0], "stage_since": since}
        if values:
            changes.append({"id": group.id, **values})
    update_organizations(changes)


def _undos(rows: Sequence[ImportRow]) -> dict[int, dict[str, Any]]:
    """Group → column → (before the first of these rows, after the last); the rows come newest first."""
    undos: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        values = undos[row.organization_id or 0] if row.undo else {}
        for name, (before, after) in read_undo(row.undo).values.items():
            values[name] = (before, values[name][1] if name in values else after)
    return undos


def _is_as_left(group: Organization, undo: Mapping[str, Any]) -> bool:
    since = group.stage_since.isoformat()
    return (str(group.stage), since) == (undo["stage"][1], undo["stage_since"][1])
