"""The rules of a coalition: sound values where nothing, or nonsense, is kept."""

from __future__ import annotations

import pytest

from crm.core.db import db
from crm.demands.queries import current_rules
from crm.demands.rules import KEY, Rules, read_rules, rules_of


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
