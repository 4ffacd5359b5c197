"""The board: where each group is, how long, and moving it there and back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.core import clock, tenancy
from crm.core.db import db
from crm.organizations.models import OrganizationKind, Stage
from crm.organizations.operations.stages import add_stage, retire_stage
from crm.organizations.queries import Filters
from crm.organizations.queries.stages import own_stages
from crm.outreach.models import Outcome, StageChange
from crm.outreach.operations import move_stage, undo_stage_change
from crm.pipeline.queries.board import CARDS, CardOrder, list_cards, show_board
from crm.pipeline.queries.moves import Span, Wanted, is_last, list_moves, sum_moves
from tests.counting import count_queries
from tests.demands.makers import adopted_demand, endorse
from tests.makers import make_organizations
from tests.outreach.conftest import at as at
from tests.outreach.conftest import make_group, stage_of, touch
from tests.outreach.conftest import noon as noon
from tests.pages import Page, defaults
from tests.people import Person

pytestmark = pytest.mark.usefixtures("noon")
BOARD = "/harbor/organize/outreach/board"
LIST = "/harbor/organize/outreach/by-stage"
MOVES = "/harbor/organize/outreach/moves"


def named(columns) -> dict[str, list[str]]:
    return {column.step.code: [group.name for group in column.groups] for column in columns if column.groups}


def show(person: Person, order: CardOrder = CardOrder.NEWEST, **query: str):
    return show_board(person.viewer, Filters.asked(query), order)


def arrows(page: Page) -> list[str | None]:
    """What the arrows of a page's cards say."""
    return [button.get("value") for button in page.form("board/move").iter() if button.get("name") == "move"]


class TestColumns:
    @pytest.fixture(autouse=True)
    def some(self, noon, coalition, organizer):
        days = iter(range(1, 9))
        for name, values in {
            "Pilots": {"kind": OrganizationKind.UNION, "place": "Ballard"},
            "Bakers": {"kind": OrganizationKind.UNION, "assignee_id": organizer.user.id},
            "Chapel": {"kind": OrganizationKind.CONGREGATION, "stage": Stage.ACTIVE},
            "Gone": {"archived_at": noon},
        }.items():
            group = make_group(name, **values)
            group.stage_since = noon - timedelta(days=next(days))
        db.session.commit()

    def test_hold_who_is_there_the_newest_first_or_who_is_there_longest(self, organizer):
        assert named(show(organizer)) == {"to_contact": ["Pilots", "Bakers"], "active": ["Chapel"]}
        longest = named(show(organizer, CardOrder.LONGEST))
        assert longest == {"to_contact": ["Bakers", "Pilots"], "active": ["Chapel"]}
        assert [column.count for column in show(organizer)] == [2, 0, 0, 1, 0]

    def test_are_narrowed_as_the_directory_is(self, organizer):
        assert named(show(organizer, kind="congregation")) == {"active": ["Chapel"]}
        assert named(show(organizer, assignee="me")) == {"to_contact": ["Bakers"]}
        assert named(show(organizer, place="ballard")) == {"to_contact": ["Pilots"]}
        assert named(show(organizer, quiet="never", kind="union")) == {"to_contact": ["Pilots", "Bakers"]}
        # A stage is no filter of a board, and what is archived is not on it.
        page = organizer.browser.page(f"{BOARD}?stage=active&archived=1&kind=union")
        assert {"Pilots", "Bakers"} <= set(page.links()) and "Chapel" not in page.links()

    def test_of_a_retired_stage_stay_until_nobody_is_there(self, organizer, coordinator):
        step = add_stage(coordinator.viewer, label="Letter sent", meaning=Stage.CONTACTED, form_key="k")
        pilots = show(organizer)[0].groups[0]
        move = move_stage(organizer.viewer, pilots, step.code)
        retire_stage(coordinator.viewer, step.code)
        db.session.commit()
        assert named(show(organizer))[step.code] == ["Pilots"]
        assert "nothing is moved here any more" in organizer.browser.page(BOARD).text
        undo_stage_change(organizer.viewer, move)
        db.session.commit()
        assert step.code not in [column.step.code for column in show(organizer)]


def test_a_column_holds_fifty_and_the_next_follow_without_a_gap(organizer, coalition, noon):
    since = [noon - timedelta(hours=number // 3) for number in range(CARDS + 7)]
    for number, instant in enumerate(since):
        make_organizations(1, f"Block {number:03d} %d", stage=Stage.CONTACTED, stage_since=instant)
    db.session.commit()
    for order in CardOrder:
        column = show(organizer, order)[1]
        assert (len(column.groups), column.count) == (CARDS, CARDS + 7)
        rest = list_cards(
            organizer.viewer, Filters(), Stage.CONTACTED, order, after=column.after, before=None
        ).items
        seen = [group.id for group in (*column.groups, *rest)]
        assert len(seen) == len(set(seen)) == CARDS + 7
    more = organizer.browser.page(organizer.browser.page(BOARD).links()["Show more"])
    assert sum(name.startswith("Block") for name in more.links()) == 7
    part = organizer.browser.get(f"{BOARD}/contacted", headers={"HX-Request": "true"})
    assert part.text.count("data-card") == CARDS and "<main" not in part.text
    assert organizer.browser.get(f"{BOARD}/won").status_code == 404


def test_a_card_is_moved_by_its_arrow_and_put_back(organizer, observer, coalition, noon):
    group = make_group("Pilots")
    page = organizer.browser.page(f"{BOARD}?kind=other")
    forward = arrows(page)
    assert forward == [f"{group.id} contacted"]
    done = organizer.browser.submit(page, "board/move", move=forward[0])
    assert "the stage moved from “To contact” to “Contacted”" in done.text
    assert stage_of(group) is Stage.CONTACTED
    assert arrows(done) == [
        f"{group.id} to_contact",
        f"{group.id} in_conversation",
    ]
    back = organizer.browser.submit(done, "stage-changes")
    assert stage_of(group) is Stage.TO_CONTACT
    assert "The stage is “To contact” again" in back.text
    assert "Pilots" in observer.browser.page(BOARD).links()
    assert not arrows(observer.browser.page(BOARD))


def test_a_dragged_card_answers_with_itself_and_what_is_said_of_it(
    organizer, other_coalition, coalition, noon
):
    group = make_group("Pilots")
    with tenancy.in_coalition(other_coalition.id):
        theirs = make_group("Prairie").id

    def drag(move: str):
        data = {**defaults(organizer.browser.page(BOARD).form("board/move")), "move": move}
        return organizer.browser.post(f"{BOARD}/move", data=data, headers={"HX-Request": "true"})

    answer = drag(f"{group.id} active")
    assert answer.status_code == 200 and f'data-card="{group.id}"' in answer.text and "Undo" in answer.text
    assert "Undo" not in drag(f"{group.id} active").text
    assert stage_of(group) is Stage.ACTIVE
    refused = drag(f"{group.id} won")
    assert refused.status_code == 422 and "any more" in refused.text
    assert [drag(move).status_code for move in ("", "x active", f"{theirs} active")] == [422, 422, 404]
    assert db.session.query(StageChange).count() == 1


def test_what_moved_is_told_for_a_week_both_ways_with_who_and_the_way_back(
    organizer, coordinator, coalition, at, noon
):
    pilots, bakers, chapel = (make_group(name) for name in ("Pilots", "Bakers", "Chapel"))
    at(noon - timedelta(days=4))
    move_stage(coordinator.viewer, chapel, Stage.ACTIVE)
    at(noon)
    touch(organizer, pilots, Outcome.REACHED)
    move_stage(coordinator.viewer, pilots, Stage.DORMANT)
    move_stage(coordinator.viewer, bakers, Stage.CONTACTED)
    undone = move_stage(coordinator.viewer, bakers, Stage.ACTIVE)
    undo_stage_change(coordinator.viewer, undone)
    db.session.commit()
    since, until = Span.THIS_WEEK.of(clock.today(coalition.zone), coalition.zone)
    assert (since.isoformat(), until - since) == ("2026-11-23T00:00:00-08:00", timedelta(days=7))
    moves = list_moves(Wanted(since, until)).items
    assert [(m.organization.name, m.after, is_last(m)) for m in moves] == [
        ("Bakers", "contacted", True),
        ("Pilots", "dormant", True),
        ("Pilots", "in_conversation", False),
    ]
    sums = sum_moves(Wanted(since, until), own_stages())
    assert (sums.ahead, sums.back, sums.to["dormant"]) == (2, 1, 1)
    page = organizer.browser.page(MOVES)
    assert "by a touch" in page.text and "Chapel" not in page.links()
    assert "Chapel" in organizer.browser.page(f"{MOVES}?span=last-week").links()
    mine = organizer.browser.page(f"{MOVES}?who=me&span=x")
    assert "Bakers" not in mine.links() and "Pilots" in mine.links()
    organizer.browser.submit(page, f"stage-changes/{moves[0].id}/undo")
    assert stage_of(bakers) is Stage.TO_CONTACT
    assert "Nothing moved" in organizer.browser.page(f"{MOVES}?who=999999999").text


def test_an_archived_group_is_not_moved_by_a_page_from_before(organizer, coalition, noon):
    pilots = make_group("Pilots")
    db.session.commit()
    page = organizer.browser.page(BOARD)
    pilots.archived_at = noon
    db.session.commit()
    told = organizer.browser.submit(page, "board/move", move=f"{pilots.id} contacted")
    assert "“Pilots” is archived: nothing is moved until it is restored." in told.text
    assert stage_of(pilots) is Stage.TO_CONTACT


def test_the_list_shows_what_groups_say_beside_their_stage(organizer, coalition, noon):
    demand = adopted_demand("Keep the ferry.")
    for number in range(12):
        endorse(make_group(f"Group {number:02d}", stage=Stage.ACTIVE), demand)
    make_group("Silent")
    db.session.commit()
    page = organizer.browser.page(LIST)
    assert "Active: 12" in page.text and page.text.count("Endorsed") == 10
    assert "Not asked" in page.text and "Keep the ferry." in page.text
    whole = organizer.browser.page(page.links()["Show all"])
    assert whole.text.count("Endorsed") == 12 and "Silent" not in whole.links()
    assert organizer.browser.get(f"{LIST}?stage=won").status_code == 404


def test_the_pages_ask_the_database_as_often_with_30_groups_as_with_3(organizer, coalition, noon):
    adopted_demand("Keep the ferry.")

    def fill(count: int, name: str) -> None:
        make_organizations(count, name, assignee_id=organizer.user.id)
        for group in show(organizer)[0].groups[:count]:
            move_stage(organizer.viewer, group, Stage.CONTACTED)
        db.session.commit()

    urls = (BOARD, f"{BOARD}/contacted", LIST, f"{LIST}?stage=contacted", MOVES)
    fill(3, "Few %03d")
    few = [count_queries(lambda url=url: organizer.browser.page(url)) for url in urls]
    fill(30, "Many %03d")
    assert [count_queries(lambda url=url: organizer.browser.page(url)) for url in urls] == few
    assert few == [7, 5, 9, 9, 6]
