"""Which group a row of another list is about: by the id of its list, by name and place, by website alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from crm.core.db import db
from crm.exchange.lists.vocabulary import GroupField
from crm.exchange.problems import Problem, shortened
from crm.exchange.queries.matching import spellings
from crm.organizations.derived import sort_name
from crm.organizations.models import Organization
from crm.organizations.names import identity_key, normalise, normalise_city, normalise_state
from crm.organizations.queries import map_external_ids, map_identities

_PLACE = (Organization.city, Organization.state, Organization.archived_at)
Said = Mapping[str, str]


@dataclass(frozen=True)
class Meant:
    """The group that a row is about; or why there is none."""

    group_id: int | None = None
    name: str = ""
    problem: Problem | None = None


def find_groups(rows: Sequence[Said], source: str, into_id: int | None = None) -> list[Meant]:
    """The group of each row, in a constant number of statements. Rows that name none are about `into_id`.

    A row that names a group is about no other: one that is not here is told. A website decides only where
    the row gives neither an id nor a name, and one group alone has it.
    """
    numbers = {row[GroupField.GROUP_ID] for row in rows if GroupField.GROUP_ID in row}
    by_id = dict(map_external_ids(source, list(numbers))) if numbers else {}
    by_name = _by_name([row for row in rows if row.get(GroupField.GROUP_ID) not in by_id])
    by_website = _by_website({row[GroupField.GROUP_WEBSITE] for row in rows if _has_website_alone(row)})
    found = [_candidates(row, by_id, by_name, by_website) for row in rows]
    groups = _load({group_id for ids in found for group_id in ids} | ({into_id} if into_id else set()))
    return [_decide(row, ids, groups, into_id) for row, ids in zip(rows, found, strict=True)]


def lock_groups(ids: Iterable[int]) -> None:
    """Let two imports that add to the same groups take turns."""
    query = select(Organization.id).where(Organization.id.in_(sorted(set(ids)))).order_by(Organization.id)
    db.session.execute(query.with_for_update()).all()


def _has_website_alone(row: Said) -> bool:
    named = GroupField.GROUP in row or GroupField.GROUP_ID in row
    return GroupField.GROUP_WEBSITE in row and not named


def _candidates(
    row: Said, by_id: Mapping[str, int], by_name: Mapping[str, set[int]], by_website: Mapping[str, set[int]]
) -> set[int]:
    number = row.get(GroupField.GROUP_ID, "")
    if number in by_id:
        return {by_id[number]}
    if GroupField.GROUP in row:
        return by_name.get(row[GroupField.GROUP], set())
    return by_website.get(row[GroupField.GROUP_WEBSITE], set()) if _has_website_alone(row) else set()


def _by_name(rows: Sequence[Said]) -> dict[str, set[int]]:
    """Name as it is written → the groups that it may mean, wherever they are."""
    names = {row[GroupField.GROUP] for row in rows if GroupField.GROUP in row}
    keys = {identity_key(name): name for name in names} | {
        _key(row): row[GroupField.GROUP] for row in rows if GroupField.GROUP in row
    }
    found: dict[str, set[int]] = defaultdict(set)
    for key, group_id in map_identities(list(keys)).items() if keys else ():
        found[keys[key]].add(group_id)
    sorts: dict[str, set[str]] = defaultdict(set)
    for name in names:
        # `Int'l B'hood of Dockers` is found under its full name, too.
        for spelled in (sort_name(name), normalise(name)):
            sorts[spelled].add(name)
    called = select(Organization.sort_name, Organization.id).where(Organization.sort_name.in_(list(sorts)))
    for sort, group_id in db.session.execute(called) if sorts else ():
        for name in sorts[sort]:
            found[name].add(group_id)
    return found


def _key(row: Said) -> str:
    return identity_key(
        row[GroupField.GROUP], row.get(GroupField.GROUP_CITY, ""), row.get(GroupField.GROUP_STATE, "")
    )


def _by_website(addresses: set[str]) -> dict[str, set[int]]:
    spelled = {form: address for address in addresses for form in spellings(address)}
    query = select(Organization.website, Organization.id).where(Organization.website.in_(list(spelled)))
    found: dict[str, set[int]] = defaultdict(set)
    for website, group_id in db.session.execute(query) if spelled else ():
        found[spelled[website]].add(group_id)
    return found


def _load(ids: set[int]) -> Mapping[int, Any]:
    query = select(Organization.id, Organization.name, *_PLACE).where(Organization.id.in_(ids))
    return {row.id: row for row in db.session.execute(query)} if ids else {}


def _decide(row: Said, ids: set[int], groups: Mapping[int, Any], into_id: int | None) -> Meant:
    called = row.get(GroupField.GROUP) or row.get(GroupField.GROUP_ID) or row.get(GroupField.GROUP_WEBSITE)
    text = {"text": shortened(called or "")}
    if called is None:
        into = groups.get(into_id or 0)
        if into is None or into.archived_at is not None:
            return Meant(problem=Problem("no_group"))
        return Meant(into.id, into.name)
    here = [groups[group_id] for group_id in ids if group_id in groups]
    living = [group for group in here if group.archived_at is None]
    if here and not living:
        return Meant(problem=Problem("group_archived", text))
    fitting = [group for group in living if _is_there(row, group)]
    if len(fitting) > 1:
        fitting = [group for group in fitting if _is_there(row, group, exactly=True)]
        if len(fitting) != 1:
            return Meant(problem=Problem("group_many", text))
    if not fitting:
        return Meant(problem=Problem("group_elsewhere" if living else "group_unknown", text))
    return Meant(fitting[0].id, fitting[0].name)


def _is_there(row: Said, group: Any, *, exactly: bool = False) -> bool:
    """Whether a group is where the row says; what either does not say is no contradiction."""
    if GroupField.GROUP_ID in row and GroupField.GROUP not in row:
        return True
    said = (
        normalise_city(row.get(GroupField.GROUP_CITY, "")),
        normalise_state(row.get(GroupField.GROUP_STATE, "")),
    )
    known = normalise_city(group.city), normalise_state(group.state)
    if exactly:
        return said == known
    return all(not ours or not theirs or ours == theirs for ours, theirs in zip(said, known, strict=True))
