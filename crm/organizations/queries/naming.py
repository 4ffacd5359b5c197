"""Organizations by what they are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import defer

from crm.core import search
from crm.core.db import batches, db
from crm.core.permissions import Permission, Viewer
from crm.core.shared_words import share_words
from crm.organizations.derived import KIND, phrasings
from crm.organizations.models import Ending, Organization
from crm.organizations.queries.endings import meaning
from crm.organizations.resemblance import wordings


def find_by_identity(identity_key: str) -> Organization | None:
    """The organization with an identity (`names.identity_key`), archived ones too.

    What was merged into another under that identity means the other.
    """
    own = select(Organization).where(Organization.identity_key == identity_key)
    if (found := db.session.scalars(own).one_or_none()) is not None:
        return found
    merged = select(Organization).join(Ending, Ending.successor_id == Organization.id)
    latest = merged.where(Ending.identity_key == identity_key).order_by(Ending.id.desc()).limit(1)
    return db.session.scalars(latest).one_or_none()


def map_identities(identity_keys: Sequence[str]) -> Mapping[str, int]:
    """Identity key → id of those organizations that there are; a few hundred keys at a time.

    What was merged into another means the other.
    """
    query = select(Organization.identity_key, Organization.id)
    rows = db.session.execute(query.where(Organization.identity_key.in_(identity_keys)))
    own = {row.identity_key: row.id for row in rows}
    merged = select(Ending.identity_key, Ending.successor_id).where(Ending.identity_key.in_(identity_keys))
    return {row.identity_key: row.successor_id for row in db.session.execute(merged)} | own


def map_external_ids(source: str, external_ids: Sequence[str]) -> Mapping[str, int]:
    """A source's own id → id of those organizations that came from it; a few hundred at a time.

    What was merged into another means the other.
    """
    query = select(Organization.external_id, Organization.id).where(Organization.source == source)
    rows = db.session.execute(query.where(Organization.external_id.in_(external_ids))).all()
    now = meaning([row.id for row in rows])
    return {str(row.external_id): now.get(row.id, row.id) for row in rows}


def search_organizations(viewer: Viewer, question: str, limit: int = 50) -> Sequence[Organization]:
    """Organizations by a fragment, a beginning, a misspelling, an acronym, a number, a town; best first.

    Two statements, whatever is found; archived ones are not.
    """
    return search_organizations_each(viewer, [question], limit)[0]


def search_organizations_each(
    viewer: Viewer, questions: Sequence[str], limit: int
) -> list[Sequence[Organization]]:
    """As `search_organizations` for each of a page's questions, in as few statements as for one."""
    return load_organizations_found(
        viewer, search.find_each(KIND, [phrasings(one) for one in questions]), limit
    )


def list_alike_each(viewer: Viewer, names: Sequence[str], limit: int) -> list[Sequence[Organization]]:
    """For each of hundreds of names the groups that share its rarest words, best first; misspelt words do not
    count. Two statements for a thousand groups that are found.
    """
    if not viewer.can(Permission.ORGANIZATION_VIEW):
        return [[] for _name in names]
    found = share_words(KIND, [phrasings(name) for name in names], limit)
    query = select(Organization).options(defer(Organization.note))
    rows: dict[int, Organization] = {}
    for part in batches(sorted({one for each in found for one in each})):
        rows |= {row.id: row for row in db.session.scalars(query.where(Organization.id.in_(part)))}
    return [[rows[one] for one in each if one in rows] for each in found]


def load_organizations_found(
    viewer: Viewer, found: Sequence[Sequence[search.Hit]], limit: int
) -> list[Sequence[Organization]]:
    """The organizations of what was found to each of some questions, in one statement for all of them."""
    each = (
        [hits[:limit] for hits in found]
        if viewer.can(Permission.ORGANIZATION_VIEW)
        else [[] for _hits in found]
    )
    ids = sorted({hit.record_id for hits in each for hit in hits})
    if not ids:
        return [[] for _hits in each]
    query = select(Organization).where(Organization.id.in_(ids))
    rows = {row.id: row for row in db.session.scalars(query.options(defer(Organization.note)))}
    return [[rows[hit.record_id] for hit in hits if hit.record_id in rows] for hits in each]


def search_likely_each(viewer: Viewer, names: Sequence[str], limit: int) -> list[Sequence[Organization]]:
    """For each name the groups that it may mean: by the name as it is, its number, its telling words, its
    initials. At most `limit` by each of them, those by the name as it is first; in as few statements as for
    one for each ten names.
    """
    each = [wordings(name) for name in names]
    found = iter(search_organizations_each(viewer, [one for asked in each for one in asked], limit))
    return [list({group.id: group for _asked in asked for group in next(found)}.values()) for asked in each]
