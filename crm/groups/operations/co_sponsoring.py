"""A group stands behind a demonstration, and says in the same breath what it brings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from crm.core.permissions import Viewer
from crm.demonstrations.amounts import Promise
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.demonstrations.operations import answer_co_sponsorship, promise, request_to_co_sponsor
from crm.demonstrations.queries import find_co_sponsorship_of
from crm.events.models import Event
from crm.organizations.models import Organization


def accept_with(viewer: Viewer, one: CoSponsorship, brings: Sequence[Promise], edition: int | None) -> None:
    """Accept an invitation, with what the group brings. Pressed again: nothing changes.

    Raises Refused (field of a promise), and Overtaken.
    """
    if one.state is CoSponsorState.ACCEPTED:
        return
    answer_co_sponsorship(viewer, one, CoSponsorState.ACCEPTED, edition=edition)
    _promise_all(viewer, one.event, one.organization, one.on_date, brings)


def ask_with(
    viewer: Viewer, event: Event, group: Organization, on_date: date | None, brings: Sequence[Promise]
) -> CoSponsorship:
    """Ask to stand behind an event (or, invited, accept), with what the group brings.

    Asked before: nothing changes. Raises Refused.
    """
    before = find_co_sponsorship_of(event.id, group.id, on_date)
    if before is not None and before.state in (CoSponsorState.REQUESTED, CoSponsorState.ACCEPTED):
        return before
    one = request_to_co_sponsor(viewer, event, group, on_date)
    _promise_all(viewer, event, group, on_date, brings)
    return one


def _promise_all(
    viewer: Viewer, event: Event, group: Organization, on_date: date | None, brings: Sequence[Promise]
) -> None:
    for one in brings:
        promise(viewer, event, group, on_date, one)
