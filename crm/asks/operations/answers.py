"""What a group answers to a question of the coalition, through whoever speaks for it.

An answer that was given already is taken as given: pressing twice is pressing once. Of two representatives at
once the second is told what the first answered. Everything raises Refused where the question is over, is of
another group, or has no such answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from crm.asks.models import Ask, AskKind, AskState
from crm.asks.operations.days import last_moment, today_here
from crm.asks.operations.turns import take_turn
from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import full_date
from crm.core.permissions import Viewer
from crm.demands.models import ACCEPTING, DecidedHow, Endorsement, Source, StandState
from crm.demands.operations import Stand, set_stand
from crm.demands.operations.stands import board_origin, whose_group
from crm.organizations.models import Contact
from crm.outreach.operations import add_follow_up
from crm.representatives.operations import move_links

CHANGES = frozenset({AskKind.EDITORIAL, AskKind.SUBSTANCE})
# How long after it was asked a group may put off its answer until its board has met.
LATEST_BOARD = timedelta(days=180)
# How long a group has for its answer once its board has met.
AFTER_BOARD = timedelta(days=7)
LONGEST = 1000


@dataclass(frozen=True)
class Told:
    """What a representative tells of how the group came to its answer."""

    decided_how: DecidedHow | None = None
    decided_on: date | None = None
    # The last day of an endorsement that is given for a term.
    until: date | None = None
    # Whether the group may be listed; None: as it was, listed if it was not there before.
    public: bool | None = None


def answer_endorse(viewer: Viewer, ask: Ask, told: Told | None = None) -> None:
    """The group accepts the words that it is asked about: it reconfirms, endorses, or confirms the record.

    Raises Refused (field `decided_on` or `until`).
    """
    live = _turn(viewer, ask)
    if ask.kind is AskKind.CONFIRM and live is not None and live.state in ACCEPTING:
        _set(viewer, ask, live, _as_recorded(live, told))
        return
    _set(viewer, ask, live, _stand(viewer, live, StandState.ENDORSED, told))


def answer_with_reservation(viewer: Viewer, ask: Ask, reservation: str, told: Told | None = None) -> None:
    """It accepts them with a reservation, which is never public. Raises Refused (field `reservation`)."""
    text = _said(reservation, "reservation", _("Write what your group reserves."))
    live = _turn(viewer, ask)
    stand = _stand(viewer, live, StandState.RESERVATION, told)
    _set(viewer, ask, live, replace(stand, reservation=text))


def answer_withdraw(viewer: Viewer, ask: Ask) -> None:
    """It withdraws its endorsement of the words that it had accepted."""
    live = _turn(viewer, ask)
    _check_kind(ask, CHANGES | {AskKind.CONFIRM})
    _set(viewer, ask, live, _stand(viewer, live, StandState.WITHDRAWN, None))


def answer_decline(viewer: Viewer, ask: Ask, reason: str = "") -> None:
    """It does not endorse. The reason is for the organizers alone. Raises Refused (field `reason`)."""
    text = _short(reason, "reason")
    live = _turn(viewer, ask)
    _check_kind(ask, {AskKind.ENDORSE})
    stand = _stand(viewer, live, StandState.DECLINED, None)
    _set(viewer, ask, live, replace(stand, reservation=text))


def answer_object(viewer: Viewer, ask: Ask, objection: str) -> None:
    """It holds an editorial change to be more than that: it stays under its own words, not carried over.

    Whose group it is gets a follow-up. Raises Refused (field `objection`).
    """
    _disagree(
        viewer, ask, objection, AskKind.EDITORIAL, _("They object to an editorial change: talk with them")
    )


def answer_not_right(viewer: Viewer, ask: Ask, objection: str) -> None:
    """What was recorded for the group is not right. The organizers get a follow-up; the record stays until
    they put it right. Raises Refused (field `objection`)."""
    _disagree(viewer, ask, objection, AskKind.CONFIRM, _("They say that what we recorded is not right"))


def answer_board(viewer: Viewer, ask: Ask, board_on: date) -> None:
    """Its board decides on a day; until a week after it the question stays open. Another day takes its place.

    Raises Refused (field `board_on`).
    """
    live = _turn(viewer, ask)
    _check_kind(ask, CHANGES | {AskKind.ENDORSE})
    if ask.state is AskState.OPEN and ask.board_on == board_on:
        return
    _check_open(ask)
    _check_board(ask, board_on)
    former = None if _board_decides_more(ask) else board_origin(ask.organization_id, ask.board_on)
    ask.board_on, ask.usual_end = board_on, ask.usual_end or ask.closes_on
    _move_end(ask, live, max(ask.usual_end, board_on + AFTER_BOARD))
    if ask.kind is AskKind.ENDORSE:
        stand = _stand(viewer, live, StandState.BEFORE_BOARD, None)
        set_stand(viewer, ask.organization, ask.version, replace(stand, board_on=board_on))
    else:
        _follow(viewer, ask, _("Ask how their board decided"), board_on + timedelta(days=1),
                board_origin(ask.organization_id, board_on), former)  # fmt: skip
    record(viewer, "ask.board", ask)


def _board_decides_more(ask: Ask) -> bool:
    """Whether the same board decides on another question on the day that this one had, if it had one."""
    others = select(Ask.id).where(
        Ask.organization_id == ask.organization_id,
        Ask.id != ask.id,
        Ask.state == AskState.OPEN,
        Ask.board_on == ask.board_on,
    )
    return ask.board_on is None or db.session.scalar(others.limit(1)) is not None


def put_off(ask: Ask, live: Endorsement | None, closes_on: date) -> None:
    """Give a question until a later day; its links hold until then, and so does the endorsement."""
    if ask.usual_end is not None:
        ask.usual_end = max(ask.usual_end, closes_on)
    if closes_on > ask.closes_on:
        _move_end(ask, live, closes_on)


def _move_end(ask: Ask, live: Endorsement | None, closes_on: date) -> None:
    """To a later day; to an earlier one where the day of a board was put right."""
    if live is not None and live.reconfirm_by is not None:
        moved = live.reconfirm_by == ask.closes_on
        live.reconfirm_by = closes_on if moved else max(live.reconfirm_by, closes_on)
    ask.closes_on = closes_on
    move_links(f"ask:{ask.id}", last_moment(closes_on))


def _turn(viewer: Viewer, ask: Ask) -> Endorsement | None:
    if viewer.organization_id != ask.organization_id:
        raise Refused(_("This question was asked of another group."))
    return take_turn(ask)


def _set(viewer: Viewer, ask: Ask, live: Endorsement | None, stand: Stand) -> None:
    if ask.state is AskState.ANSWERED and _is_said(ask, live, stand):
        return
    _check_open(ask)
    set_stand(viewer, ask.organization, ask.version, stand)
    _close(viewer, ask, AskState.ANSWERED)


def _is_said(ask: Ask, live: Endorsement | None, stand: Stand) -> bool:
    """Whether the group says this already."""
    if live is None or live.state is not stand.state or live.reservation != stand.reservation:
        return False
    return stand.state is StandState.WITHDRAWN or live.version_id == ask.version_id


def _close(viewer: Viewer, ask: Ask, state: AskState) -> None:
    ask.state, ask.closed_at = state, clock.now()
    record(viewer, f"ask.{state.value}", ask)


def _disagree(viewer: Viewer, ask: Ask, objection: str, kind: AskKind, title: str) -> None:
    text = _said(objection, "objection", _("Write what is not right for your group."))
    _turn(viewer, ask)
    _check_kind(ask, {kind})
    if ask.state is AskState.OBJECTED and ask.objection == text:
        return
    _check_open(ask)
    ask.objection = text
    _follow(viewer, ask, title, today_here() + timedelta(days=1), f"objection:{ask.id}")
    _close(viewer, ask, AskState.OBJECTED)


def _follow(
    viewer: Viewer, ask: Ask, title: str, due_on: date, origin: str, instead_of: str | None = None
) -> None:
    add_follow_up(
        viewer,
        title=title,
        due_on=due_on,
        owner_id=whose_group(viewer, ask.organization),
        organization_id=ask.organization_id,
        origin=origin,
        instead_of=instead_of,
    )


def _stand(viewer: Viewer, live: Endorsement | None, state: StandState, told: Told | None) -> Stand:
    told = told or Told()
    today = today_here()
    if told.decided_on is not None and told.decided_on > today:
        raise Refused(_("This day is still to come."), "decided_on")
    if told.until is not None and told.until <= today:
        raise Refused(_("Choose a day that is still to come."), "until")
    was_public = live.public if live is not None and live.state in ACCEPTING else True
    return Stand(
        state=state,
        source=Source.GROUP,
        decided_how=told.decided_how,
        decided_on=told.decided_on,
        speaker=_speaker(viewer),
        public=was_public if told.public is None else told.public,
        until=told.until,
    )


def _as_recorded(live: Endorsement, told: Told | None) -> Stand:
    """What was recorded, now in the group's own name; what it adds takes the place of what was known."""
    told = told or Told()
    return Stand(
        state=live.state,
        source=Source.GROUP,
        decided_how=told.decided_how or live.decided_how,
        decided_on=told.decided_on or live.decided_on,
        speaker=live.speaker,
        speaker_public=live.speaker_public,
        reservation=live.reservation,
        public=live.public if told.public is None else told.public,
        until=told.until or live.until,
    )


def _speaker(viewer: Viewer) -> str | None:
    contact = db.session.get(Contact, viewer.contact_id) if viewer.contact_id is not None else None
    return contact.name if contact else None


def _check_kind(ask: Ask, kinds: frozenset[AskKind] | set[AskKind]) -> None:
    if ask.kind not in kinds:
        raise Refused(_("This question has no such answer."))


def _check_open(ask: Ask) -> None:
    """Raises Refused where the question is over, and tells how it ended."""
    if ask.state is AskState.OPEN and ask.demand.retired_at is not None:
        raise Refused(_("The coalition does not ask this any more."))
    if ask.state is AskState.OPEN and ask.closes_on >= today_here():
        return
    over = {
        AskState.ANSWERED: _("Your group has answered already. What it says now stands on its page."),
        AskState.OBJECTED: _("Your group has objected already. The coalition's organizers know."),
        AskState.REPLACED: _("Your group was asked anew since: answer the newest question."),
    }  # fmt: skip
    day = full_date(ask.closes_on)
    ended = _(
        "The time to answer was over on %(day)s. Your group's page shows what it stands behind now.", day=day
    )
    raise Refused(over.get(ask.state, ended))


def _check_board(ask: Ask, board_on: date) -> None:
    if board_on < today_here():
        raise Refused(_("This day is over: tell us how your board decided."), "board_on")
    latest = ask.asked_at.date() + LATEST_BOARD
    if board_on > latest:
        raise Refused(
            _("Choose a day until %(day)s, or write to the coalition's organizers.", day=full_date(latest)),
            "board_on",
        )


def _said(text: str, field: str, missing: str) -> str:
    if not text.strip():
        raise Refused(missing, field)
    return _short(text, field)


def _short(text: str, field: str) -> str:
    if len(text.strip()) > LONGEST:
        raise Refused(_("At most %(number)s characters.", number=LONGEST), field)
    return text.strip()
