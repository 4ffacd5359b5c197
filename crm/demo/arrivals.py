"""Groups that signed on by themselves: some wait for a decision, one has not confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import select

from crm.core.db import db
from crm.demands.models import DecidedHow, StandState
from crm.demo.chronicle import Chronicle, World
from crm.mail.models import OutgoingMail
from crm.organizations.models import OrganizationKind
from crm.sign_ons.models import SignOn
from crm.sign_ons.operations import Answer, Submission, confirm_sign_on, send_sign_on


@dataclass(frozen=True)
class Arrival:
    """A sign-on sent some days ago; `stands` as in content/groups.py, `board` in days from today."""

    name: str
    kind: OrganizationKind
    place: str
    speaker: str
    role: str
    address: str
    stands: str
    days_ago: int
    confirmed: bool = True
    size: int | None = None
    website: str = ""
    language: str = "en"
    board: int = 0


ARRIVALS = (
    Arrival("Net Menders and Fish Processors Local 14", OrganizationKind.UNION, "Cannery", "Odette Marsh",
            "Recording secretary", "odette.marsh@netmenders14.example", "eeee--", 3, size=230,
            website="https://netmenders14.example"),
    Arrival("Cooperativa de Limpieza Amanecer", OrganizationKind.BUSINESS, "East Slope", "Catalina Monzón",
            "Socia", "catalina@amanecer.example", "eeee-e", 1, size=18, language="es"),
    # So like a group that is listed already that it is for the coordinator to tell them apart.
    Arrival("Rivertown Tenant’s Union", OrganizationKind.COMMUNITY_GROUP, "Rivertown", "Jonah Whitlock",
            "Floor captain", "jonah.whitlock@rivertowntenants.example", "eee-be", 2, board=12),
    Arrival("Bellwater Jazz Workers’ Collective", OrganizationKind.PROFESSIONAL_GROUP, "Downtown",
            "Zora Abernethy", "Treasurer", "zora@jazzworkers.example", "ee-e--", 1, confirmed=False, size=44),
)  # fmt: skip


def add_arrivals(chronicle: Chronicle) -> None:
    """Let the groups send the public form and, most of them, confirm by the link that they were mailed."""
    for number, arrival in enumerate(ARRIVALS):
        decided_on = chronicle.today - timedelta(days=arrival.days_ago + 2)
        board_on = chronicle.today + timedelta(days=arrival.board)
        key = f"demo-sign-on-{number}"
        days_ago = arrival.days_ago
        chronicle.add(days_ago, time(8), _send, chronicle.world, key, arrival, decided_on, board_on)
        if arrival.confirmed:
            chronicle.add(days_ago, time(8, 20), _confirm, key)


def _send(world: World, key: str, arrival: Arrival, decided_on: date, board_on: date) -> None:
    answers = tuple(
        Answer(version.demand_id, version.id, StandState.ENDORSED)
        if letter == "e"
        else Answer(version.demand_id, version.id, StandState.BEFORE_BOARD, board_on)
        for version, letter in zip(world.versions, arrival.stands, strict=True)
        if letter != "-"
    )
    sent = Submission(
        name=arrival.name,
        kind=arrival.kind,
        place=arrival.place,
        website=arrival.website,
        size=arrival.size,
        size_public=arrival.size is not None,
        speaker_name=arrival.speaker,
        speaker_role=arrival.role,
        speaker_public=False,
        speaker_email=arrival.address,
        decided_how=DecidedHow.MEMBERSHIP_VOTE,
        decided_on=decided_on,
        language=arrival.language,
        answers=answers,
    )
    send_sign_on(world.coalition, key, sent)


def _confirm(key: str) -> None:
    """As the speaker does: by the link in the mail, which alone holds the secret."""
    sign_on = db.session.scalars(select(SignOn).where(SignOn.form_key == key)).one()
    mails = select(OutgoingMail).where(OutgoingMail.about == f"sign_on:{sign_on.id}")
    link = db.session.scalars(mails.order_by(OutgoingMail.id.desc())).first()
    if link is not None and link.link:
        confirm_sign_on(link.link.partition("?")[0].rstrip("/").rpartition("/")[2])
