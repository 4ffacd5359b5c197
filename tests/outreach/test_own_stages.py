"""A coalition calls its stages what it likes, adds some, retires them again; the past keeps its names."""

from __future__ import annotations

import pytest

from crm.core import tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.organizations.models import Stage
from crm.organizations.operations.stages import (
    MOST_OPEN,
    add_stage,
    bring_back_stage,
    place_stage,
    rename_stage,
    retire_stage,
)
from crm.organizations.queries import Filters, count_directory
from crm.organizations.queries.stages import own_stages
from crm.organizations.stages import read_stages
from crm.outreach.models import Outcome
from crm.outreach.operations import move_stage, reach_stage, undo_stage_change
from crm.outreach.queries import count_groups, list_quiet_groups
from tests.makers import told_of
from tests.outreach.conftest import make_group, stage_of, touch

STAGES = "/harbor/organize/settings/stages/"


def names():
    return [step.name for step in own_stages().open]


@pytest.fixture
def waiting(coordinator, coalition):
    """A stage of the coalition's own, between "Contacted" and "In conversation"."""
    step = add_stage(
        coordinator.viewer, label="Letter sent", meaning=Stage.CONTACTED, form_key="the first press"
    )
    db.session.commit()
    return step


def test_a_stage_is_added_behind_those_that_mean_the_same_once_a_press(coordinator, coalition, waiting):
    assert (waiting.code, waiting.meaning) == ("contacted-1", Stage.CONTACTED)
    assert names() == ["To contact", "Contacted", "Letter sent", "In conversation", "Active", "Dormant"]
    again = add_stage(
        coordinator.viewer, label="Letter sent", meaning=Stage.CONTACTED, form_key="the first press"
    )
    assert (again, len(names())) == (waiting, 6)
    other = add_stage(coordinator.viewer, label="Visited", meaning=Stage.CONTACTED, form_key="another")
    assert other.code == "contacted-2"
    place_stage(coordinator.viewer, other.code, waiting.code)
    place_stage(coordinator.viewer, other.code, waiting.code)
    place_stage(coordinator.viewer, Stage.TO_CONTACT, None)
    assert names() == [
        "Contacted",
        "Visited",
        "Letter sent",
        "In conversation",
        "Active",
        "Dormant",
        "To contact",
    ]


def test_a_stage_is_renamed_and_goes_back_to_what_everybody_calls_it(coordinator, coalition, waiting):
    rename_stage(coordinator.viewer, Stage.ACTIVE, "Marching with us")
    assert own_stages().name(Stage.ACTIVE) == "Marching with us"
    rename_stage(coordinator.viewer, Stage.ACTIVE, "")
    assert own_stages().name(Stage.ACTIVE) == "Active"
    for label in ("letter  SENT", "Contacted", "x", "x" * 41):
        with pytest.raises(Refused):
            rename_stage(coordinator.viewer, Stage.ACTIVE, label)
    with pytest.raises(Refused):
        rename_stage(coordinator.viewer, waiting.code, "")


def test_an_added_stage_counts_as_what_it_means(organizer, coalition, waiting, noon):
    group = make_group(last_touch_at=None)
    move = move_stage(organizer.viewer, group, waiting.code)
    db.session.commit()
    assert touch(organizer, group, Outcome.LEFT_MESSAGE).moved is None
    assert stage_of(group) == waiting.code
    assert [one.id for one in list_quiet_groups(noon.replace(year=2028), 9)] == [group.id]
    assert touch(organizer, group, Outcome.REACHED).moved
    assert stage_of(group) is Stage.IN_CONVERSATION
    with pytest.raises(Refused):
        undo_stage_change(organizer.viewer, move)
    db.session.rollback()
    assert reach_stage(organizer.viewer, group, Stage.ACTIVE)
    assert reach_stage(organizer.viewer, group, Stage.ACTIVE) is None


def test_nothing_is_moved_to_a_retired_stage_and_what_stands_there_keeps_its_name(
    organizer, coordinator, coalition, waiting
):
    group, later = make_group(), make_group("Later Local 3")
    move_stage(organizer.viewer, group, waiting.code)
    retire_stage(coordinator.viewer, waiting.code)
    db.session.commit()
    with pytest.raises(Refused, match="any more"):
        move_stage(organizer.viewer, later, waiting.code)
    assert waiting.code not in dict(own_stages().choices())
    assert dict(own_stages().choices(waiting.code))[waiting.code] == "Letter sent"
    assert count_groups().stages[waiting.code] == 1
    assert count_directory(organizer.viewer, Filters.asked({"stage": waiting.code})) == 1
    told = [str(entry.title) for entry in told_of(organizer.viewer, group)]
    assert told == ["Stage: Letter sent"]
    bring_back_stage(coordinator.viewer, waiting.code)
    assert move_stage(organizer.viewer, later, waiting.code)


def test_the_five_stay_and_a_board_holds_so_many(coordinator, coalition, waiting):
    with pytest.raises(Refused, match="one of the five"):
        retire_stage(coordinator.viewer, Stage.DORMANT)
    with pytest.raises(Refused, match="no such stage"):
        retire_stage(coordinator.viewer, "dormant-7")
    for number in range(len(names()), MOST_OPEN):
        add_stage(
            coordinator.viewer, label=f"Step {number}", meaning=Stage.ACTIVE, form_key=f"press {number}"
        )
    with pytest.raises(Refused, match="Retire one first"):
        add_stage(coordinator.viewer, label="One more", meaning=Stage.ACTIVE, form_key="last")
    retire_stage(coordinator.viewer, waiting.code)
    add_stage(coordinator.viewer, label="Letter sent", meaning=Stage.ACTIVE, form_key="last")
    with pytest.raises(Refused, match="this name already"):
        bring_back_stage(coordinator.viewer, waiting.code)


def test_stages_are_a_coalitions_own_and_what_cannot_be_is_left_out(coalition, other_coalition, waiting):
    with tenancy.in_coalition(other_coalition.id):
        assert len(names()) == 5
    kept = {"stages": [{"code": "won"}, 7, {"code": "active", "label": "At work", "retired": True}]}
    assert [(s.code, s.name, s.retired) for s in read_stages(kept).all][:2] == [
        ("active", "At work", False), ("to_contact", "To contact", False),
    ]  # fmt: skip
    assert len(read_stages({"stages": "x"}).all) == 5


def test_coordinators_name_the_stages_on_a_page_of_the_settings(coordinator, organizer, coalition):
    group = make_group()
    added = coordinator.browser.submit(STAGES, "meaning", label="Carta enviada", meaning="contacted")
    assert "Added: “Carta enviada”" in added.text
    refused = coordinator.browser.submit(STAGES, "meaning", 422, label="Carta  Enviada", meaning="active")
    assert "There is a stage of this name already." in refused.errors()[0]
    assert "Carta  Enviada" in str(refused.response.text)
    renamed = coordinator.browser.submit(added, "contacted/rename", label="Reached out")
    assert "“Contacted” is called “Reached out” now." in renamed.text
    refused = coordinator.browser.submit(renamed, "contacted/rename", 422, label="Carta enviada")
    assert "There is a stage of this name already." in refused.text
    earlier = coordinator.browser.submit(renamed, "contacted-1/place")
    assert names()[1:3] == ["Carta enviada", "Reached out"]
    menu = organizer.browser.page(f"/harbor/organize/organizations/{group.id}")
    organizer.browser.submit(menu, f"{group.id}/stage", stage="contacted-1")
    assert stage_of(group) == "contacted-1"
    assert "1 group stands there" in coordinator.browser.page(STAGES).text
    coordinator.browser.submit(earlier, "contacted-1/retire")
    assert "Carta enviada" not in names()
    listed = organizer.browser.page("/harbor/organize/organizations/?stage=contacted-1")
    assert "Carta enviada" in listed.text
    coordinator.browser.submit(STAGES, "contacted-1/bring-back")
    coordinator.browser.submit(renamed, "stages/contacted/rename", label="")
    assert "Contacted" in names()
    assert organizer.browser.get(STAGES).status_code == 403
    assert coordinator.browser.post(f"{STAGES}won/retire", data={}).status_code in (400, 404)
