"""What lists of people, touches and events have in common.

A batch of rows goes one way: their groups are found, rows that name none where one is needed are refused,
what is here already is met, what comes of each is foreseen or written, and that is kept; and one way back.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from crm.coalitions.models import Coalition
from crm.core.permissions import Viewer
from crm.exchange.lists.vocabulary import INTO
from crm.exchange.models import Import, ImportRow, RowOutcome
from crm.exchange.operations.staging import Prepared, keep_applied, mark_repeats
from crm.exchange.operations.undoing import keep_undone
from crm.exchange.plan import Plan
from crm.exchange.problems import Problem
from crm.exchange.queries import REACHING
from crm.exchange.queries.groups_meant import Meant, find_groups, lock_groups
from crm.exchange.rows import Said, read_said
from crm.exchange.tables import Row


@dataclass
class Met:
    """A row, of the preview or one to apply, with what it says and the group that it is about."""

    row: Prepared | ImportRow
    said: Said
    group: Meant

    @property
    def group_id(self) -> int:
        """The group's id; 0 for none."""
        return self.group.group_id or 0

    def refuse(self, problem: Problem) -> None:
        """Leave the row out, and tell why."""
        self.row.outcome = RowOutcome.REFUSE
        self.said.tell("", problem)


AnyMet = TypeVar("AnyMet", bound=Met)


class Frame(ABC, Generic[AnyMet]):
    """A kind of list whose rows are about groups, and what is done with a batch of them."""

    # Whether a row that names no group is refused.
    needs_group: ClassVar[bool] = True
    # What is told of a row that is about the same as an earlier one of the file.
    same: ClassVar[str]
    # Why something that a row made stays when the import is undone, of `undo.REASONS`.
    stays: ClassVar[str]
    # The column of a row that holds what it made, or changed.
    made: ClassVar[str] = "record_id"

    def __init__(self, task: Import) -> None:
        self.task = task

    @abstractmethod
    def parse(self, row: Row, plan: Plan) -> Said:
        """What a row says; without values it says nothing that could be taken."""

    @abstractmethod
    def met(self, row: Prepared | ImportRow, said: Said, group: Meant) -> AnyMet:
        """A row with its group."""

    @abstractmethod
    def identify(self, one: AnyMet) -> str:
        """What makes a row the same as an earlier one."""

    @abstractmethod
    def meet(self, batch: Sequence[AnyMet]) -> None:
        """Find what is here already of what rows are about, in a constant number of statements."""

    @abstractmethod
    def foresee(self, one: AnyMet) -> None:
        """Say what a row will do. Writes nothing."""

    @abstractmethod
    def write(self, viewer: Viewer, coalition: Coalition, batch: Sequence[AnyMet]) -> None:
        """Do what rows say, as things stand now."""

    @abstractmethod
    def take_away(self, rows: Sequence[ImportRow]) -> set[int]:
        """Remove what rows made; the ids (of `made`) of what stays, for somebody has worked on it since."""

    def put_back(self, rows: Sequence[ImportRow]) -> set[int]:
        """Set back what rows changed; the ids of the rows of which something stays."""
        return set()

    def prepare(self, rows: Sequence[Row], plan: Plan) -> list[Prepared]:
        """Read a batch of rows and find out what each will do. Writes nothing."""
        batch = [self._read(row, plan) for row in rows]
        met = self._meet_groups([(one, one.said) for one in batch if one.outcome in REACHING])
        for one in met:
            one.said.identity = self.identify(one)
        mark_repeats(self.task.id, [one.row for one in met if isinstance(one.row, Prepared)], self.same)
        left = [one for one in met if one.row.outcome in REACHING]
        self.meet(left)
        for one in left:
            self.foresee(one)
        return batch

    def apply(self, viewer: Viewer, coalition: Coalition, rows: Sequence[ImportRow]) -> None:
        """Do what a batch of staged rows says; the import, which is locked, counts it as done."""
        said = [read_said(row.said or "") for row in rows]
        for row in rows:
            row.contact_id = row.record_id = row.undo = None
        met = self._meet_groups(list(zip(rows, said, strict=True)))
        lock_groups(one.group_id for one in met if one.group_id)
        self.meet(met)
        self.write(viewer, coalition, met)
        for row, one in zip(rows, said, strict=True):
            row.has_problems = bool(one.problems)
            row.said = one.as_json() if one.problems or one.changes else None
        keep_applied(self.task, rows)

    def set_back(self, rows: Sequence[ImportRow]) -> bool:
        """Set back what rows changed of what was here before. True: they are done with."""
        staying = self.put_back(rows)
        for row in rows:
            row.undone = self.stays if row.id in staying else ""
        keep_undone(self.task, rows)
        return True

    def remove(self, rows: Sequence[ImportRow]) -> bool:
        """Remove what rows made. False: another pass would remove no more."""
        kept = self.take_away(rows)
        for row in rows:
            row.undone = self.stays if getattr(row, self.made) in kept else ""
        keep_undone(self.task, rows)
        return False

    def ids_of(self, rows: Sequence[ImportRow]) -> list[int]:
        """The ids of what rows made, or changed."""
        return [made for row in rows if (made := getattr(row, self.made))]

    def _read(self, row: Row, plan: Plan) -> Prepared:
        said = self.parse(row, plan)
        if any(problem.is_skip for _column, problem in said.list_problems()):
            return Prepared(row.line, said, RowOutcome.SKIP)
        return Prepared(row.line, said, RowOutcome.CREATE if said.values else RowOutcome.REFUSE)

    def _meet_groups(self, rows: Sequence[tuple[Prepared | ImportRow, Said]]) -> list[AnyMet]:
        """Rows with their groups; those that name none where one is needed are refused and left out."""
        into = self.task.defaults.get(INTO) if self.needs_group else None
        groups = find_groups([said.group for _row, said in rows], self.task.source, into)
        met: list[AnyMet] = []
        for (row, said), group in zip(rows, groups, strict=True):
            row.organization_id = group.group_id
            one = self.met(row, said, group)
            if self.needs_group and group.group_id is None:
                one.refuse(group.problem or Problem("no_group"))
            else:
                met.append(one)
        return met
