"""The tags of a group, and those of the coalition among its settings."""

from __future__ import annotations

from crm.tags.operations import add_tags
from tests.counting import count_queries
from tests.makers import PROGRAM, make_organization

SETTINGS = "/harbor/organize/settings/tags/"


def test_a_group_is_tagged_on_its_page(organizer, observer):
    group = make_organization("Harbor Bakers")
    add_tags(PROGRAM, make_organization("Harbor Butchers").id, ["Youth"])
    page = organizer.browser.page(f"/harbor/organize/organizations/{group.id}")
    own = organizer.browser.page(page.links()["Add tags"])
    assert own.tree.find(".//datalist/option").get("value") == "Youth"
    own = organizer.browser.submit(own, "add_tags", add_tags="youth, Food bank")
    assert "Saved." in own.text
    refused = organizer.browser.submit(own, "add_tags", add_tags="!!!", status=422)
    assert refused.tree.find(".//input[@name='add_tags']").get("value") == "!!!"
    off = organizer.browser.submit(own, "/remove")
    assert "Took off “Food bank”." in off.text
    back = organizer.browser.submit(off, f"organizations/{group.id}/tags")
    assert "Food bank" in back.text
    seen = observer.browser.page(f"/harbor/organize/organizations/{group.id}")
    assert seen.links()["Youth"].endswith("?tag=1")
    assert "Change the tags" not in seen.text
    assert observer.browser.get(f"/harbor/organize/organizations/{group.id}/tags").status_code == 403


def test_coordinators_keep_the_tags_in_order(coordinator, organizer):
    assert "No tag yet" in coordinator.browser.page(SETTINGS).text
    group = make_organization("Harbor Bakers")
    add_tags(PROGRAM, group.id, ["Yuoth", "Food"])
    page = coordinator.browser.page(SETTINGS)
    form = coordinator.browser.page(page.links()["Rename Yuoth"])
    assert "There is the tag" in coordinator.browser.submit(form, "label", label="food", status=422).text
    page = coordinator.browser.submit(form, "label", label="Youth")
    page = coordinator.browser.submit(page, "/2/retire")
    assert "Put away “Food”." in page.text
    assert "Food" not in organizer.browser.page(f"/harbor/organize/organizations/{group.id}").text
    assert "with the groups that had it" in coordinator.browser.submit(page, "/2/restore").text
    assert organizer.browser.get(SETTINGS).status_code == 403


def test_the_settings_cost_the_same_with_three_tags_and_thirty(coordinator):
    group = make_organization("Harbor Bakers")
    add_tags(PROGRAM, group.id, ["a", "b", "c"])
    few = count_queries(lambda: coordinator.browser.page(SETTINGS))
    add_tags(PROGRAM, group.id, [f"tag {n}" for n in range(27)])
    assert count_queries(lambda: coordinator.browser.page(SETTINGS)) == few
