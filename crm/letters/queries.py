"""Who stands behind which words, for the letter: an allow-list of columns, never a contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from crm.core.db import db
from crm.demands.models import ACCEPTING, DemandVersion, Endorsement, Source, StandState
from crm.demands.people import People
from crm.demands.queries import DemandInForce, list_adopted_versions, list_demands_in_force, words_of
from crm.demands.queries.crowds import count_crowds
from crm.demands.queries.endorsers import is_public_endorser
from crm.organizations.models import Organization, OrganizationKind

# The most names on a letter.
MOST = 2000


@dataclass(frozen=True)
class Accepted:
    """That a group endorses one demand: in which words, and how."""

    # The demand's place on the list.
    place: int
    version_id: int
    version_number: int
    # Whether these are the words in force.
    in_force: bool
    reserved: bool
    # Carried over from older words: the group did not object to an editorial change in time.
    by_silence: bool


@dataclass(frozen=True)
class Signer:
    """A group on the letter, and what it endorses, in the order of the demands."""

    name: str
    kind: OrganizationKind
    place: str
    website: str
    accepted: tuple[Accepted, ...]


@dataclass(frozen=True)
class SignersOfKind:
    """The groups of one kind."""

    kind: OrganizationKind
    people: People
    signers: Sequence[Signer]


@dataclass(frozen=True)
class Former:
    """Words that are not in force any more and that a group on the letter endorses."""

    place: int
    version_number: int
    language: str
    sentence: str
    # What it means, in Markdown.
    text: str


@dataclass(frozen=True)
class Letter:
    """The demands in force and everybody who stands behind them in public."""

    demands: Sequence[DemandInForce]
    count: int
    people: People
    # Those who endorse every demand in the words in force, and the others; by kind, the largest first.
    whole: Sequence[SignersOfKind]
    part: Sequence[SignersOfKind]
    former: Sequence[Former]

    @property
    def left_out(self) -> int:
        """How many groups are beyond the most that a letter holds."""
        return self.count - sum(len(one.signers) for one in (*self.whole, *self.part))


def read_letter(language: str, most: int = MOST) -> Letter:
    """The letter in a language; where words are not in it, in the one in which they were decided."""
    demands = list_demands_in_force(language)
    everybody, by_kind = count_crowds(is_public_endorser())
    signers = list_signers(demands, most)
    whole = [one for one in signers if stands_behind_all(one, demands)]
    part = [one for one in signers if not stands_behind_all(one, demands)]
    people = {kind: crowd.people for kind, crowd in by_kind.items()}
    return Letter(
        demands,
        everybody.groups,
        everybody.people,
        _by_kind(whole, people if not part else {}),
        _by_kind(part, {}),
        _former_words(signers, language),
    )


def stands_behind_all(signer: Signer, demands: Sequence[DemandInForce]) -> bool:
    """Whether a group endorses every one of the demands in the words in force."""
    return sum(one.in_force for one in signer.accepted) == len(demands)


def list_signers(
    demands: Sequence[DemandInForce], most: int, demand_id: int | None = None
) -> Sequence[Signer]:
    """The public endorsers of these demands (or of one of them), alphabetically, with the words of each."""
    shown = {demand.demand_id: demand for demand in demands}
    accepted: dict[int, list[Accepted]] = {}
    groups: dict[int, Row[Any]] = {}
    for row in db.session.execute(_stands(most, demand_id)):
        if row.demand_id in shown:
            groups[row.id] = row
            accepted.setdefault(row.id, []).append(_accepted(row, shown[row.demand_id]))
    return [_signer(row, accepted[number]) for number, row in groups.items()]


def _stands(most: int, demand_id: int | None) -> Any:
    """A row for each public endorsement of the first groups by name."""
    wanted = select(Organization.id).where(is_public_endorser(demand_id))
    wanted = wanted.order_by(Organization.sort_name, Organization.id).limit(most)
    return (
        select(
            Organization.id,
            Organization.name,
            Organization.kind,
            Organization.place,
            Organization.website,
            Endorsement.demand_id,
            Endorsement.version_id,
            Endorsement.state,
            Endorsement.source,
            DemandVersion.number,
        )
        .join(Endorsement, Endorsement.organization_id == Organization.id)
        .join(DemandVersion, DemandVersion.id == Endorsement.version_id)
        .where(Organization.id.in_(wanted), Endorsement.state.in_(ACCEPTING), Endorsement.public)
        .order_by(Organization.sort_name, Organization.id)
    )


def _accepted(row: Row[Any], demand: DemandInForce) -> Accepted:
    return Accepted(
        demand.place,
        row.version_id,
        row.number,
        row.version_id == demand.version_id,
        row.state is StandState.RESERVATION,
        row.source is Source.SILENCE,
    )


def _signer(row: Row[Any], accepted: Sequence[Accepted]) -> Signer:
    in_order = tuple(sorted(accepted, key=lambda one: one.place))
    return Signer(row.name, row.kind, row.place, row.website, in_order)


def _by_kind(signers: Sequence[Signer], people: dict[OrganizationKind, People]) -> Sequence[SignersOfKind]:
    kinds: dict[OrganizationKind, list[Signer]] = {}
    for one in signers:
        kinds.setdefault(one.kind, []).append(one)
    largest_first = sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
    return [SignersOfKind(kind, people.get(kind, People()), names) for kind, names in largest_first]


def _former_words(signers: Sequence[Signer], language: str) -> Sequence[Former]:
    used = {one.version_id: one for signer in signers for one in signer.accepted if not one.in_force}
    if not used:
        return []
    words = [(used[version.id], words_of(version, language)) for version in list_adopted_versions(list(used))]
    return [
        Former(one.place, one.version_number, former.language, former.sentence, former.text)
        for one, former in words
    ]
