"""Reading sign-ons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from crm.core.crypto import token_hash
from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.demands.models import DemandVersion, Endorsement, StandState
from crm.demands.queries import list_public_names
from crm.mail.queries import waiting_links
from crm.organizations.names import list_similar
from crm.sign_ons.models import SignOn, SignOnAnswer, SignOnState

# How many listed groups of each kind the public form offers; more would be too heavy for a phone.
SUGGESTED = 40
# Of how many of each kind a name is compared with what was typed.
COMPARED = 1_000
# How many waiting ones stand on a page: each is compared with the directory.
WAITING_PAGE = 10


def list_known_names(each: int = SUGGESTED) -> Sequence[str]:
    """Names of groups that the public page lists already, and of no others."""
    return list_public_names(each)


def list_like_in_public(name: str) -> list[str]:
    """Groups of the public page whose names are close to this one and not the same, the closest first."""
    names = list_public_names(COMPARED)
    return [] if name in names else [found for found, _score in list_similar(name, names, limit=3)]


def find_by_token(token: str, *, lock: bool = False) -> SignOn | None:
    """By the token of the link that holds, or of the one before it."""
    hashed = token_hash(token)
    query = select(SignOn).where(or_(SignOn.token_hash == hashed, SignOn.former_token_hash == hashed))
    query = query.options(*_with_answers())
    if lock:
        query = query.with_for_update(of=SignOn).execution_options(populate_existing=True)
    return db.session.scalars(query).one_or_none()


def find_sign_on(sign_on_id: int) -> SignOn | None:
    """A sign-on of the chosen coalition, with its answers and their words."""
    query = select(SignOn).where(SignOn.id == sign_on_id)
    query = query.options(*_with_answers(), joinedload(SignOn.organization), joinedload(SignOn.decided_by))
    return db.session.scalars(query).one_or_none()


def page_of_waiting(*, after: str | None = None, before: str | None = None) -> Page[SignOn]:
    """Confirmed ones that wait for a coordinator, the oldest first."""
    query = select(SignOn).where(SignOn.state == SignOnState.WAITING).options(selectinload(SignOn.answers))
    return keyset_page(query, (Key(SignOn.id),), after=after, before=before, limit=WAITING_PAGE)


def list_waiting(limit: int) -> Sequence[SignOn]:
    """The sign-ons that have waited longest for a decision."""
    query = select(SignOn).where(SignOn.state == SignOnState.WAITING)
    return db.session.scalars(query.order_by(SignOn.confirmed_at, SignOn.id).limit(limit)).all()


def list_waiting_of(ids: Sequence[int]) -> Sequence[SignOn]:
    """Those of these sign-ons that wait for a decision, with their answers."""
    query = select(SignOn).where(SignOn.id.in_(ids), SignOn.state == SignOnState.WAITING)
    return db.session.scalars(query.options(selectinload(SignOn.answers)).order_by(SignOn.id)).all()


def count_from_address(sign_on: SignOn) -> int:
    """How many groups were signed on from a sign-on's address, itself among them."""
    query = select(func.count(SignOn.sender_index.distinct())).where(
        SignOn.speaker_email_index == sign_on.speaker_email_index
    )
    return db.session.scalar(query) or 0


def count_waiting() -> int:
    """How many sign-ons wait for a decision."""
    query = select(func.count()).select_from(SignOn).where(SignOn.state == SignOnState.WAITING)
    return db.session.scalar(query) or 0


def count_new_since(instant: datetime) -> int:
    """How many sign-ons were confirmed at or after an instant, whatever became of them."""
    query = select(func.count()).select_from(SignOn).where(SignOn.confirmed_at >= instant)
    return db.session.scalar(query) or 0


def list_unconfirmed(limit: int = 50) -> Sequence[SignOn]:
    """Those whose link nobody has confirmed yet, the newest first."""
    query = select(SignOn).where(SignOn.state == SignOnState.UNCONFIRMED)
    return db.session.scalars(query.order_by(SignOn.id.desc()).limit(limit)).all()


def list_decided(limit: int = 20) -> Sequence[SignOn]:
    """What was decided last, the newest first, with by whom and the group."""
    decided = (SignOnState.ACCEPTED, SignOnState.MERGED, SignOnState.DECLINED)
    query = select(SignOn).where(SignOn.state.in_(decided))
    query = query.options(joinedload(SignOn.decided_by), joinedload(SignOn.organization))
    return db.session.scalars(query.order_by(SignOn.decided_at.desc(), SignOn.id.desc()).limit(limit)).all()


def map_unsent_links(coalition_id: int, sign_ons: Sequence[SignOn]) -> Mapping[int, str]:
    """The links to confirm that wait unsent because mail is not set up: sign-on id → link."""
    about = {f"sign_on:{one.id}": one.id for one in sign_ons if one.state is SignOnState.UNCONFIRMED}
    return {about[key]: link for key, link in waiting_links(coalition_id, about).items()}


def map_stands(organization_id: int) -> Mapping[int, Endorsement]:
    """What a group says already: demand id → its live stand, with the version."""
    query = select(Endorsement).where(Endorsement.organization_id == organization_id)
    rows = db.session.scalars(query.options(joinedload(Endorsement.version)))
    return {row.demand_id: row for row in rows}


def is_over(before: datetime) -> ColumnElement[bool]:
    """What is not kept any longer: never confirmed, declined or replaced, and that before an instant."""
    never_confirmed = (SignOn.state == SignOnState.UNCONFIRMED) & (SignOn.linked_at <= before)
    closed = SignOn.state.in_((SignOnState.DECLINED, SignOnState.REPLACED))
    return or_(never_confirmed, closed & (SignOn.decided_at <= before))


def _with_answers() -> tuple[ORMOption, ...]:
    version = selectinload(SignOn.answers).joinedload(SignOnAnswer.version)
    return (
        version.selectinload(DemandVersion.wordings),
        selectinload(SignOn.answers).joinedload(SignOnAnswer.demand),
    )


def count_answers(sign_on: SignOn) -> tuple[int, int]:
    """How many demands a sign-on endorses, and how many go before its board."""
    states = [answer.state for answer in sign_on.answers]
    return states.count(StandState.ENDORSED), states.count(StandState.BEFORE_BOARD)
