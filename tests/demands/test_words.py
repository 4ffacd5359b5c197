"""A demand is written, adopted, and from then on its words never change."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from crm.coalitions.operations import create_coalition
from crm.core import tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.demands.models import Change, DemandKind, DemandVersion, VersionState, Wording
from crm.demands.operations import (
    Terms,
    Words,
    adopt_version,
    create_demand,
    discard_draft,
    edit_draft,
    move_demand,
    restore_demand,
    retire_demand,
    write_version,
)
from crm.demands.queries import find_demand, list_demands, list_demands_in_force
from tests.demands.makers import PROGRAM, SENTENCE, adopt_new_words, adopted_demand, draft_demand, in_force


def sentences(language=None):
    return [demand.sentence for demand in list_demands_in_force(language)]


def test_a_draft_is_not_in_force(coalition):
    draft_demand()
    assert sentences() == []


def test_an_adopted_demand_is_in_force_with_its_number_and_day(coalition, coordinator):
    demand = draft_demand()
    adopt_version(coordinator.viewer, demand.versions[0])
    (found,) = list_demands_in_force()
    assert (found.sentence, found.version_number, found.place) == (SENTENCE, 1, 1)
    assert demand.versions[0].adopted_by_id == coordinator.user.id
    assert found.adopted_at.tzinfo is not None


def test_its_address_is_made_of_its_sentence_and_free(coalition):
    assert draft_demand().slug == "no-city-help-for-raids-and-deportations"
    assert draft_demand().slug == "no-city-help-for-raids-and-deportations-2"
    assert draft_demand("New").slug == "new-2"
    assert draft_demand("不").slug == "demand"


def test_the_words_come_in_the_readers_language_or_in_the_one_that_binds(coalition):
    adopted_demand("Homes for all.", es="Vivienda para todos.")
    adopted_demand("Schools for all.", kind=DemandKind.EXTENDED)
    assert sentences("es") == ["Vivienda para todos.", "Schools for all."]
    first, second = list_demands_in_force("es")
    assert first.is_translation and first.binding_sentence == "Homes for all."
    assert not second.is_translation


def test_the_binding_language_needs_its_sentence(coalition):
    with pytest.raises(Refused) as refusal:
        create_demand(
            PROGRAM, kind=DemandKind.MINIMUM, binding_language="es", wordings={"en": Words("Homes.")}
        )
    assert refusal.value.field == "sentence_es"


def test_an_explanation_needs_its_sentence_too(coalition):
    with pytest.raises(Refused) as refusal:
        create_demand(
            PROGRAM,
            kind=DemandKind.MINIMUM,
            binding_language="en",
            wordings={"en": Words("Homes."), "es": Words("", "Significa")},
        )
    assert refusal.value.field == "sentence_es"


def test_a_new_version_supersedes_the_first(coalition):
    demand = adopted_demand("Homes.")
    adopt_new_words(demand, "Homes for all.")
    assert sentences() == ["Homes for all."]
    assert [(v.number, v.state) for v in demand.versions] == [
        (1, VersionState.SUPERSEDED),
        (2, VersionState.ADOPTED),
    ]


def test_a_second_draft_is_the_first_one(coalition):
    demand = adopted_demand()
    assert write_version(PROGRAM, demand) is write_version(PROGRAM, demand)


def test_a_translation_can_be_taken_out_of_a_draft(coalition):
    demand = draft_demand("Homes.", es="Casas.")
    draft = demand.versions[0]
    words = {"en": Words("Homes."), "es": Words("")}
    edit_draft(PROGRAM, draft, binding_language="en", wordings=words, edition=draft.edition)
    db.session.commit()
    assert [w.language for w in find_demand(demand.slug).versions[0].wordings] == ["en"]


def test_of_two_people_who_edit_a_draft_the_second_is_told(coalition):
    draft = draft_demand().versions[0]
    db.session.flush()
    edition = draft.edition
    words = {"en": Words("Homes.")}
    edit_draft(PROGRAM, draft, binding_language="en", wordings=words, edition=edition)
    db.session.commit()
    with pytest.raises(Refused, match="Somebody else"):
        edit_draft(PROGRAM, draft, binding_language="en", wordings={"en": Words("Other.")}, edition=edition)


def test_nobody_adopts_words_that_were_changed_since_they_were_read(coalition):
    draft = draft_demand().versions[0]
    db.session.flush()
    read = draft.edition
    edit_draft(PROGRAM, draft, binding_language="en", wordings={"en": Words("Other.")}, edition=read)
    db.session.commit()
    with pytest.raises(Refused, match="Somebody else"):
        adopt_version(PROGRAM, draft, edition=read)


def test_adopting_twice_is_refused(coalition):
    demand = adopted_demand()
    with pytest.raises(Refused, match="adopted and never change"):
        adopt_version(PROGRAM, demand.versions[0])


def test_an_adopted_version_is_not_edited(coalition):
    version = in_force(adopted_demand())
    with pytest.raises(Refused, match="adopted and never change"):
        edit_draft(
            PROGRAM,
            version,
            binding_language="en",
            wordings={"en": Words("Other.")},
            edition=version.edition,
        )


@pytest.mark.parametrize(
    "act",
    [
        lambda version: update(Wording).values(sentence="Other."),
        lambda version: update(Wording).values(text="Other."),
        lambda version: delete(Wording),
        lambda version: insert(Wording).values(
            coalition_id=version.coalition_id, version_id=version.id, language="es", sentence="X", text=""
        ),
        lambda version: update(DemandVersion).values(binding_language="es"),
        lambda version: update(DemandVersion).values(number=7),
        lambda version: update(DemandVersion).values(state="draft", number=None),
        lambda version: update(DemandVersion).values(adopted_at=version.created_at.replace(year=2001)),
        lambda version: delete(DemandVersion),
    ],
)
def test_the_database_itself_keeps_adopted_words(coalition, act):
    version = in_force(adopted_demand())
    db.session.commit()
    with pytest.raises(IntegrityError):
        db.session.execute(act(version))
    db.session.rollback()


def test_superseded_words_are_kept_as_well(coalition):
    demand = adopted_demand()
    adopt_new_words(demand, "Other.")
    db.session.commit()
    for values in ({"sentence": "X"}, {"language": "es"}):
        with pytest.raises(IntegrityError):
            db.session.execute(
                update(Wording).where(Wording.version_id == demand.versions[0].id).values(values)
            )
        db.session.rollback()


def test_the_demo_alone_can_be_taken_away_with_its_words(coalition):
    demo = create_coalition(slug="demo", name="Demo", timezone="UTC", demo=True)
    db.session.flush()
    with tenancy.in_coalition(demo.id):
        adopted_demand()
        db.session.execute(delete(Wording))
        db.session.execute(delete(DemandVersion))
        db.session.commit()
        assert list_demands_in_force() == []


def test_a_draft_that_is_thrown_away_takes_its_demand_along_if_it_was_never_adopted(coalition):
    discard_draft(PROGRAM, draft_demand().versions[0])
    adopted = adopted_demand("Homes.")
    discard_draft(PROGRAM, write_version(PROGRAM, adopted))
    db.session.commit()
    assert [(demand.slug, len(demand.versions)) for demand in list_demands()] == [("homes", 1)]


def test_minimum_demands_come_first_and_each_kind_keeps_its_order(coalition):
    for sentence, kind in (("E1", "extended"), ("M1", "minimum"), ("M2", "minimum"), ("E2", "extended")):
        adopted_demand(sentence, DemandKind(kind))
    assert sentences() == ["M1", "M2", "E1", "E2"]
    demand = find_demand("m2")
    move_demand(PROGRAM, demand, up=True)
    assert sentences() == ["M2", "M1", "E1", "E2"]
    move_demand(PROGRAM, demand, up=True)
    move_demand(PROGRAM, find_demand("e2"), up=False)
    assert sentences() == ["M2", "M1", "E1", "E2"]
    move_demand(PROGRAM, demand, up=False)
    assert sentences() == ["M1", "M2", "E1", "E2"]


def test_a_retired_demand_is_out_of_force_and_comes_back_last(coalition):
    first = adopted_demand("M1")
    adopted_demand("M2")
    retire_demand(PROGRAM, first)
    assert sentences() == ["M2"]
    with pytest.raises(Refused, match="retired"):
        write_version(PROGRAM, first)
    restore_demand(PROGRAM, first)
    assert sentences() == ["M2", "M1"]


def test_the_kind_changes_until_the_first_adoption(coalition):
    draft = draft_demand().versions[0]
    words = {"en": Words(SENTENCE)}
    db.session.flush()
    edit_draft(
        PROGRAM,
        draft,
        binding_language="en",
        wordings=words,
        edition=draft.edition,
        kind=DemandKind.EXTENDED,
    )
    assert draft.demand.kind is DemandKind.EXTENDED
    adopt_version(PROGRAM, draft)
    second = write_version(PROGRAM, draft.demand)
    with pytest.raises(Refused) as refusal:
        edit_draft(
            PROGRAM,
            second,
            binding_language="en",
            wordings=words,
            edition=second.edition,
            kind=DemandKind.MINIMUM,
        )
    assert refusal.value.field == "kind"


def test_another_coalition_has_demands_and_addresses_of_its_own(coalition, other_coalition):
    adopted_demand()
    db.session.commit()
    with tenancy.in_coalition(other_coalition.id):
        assert list_demands_in_force() == []
        assert find_demand("no-city-help-for-raids-and-deportations") is None
        assert draft_demand().slug == "no-city-help-for-raids-and-deportations"


def test_that_another_language_binds_is_a_change_of_substance(coalition):
    demand = adopted_demand("Homes for all.", es="Vivienda para todos.")
    draft = write_version(PROGRAM, demand)
    words = {"en": Words("Homes for all."), "es": Words("Vivienda para todos.")}
    edit_draft(PROGRAM, draft, binding_language="es", wordings=words, edition=draft.edition)
    with pytest.raises(Refused, match="Another language binds") as refused:
        adopt_version(PROGRAM, draft, terms=Terms(Change.EDITORIAL, "As before."))
    assert refused.value.field == "change"
    assert in_force(demand).number == 1
    adopt_version(PROGRAM, draft, terms=Terms(Change.SUBSTANCE, "We decide in Spanish."))
    assert in_force(demand) is draft
