"""Lists of touches: what each row will do, doing it, and taking it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.crypto import blind_index
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.exchange.lists.interactions import parse_touch
from crm.exchange.models import ImportRow, RowOutcome
from crm.exchange.operations.framing import Frame, Met
from crm.exchange.operations.staging import Prepared
from crm.exchange.plan import Plan
from crm.exchange.problems import Problem, shortened
from crm.exchange.queries.groups_meant import Meant
from crm.exchange.queries.people_meant import NOBODY, load_people
from crm.exchange.queries.worked_on import find_kept_touches
from crm.exchange.rows import Said
from crm.exchange.tables import Row
from crm.exchange.undo import Undo, read_undo, undo_of
from crm.organizations.models import Organization, Stage
from crm.organizations.operations import update_organizations
from crm.organizations.stage_codes import meaning_of
from crm.outreach.models import STAGE_RANK, STAGE_REACHED, Channel, Interaction, Outcome

_PURPOSE = "interaction.import"


@dataclass
class _Touch(Met):
    """A row with its instant, whom of the group it was with, and whether it is logged already."""

    contact_id: int | None = None
    is_known: bool = False

    @property
    def at(self) -> datetime:
        """When it was; never to come."""
        return min(datetime.fromisoformat(self.said.values["at"]), clock.now())

    @property
    def key(self) -> str:
        """The same group, instant and words: the same touch, whichever file tells of it."""
        said = self.said.values
        words = [str(said.get(name, "")) for name in ("channel", "outcome", "user_id", "note", "contact")]
        what = "|".join([str(self.group_id), said["at"], *words])
        return "import-" + blind_index(what, _PURPOSE).hex()[:48]

    def keep_undo(self, undo: Undo) -> None:
        """Keep what the touch changed of its group."""
        if isinstance(self.row, ImportRow):
            self.row.undo = undo.as_json()


class Touches(Frame[_Touch]):
    """Touches, into the history of their groups."""

    same = "same_touch"
    stays = "touched"

    def parse(self, row: Row, plan: Plan) -> Said:
        return parse_touch(row, plan)

    def met(self, row: Prepared | ImportRow, said: Said, group: Meant) -> _Touch:
        return _Touch(row, said, group)

    def identify(self, one: _Touch) -> str:
        return one.key

    def meet(self, batch: Sequence[_Touch]) -> None:
        query = select(Interaction.form_key).where(Interaction.form_key.in_([one.key for one in batch]))
        known = set(db.session.scalars(query))
        named = [one for one in batch if one.said.values.get("contact")]
        people = load_people({one.group_id for one in named})
        for one in named:
            one.contact_id = people.get(one.group_id, NOBODY).find(one.said.values["contact"])
        for one in batch:
            one.is_known, one.row.contact_id = one.key in known, one.contact_id

    def foresee(self, one: _Touch) -> None:
        if one.is_known:
            one.row.outcome = RowOutcome.UNCHANGED
        details = one.said.values.get("contact")
        if details and one.contact_id is None:
            one.said.tell("", Problem("touch_contact", {"text": shortened(next(iter(details.values())))}))

    def write(self, viewer: Viewer, coalition: Coalition, batch: Sequence[_Touch]) -> None:
        new: dict[str, _Touch] = {}
        for one in batch:
            one.row.outcome = RowOutcome.UNCHANGED
            if not one.is_known and new.setdefault(one.key, one) is one:
                one.row.outcome = RowOutcome.CREATE
        touches = {key: self._touch(one) for key, one in new.items()}
        db.session.add_all(touches.values())
        db.session.flush()
        for key, one in new.items():
            one.row.record_id = touches[key].id
        _move_groups(new.values())

    def _touch(self, one: _Touch) -> Interaction:
        said = one.said.values
        unknown = "" if one.contact_id else ", ".join(said.get("contact", {}).values())
        note = "\n".join(filter(None, [unknown, said.get("note", "")]))
        return Interaction(
            organization_id=one.group_id,
            contact_id=one.contact_id,
            user_id=said.get("user_id"),
            channel=Channel(said["channel"]),
            outcome=Outcome(said["outcome"]),
            at=one.at,
            note=note or None,
            form_key=one.key,
            import_id=self.task.id,
        )

    def take_away(self, rows: Sequence[ImportRow]) -> set[int]:
        """All but those that somebody has put right since, or that a task came of."""
        ids = self.ids_of(rows)
        kept = find_kept_touches(self.task, ids)
        db.session.execute(delete(Interaction).where(Interaction.id.in_(set(ids) - kept)))
        _move_groups_back(rows)
        return kept


def _move_groups(batch: Iterable[_Touch]) -> None:
    """The last touch moves to a later day, and the stage where nobody has begun.

    What it was is kept with one row of each group.
    """
    by_group: dict[int, list[_Touch]] = defaultdict(list)
    for one in batch:
        by_group[one.group_id].append(one)
    query = select(Organization).where(Organization.id.in_(by_group))
    changes: list[dict[str, Any]] = []
    for group in db.session.scalars(query):
        touches = by_group[group.id]
        last = max(one.at for one in touches)
        values: dict[str, Any] = {}
        if group.last_touch_at is None or group.last_touch_at < last:
            values["last_touch_at"] = last
        reached = [STAGE_REACHED.get(Outcome(one.said.values["outcome"])) for one in touches]
        furthest = max(filter(None, reached), key=lambda stage: STAGE_RANK[stage], default=None)
        if furthest and meaning_of(group.stage) is Stage.TO_CONTACT:
            values |= {"stage": furthest.value, "stage_since": last}
        if values:
            touches[0].keep_undo(undo_of(group, values))
            changes.append({"id": group.id, **values})
    update_organizations(changes)


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
