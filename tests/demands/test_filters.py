"""The directory narrowed by what later features know: touches, demands, boards, and what is registered."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from crm.core import clock
from crm.core.db import db
from crm.demands.models import StandState
from crm.organizations.models import Organization
from crm.organizations.queries import (
    Control,
    DirectoryFilter,
    Filters,
    directory_filters,
    list_choices,
    list_ids,
    only_number,
)
from tests.counting import count_queries
from tests.demands.makers import adopted_demand, endorse
from tests.makers import make_organization, make_organizations
from tests.pages import defaults
from tests.people import Person

HERE = "/harbor/organize/organizations/"


@pytest.fixture
def groups(organizer: Person) -> dict[str, Organization]:
    """One of each: never in touch, in touch lately, long ago; asking their boards; endorsing."""
    now = clock.now()
    today = now.date()
    demand = adopted_demand()
    made = {
        "new": make_organization("Ash Tenants"),
        "lately": make_organization("Birch Bakers", last_touch_at=now - timedelta(days=2)),
        "quiet": make_organization("Cedar Choir", last_touch_at=now - timedelta(days=40)),
        "later": make_organization("Dogwood Drivers", last_touch_at=now),
        "endorsing": make_organization("Elm Elders", last_touch_at=now),
    }
    for name, days in (("quiet", 3), ("lately", -4), ("later", 30)):
        endorse(made[name], demand, state=StandState.BEFORE_BOARD, board_on=today + timedelta(days=days))
    endorse(made["endorsing"], demand)
    db.session.commit()
    return made


NARROWED = {
    "quiet=30": {"new", "quiet"},
    "quiet=never": {"new"},
    "quiet=1": {"new", "lately", "quiet"},
    "quiet=0": {"new", "lately", "quiet", "later", "endorsing"},
    "unasked=1": {"new"},
    "board=any": {"lately", "quiet", "later"},
    "board=week": {"quiet"},
    "board=past": {"lately"},
    "board=week&quiet=30&unasked=": {"quiet"},
    "board=week&quiet=60": set(),
    "board=1&unasked=x&quiet=-3": {"new", "lately", "quiet", "later", "endorsing"},
}


def asked(address: str) -> Filters:
    return Filters.asked(dict(part.split("=") for part in address.split("&")))


def test_groups_are_found_by_what_other_features_know_of_them(groups, organizer):
    demand_id = groups and adopted_demand("Another one.").id
    names = {group.id: name for name, group in groups.items()}
    for address, expected in NARROWED.items():
        filters = asked(address)
        # The one demand that was there first has the least number.
        if "unasked=1" in address:
            filters = asked(f"unasked={demand_id - 1}")
        found = {names[one] for one in list_ids(organizer.viewer, filters)}
        assert found == expected, address
        assert Filters.asked(filters.parameters) == filters
    assert set(list_ids(organizer.viewer, asked(f"unasked={demand_id}"))) == set(names)


def test_what_is_filtered_is_shown_downloaded_and_called(groups, organizer):
    page = organizer.browser.page(HERE + "?quiet=30&sort=-name")
    chosen = page.tree.findall(".//select[@name='quiet']/option[@selected]")
    assert [one.get("value") for one in chosen] == ["30"]
    # What is not offered is told in words, too.
    other = organizer.browser.page(HERE + "?quiet=45&unasked=999999").tree.findall(".//option[@selected]")
    assert [one.text for one in other][:2] == ["45 days", "Another one"]
    assert page.tree.find(".//select[@name='unasked']/option[2]").text.startswith("1. No city help")
    form = page.form("groups.csv")
    lines = organizer.browser.post(form.get("action", ""), data=defaults(form)).text.lstrip("\ufeff")
    assert [row[0] for row in csv.reader(io.StringIO(lines))][1:] == ["Cedar Choir", "Ash Tenants"]
    # A queue of all that match takes them, and their filter for later.
    new = organizer.browser.page("/harbor/organize/outreach/queues/new?which=all&quiet=30")
    queue = organizer.browser.submit(new, "script", name="Quiet ones", script="Call.")
    assert "Cedar Choir" in queue.text
    assert "Birch Bakers" not in queue.text


def test_a_family_of_filters_is_asked_for_by_number(coalition, organizer, monkeypatch):
    def is_of_size(viewer, name, value):
        return Organization.size == int(name.removeprefix("size-").removesuffix("-from")) + int(value)

    family = DirectoryFilter(
        "size-", only_number, is_of_size, lambda viewer, found: [Control("size-7", "Size", None, "number")]
    )
    monkeypatch.setattr("crm.organizations.queries.narrowing.directory_filters", [*directory_filters, family])
    ten = make_organization("Ten", size=10)
    make_organization("Eleven", size=11)
    for address in ("size-7=3", "size-7-from=003"):
        assert list_ids(organizer.viewer, asked(address)) == [ten.id], address
    for address in ("size-=3", "size-x=3", "size-7=x", "size-7-=3"):
        assert asked(address) == Filters(), address
    control, value = list_choices(organizer.viewer, asked("size-7=3")).controls[-1]
    assert (control.name, value) == ("size-7", "3")


def test_choices_and_rows_cost_the_same_however_many_there_are(groups, organizer):
    url = f"{HERE}?quiet=30&board=any"
    few = count_queries(lambda: organizer.browser.get(url))
    make_organizations(30, name="Block %04d")
    db.session.commit()
    assert count_queries(lambda: organizer.browser.get(url)) == few
