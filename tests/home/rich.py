"""A group of which every feature has something to tell."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from crm.accounts.models import User
from crm.asks.models import Ask, AskKind, AskState
from crm.attendance.models import Attendance, Presence
from crm.attendance.models import Source as Told
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demands.models import DecidedHow, Decision, Source, StandRecord, StandState
from crm.demonstrations.models import Commitment, CommitmentKind, CoSponsorship, CoSponsorState
from crm.events.models import Event, EventKind, Visibility
from crm.events.operations import Plan, schedule_event
from crm.organizations.models import Ending, How, Organization, OrganizationKind, Stage
from crm.outreach.models import FollowUp, StageChange
from crm.sign_ons.models import SignOn, SignOnAnswer, SignOnState
from tests.demands.makers import adopted_demand, endorse, in_force
from tests.makers import make_organization

DAY = date(2027, 1, 16)


def make_rich(who: User, viewer: Viewer, coalition: Coalition, group: Organization, name: str) -> None:
    """One of everything, said with `name`, so that it is found on the page."""
    now = clock.now()
    demand = adopted_demand(f"Demand {name}")
    other = adopted_demand(f"Other {name}")
    endorse(group, demand)
    march = _march(viewer, coalition, name)
    own = {"organization_id": group.id}
    to_words = {**own, "demand_id": other.id, "version_id": in_force(other).id}
    at = {"event_id": march.id, "on_date": DAY}
    gone = make_organization(f"Former {name}")
    rows = [
        StandRecord(**to_words, state=StandState.ENDORSED, source=Source.CALL, decision=Decision.DECLINED,
                    entered_at=now, entered_by_id=who.id, reason=f"reason {name}"),
        Ask(**to_words, kind=AskKind.ENDORSE, state=AskState.OBJECTED, asked_at=now, asked_by_id=who.id,
            closes_on=DAY, closed_at=now, reminded_on=now.date(), objection=f"objection {name}"),
        CoSponsorship(**own, event_id=march.id, state=CoSponsorState.ACCEPTED, asked_at=now,
                      note=f"note {name}"),
        Commitment(**own, **at, kind=CommitmentKind.OTHER, what=f"truck {name}", amount=2, promised_at=now,
                   delivered=1, delivered_at=now, counted_by_id=who.id),
        Attendance(**own, **at, state=Presence.PRESENT, count=3, source=Told.ORGANIZER,
                   key=secrets.token_hex(8), at=now),
        StageChange(**own, before=Stage.TO_CONTACT, before_since=now, after=Stage.ACTIVE, at=now,
                    user_id=who.id),
        FollowUp(**own, owner_id=who.id, title=f"task {name}", due_on=now.date(), created_at=now),
        Ending(organization_id=gone.id, how=How.SUCCEEDED, successor_id=group.id, at=now),
    ]  # fmt: skip
    db.session.add_all([*rows, make_organization(f"Local {name}", parent_id=group.id)])
    signed = _sign_on(group, who, now)
    db.session.add(signed)
    db.session.flush()
    words = {"demand_id": demand.id, "version_id": in_force(demand).id, "state": StandState.ENDORSED}
    db.session.add(SignOnAnswer(sign_on_id=signed.id, **words))
    db.session.commit()


def _march(viewer: Viewer, coalition: Coalition, name: str) -> Event:
    plan = Plan(
        kind=EventKind.DEMONSTRATION,
        title=f"March {name}",
        starts_local=datetime.combine(DAY, datetime.min.time()).replace(hour=12),
        duration=timedelta(hours=2),
        visibility=Visibility.PUBLIC,
    )
    march = schedule_event(viewer, coalition, plan)
    march.published_at = clock.now()
    return march


def _sign_on(group: Organization, who: User, now: datetime) -> SignOn:
    return SignOn(
        form_key=secrets.token_hex(8),
        content_index=secrets.token_bytes(32),
        sender_index=secrets.token_bytes(32),
        name=group.name,
        kind=OrganizationKind.UNION,
        speaker_name="Rosa Lark",
        speaker_email="rosa@bakers.example",
        speaker_email_index=secrets.token_bytes(32),
        decided_how=DecidedHow.BOARD,
        language="en",
        state=SignOnState.ACCEPTED,
        token_hash=secrets.token_bytes(32),
        linked_at=now,
        expires_at=now,
        created_at=now,
        organization_id=group.id,
        decided_by_id=who.id,
        decided_at=now,
    )
