"""Accepted, merged or declined: by one coordinator, once, and only then is anything public."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.db import db
from crm.demands.models import Endorsement, EndorsementChange, Source, StandState
from crm.organizations.models import Contact, Organization, OrganizationKind, Stage
from crm.outreach.models import FollowUp
from crm.sign_ons.models import SignOnState
from tests.demands.makers import adopt_new_words, endorse
from tests.makers import make_contact, make_organization
from tests.sign_ons.steps import GROUP, QUEUE, adopt_demands, count_rows, in_days, mails, newest, waiting


@pytest.fixture
def demands(coalition):
    return adopt_demands()


def stands_of(organization):
    rows = db.session.scalars(select(Endorsement).where(Endorsement.organization_id == organization.id))
    return {row.demand_id: row for row in rows}


def accept(coordinator, sign_on, status=200):
    return coordinator.browser.submit(f"{QUEUE}{sign_on.id}", "accept", status)


def join(coordinator, sign_on, group, status=200, **typed):
    return coordinator.browser.submit(f"{QUEUE}{sign_on.id}?with={group.id}", "/merge", status, **typed)


def only_group():
    return db.session.scalars(select(Organization)).one()


def test_accepted_it_is_a_group_with_its_speaker_and_its_stands(visitor, coalition, coordinator, demands):
    board = {f"reply_{demands[2].id}": "board", f"board_on_{demands[2].id}": in_days(coalition, 9)}
    sign_on = waiting(visitor, coalition, size_public="y", **board)
    assert f"“{GROUP}” is on board" in accept(coordinator, sign_on).text
    group = only_group()
    assert (group.name, group.kind, group.place) == (GROUP, OrganizationKind.UNION, "Harbor City")
    assert (group.size, group.size_public, group.website) == (1200, True, "https://dockers19.example")
    assert group.stage is Stage.ACTIVE
    speaker = db.session.scalars(select(Contact)).one()
    assert (speaker.name, speaker.role, speaker.email) == ("Ana Ruiz", "President", "ana@dockers19.example")
    assert speaker.is_primary and speaker.speaks_since is not None
    stands = stands_of(group)
    assert [stands[one.id].state for one in demands] == [
        StandState.ENDORSED,
        StandState.ENDORSED,
        StandState.BEFORE_BOARD,
    ]
    assert {one.source for one in stands.values()} == {Source.SIGN_ON}
    assert stands[demands[0].id].speaker == "Ana Ruiz" and stands[demands[0].id].decided_on
    sign_on = newest(coalition)
    assert (sign_on.state, sign_on.organization_id) == (SignOnState.ACCEPTED, group.id)
    assert sign_on.decided_by_id == coordinator.user.id


def test_the_public_sees_it_only_then(visitor, coalition, coordinator, demands):
    sign_on = waiting(visitor, coalition)
    assert GROUP not in visitor.page("/harbor/endorsers").text
    accept(coordinator, sign_on)
    page = visitor.page("/harbor/endorsers")
    assert GROUP in page.text and "1,200" not in page.text and "Ana Ruiz" not in page.text


def test_a_speaker_who_asked_for_it_is_named_and_no_other(visitor, coalition, coordinator, demands):
    accept(coordinator, waiting(visitor, coalition, speaker_public="y", size_public="y"))
    other = {"name": "Weavers Circle", "speaker_name": "Bo Silent", "speaker_email": "bo@weavers.example"}
    accept(coordinator, waiting(visitor, coalition, **other))
    page = visitor.page(f"/harbor/demands/{demands[0].slug}")
    assert f"{GROUP} Harbor City · speaker: Ana Ruiz" in page.text
    assert "Weavers Circle" in page.text and "Bo Silent" not in page.text
    assert "1,200 people" in visitor.page("/harbor/endorsers").text


def test_a_board_makes_a_follow_up_for_the_day_after(visitor, coalition, coordinator, demands):
    board = {f"board_on_{one.id}": in_days(coalition, 9) for one in demands}
    board |= {f"reply_{one.id}": "board" for one in demands}
    accept(coordinator, waiting(visitor, coalition, all_minimum=None, decided_on="", **board))
    task = db.session.scalars(select(FollowUp)).one()
    assert task.due_on == clock.today(coalition.zone) + timedelta(days=10)
    assert task.owner_id == coordinator.user.id and task.organization_id == only_group().id
    assert "go before the board" in mails()[-1].body and "Your group is listed" not in mails()[-1].subject


def test_the_speaker_is_told_with_links(visitor, coalition, coordinator, demands):
    accept(coordinator, waiting(visitor, coalition))
    told = mails()[-1]
    assert told.recipient == "ana@dockers19.example" and told.subject == "Your group is listed"
    assert "http://localhost/harbor/endorsers" in told.body and "http://localhost/harbor/demands" in told.body


def test_it_is_in_the_audit_without_anything_personal(visitor, coalition, coordinator, demands):
    sign_on = waiting(visitor, coalition)
    accept(coordinator, sign_on)
    entries = list(db.session.scalars(select(AuditEntry).where(AuditEntry.record == "sign_on")))
    assert [one.action for one in entries] == ["sign_on.send", "sign_on.confirm", "sign_on.accept"]
    assert entries[-1].user_id == coordinator.user.id
    assert entries[-1].detail == {"organization_id": only_group().id}
    assert "Ana" not in str([(one.fields, one.detail) for one in entries])


def test_pressed_twice_it_is_accepted_once(visitor, coalition, coordinator, demands):
    sign_on = waiting(visitor, coalition)
    page = coordinator.browser.page(f"{QUEUE}{sign_on.id}")
    coordinator.browser.submit(page, "accept")
    assert f"“{GROUP}” is on board" in coordinator.browser.submit(page, "accept").text
    assert count_rows(Organization) == 1 and count_rows(EndorsementChange) == 2


def test_of_two_coordinators_at_once_the_second_is_told(visitor, coalition, coordinator, person_in, demands):
    sign_on = waiting(visitor, coalition)
    other = person_in(coalition, coordinator.viewer.role, "Carl Ordinator")
    pages = {who.user.id: who.browser.page(f"{QUEUE}{sign_on.id}") for who in (coordinator, other)}
    coordinator.browser.submit(pages[coordinator.user.id], "decline", reason="Not a group.")
    told = other.browser.submit(pages[other.user.id], "accept", 409)
    assert "Cora Dinator decided on this sign-on before you" in told.text
    assert newest(coalition).state is SignOnState.DECLINED and count_rows(Organization) == 0


def test_what_is_not_confirmed_can_not_be_decided(visitor, coalition, coordinator, demands):
    sign_on = waiting(visitor, coalition)
    page = coordinator.browser.page(f"{QUEUE}{sign_on.id}")
    sign_on.state, sign_on.confirmed_at = SignOnState.UNCONFIRMED, None
    assert "not confirmed yet" in coordinator.browser.submit(page, "accept", 422).text
    assert count_rows(Organization) == 0


def test_a_name_that_is_taken_is_offered_for_comparing(visitor, coalition, coordinator, demands):
    there = make_organization(GROUP)
    sign_on = waiting(visitor, coalition)
    page = accept(coordinator, sign_on, 422)
    assert "is here already" in page.text and f"Is it “{GROUP}”?" in page.text
    assert newest(coalition).state is SignOnState.WAITING
    coordinator.browser.submit(page, "/merge")
    assert newest(coalition).organization_id == there.id


def test_merged_it_fills_in_what_is_empty_and_leaves_what_is_there(visitor, coalition, coordinator, demands):
    group = make_organization("Local 19 of the Dockworkers", place="The Docks", stage=Stage.CONTACTED)
    sign_on = waiting(visitor, coalition, size_public="y")
    page = coordinator.browser.page(f"{QUEUE}{sign_on.id}?with={group.id}")
    for text in (
        "Name Local 19 of the Dockworkers Dockworkers Local 19 take over",
        "Place The Docks Harbor City take over",
    ):
        assert text in page.text
    assert "People nothing 1,200 filled in" in page.text
    coordinator.browser.submit(page, "/merge")
    group = only_group()
    assert (group.name, group.place, group.kind) == ("Local 19 of the Dockworkers", "The Docks", "other")
    assert (group.size, group.size_public, group.website) == (1200, True, "https://dockers19.example")
    assert group.stage is Stage.ACTIVE and len(stands_of(group)) == 2
    assert newest(coalition).state is SignOnState.MERGED
    assert "Local 19 of the Dockworkers" in mails()[-1].body


def test_what_is_ticked_is_taken_over(visitor, coalition, coordinator, demands):
    group = make_organization("Local 19 of the Dockworkers", place="The Docks", size=900, size_public=True)
    sign_on = waiting(visitor, coalition)
    join(coordinator, sign_on, group, take=["name", "size", "kind", "note", "nonsense"])
    group = only_group()
    assert (group.name, group.place, group.kind) == (GROUP, "The Docks", OrganizationKind.UNION)
    # Its number is the one that the group gave now, which it does not want to be shown.
    assert (group.size, group.size_public) == (1200, False)


def test_a_number_that_stays_is_shown_as_before(visitor, coalition, coordinator, demands):
    group = make_organization("Local 19 of the Dockworkers", size=900)
    join(coordinator, waiting(visitor, coalition, size_public="y"), group)
    assert (only_group().size, only_group().size_public) == (900, False)


def test_a_speaker_who_is_known_is_not_kept_twice(visitor, coalition, coordinator, demands):
    group = make_organization("Local 19 of the Dockworkers")
    make_contact(group, "A. Ruiz", email="Ana@dockers19.example", phone="(406) 555-0123")
    join(coordinator, waiting(visitor, coalition), group)
    known = db.session.scalars(select(Contact)).one()
    assert (known.name, known.role, bool(known.phone)) == ("A. Ruiz", "President", True)
    assert known.speaks_since is not None, "the address is proved by the link"


def test_an_endorsement_that_holds_is_not_taken_back_by_a_board(visitor, coalition, coordinator, demands):
    group = make_organization("Local 19 of the Dockworkers")
    endorse(group, demands[0])
    board = {f"reply_{demands[0].id}": "board", f"board_on_{demands[0].id}": in_days(coalition, 9)}
    join(coordinator, waiting(visitor, coalition, **board), group)
    assert stands_of(group)[demands[0].id].state is StandState.ENDORSED


def test_words_that_were_superseded_meanwhile_stay_the_ones_that_were_answered(
    visitor, coalition, coordinator, demands
):
    sign_on = waiting(visitor, coalition)
    old = demands[0].versions[0].id
    adopt_new_words(demands[0], "No city help for any raid.")
    page = coordinator.browser.page(f"{QUEUE}{sign_on.id}")
    assert "version 1 · endorsed · these words were superseded since" in page.text
    coordinator.browser.submit(page, "accept")
    assert stands_of(only_group())[demands[0].id].version_id == old


def test_an_answer_to_older_words_than_the_group_gave_since_is_left_out_and_told(
    visitor, coalition, coordinator, demands
):
    group = make_organization("Local 19 of the Dockworkers")
    sign_on = waiting(visitor, coalition)
    new = adopt_new_words(demands[0], "No city help for any raid.")
    endorse(group, demands[0])
    page = join(coordinator, sign_on, group)
    assert "Left out: “No city help for raids and deportations.”" in page.text
    assert stands_of(group)[demands[0].id].version_id == new.id
    assert stands_of(group)[demands[1].id].state is StandState.ENDORSED


def test_a_listing_that_changed_meanwhile_is_compared_again(visitor, coalition, coordinator, demands):
    group = make_organization("Local 19 of the Dockworkers")
    sign_on = waiting(visitor, coalition)
    page = coordinator.browser.page(f"{QUEUE}{sign_on.id}?with={group.id}")
    group.place, group.edition = "The Docks", group.edition + 1
    again = coordinator.browser.submit(page, "/merge", 409)
    assert "Somebody else changed this group" in again.text and "The Docks" in again.text
    assert newest(coalition).state is SignOnState.WAITING
    coordinator.browser.submit(again, "/merge")
    assert newest(coalition).state is SignOnState.MERGED


def test_merging_with_a_group_that_is_none_changes_nothing(visitor, coalition, coordinator, demands):
    group = make_organization("Local 19 of the Dockworkers")
    sign_on = waiting(visitor, coalition)
    page = coordinator.browser.page(f"{QUEUE}{sign_on.id}?with={group.id}")
    for chosen in ("", "x", "999", "99999999999999999999", "-1"):
        coordinator.browser.submit(page, "/merge", 422, organization_id=chosen)
        assert newest(coalition).state is SignOnState.WAITING, chosen


def test_declined_with_the_reason_mailed_when_ticked(visitor, coalition, coordinator, demands):
    sign_on = waiting(visitor, coalition)
    before = len(mails())
    coordinator.browser.submit(f"{QUEUE}{sign_on.id}", "decline", reason="We know\nno such local.", tell="y")
    assert newest(coalition).state is SignOnState.DECLINED
    assert newest(coalition).reason == "We know\nno such local."
    assert "We know\nno such local." in mails()[before].body
    assert "no such local" in coordinator.browser.page(f"{QUEUE}{sign_on.id}").text
    assert GROUP not in visitor.page("/harbor/endorsers").text


def test_declined_in_silence_when_not_ticked(visitor, coalition, coordinator, demands):
    sign_on = waiting(visitor, coalition)
    before = len(mails())
    coordinator.browser.submit(f"{QUEUE}{sign_on.id}", "decline", reason="Spam.")
    assert len(mails()) == before


def test_declining_needs_a_reason(visitor, coalition, coordinator, demands):
    sign_on = waiting(visitor, coalition)
    page = coordinator.browser.submit(f"{QUEUE}{sign_on.id}", "decline", 422, reason=" ", tell="y")
    assert "Write the reason." in page.errors()[0]
    assert newest(coalition).state is SignOnState.WAITING
