"""Demands and stands for tests, made by the program's own operations. The commit is the test's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import exists, select

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.core.slugs import free_slug
from crm.demands.models import (
    Demand,
    DemandKind,
    DemandVersion,
    Endorsement,
    OrganizationStanding,
    Source,
    StandState,
    VersionState,
    Wording,
)
from crm.demands.operations import (
    Stand,
    Words,
    adopt_version,
    create_demand,
    edit_draft,
    refresh_standings,
    set_stand,
    write_version,
)
from crm.demands.queries import draft_of, version_in_force
from crm.demands.queries.finding import index_demands
from crm.organizations.models import Organization
from tests.rows import lay_down

PROGRAM = Viewer(name="the tests")
SENTENCE = "No city help for raids and deportations."


def draft_demand(sentence: str = SENTENCE, kind: DemandKind = DemandKind.MINIMUM, **others: str) -> Demand:
    """A demand that was written and not adopted; `es=…` gives its sentence in Spanish."""
    words = {"en": Words(sentence), **{language: Words(text) for language, text in others.items()}}
    return create_demand(PROGRAM, kind=kind, binding_language="en", wordings=words)


def adopted_demand(sentence: str = SENTENCE, kind: DemandKind = DemandKind.MINIMUM, **others: str) -> Demand:
    """A demand in force in its version 1.

    What the operations make, without their checks (tests/site/test_ground.py holds it to that).
    """
    now = clock.now()
    there = db.session.execute(select(Demand.slug, Demand.kind, Demand.position)).all()
    slug = free_slug(sentence, "demand", {one.slug for one in there}.__contains__)
    last = max((one.position for one in there if one.kind is kind), default=0)
    demand = lay_down(Demand, slug=slug, kind=kind, position=last + 1, created_at=now)
    version = lay_down(
        DemandVersion,
        demand_id=demand.id,
        binding_language="en",
        created_at=now,
        edited_at=now,
    )
    for language, words in {"en": sentence, **others}.items():
        lay_down(Wording, version_id=version.id, language=language, sentence=words)
    version.number, version.state, version.adopted_at = 1, VersionState.ADOPTED, now
    db.session.flush()
    index_demands([demand])
    record(PROGRAM, "demand.create", demand)
    record(PROGRAM, "demand.adopt", version, number=1)
    if kind is DemandKind.MINIMUM and db.session.scalar(select(exists().where(OrganizationStanding.id > 0))):
        refresh_standings(PROGRAM)
    return demand


def in_force(demand: Demand) -> DemandVersion:
    """The version whose words hold now."""
    version = version_in_force(demand)
    assert version is not None
    return version


def adopt_new_words(demand: Demand, sentence: str) -> DemandVersion:
    """The next version, in other words."""
    draft = write_version(PROGRAM, demand)
    edit_draft(PROGRAM, draft, binding_language="en", wordings={"en": Words(sentence)}, edition=draft.edition)
    adopt_version(PROGRAM, draft)
    assert draft_of(demand) is None
    return draft


def stand(
    state: StandState = StandState.ENDORSED, source: Source = Source.SIGNED_PAPER, **more: Any
) -> Stand:
    return Stand(state, source, **more)


def endorse(organization: Organization, demand: Demand, **more: Any) -> None:
    """An accepted stand on the words in force; `state=…` for another than endorsed."""
    set_stand(PROGRAM, organization, in_force(demand), stand(**more))


def endorse_all(ids: Iterable[int], demand: Demand) -> None:
    """Groups behind the words in force, at one go: for many."""
    words = in_force(demand)
    for one in ids:
        db.session.add(
            Endorsement(
                organization_id=one,
                demand_id=demand.id,
                version_id=words.id,
                state=StandState.ENDORSED,
                source=Source.SIGN_ON,
                since=words.adopted_at,
            )
        )
    db.session.commit()
