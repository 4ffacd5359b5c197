"""A coordinator decides on several sign-ons in one press."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demands.operations import standings_at_the_end
from crm.sign_ons.models import SignOn
from crm.sign_ons.operations.decisions import accept_as_new, decline


@dataclass
class Done:
    """How many were decided on, and what could not be taken over, with why: (name or sentence, why)."""

    done: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)


def accept_several(viewer: Viewer, coalition: Coalition, sign_ons: Iterable[SignOn]) -> Done:
    """List each as a new group; one that can't be is left out and told."""
    return _each(viewer, sign_ons, lambda one: accept_as_new(viewer, coalition, one.id).left_out)


def decline_several(
    viewer: Viewer, coalition: Coalition, sign_ons: Iterable[SignOn], *, reason: str, tell: bool
) -> Done:
    """Leave each out, for one reason; `tell`: their speakers are mailed why."""

    def leave_out(one: SignOn) -> list[tuple[str, str]]:
        decline(viewer, coalition, one.id, reason=reason, tell=tell)
        return []

    return _each(viewer, sign_ons, leave_out)


def _each(
    viewer: Viewer, sign_ons: Iterable[SignOn], decide: Callable[[SignOn], Iterable[tuple[str, str]]]
) -> Done:
    result = Done()
    with standings_at_the_end(viewer):
        for one in sign_ons:
            try:
                with db.session.begin_nested():
                    result.left_out += decide(one)
            except Refused as refused:
                result.left_out.append((one.name, str(refused.message)))
            else:
                result.done += 1
    return result
