"""What a group says on its own page, to the words that are in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto

from flask_babel import gettext as _

from crm.asks.models import Ask, AskKind
from crm.asks.operations.answers import answer_board
from crm.coalitions.operations import touch_feeds
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demands.models import ACCEPTING, DecidedHow, DemandVersion, Endorsement, Source, StandState
from crm.demands.operations import Stand, set_stand
from crm.groups.queries import map_open_asks
from crm.organizations.models import Organization


class Reply(StrEnum):
    """What a group can say to the words in force."""

    ENDORSE = auto()
    RESERVATION = auto()
    BOARD = auto()
    DECLINE = auto()


STATES = {
    Reply.ENDORSE: StandState.ENDORSED,
    Reply.RESERVATION: StandState.RESERVATION,
    Reply.DECLINE: StandState.DECLINED,
}


@dataclass(frozen=True)
class Said:
    """An answer, and how the group came to it."""

    reply: Reply
    reservation: str = ""
    board_on: date | None = None
    decided_how: DecidedHow | None = None
    decided_on: date | None = None
    speaker: str = ""
    speaker_public: bool = False
    # Whether the group may be listed.
    listed: bool = True
    # The last day of an endorsement for a term.
    until: date | None = None


def say(viewer: Viewer, organization: Organization, version: DemandVersion, said: Said, today: date) -> None:
    """The group answers to the words in force; a question that is open about them is answered with it.

    Said again: nothing changes. `today` is the day in the coalition's zone. Raises Refused (field
    `reservation`, `board_on`, `decided_how`, `decided_on` or `until`).
    """
    _check(said, today)
    if said.reply is Reply.BOARD:
        _go_before_the_board(viewer, organization, version, said)
        return
    accepts = STATES[said.reply] in ACCEPTING
    stand = Stand(
        STATES[said.reply],
        Source.GROUP,
        decided_how=said.decided_how if accepts else None,
        decided_on=said.decided_on if accepts else None,
        speaker=said.speaker or viewer.name,
        speaker_public=said.speaker_public and accepts,
        reservation=said.reservation if said.reply is Reply.RESERVATION else "",
        public=said.listed,
        until=said.until if accepts else None,
    )
    set_stand(viewer, organization, version, stand)
    touch_feeds()


def withdraw(viewer: Viewer, organization: Organization, live: Endorsement) -> None:
    """The group takes its name from a demand, at once. Withdrawn already: nothing changes."""
    if live.state not in ACCEPTING:
        return
    stand = Stand(StandState.WITHDRAWN, Source.GROUP, speaker=viewer.name, public=live.public)
    set_stand(viewer, organization, live.version, stand)
    touch_feeds()


def _go_before_the_board(
    viewer: Viewer, organization: Organization, version: DemandVersion, said: Said
) -> None:
    assert said.board_on is not None  # noqa: S101 - checked before
    ask: Ask | None = map_open_asks(organization.id).get(version.demand_id)
    if ask is not None and ask.kind is not AskKind.CONFIRM:
        answer_board(viewer, ask, said.board_on)
        return
    stand = Stand(
        StandState.BEFORE_BOARD, Source.GROUP, board_on=said.board_on, speaker=viewer.name, public=said.listed
    )
    set_stand(viewer, organization, version, stand)


def _check(said: Said, today: date) -> None:
    if said.reply is Reply.RESERVATION and not said.reservation:
        raise Refused(_("Write what your group reserves."), "reservation")
    if said.reply is Reply.BOARD:
        _check_board(said, today)
    if said.reply not in (Reply.ENDORSE, Reply.RESERVATION):
        return
    if said.decided_how is None:
        raise Refused(_("Choose how your group decided."), "decided_how")
    if said.decided_on is None:
        raise Refused(_("Give the day on which your group decided."), "decided_on")
    if said.decided_on > today:
        raise Refused(_("This day is still to come."), "decided_on")
    if said.until is not None and said.until <= today:
        raise Refused(_("Choose a day that is still to come, or leave it out."), "until")


def _check_board(said: Said, today: date) -> None:
    if said.board_on is None:
        raise Refused(_("Give the day on which your board meets."), "board_on")
    if said.board_on < today:
        raise Refused(_("This day is over. Give the day on which your board meets."), "board_on")
