"""The organizers' pages of demands, as they are used."""

from __future__ import annotations

import pytest

from crm.core.db import db
from crm.core.permissions import Permission
from crm.demands.operations import Words, edit_draft
from crm.demands.queries import draft_of, find_demand, list_demands_in_force
from tests.demands.makers import (
    PROGRAM,
    adopt_new_words,
    adopted_demand,
    draft_demand,
    endorse,
)
from tests.makers import make_organization

DEMANDS = "/harbor/organize/demands/"


def test_a_demand_from_the_first_word_to_adoption(coordinator, visitor):
    browser = coordinator.browser
    page = browser.page(DEMANDS)
    assert "No demand yet" in page.text
    page = browser.submit(
        page.links()["Write a demand"],
        "sentence_en",
        kind="minimum",
        binding_language="en",
        sentence_en="Homes for all.",
        text_en="No **evictions** in winter.",
        sentence_es="Vivienda para todos.",
    )
    assert "Homes for all." in page.text
    again = browser.submit(
        f"{DEMANDS}new",
        "sentence_en",
        422,
        kind="minimum",
        binding_language="en",
        sentence_en="Homes for all.",
    )
    assert "A draft of this sentence is saved already" in again.text
    assert visitor.get("/harbor/demands/homes-for-all").status_code == 404
    page = browser.page(page.links()["Adopt these words"])
    for shown in ("Homes for all.", "Vivienda para todos.", "evictions"):
        assert shown in page.text
    page = browser.submit(page, "edition")
    assert "/harbor/demands/homes-for-all" in page.text
    assert list_demands_in_force() == [], "looking adopts nothing"
    page = browser.submit(page, "step")
    assert "Version 1 is in force and public." in page.text
    assert "Homes for all." in visitor.page("/harbor/demands/").text
    assert "Vivienda para todos." in visitor.page("/harbor/demands/?lang=es").text


def test_the_preview_shows_the_draft_to_organizers_alone(organizer, visitor, outsider):
    draft_demand("Homes.")
    assert "Homes." in organizer.browser.page(f"{DEMANDS}homes/preview").text
    assert outsider.browser.get(f"{DEMANDS}homes/preview").status_code == 404
    assert visitor.get(f"{DEMANDS}homes/preview").status_code == 302


def test_what_was_typed_stays_when_something_is_missing(coordinator):
    page = coordinator.browser.submit(
        f"{DEMANDS}new", "sentence_en", status=422, sentence_en="", text_en="A long thought."
    )
    assert page.errors()
    assert "A long thought." in page.text


def test_a_second_person_sees_what_the_first_saved_beside_what_they_typed(coordinator):
    draft = draft_demand("Homes.").versions[0]
    db.session.commit()
    page = coordinator.browser.page(f"{DEMANDS}homes/draft")
    edit_draft(
        PROGRAM,
        draft,
        binding_language="en",
        wordings={"en": Words("Homes for us.")},
        edition=draft.edition,
    )
    page = coordinator.browser.submit(page, "sentence_en", status=422, sentence_en="Homes for you.")
    assert "Homes for us." in page.text
    field = next(e for e in page.tree.iter("input") if e.get("name") == "sentence_en")
    assert field.get("value") == "Homes for you."
    assert "Homes for you." in coordinator.browser.submit(page, "sentence_en").text


def test_adopting_words_that_changed_under_ones_eyes_is_refused(coordinator):
    draft = draft_demand("Homes.").versions[0]
    db.session.commit()
    page = coordinator.browser.page(f"{DEMANDS}homes/adopt")
    edit_draft(PROGRAM, draft, binding_language="en", wordings={"en": Words("Other.")}, edition=draft.edition)
    page = coordinator.browser.submit(page, "edition")
    page = coordinator.browser.submit(page, "step", status=422)
    assert "Somebody else changed these words" in page.text
    assert list_demands_in_force() == []


def test_a_new_version_says_who_is_asked(coordinator):
    demand = adopted_demand("Homes.")
    endorse(make_organization(), demand)
    browser = coordinator.browser
    page = browser.submit(f"{DEMANDS}homes", "versions")
    page = browser.submit(page, "sentence_en", sentence_en="Homes for all.")
    page = browser.page(page.links()["Adopt these words"])
    page = browser.submit(page, "edition", change="substance")
    assert "1 group is asked to reconfirm" in page.text
    assert "1 group has nobody to write to" in page.text
    page = browser.submit(page, "step")
    assert "Version 2 is in force" in page.text
    assert "Teamsters Local 117" in page.text
    assert "version 1" in browser.page(f"{DEMANDS}homes").text


def test_a_draft_is_thrown_away(coordinator):
    adopted_demand("Homes.")
    coordinator.browser.submit(f"{DEMANDS}homes", "versions")
    coordinator.browser.submit(f"{DEMANDS}homes", "discard")
    assert draft_of(find_demand("homes")) is None


def test_demands_are_put_in_order_without_a_script(coordinator):
    adopted_demand("First.")
    adopted_demand("Second.")
    coordinator.browser.submit(DEMANDS, "/second/move")
    assert [demand.sentence for demand in list_demands_in_force()] == ["Second.", "First."]


def test_a_demand_is_retired_with_its_impact_and_brought_back(coordinator, visitor):
    demand = adopted_demand("Homes.")
    endorse(make_organization(), demand)
    page = coordinator.browser.page(f"{DEMANDS}homes")
    assert "1 group endorses it." in page.text
    page = coordinator.browser.submit(page, "retire")
    assert visitor.get("/harbor/demands/homes").status_code == 410
    coordinator.browser.submit(page, "restore")
    assert visitor.get("/harbor/demands/homes").status_code == 200


WRITES = ("new", "homes/draft", "homes/adopt")
ACTS = (
    "demands.create",
    "demands.edit",
    "demands.write",
    "adopting.read",
    "adopting.adopt",
    "adopting.take_back",
    "demands.discard",
    "demands.retire",
    "demands.restore",
    "demands.move",
)


@pytest.fixture
def homes(coalition):
    demand = adopted_demand("Homes.")
    return adopt_new_words(demand, "Homes for all.")


@pytest.mark.parametrize("who", ["organizer", "observer"])
def test_organizers_and_observers_read_and_do_not_write(request, homes, who):
    browser = request.getfixturevalue(who).browser
    page = browser.page(f"{DEMANDS}homes")
    assert "Retire this demand" not in page.text
    assert "Write a demand" not in browser.page(DEMANDS).text
    assert [browser.get(DEMANDS + path).status_code for path in WRITES] == [403] * 3


def test_every_act_on_a_demand_is_a_coordinators(app, coordinator, organizer, observer):
    needed = {app.view_functions[act].permission for act in ACTS}
    assert needed == {Permission.DEMAND_EDIT}
    may = [who.viewer.can(Permission.DEMAND_EDIT) for who in (coordinator, organizer, observer)]
    assert may == [True, False, False]


def test_a_stranger_knows_nothing_of_it(homes, outsider, visitor):
    for path in ("", "homes", *WRITES):
        assert outsider.browser.get(DEMANDS + path).status_code == 404
        assert visitor.get(DEMANDS + path).status_code == 302


def test_the_demand_of_another_coalition_is_not_found(homes, outsider):
    for path in ("homes", "homes/draft", "homes/adopt", "homes/preview"):
        assert outsider.browser.get(f"/prairie/organize/demands/{path}").status_code == 404
