"""Reading tags: all of them, those of a group, those of many groups at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ScalarSelect, Select, String, cast, func, select

from crm.core.db import db
from crm.core.tenancy import current_coalition_id
from crm.tags.models import OrganizationTag, Tag
from crm.tags.words import BETWEEN, MOST_OFFERED


def find_tag(tag_id: int) -> Tag | None:
    """A tag of the chosen coalition, also one that is put away."""
    return db.session.scalars(select(Tag).where(Tag.id == tag_id)).one_or_none()


def list_tags() -> Sequence[Tag]:
    """The tags in use, by the alphabet; at most MOST_OFFERED."""
    query = select(Tag).where(Tag.retired_at.is_(None)).order_by(Tag.key)
    return db.session.scalars(query.limit(MOST_OFFERED)).all()


def list_all_with_counts() -> Sequence[tuple[Tag, int]]:
    """Every tag, those that are put away too, each with how many groups have it. One statement."""
    counted = (
        select(OrganizationTag.tag_id, func.count(OrganizationTag.id).label("groups"))
        .group_by(OrganizationTag.tag_id)
        .subquery()
    )
    query = select(Tag, func.coalesce(counted.c.groups, 0)).outerjoin(counted, counted.c.tag_id == Tag.id)
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Tag.key))]


def count_groups(tag_id: int) -> int:
    """How many groups have a tag, archived ones too."""
    query = select(func.count(OrganizationTag.id)).where(OrganizationTag.tag_id == tag_id)
    return db.session.scalar(query) or 0


def list_tags_of(organization_id: int) -> Sequence[Tag]:
    """The tags of a group, by the alphabet."""
    query = select(Tag).join(OrganizationTag, OrganizationTag.tag_id == Tag.id)
    own = OrganizationTag.organization_id == organization_id, Tag.retired_at.is_(None)
    return db.session.scalars(query.where(*own).order_by(Tag.key)).all()


def list_tagged(tag_id: int, ids: Sequence[int]) -> set[int]:
    """Of these organizations, a few hundred at most, those that have a tag."""
    query = select(OrganizationTag.organization_id).where(OrganizationTag.tag_id == tag_id)
    return set(db.session.scalars(query.where(OrganizationTag.organization_id.in_(ids))))


def map_tags_of(ids: Sequence[int]) -> Mapping[int, set[str]]:
    """Organization → the keys of its tags, also of those put away, of a few hundred organizations."""
    query = select(OrganizationTag.organization_id, Tag.key).join(Tag, Tag.id == OrganizationTag.tag_id)
    found: dict[int, set[str]] = defaultdict(set)
    for organization_id, key in db.session.execute(query.where(OrganizationTag.organization_id.in_(ids))):
        found[organization_id].add(key)
    return found


def find_full(ids: Sequence[int], most: int) -> int | None:
    """One of these organizations, a few hundred at most, that has as many tags as there can be."""
    query = select(OrganizationTag.organization_id).join(Tag, Tag.id == OrganizationTag.tag_id)
    query = query.where(OrganizationTag.organization_id.in_(ids), Tag.retired_at.is_(None))
    query = query.group_by(OrganizationTag.organization_id).having(func.count() >= most)
    return db.session.scalar(query.limit(1))


def groups_with(tag_id: int) -> Select[int]:
    """The ids of the organizations that have a tag in use."""
    query = select(OrganizationTag.organization_id).join(Tag, Tag.id == OrganizationTag.tag_id)
    return query.where(OrganizationTag.tag_id == tag_id, Tag.retired_at.is_(None))


def tags_text(organization_id: Any) -> ScalarSelect[str]:
    """For a statement on organizations: the tags of each as one text for `words.read_tags`; NULL for none."""
    one = cast(Tag.id, String) + ":" + Tag.label
    query = select(func.aggregate_strings(one, BETWEEN))
    query = query.join(OrganizationTag, OrganizationTag.tag_id == Tag.id)
    # The coalition is said, so that its index finds them: the session says it not within an expression.
    here = OrganizationTag.coalition_id == current_coalition_id()
    own = here, OrganizationTag.organization_id == organization_id, Tag.retired_at.is_(None)
    return query.where(*own).correlate_except(Tag, OrganizationTag).scalar_subquery()


def map_keys(keys: Sequence[str]) -> Mapping[str, Tag]:
    """Key → tag of those that there are, also those that are put away."""
    return {tag.key: tag for tag in db.session.scalars(select(Tag).where(Tag.key.in_(keys)))}
