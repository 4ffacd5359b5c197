"""The one place that writes who stands behind which words."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from crm.accounts.operations import find_membership
from crm.audit.operations import record
from crm.core import clock, contributions
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import RIGHTS, Permission, Viewer
from crm.demands.models import (
    ACCEPTING,
    NEVER_SAID,
    UNDECIDED,
    DecidedHow,
    DemandVersion,
    Endorsement,
    EndorsementChange,
    Source,
    StandState,
    VersionState,
)
from crm.demands.operations.standings import refresh_standings
from crm.demands.operations.turns import keep_demands
from crm.organizations.models import Organization
from crm.outreach.operations import add_follow_up

# Where nobody knows the day of a board, it is asked for within a week.
ASK_FOR_DAY = timedelta(days=7)
FURTHEST_BOARD = timedelta(days=3 * 366)
LONGEST_TERM = timedelta(days=10 * 366)
# Nobody endorsed anything before: some browsers make the year 26 of two typed digits.
EARLIEST = date(1900, 1, 1)
# A stand is another one from then on when one of these changes; the rest is what is known of it.
SINCE = ("version_id", "state", "board_on")


@dataclass(frozen=True)
class Stand:
    """What a group says to a version of a demand, and what is known of how it came to say so."""

    state: StandState
    source: Source
    decided_how: DecidedHow | None = None
    decided_on: date | None = None
    # The day of its board, with BEFORE_BOARD alone; None where nobody has asked for it yet.
    board_on: date | None = None
    speaker: str | None = None
    # Whether the speaker asked to be named in public.
    speaker_public: bool = False
    # What it reserves; never public.
    reservation: str = ""
    # Whether the group may be listed.
    public: bool = True
    # The last day of an endorsement given for a term.
    until: date | None = None


def set_stand(
    viewer: Viewer, organization: Organization, version: DemandVersion, stand: Stand
) -> Endorsement:
    """Write an accepted stand: the live one of the group on the demand, and its history.

    The stand is of exactly this version. What a group endorses it leaves only by an answer: that it is asked
    again, or that its board meets on it, leaves an endorsement as it is. A withdrawal is from the words that
    were endorsed. To be before its board makes a follow-up, which moves along when the day is put right.
    Raises Refused (field `board_on`), and for a draft, a retired demand, or a version older than the one
    that the group answered.
    """
    check_stand(stand)
    keep_demands()
    _check_version(version)
    _lock(organization)
    live = _live(organization, version.demand_id)
    if live is not None and stand.state is not StandState.WITHDRAWN:
        _check_not_older(live, version)
    if stand.state is StandState.BEFORE_BOARD:
        _ask_after_the_board(viewer, organization, stand, live)
    if live is None:
        live = Endorsement(organization_id=organization.id, demand_id=version.demand_id, since=clock.now())
        db.session.add(live)
    elif live.state in ACCEPTING and stand.state in UNDECIDED:
        return live
    elif stand.state is StandState.WITHDRAWN:
        version = live.version
    _write(viewer, live, version, stand)
    refresh_standings(viewer, [organization.id])
    return live


def _live(organization: Organization, demand_id: int) -> Endorsement | None:
    """What the group says now, as the database has it."""
    found = select(Endorsement).where(
        Endorsement.organization_id == organization.id, Endorsement.demand_id == demand_id
    )
    return db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def check_stand(stand: Stand) -> None:
    """Whether a stand can be. Raises Refused (field `board_on`, `decided_on` or `until`)."""
    if stand.state in NEVER_SAID:
        raise ValueError(f"No group says {stand.state}.")
    if stand.state is not StandState.BEFORE_BOARD and stand.board_on is not None:
        raise Refused(_("A day of the board goes with “before their board” only."), "board_on")
    if stand.board_on is not None and stand.board_on > clock.now().date() + FURTHEST_BOARD:
        raise Refused(_("This is more than three years away: check the year."), "board_on")
    if stand.decided_on is not None and stand.decided_on < EARLIEST:
        raise Refused(_("Check the year."), "decided_on")
    if stand.until is not None and stand.until > clock.now().date() + LONGEST_TERM:
        raise Refused(_("This is more than ten years away: check the year."), "until")


def _check_version(version: DemandVersion) -> None:
    if version.state is VersionState.DRAFT:
        raise Refused(_("These words are a draft: nobody can answer them before they are adopted."))
    if version.demand.retired_at is not None:
        raise Refused(_("This demand is retired."))


def _check_not_older(live: Endorsement, version: DemandVersion) -> None:
    if (live.version.number or 0) > (version.number or 0):
        raise Refused(
            _(
                "This is an answer to version %(old)s, and the group has since answered to version %(new)s.",
                old=version.number,
                new=live.version.number,
            )
        )


def _lock(organization: Organization) -> None:
    """Take turns on a group: of two answers at once the second meets the first, not an error."""
    db.session.execute(select(Organization.id).where(Organization.id == organization.id).with_for_update())


def _write(viewer: Viewer, live: Endorsement, version: DemandVersion, stand: Stand) -> None:
    told = {field.name: getattr(stand, field.name) for field in fields(Stand)}
    before = {"version_id": live.version_id, **{name: getattr(live, name) for name in told}}
    live.version, live.version_id = version, version.id
    for name, value in told.items():
        setattr(live, name, value)
    if stand.state not in ACCEPTING or version.state is VersionState.ADOPTED:
        # It has answered to the words in force, or does not endorse any more: it is not asked again.
        live.reconfirm_by = None
    after = {"version_id": version.id, **told}
    if before == after:
        record(viewer, "endorsement.edit", live)
        return
    if any(before[name] != after[name] for name in SINCE):
        live.since = clock.now()
    db.session.add(change_of(viewer, live, stand.state))
    record(viewer, "endorsement.set", live, version=version.id, state=stand.state.value)
    tell_of(viewer, live)


def tell_of(viewer: Viewer, live: Endorsement) -> None:
    """Let follow what follows from a stand that changed, such as the end of a question about it."""
    for part in contributions.after_stand:
        part(viewer, live.organization_id, live.demand_id)


def change_of(
    viewer: Viewer, live: Endorsement, state: StandState, source: Source | None = None
) -> EndorsementChange:
    """A line of the history: what is told of a live stand now, under the state that it came to."""
    return EndorsementChange(**line_of(viewer, live, state, source))


def line_of(
    viewer: Viewer, live: Endorsement, state: StandState, source: Source | None = None
) -> dict[str, Any]:
    """The same by column: for lines that are written together."""
    return {
        "organization_id": live.organization_id,
        "demand_id": live.demand_id,
        "version_id": live.version_id,
        "state": state,
        "source": source or live.source,
        "board_on": live.board_on if state is StandState.BEFORE_BOARD else None,
        "decided_how": live.decided_how,
        "decided_on": live.decided_on,
        "speaker": live.speaker,
        "reservation": live.reservation,
        "public": live.public,
        "until": live.until,
        "at": clock.now(),
        "user_id": viewer.user_id,
        "contact_id": viewer.contact_id,
    }


def _ask_after_the_board(
    viewer: Viewer, organization: Organization, stand: Stand, live: Endorsement | None
) -> None:
    """One follow-up for a group and a day, however many demands its board decides on.

    Where the day was another one before, the follow-up moves to it, unless something else waits for that day.
    """
    former = None
    if live is not None and live.state is StandState.BEFORE_BOARD and not _waits_besides(live):
        former = board_origin(organization.id, live.board_on)
    known = stand.board_on is not None
    add_follow_up(
        viewer,
        title=_("Ask how their board decided") if known else _("Ask when their board decides"),
        due_on=stand.board_on + timedelta(days=1) if stand.board_on else clock.now().date() + ASK_FOR_DAY,
        owner_id=whose_group(viewer, organization),
        organization_id=organization.id,
        origin=board_origin(organization.id, stand.board_on),
        instead_of=former,
    )


def _waits_besides(live: Endorsement) -> bool:
    """Whether the same board decides on another demand on the same day (or on one that nobody knows)."""
    others = select(Endorsement.id).where(
        Endorsement.organization_id == live.organization_id,
        Endorsement.demand_id != live.demand_id,
        Endorsement.state == StandState.BEFORE_BOARD,
        Endorsement.board_on.is_not_distinct_from(live.board_on),
    )
    return db.session.scalar(others.limit(1)) is not None


def board_origin(organization_id: int, day: date | None) -> str:
    """What the follow-up after the day of a board is made for; None: nobody has asked for the day yet."""
    return f"board:{organization_id}:{day.isoformat() if day else 'day'}"


def whose_group(viewer: Viewer, organization: Organization) -> int | None:
    """Whose group it is, if they may still do it; else who decided."""
    if organization.assignee_id is not None:
        member = find_membership(organization.assignee_id)
        if member is not None and Permission.OUTREACH_LOG in RIGHTS[member.role]:
            return organization.assignee_id
    return viewer.user_id
