"""Which groups rows are about: by (source, external id), else by identity; never by website."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.orm import load_only

from crm.core.db import db
from crm.exchange.rows import Said
from crm.fields.queries import list_values_of
from crm.organizations.models import Contact, Organization
from crm.organizations.queries import map_external_ids
from crm.tags.queries import map_tags_of

# What a comparison looks at, and what undoing needs to know.
_COMPARED = (
    "name sort_name acronym identity_key kind size parent_id sector place address city state postal_code "
    "latitude longitude website description note local_number source external_id stage stage_since "
    "last_touch_at assignee_id archived_at edition"
).split()
# Thousands of values are given beside a statement and not in it: a statement's parts refer to each other, and
# what is in them stays in memory until Python looks for such circles, many batches later.
_IDENTIFIED = select(
    Organization.identity_key, Organization.id, Organization.source, Organization.external_id
).where(Organization.identity_key.in_(bindparam("keys", expanding=True)))
_SAME_WEBSITE = select(Organization.website, Organization.name).where(
    Organization.website.in_(bindparam("websites", expanding=True)), Organization.archived_at.is_(None)
)


@dataclass
class Matches:
    """For each row, in their order, its group or None; and the identities that are taken already."""

    organizations: list[Organization | None]
    contacts: dict[int, list[Contact]]
    taken: set[str]
    # Group → what stands in the coalition's own fields, where rows put something into any.
    own: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    # Group → the keys of its tags, where rows give any.
    tags: Mapping[int, set[str]] = field(default_factory=dict)


def match_rows(rows: Sequence[Said]) -> Matches:
    """Find the groups of a batch of rows, with their contacts, in a constant number of statements."""
    by_external = _by_external(rows)
    by_identity = _by_identity({row.identity for row in rows})
    ids: list[int | None] = []
    for row in rows:
        found = by_external.get(row.external) if row.external else None
        if found is None and not row.twin:
            found = _same_identity(row, by_identity)
        ids.append(found)
    loaded = _load({found for found in ids if found is not None})
    if not loaded:
        return Matches([None] * len(rows), {}, set(by_identity))
    contacts: dict[int, list[Contact]] = defaultdict(list)
    query = select(Contact).where(Contact.organization_id.in_(loaded), Contact.removed_at.is_(None))
    for contact in db.session.scalars(query.order_by(Contact.id)):
        contacts[contact.organization_id].append(contact)
    own = list_values_of(list(loaded)) if any(row.own for row in rows) else {}
    tags = map_tags_of(list(loaded)) if any(row.tags for row in rows) else {}
    groups = [loaded[found] if found else None for found in ids]
    return Matches(groups, contacts, set(by_identity), own, tags)


def _by_external(rows: Sequence[Said]) -> dict[tuple[str, str] | None, int]:
    numbers: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.external:
            numbers[row.external[0]].append(row.external[1])
    return {
        (source, number): row_id
        for source, wanted in numbers.items()
        for number, row_id in map_external_ids(source, wanted).items()
    }


def _by_identity(keys: Iterable[str]) -> dict[str, tuple[int, str | None, str | None]]:
    found = db.session.execute(_IDENTIFIED, {"keys": list(keys)})
    return {key: (row_id, source, number) for key, row_id, source, number in found}


def _same_identity(row: Said, known: dict[str, tuple[int, str | None, str | None]]) -> int | None:
    """The group of that identity, unless the same list knows it by another id: then they are two."""
    row_id, source, number = known.get(row.identity, (None, None, None))
    other = row.external and number and row.external[0] == source and row.external[1] != number
    return None if other else row_id


def _load(ids: set[int]) -> dict[int, Organization]:
    if not ids:
        return {}
    shown = [getattr(Organization, name) for name in _COMPARED]
    query = select(Organization).where(Organization.id.in_(ids)).options(load_only(*shown))
    return {row.id: row for row in db.session.scalars(query.execution_options(populate_existing=True))}


def find_same_websites(websites: Iterable[str]) -> dict[str, str]:
    """Website → name of a group that has it, for those that there are. It suggests, and decides nothing."""
    wanted = [address for address in websites if address]
    if not wanted:
        return {}
    spelled = {form: address for address in wanted for form in spellings(address)}
    rows = db.session.execute(_SAME_WEBSITE, {"websites": list(spelled)})
    return {spelled[website]: name for website, name in rows}


def spellings(address: str) -> set[str]:
    """The ways in which one address of a website is written."""
    bare = address.rstrip("/").partition("://")[2].removeprefix("www.")
    return {
        f"{scheme}://{www}{bare}{end}"
        for scheme in ("http", "https")
        for www in ("", "www.")
        for end in ("", "/")
    }
