"""Reading questions and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload
from sqlalchemy.sql.base import ExecutableOption

from crm.asks.models import Ask, AskKind, AskState
from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.demands.models import Demand, DemandVersion, VersionState
from crm.demands.queries.demands import in_order
from crm.organizations.models import Organization


def find_ask(ask_id: int) -> Ask | None:
    """A question with its group and both wordings."""
    return db.session.scalars(select(Ask).where(Ask.id == ask_id).options(*with_words())).one_or_none()


def list_open_asks_of(organization_id: int) -> Sequence[Ask]:
    """What a group is asked now, in the order of the coalition's demands, with both wordings."""
    query = (
        select(Ask)
        .join(Demand, Demand.id == Ask.demand_id)
        .where(Ask.organization_id == organization_id, Ask.state == AskState.OPEN)
        .where(Demand.retired_at.is_(None))
        .options(*with_words())
    )
    return db.session.scalars(query.order_by(*in_order())).all()


def list_objections_of(organization_id: int) -> Sequence[Ask]:
    """What the group objected to in words that are in force, and has not been asked anew since."""
    anew = aliased(Ask)
    later = select(anew.id).where(
        anew.organization_id == Ask.organization_id, anew.version_id == Ask.version_id
    )
    query = (
        select(Ask)
        .join(DemandVersion, DemandVersion.id == Ask.version_id)
        .where(Ask.organization_id == organization_id, Ask.state == AskState.OBJECTED)
        .where(Ask.kind == AskKind.EDITORIAL, DemandVersion.state == VersionState.ADOPTED)
        .where(~later.where(anew.id > Ask.id).exists())
    )
    return db.session.scalars(query).all()


def count_by_state(version_id: int) -> Mapping[AskState, int]:
    """How many groups that were asked about a version answered what."""
    query = (
        select(Ask.state, func.count())
        .join(Organization, Organization.id == Ask.organization_id)
        .where(Ask.version_id == version_id, Organization.archived_at.is_(None))
        .group_by(Ask.state)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def page_of_asks(
    version_id: int,
    state: AskState | None = None,
    *,
    after: str | None = None,
    before: str | None = None,
    limit: int = 50,
) -> Page[Ask]:
    """The questions about a version, groups alphabetically."""
    query = (
        select(Ask)
        .join(Ask.organization)
        .options(contains_eager(Ask.organization), joinedload(Ask.from_version))
        .where(Ask.version_id == version_id, Organization.archived_at.is_(None))
    )
    if state is not None:
        query = query.where(Ask.state == state)
    keys = [Key(Organization.sort_name), Key(Ask.id)]
    return keyset_page(query, keys, after=after, before=before, limit=limit)


def list_objectors(version_id: int) -> Sequence[Ask]:
    """Who objected to an editorial change and has not been asked anew, groups alphabetically."""
    anew = aliased(Ask)
    asked_anew = select(anew.organization_id).where(
        anew.kind == AskKind.SUBSTANCE, anew.version_id == version_id
    )
    query = (
        select(Ask)
        .join(Ask.organization)
        .options(contains_eager(Ask.organization))
        .where(Ask.version_id == version_id, Ask.state == AskState.OBJECTED, Ask.kind == AskKind.EDITORIAL)
        .where(Organization.archived_at.is_(None), Ask.organization_id.not_in(asked_anew))
    )
    return db.session.scalars(query.order_by(Organization.sort_name, Ask.id)).all()


def list_asks_about(organization_id: int, demand_id: int) -> Sequence[Ask]:
    """Every question to a group about a demand, the newest first."""
    query = select(Ask).where(Ask.organization_id == organization_id, Ask.demand_id == demand_id)
    return db.session.scalars(query.options(*with_words()).order_by(Ask.id.desc())).all()


def with_words() -> tuple[ExecutableOption, ...]:
    """The group, the demand and both wordings of a question, in a constant number of statements."""
    return (
        joinedload(Ask.organization),
        joinedload(Ask.demand),
        joinedload(Ask.version).selectinload(DemandVersion.wordings),
        joinedload(Ask.from_version).selectinload(DemandVersion.wordings),
    )
