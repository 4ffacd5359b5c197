"""The rules of a coalition: sound values where nothing, or nonsense, is kept."""

from __future__ import annotations

import pytest

from crm.core import clock
from crm.core.db import db
from crm.demands.models import Standing
from crm.demands.queries import current_rules, find_standing
from crm.demands.rules import KEY, Rules, read_rules, rules_of
from tests.demands.makers import adopted_demand, endorse
from tests.makers import make_organization


def test_a_coalition_that_said_nothing_has_sound_rules(coalition):
    assert rules_of(coalition) == current_rules() == Rules()
    assert Rules().objection_days == 14
    assert Rules().gate_needed is None


def test_what_was_agreed_is_read_as_it_was_kept(coalition):
    agreed = Rules(
        objection_days=21, answer_days=60, reminder_days=(30, 2), gate_needed=3, gate_reservations=False
    )
    coalition.settings = {"other": 1, KEY: agreed.kept()}
    db.session.commit()
    assert current_rules() == agreed


@pytest.mark.parametrize(
    ("name", "nonsense"),
    [
        ("objection_days", 0),
        ("objection_days", "14"),
        ("answer_days", 10_000),
        ("answer_days", True),
        ("reminder_days", [0]),
        ("reminder_days", 7),
        ("reminder_days", [1, 2, 3, 4, 5, 6]),
        ("gate_needed", 0),
        ("gate_needed", "all"),
        ("gate_reservations", "no"),
    ],
)
def test_nonsense_does_not_stop_the_coalition(name, nonsense):
    assert read_rules({KEY: {"objection_days": 20, name: nonsense}}).answer_days == 30
    assert getattr(read_rules({KEY: {name: nonsense}}), name) == getattr(Rules(), name)
    assert read_rules({KEY: "broken"}) == Rules()


RULES = "/harbor/organize/demands/rules"


@pytest.fixture
def groups(coalition):
    """One of two minimum demands each."""
    first, _second = adopted_demand("First."), adopted_demand("Second.")
    made = [make_organization(f"Group {number}") for number in range(3)]
    for group in made:
        endorse(group, first)
    made[2].archived_at = clock.now()
    return made


def test_what_rules_would_do_is_said_before_they_hold(coordinator, groups):
    page = coordinator.browser.submit(RULES, "gate", gate="some", gate_needed="1")
    assert "With these rules 2 groups change their standing: 2 become members." in page.text
    assert find_standing(groups[0].id).standing is Standing.ALLY, "looking changes nothing"
    page = coordinator.browser.submit(page, "gate")
    assert "The rules hold from now on." in page.text
    assert find_standing(groups[0].id).standing is Standing.MEMBER
    assert current_rules().gate_needed == 1


def test_what_changed_meanwhile_is_said_anew(coordinator, groups):
    page = coordinator.browser.submit(RULES, "gate", gate="some", gate_needed="1")
    groups[2].archived_at = None
    page = coordinator.browser.submit(page, "gate")
    assert "3 groups change their standing" in page.text
    assert current_rules() == Rules()


def test_rules_about_time_change_no_standing_and_say_so(coordinator, groups):
    page = coordinator.browser.submit(RULES, "gate", objection_days="21", reminder_days="3, 1, 10")
    assert "With these rules no group changes its standing." in page.text
    coordinator.browser.submit(page, "gate")
    assert current_rules() == Rules(objection_days=21, reminder_days=(10, 3, 1))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"gate": "some", "gate_needed": ""}, "Write how many."),
        ({"gate": "some", "gate_needed": "0"}, "Between 1 and 100."),
        ({"objection_days": "0"}, "Between 1 and 365 days."),
        ({"answer_days": "1000"}, "Between 1 and 365 days."),
        ({"reminder_days": "soon"}, "Write days as numbers with commas between, such as 14, 7, 1."),
        ({"reminder_days": "1 2 3 4 5 6"}, "No more than five reminders."),
        ({"reminder_days": "400"}, "Between 1 and 365 days."),
    ],
)
def test_what_cannot_be_a_rule_is_told_beside_its_field(coordinator, groups, typed, told):
    page = coordinator.browser.submit(RULES, "gate", status=422, **typed)
    assert told in page.errors()
    assert current_rules() == Rules()


def test_only_coordinators_set_rules(organizer, outsider, groups):
    assert organizer.browser.get(RULES).status_code == 403
    assert outsider.browser.get(RULES).status_code == 404
