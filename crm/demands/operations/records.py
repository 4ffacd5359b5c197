"""Stands that organizers record on a group's behalf; each waits until a coordinator accepts it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demands.models import (
    ACCEPTING,
    UNDECIDED,
    Decision,
    DemandVersion,
    Endorsement,
    Source,
    StandRecord,
    StandState,
    VersionState,
)
from crm.demands.operations.evidence import prove_change
from crm.demands.operations.record_checks import check_change, check_told
from crm.demands.operations.standings import standings_at_the_end
from crm.demands.operations.stands import Stand, check_stand, set_stand
from crm.demands.operations.turns import wait_for
from crm.organizations.models import Organization

FIELDS = (
    "state",
    "source",
    "decided_how",
    "decided_on",
    "board_on",
    "speaker",
    "reservation",
    "public",
    "until",
)


@dataclass(frozen=True)
class StandRow:
    """One answer of a sheet: which group says what to which demand's words in force."""

    organization_id: int
    version_id: int
    stand: Stand


@dataclass
class Recorded:
    """What became of a sheet's answers: new records that wait, those known already, and those refused."""

    created: int = 0
    unchanged: int = 0
    # (place in the rows given, why)
    refused: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Decided:
    """What became of several records: how many were decided on as wanted, and which could not be, and why."""

    done: int = 0
    refused: list[tuple[StandRecord, str]] = field(default_factory=list)


def record_stand(
    viewer: Viewer, organization: Organization, version: DemandVersion, stand: Stand
) -> StandRecord:
    """Note what a group said to a version on paper, in minutes, on the phone or in a meeting; it waits.

    The same record is noted once; another one takes the place of the one that waits. Raises Refused (field
    `state`, `board_on`, `reservation`, `decided_on` or `until`), and for a draft or a retired demand.
    """
    check_stand(stand)
    check_told(stand)
    if version.state is VersionState.DRAFT or version.demand.retired_at is not None:
        raise Refused(_("Only a demand in force can be answered."))
    db.session.execute(select(Organization.id).where(Organization.id == organization.id).with_for_update())
    check_change(organization, version, stand)
    waiting = db.session.scalars(
        select(StandRecord).where(
            StandRecord.organization_id == organization.id,
            StandRecord.demand_id == version.demand_id,
            StandRecord.decision == Decision.WAITING,
        )
    ).one_or_none()
    if waiting is not None:
        if waiting.version_id == version.id and stand_of(waiting) == stand:
            return waiting
        _replace(viewer, waiting)
    entry = _entry(viewer, organization.id, version, stand)
    db.session.add(entry)
    record(viewer, "stand_record.add", entry, state=stand.state.value)
    return entry


def record_stands(viewer: Viewer, rows: Sequence[StandRow], import_id: int) -> Recorded:
    """Note a sheet's answers, all to wait, in a constant number of queries; one audit entry.

    Run again it notes nothing twice: an answer that stands already, waits, or came from a sheet before and
    was decided on, is known. Rows are taken in their order; of two for one group and demand the first counts.
    """
    result = Recorded()
    versions = _versions({row.version_id for row in rows})
    known = _known({row.organization_id for row in rows})
    for place, row in enumerate(rows):
        version = versions.get(row.version_id)
        try:
            check_stand(row.stand)
            if version is None:
                raise Refused(_("Only a demand in force can be answered."))
        except Refused as refusal:
            result.refused.append((place, str(refusal.message)))
            continue
        if known.covers(row, version):
            result.unchanged += 1
            continue
        db.session.add(_entry(viewer, row.organization_id, version, row.stand, import_id))
        known.waiting.add((row.organization_id, version.demand_id))
        result.created += 1
    if result.created:
        record(viewer, "stand_record.import", None, coalition_id=viewer.coalition_id, import_id=import_id)
    return result


def accept_record(viewer: Viewer, entry: StandRecord) -> None:
    """Let a record stand: from now on it is the group's stand, listed in public if it says so.

    Accepting it again changes nothing. Raises Refused when it was declined or replaced, and as `set_stand`.
    """
    if not _is_open(entry, Decision.ACCEPTED):
        return
    live = set_stand(viewer, entry.organization, entry.version, stand_of(entry))
    prove_change(entry, live)
    _decide(viewer, entry, Decision.ACCEPTED)


def decline_record(viewer: Viewer, entry: StandRecord, reason: str = "") -> None:
    """Don't let a record stand; `reason` is for the one who entered it. Again: changes nothing.

    Raises Refused when it was accepted or replaced.
    """
    if _is_open(entry, Decision.DECLINED):
        entry.reason = reason or None
        _decide(viewer, entry, Decision.DECLINED)


def decide_records(
    viewer: Viewer, entries: Iterable[StandRecord], *, accept: bool, reason: str = ""
) -> Decided:
    """Accept or decline several at once; one that can't be is named, and the others are decided on."""
    result = Decided()
    with standings_at_the_end(viewer):
        for entry in entries:
            try:
                with db.session.begin_nested():
                    if accept:
                        accept_record(viewer, entry)
                    else:
                        decline_record(viewer, entry, reason)
            except Refused as refusal:
                result.refused.append((entry, str(refusal.message)))
            else:
                result.done += 1
    return result


def stand_of(entry: StandRecord) -> Stand:
    """The stand that a record holds."""
    return Stand(**{name: getattr(entry, name) for name in FIELDS})


@dataclass
class _Known:
    """What is known of some groups: pairs of group and demand."""

    waiting: set[tuple[int, int]]
    # … with version, state and day of the board
    from_sheets: set[tuple[int, int, StandState, object]]
    live: dict[tuple[int, int], Endorsement]

    def covers(self, row: StandRow, version: DemandVersion) -> bool:
        """Whether a sheet's answer says nothing new."""
        pair = (row.organization_id, version.demand_id)
        told = (row.organization_id, version.id, row.stand.state, row.stand.board_on)
        live = self.live.get(pair)
        if pair in self.waiting or told in self.from_sheets:
            return True
        if live is None:
            return False
        same = (live.version_id, live.state, live.board_on) == told[1:]
        return same or (live.state in ACCEPTING and row.stand.state in UNDECIDED)


def _known(organization_ids: Iterable[int]) -> _Known:
    ids = list(organization_ids)
    entries = db.session.scalars(select(StandRecord).where(StandRecord.organization_id.in_(ids))).all()
    live = db.session.scalars(select(Endorsement).where(Endorsement.organization_id.in_(ids))).all()
    return _Known(
        {(e.organization_id, e.demand_id) for e in entries if e.decision is Decision.WAITING},
        {
            (e.organization_id, e.version_id, e.state, e.board_on)
            for e in entries
            if e.source is Source.IMPORT
        },
        {(one.organization_id, one.demand_id): one for one in live},
    )


def _versions(ids: Iterable[int]) -> dict[int, DemandVersion]:
    query = select(DemandVersion).where(
        DemandVersion.id.in_(list(ids)), DemandVersion.state != VersionState.DRAFT
    )
    return {version.id: version for version in db.session.scalars(query)}


def _entry(
    viewer: Viewer,
    organization_id: int,
    version: DemandVersion,
    stand: Stand,
    import_id: int | None = None,
) -> StandRecord:
    return StandRecord(
        organization_id=organization_id,
        demand_id=version.demand_id,
        version_id=version.id,
        entered_by_id=viewer.user_id,
        entered_at=clock.now(),
        import_id=import_id,
        **{name: getattr(stand, name) for name in FIELDS},
    )


def _replace(viewer: Viewer, waiting: StandRecord) -> None:
    _decide(viewer, waiting, Decision.REPLACED)
    # One record of a group and demand waits at a time, in the database too: the old one steps back first.
    db.session.flush()


def _is_open(entry: StandRecord, wanted: Decision) -> bool:
    """Whether a record still waits; False when it is decided as wanted. Raises Refused when otherwise."""
    wait_for(entry)
    if entry.decision not in (Decision.WAITING, wanted):
        raise Refused(_("Somebody else has decided on this record, or replaced it, in the meantime."))
    return entry.decision is Decision.WAITING


def _decide(viewer: Viewer, entry: StandRecord, decision: Decision) -> None:
    entry.decision, entry.decided_by_id, entry.decided_at = decision, viewer.user_id, clock.now()
    record(viewer, f"stand_record.{decision.value}", entry)
