"""Demands and stands for tests, made by the program's own operations. The commit is the test's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demands.models import Demand, DemandKind, DemandVersion, Endorsement, Source, StandState
from crm.demands.operations import (
    Stand,
    Words,
    adopt_version,
    create_demand,
    edit_draft,
    set_stand,
    write_version,
)
from crm.demands.queries import draft_of, version_in_force
from crm.organizations.models import Organization

PROGRAM = Viewer(name="the tests")
SENTENCE = "No city help for raids and deportations."


def draft_demand(sentence: str = SENTENCE, kind: DemandKind = DemandKind.MINIMUM, **others: str) -> Demand:
    """A demand that was written and not adopted; `es=…` gives its sentence in Spanish."""
    words = {"en": Words(sentence), **{language: Words(text) for language, text in others.items()}}
    return create_demand(PROGRAM, kind=kind, binding_language="en", wordings=words)


def adopted_demand(sentence: str = SENTENCE, kind: DemandKind = DemandKind.MINIMUM, **others: str) -> Demand:
    """A demand in force in its version 1."""
    demand = draft_demand(sentence, kind, **others)
    adopt_version(PROGRAM, demand.versions[0])
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
