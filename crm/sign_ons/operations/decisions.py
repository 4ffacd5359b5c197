"""What a coordinator makes of a sign-on: a new group, one that is there already, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.coalitions.operations import touch_feeds
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demands.models import Source, StandState
from crm.demands.operations import Stand, set_stand, standings_at_the_end
from crm.demands.queries import words_of
from crm.organizations.models import Contact, Organization, Stage
from crm.organizations.operations import add_contact, create_organization, edit_contact, edit_organization
from crm.organizations.queries import find_organization
from crm.outreach.operations import reach_stage
from crm.representatives.operations import let_speak
from crm.sign_ons.mails import mail_declined, mail_listed
from crm.sign_ons.models import SignOn, SignOnAnswer, SignOnState

# What of a listing a sign-on tells.
TOLD = ("name", "kind", "place", "website", "size")


class AlreadyDecided(Refused):
    """Another coordinator was quicker; `sign_on` is as they left it."""

    def __init__(self, sign_on: SignOn) -> None:
        if sign_on.state is SignOnState.REPLACED:
            message = _("The group sent a newer sign-on, which took the place of this one.")
        else:
            name = sign_on.decided_by.name if sign_on.decided_by else _("somebody else")
            message = _("%(name)s decided on this sign-on before you. Nothing was changed.", name=name)
        super().__init__(message)


@dataclass(frozen=True)
class Decided:
    """The group that a sign-on came to; the sentences of answers that could not be taken over, with why."""

    organization: Organization
    left_out: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Difference:
    """A field of which the group's listing and the sign-on say different things."""

    field: str
    now: Any
    told: Any

    @property
    def is_added(self) -> bool:
        """Whether the listing says nothing yet, so that the sign-on fills it in."""
        return self.now in (None, "")


def accept_as_new(viewer: Viewer, coalition: Coalition, sign_on_id: int) -> Decided:
    """List the group, as it was told, with its speaker and what it says to the demands.

    Pressed again by the same person it is answered as before, and so are `merge` and `decline`. Raises
    AlreadyDecided; SameOrganization where a group has this name already (merge into it instead).
    """
    sign_on = _hold(sign_on_id)
    if _is_pressed_again(viewer, sign_on, SignOnState.ACCEPTED):
        return Decided(_group_of(sign_on), ())
    _check_waiting(sign_on)
    values = {name: getattr(sign_on, name) for name in TOLD}
    organization = create_organization(viewer, {**values, "size_public": _may_show_size(sign_on)})
    return _conclude(viewer, coalition, sign_on, organization, SignOnState.ACCEPTED)


def merge(
    viewer: Viewer,
    coalition: Coalition,
    sign_on_id: int,
    *,
    organization_id: int,
    edition: int,
    take: Collection[str] = (),
) -> Decided:
    """Join a sign-on to the group that it is: what its listing lacks is filled in, the rest of it stays.

    `take` names the fields in which the sign-on is right; `edition` is that of the listing that was compared.
    Raises AlreadyDecided, ChangedMeanwhile, SameOrganization, or Refused (field `organization_id`).
    """
    sign_on = _hold(sign_on_id)
    if _is_pressed_again(viewer, sign_on, SignOnState.MERGED) and sign_on.organization_id == organization_id:
        return Decided(_group_of(sign_on), ())
    _check_waiting(sign_on)
    organization = find_organization(organization_id)
    if organization is None or organization.archived_at is not None:
        raise Refused(_("Choose a group of this coalition."), "organization_id")
    differences = list_differences(sign_on, organization)
    values = {one.field: one.told for one in differences if one.is_added or one.field in take}
    if "size" in values or (sign_on.size and sign_on.size == organization.size):
        values["size_public"] = _may_show_size(sign_on)
    edit_organization(viewer, organization, values, edition)
    return _conclude(viewer, coalition, sign_on, organization, SignOnState.MERGED)


def list_differences(sign_on: SignOn, organization: Organization) -> list[Difference]:
    """Field by field, what the sign-on tells and the listing does not say so."""
    pairs = ((name, getattr(organization, name), getattr(sign_on, name)) for name in TOLD)
    return [Difference(name, now, told) for name, now, told in pairs if told not in (None, "", now)]


def decline(viewer: Viewer, coalition: Coalition, sign_on_id: int, *, reason: str, tell: bool) -> SignOn:
    """Leave a sign-on out; `tell`: the speaker is mailed why. Raises AlreadyDecided, Refused (`reason`)."""
    sign_on = _hold(sign_on_id)
    if _is_pressed_again(viewer, sign_on, SignOnState.DECLINED) and sign_on.reason == reason:
        return sign_on
    _check_waiting(sign_on)
    if not reason:
        raise Refused(_("Write the reason."), "reason")
    _close(viewer, sign_on, SignOnState.DECLINED)
    sign_on.reason = reason
    if tell:
        mail_declined(coalition, sign_on, reason)
    record(viewer, "sign_on.decline", sign_on, told=tell)
    return sign_on


def reveal_speaker(viewer: Viewer, sign_on: SignOn) -> None:
    """Note that somebody looks at the speaker's address."""
    record(viewer, "sign_on.reveal", sign_on)


def _hold(sign_on_id: int) -> SignOn:
    """The sign-on, held against who decides on it in the same moment."""
    query = select(SignOn).where(SignOn.id == sign_on_id).with_for_update(of=SignOn)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _is_pressed_again(viewer: Viewer, sign_on: SignOn, state: SignOnState) -> bool:
    """Whether the same person decided so already: a second press is answered as the first."""
    return sign_on.state is state and viewer.user_id is not None and sign_on.decided_by_id == viewer.user_id


def _check_waiting(sign_on: SignOn) -> None:
    if sign_on.state is SignOnState.UNCONFIRMED:
        raise Refused(_("This sign-on is not confirmed yet."))
    if sign_on.state is not SignOnState.WAITING:
        raise AlreadyDecided(sign_on)


def _group_of(sign_on: SignOn) -> Organization:
    return db.session.get_one(Organization, sign_on.organization_id)


def _may_show_size(sign_on: SignOn) -> bool:
    return sign_on.size_public and sign_on.size is not None


def _close(viewer: Viewer, sign_on: SignOn, state: SignOnState) -> None:
    sign_on.state, sign_on.decided_at, sign_on.decided_by_id = state, clock.now(), viewer.user_id


def _conclude(
    viewer: Viewer, coalition: Coalition, sign_on: SignOn, organization: Organization, state: SignOnState
) -> Decided:
    """What accepting and merging have in common: the speaker, the stands, the stage, the mail, the audit."""
    _keep_speaker(viewer, sign_on, organization)
    left_out = []
    with standings_at_the_end(viewer):
        for answer in sign_on.answers:
            try:
                with db.session.begin_nested():
                    set_stand(viewer, organization, answer.version, _stand(sign_on, answer))
            except Refused as refused:
                left_out.append((words_of(answer.version, None).sentence, str(refused.message)))
    reach_stage(viewer, organization, Stage.ACTIVE)
    _close(viewer, sign_on, state)
    sign_on.organization_id = organization.id
    touch_feeds()
    mail_listed(coalition, sign_on, organization)
    record(
        viewer,
        f"sign_on.{'accept' if state is SignOnState.ACCEPTED else 'merge'}",
        sign_on,
        organization_id=organization.id,
    )
    return Decided(organization, left_out)


def _stand(sign_on: SignOn, answer: SignOnAnswer) -> Stand:
    endorsed = answer.state is StandState.ENDORSED
    return Stand(
        state=answer.state,
        source=Source.SIGN_ON,
        decided_how=sign_on.decided_how,
        decided_on=sign_on.decided_on if endorsed else None,
        board_on=answer.board_on,
        speaker=sign_on.speaker_name,
        speaker_public=sign_on.speaker_public,
    )


def _keep_speaker(viewer: Viewer, sign_on: SignOn, organization: Organization) -> None:
    """The speaker becomes one of the group's people; who is known there by this address already, stays.

    By the mailed link they proved that it is theirs: from now on they may speak for the group.
    """
    people = db.session.scalars(
        select(Contact).where(Contact.organization_id == organization.id, Contact.removed_at.is_(None))
    ).all()
    known = next((one for one in people if one.email_index == sign_on.speaker_email_index), None)
    if known is None:
        told = {"name": sign_on.speaker_name, "role": sign_on.speaker_role, "email": sign_on.speaker_email}
        let_speak(viewer, add_contact(viewer, organization, {**told, "is_primary": not people}))
        return
    told = {"name": sign_on.speaker_name, "role": sign_on.speaker_role}
    edit_contact(
        viewer, known, {name: text for name, text in told.items() if text and not getattr(known, name)}
    )
    let_speak(viewer, known)
