"""What newer words ask of the groups behind the older ones."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from crm.asks.models import Ask, AskKind, AskState
from crm.asks.operations import (
    adopt,
    answer_object,
    ask_groups,
    propose_editorial,
    settle_terms,
    withdraw_proposal,
)
from crm.asks.operations.telling import tell_groups
from crm.asks.queries import find_proposal, plan_asks
from crm.audit.models import AuditEntry
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Role
from crm.demands.models import Change, EndorsementChange, StandState, VersionState
from crm.demands.operations import Terms, Words, edit_draft, write_version
from crm.demands.operations.stands import set_stand
from crm.mail.models import OutgoingMail
from crm.organizations.models import Organization
from tests.asks.makers import (
    NEW,
    ask_of,
    asks_of,
    change_words,
    on_day,
    speaking,
    stand_of_group,
    write_draft,
)
from tests.counting import count_queries
from tests.demands.makers import PROGRAM, adopted_demand, draft_demand, endorse, in_force, stand
from tests.makers import make_organization, make_organizations


def test_a_change_of_substance_asks_each_endorser_to_reconfirm(coalition, demand, group):
    with on_day(0) as today:
        first = in_force(demand)
        version = change_words(coalition, demand)
    live, ask = stand_of_group(group, demand), ask_of(group)
    assert (live.version_id, live.state, live.shown_state) == (
        first.id, StandState.ENDORSED, StandState.TO_BE_RECONFIRMED)  # fmt: skip
    assert live.reconfirm_by == ask.closes_on == version.answers_by == today + timedelta(days=30)
    assert (ask.kind, ask.state) == (AskKind.SUBSTANCE, AskState.OPEN)
    assert (ask.version_id, ask.from_version_id) == (version.id, first.id)


def test_an_editorial_change_leaves_endorsements_and_asks_for_objections(coalition, demand, group):
    with on_day(0) as today:
        change_words(coalition, demand, Change.EDITORIAL)
    live, ask = stand_of_group(group, demand), ask_of(group)
    assert live.shown_state is StandState.ENDORSED
    assert (ask.kind, ask.closes_on) == (AskKind.EDITORIAL, today + timedelta(days=14))


def test_a_group_on_words_before_a_change_of_substance_is_never_carried_over(coalition, demand, group):
    other = make_organization("Riders Union")
    change_words(coalition, demand)
    endorse(other, demand)
    change_words(coalition, demand, Change.EDITORIAL, sentence="Once more, better said.")
    assert [ask.kind for ask in asks_of(group)] == [AskKind.SUBSTANCE, AskKind.SUBSTANCE]
    assert [ask.state for ask in asks_of(group)] == [AskState.REPLACED, AskState.OPEN]
    assert [ask.kind for ask in asks_of(other)] == [AskKind.EDITORIAL]
    # It had 30 days to answer, and keeps them.
    assert ask_of(group).closes_on == asks_of(group)[0].closes_on


def test_who_objected_is_asked_as_by_a_change_of_substance_next_time(coalition, demand, group, rosa):
    change_words(coalition, demand, Change.EDITORIAL)
    answer_object(speaking(rosa), ask_of(group), "It is another meaning.")
    change_words(coalition, demand, Change.EDITORIAL, sentence="A third wording.")
    assert [(ask.kind, ask.state) for ask in asks_of(group)] == [
        (AskKind.EDITORIAL, AskState.OBJECTED),
        (AskKind.SUBSTANCE, AskState.OPEN),
    ]


def test_who_was_asked_to_endorse_is_asked_to_endorse_the_newer_words(coalition, demand):
    group = make_organization("Riders Union")
    with on_day(0) as today:
        assert (
            ask_groups(PROGRAM, in_force(demand), [group.id], AskKind.ENDORSE, today + timedelta(days=20))
            == 1
        )
        assert ask_groups(PROGRAM, in_force(demand), [group.id], AskKind.ENDORSE, today) == 0
        version = change_words(coalition, demand)
    first, second = asks_of(group)
    assert (first.state, second.state) == (AskState.REPLACED, AskState.OPEN)
    assert (second.kind, second.version_id) == (AskKind.ENDORSE, version.id)


def test_to_confirm_is_asked_of_those_alone_who_stand_under_the_words_in_force(coalition, demand, group):
    other = make_organization("Riders Union")
    with on_day(0) as today:
        both = [group.id, other.id]
        assert ask_groups(PROGRAM, in_force(demand), both, AskKind.CONFIRM, today + timedelta(days=9)) == 1
    assert ask_of(group).kind is AskKind.CONFIRM


def test_an_archived_group_and_one_that_declined_are_not_asked(coalition, demand, group):
    gone, against = make_organization("Gone"), make_organization("Against")
    endorse(gone, demand)
    endorse(against, demand, state=StandState.DECLINED)
    gone.archived_at = gone.created_at
    db.session.flush()
    change_words(coalition, demand)
    assert set(db.session.scalars(select(Ask.organization_id))) == {group.id}


def test_a_coordinator_alone_types_a_reason_and_the_audit_tells_it(coalition, coordinator, demand, group):
    draft = write_draft(demand)
    with pytest.raises(Refused) as refused:
        adopt(coordinator.viewer, coalition, draft, terms=Terms(Change.EDITORIAL, "  "))
    assert refused.value.field == "reason"
    adopt(coordinator.viewer, coalition, draft, terms=Terms(Change.EDITORIAL, "A comma."))
    told = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "demand.ask")).one()
    assert told.detail["alone"] is True
    assert draft.reason == "A comma."


def test_another_language_binds_by_a_change_of_substance_alone(
    coalition, coordinator, person_in, demand, group, rosa
):
    second = person_in(coalition, Role.COORDINATOR, "Second One")
    draft = write_version(PROGRAM, demand)
    words = {"en": Words(NEW), "es": Words("Ninguna ayuda de la ciudad para redadas.")}
    edit_draft(PROGRAM, draft, binding_language="es", wordings=words, edition=draft.edition)
    editorial = Terms(Change.EDITORIAL, "A comma.")
    for act in (
        lambda: propose_editorial(coordinator.viewer, coalition, draft, draft.edition, editorial),
        lambda: settle_terms(coalition, draft, editorial),
        lambda: adopt(second.viewer, coalition, draft, terms=editorial),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.field == "change"
    db.session.commit()
    page = coordinator.browser.page(f"/harbor/organize/demands/{demand.slug}/adopt")
    said = "The language that binds changed from English to Spanish."
    assert said in page.text
    page = coordinator.browser.submit(page, "edition", change="substance")
    assert said in page.text
    coordinator.browser.submit(page, "step")
    tell_groups()
    [mail] = [one for one in db.session.scalars(select(OutgoingMail)) if "/group/ask/" in one.body]
    assert said in mail.body and said in coordinator.browser.page(urlsplit(mail.link).path).text


def test_a_second_coordinator_agrees_to_an_editorial_change(coalition, coordinator, person_in, demand, group):
    second = person_in(coalition, Role.COORDINATOR, "Second One")
    draft = write_draft(demand)
    terms = Terms(Change.EDITORIAL, "A comma.")
    with pytest.raises(Refused):
        adopt(coordinator.viewer, coalition, draft, terms=terms)
    propose_editorial(coordinator.viewer, coalition, draft, draft.edition, terms)
    with pytest.raises(Refused):
        adopt(coordinator.viewer, coalition, draft, terms=terms)
    adopt(second.viewer, coalition, draft, terms=Terms(Change.EDITORIAL))
    assert (draft.state, draft.change, draft.reason) == (VersionState.ADOPTED, Change.EDITORIAL, "A comma.")
    assert ask_of(group).kind is AskKind.EDITORIAL


def test_a_proposal_is_void_once_the_draft_is_edited_or_taken_back(coalition, coordinator, person_in, demand):
    second = person_in(coalition, Role.COORDINATOR, "Second One")
    draft = write_draft(demand)
    propose_editorial(coordinator.viewer, coalition, draft, draft.edition, Terms(Change.EDITORIAL))
    assert find_proposal(draft) is not None
    told, today = "1 editorial change waits for you to agree", "/harbor/organize/"
    db.session.commit()
    assert told in second.browser.page(today).text and told not in coordinator.browser.page(today).text
    write_draft(demand, "All else.")
    db.session.commit()
    assert find_proposal(draft) is None and told not in second.browser.page(today).text
    with pytest.raises(Refused):
        adopt(second.viewer, coalition, draft, terms=Terms(Change.EDITORIAL))
    propose_editorial(coordinator.viewer, coalition, draft, draft.edition, Terms(Change.EDITORIAL))
    withdraw_proposal(coordinator.viewer, draft)
    assert find_proposal(draft) is None


def test_the_time_to_object_is_never_shorter_than_the_rule(coalition, demand, group):
    with on_day(0) as today, pytest.raises(Refused) as refused:
        change_words(coalition, demand, Change.EDITORIAL, answers_by=today + timedelta(days=13))
    assert refused.value.field == "answers_by"


def test_the_first_words_of_a_minimum_demand_may_count_from_a_day_on(coalition, group):
    with on_day(0) as today:
        later, past = draft_demand("Another."), draft_demand("A third.")
        adopt(PROGRAM, coalition, later.versions[0], terms=Terms(counts_from=today + timedelta(days=30)))
        assert later.counts_from == today + timedelta(days=30)
        with pytest.raises(Refused) as refused:
            adopt(PROGRAM, coalition, past.versions[0], terms=Terms(counts_from=today - timedelta(days=1)))
    assert refused.value.field == "counts_from"


def test_words_that_somebody_edited_meanwhile_are_not_adopted_and_nobody_is_asked(coalition, demand, group):
    draft = write_draft(demand)
    with pytest.raises(Refused), db.session.begin_nested():
        adopt(PROGRAM, coalition, draft, draft.edition - 1, Terms())
    assert stand_of_group(group, demand).reconfirm_by is None
    assert ask_of(group) is None


def _adopt(coalition, draft):
    adopt(PROGRAM, coalition, draft, terms=Terms())
    db.session.commit()


def test_asking_takes_as_many_statements_for_many_as_for_few(coalition):
    counts = []
    for number in (3, 40):
        demand = adopted_demand(f"For {number}.")
        ids = make_organizations(number, name=f"Group %03d of {number}")
        for group in db.session.scalars(select(Organization).where(Organization.id.in_(ids))):
            set_stand(PROGRAM, group, in_force(demand), stand())
        draft = write_draft(demand)
        counts.append(count_queries(partial(_adopt, coalition, draft)))
        asks = select(func.count()).select_from(Ask).where(Ask.version_id == draft.id)
        assert db.session.scalar(asks) == number
        asked = EndorsementChange.state == StandState.TO_BE_RECONFIRMED
        lines = select(func.count()).select_from(EndorsementChange).where(asked)
        assert db.session.scalar(lines.where(EndorsementChange.demand_id == demand.id)) == number
    assert counts[1] <= counts[0]


def test_the_plan_is_what_adopting_does(coalition, demand, group):
    change_words(coalition, demand, Change.EDITORIAL)
    assert [one.kind for one in plan_asks(demand, Change.EDITORIAL)] == [AskKind.EDITORIAL]
    assert [one.kind for one in plan_asks(demand, Change.SUBSTANCE)] == [AskKind.SUBSTANCE]
