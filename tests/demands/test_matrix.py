"""The matrix: groups down, demands across."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.db import db
from crm.demands.models import DemandKind, Endorsement, Source, StandState
from crm.demands.operations import ask_to_reconfirm, record_stand, refresh_standings
from crm.organizations.models import OrganizationKind, Stage
from tests.counting import count_queries
from tests.demands.makers import PROGRAM, adopt_new_words, adopted_demand, endorse, in_force, stand
from tests.makers import make_organization, make_organizations
from tests.pages import defaults, text_of

S = StandState
MATRIX = "/harbor/organize/endorsements/"


@pytest.fixture
def demands(coalition):
    first = adopted_demand("First.", es="Primera.")
    return [first, adopted_demand("Second."), adopted_demand("Further.", DemandKind.EXTENDED)]


@pytest.fixture
def bakers(coalition):
    return make_organization("Bakers Local 5", kind=OrganizationKind.UNION, place="Ballard")


@pytest.fixture
def chapel(coalition):
    return make_organization("Chapel of the Ford", kind=OrganizationKind.CONGREGATION, stage=Stage.ACTIVE)


def table(page):
    """Name of the group → the words of its row, cell by cell."""
    body = page.tree.find(".//table[@class='matrix']/tbody")
    if body is None:
        return {}
    return {text_of(row[0]): [text_of(cell) for cell in row[1:]] for row in body}


def edge(page):
    row = next(row for row in page.tree.iter("tr") if row.get("class") == "edge")
    return [text_of(cell) for cell in row]


def test_each_cell_says_what_the_group_says(organizer, demands, bakers, chapel):
    endorse(bakers, demands[0])
    endorse(bakers, demands[1], state=S.RESERVATION, reservation="Not by June.")
    endorse(bakers, demands[2], state=S.DECLINED)
    endorse(chapel, demands[0], state=S.BEFORE_BOARD, board_on=date(2026, 12, 5))
    record_stand(organizer.viewer, chapel, in_force(demands[1]), stand(decided_on=date(2026, 11, 1)))
    page = organizer.browser.page(MATRIX)
    assert table(page) == {
        "Bakers Local 5": ["Member", "2/3", "Endorsed", "Endorsed with a reservation", "Declined"],
        "Chapel of the Ford": [
            "Not yet",
            "0/3",
            "Before their board, December 5, 2026",
            "Not asked; a record waits",
            "Not asked",
        ],
    }
    assert edge(page) == ["Endorsing, of 2 groups", "1", "1", "0"]


def test_older_words_and_what_is_asked_anew_are_marked(organizer, demands, bakers, chapel):
    for group in (bakers, chapel):
        endorse(group, demands[0])
    adopt_new_words(demands[0], "Other words.")
    live = db.session.query(Endorsement).filter_by(organization_id=chapel.id).one()
    ask_to_reconfirm(PROGRAM, [live], date(2026, 12, 20))
    rows = table(organizer.browser.page(MATRIX))
    assert rows["Bakers Local 5"][2] == "Endorsed, version 1"
    assert rows["Chapel of the Ford"][2] == "To be reconfirmed until December 20, 2026, version 1"
    assert rows["Chapel of the Ford"][1] == "1/3"


NARROWED = (
    ("kind=union", {"Bakers Local 5"}),
    ("kind=nonsense", {"Bakers Local 5", "Chapel of the Ford"}),
    ("place=ballard", {"Bakers Local 5"}),
    ("stage=active", {"Chapel of the Ford"}),
    ("assignee=nobody", {"Bakers Local 5", "Chapel of the Ford"}),
    ("assignee=me", set()),
    ("q=chapel", {"Chapel of the Ford"}),
    ("q=%25", set()),
    ("standing=ally", {"Bakers Local 5"}),
    ("standing=not_yet", {"Chapel of the Ford"}),
    ("standing=member", set()),
    ("short=1", {"Bakers Local 5"}),
    ("demand={first}&state=endorsed", {"Bakers Local 5"}),
    ("demand={first}&state=declined", {"Chapel of the Ford"}),
    ("demand={second}&state=not_asked", {"Chapel of the Ford"}),
    ("demand={second}&state=waiting", set()),
    ("demand={second}&state=to_be_reconfirmed", set()),
    ("demand={second}&state=older", set()),
    ("demand=99999999999&state=older", {"Bakers Local 5", "Chapel of the Ford"}),
    ("after=nonsense&before=nonsense", {"Bakers Local 5", "Chapel of the Ford"}),
)


def test_the_page_and_the_file_are_narrowed_by_their_address(organizer, demands, bakers, chapel):
    endorse(bakers, demands[0])
    endorse(bakers, demands[1], state=S.ASKED)
    endorse(chapel, demands[0], state=S.DECLINED)
    for told, names in NARROWED:
        query = told.format(first=demands[0].id, second=demands[1].id)
        page = organizer.browser.page(f"{MATRIX}?{query}")
        assert set(table(page)) == names, query
        rows = read_csv(take(organizer, f"?{query}"))
        assert {row[0] for row in rows[1:]} == names, query


def take(person, query=""):
    """The file, taken as by the page's button."""
    token = defaults(person.browser.page(MATRIX).form("matrix.csv"))
    return person.browser.post(f"{MATRIX}matrix.csv{query}", data=token)


def read_csv(response):
    assert response.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(response.text.removeprefix("\ufeff"))))


def test_the_file_holds_what_the_page_shows(organizer, demands, bakers, chapel):
    endorse(bakers, demands[0])
    endorse(chapel, demands[1], state=S.BEFORE_BOARD, board_on=date(2026, 12, 5))
    make_organization("=HYPERLINK(1)")
    shown = table(organizer.browser.page(MATRIX))
    head, *rows = read_csv(take(organizer))
    assert head == ["Group", "Standing", "Endorses", "First.", "Second.", "Further."]
    told = {row[0].removeprefix("'"): row[1:] for row in rows}
    assert told == {name: [row[0], row[1].split("/")[0], *row[2:]] for name, row in shown.items()}
    assert [row[0] for row in rows if "HYPERLINK" in row[0]] == ["'=HYPERLINK(1)"]
    taken = select(AuditEntry.user_id).where(AuditEntry.action == "matrix.csv")
    assert db.session.scalars(taken).all() == [organizer.user.id]


def test_the_file_speaks_the_readers_language_and_holds_every_page(organizer, demands):
    make_organizations(430)
    response = take(organizer, "?lang=es")
    rows = read_csv(response)
    assert len(rows) == 431
    assert rows[0][3] == "Primera."


def test_one_short_is_of_as_many_as_the_rule_asks_for(organizer, demands, bakers):
    assert table(organizer.browser.page(f"{MATRIX}?short=1")) == {}
    endorse(bakers, demands[0])
    assert set(table(organizer.browser.page(f"{MATRIX}?short=1"))) == {"Bakers Local 5"}
    endorse(bakers, demands[1])
    assert table(organizer.browser.page(f"{MATRIX}?short=1")) == {}


def test_archived_groups_are_not_in_it(organizer, demands, bakers, chapel):
    chapel.archived_at = clock.now()
    assert set(table(organizer.browser.page(f"{MATRIX}?archived=1"))) == {"Bakers Local 5"}


STATES = (S.ENDORSED, S.BEFORE_BOARD, S.RESERVATION, S.DECLINED, S.ASKED, S.LAPSED)


def make_answering(count, demands, name):
    """So many groups, each with a stand on all demands but three, in every state."""
    for place, group in enumerate(make_organizations(count, name=name)):
        for number, demand in enumerate(demands[:-3]):
            state = STATES[(place + number) % 6]
            db.session.add(
                Endorsement(
                    organization_id=group,
                    demand_id=demand.id,
                    version_id=demand.versions[0].id,
                    state=state,
                    source=Source.MINUTES,
                    board_on=date(2026, 12, 5) if state is S.BEFORE_BOARD else None,
                    since=clock.now(),
                )
            )
    refresh_standings(PROGRAM)
    db.session.commit()


def test_two_hundred_groups_cost_as_many_queries_as_ten_and_stay_light(organizer):
    demands = [adopted_demand(f"Demand {number}, as long as they are in life.") for number in range(12)]
    make_answering(10, demands, "Students of Hall %03d")
    few = count_queries(lambda: organizer.browser.page(MATRIX))
    make_answering(195, demands, "International Brotherhood of Block %03d")
    page = organizer.browser.page(MATRIX)
    assert len(table(page)) == 200
    assert len(page.response.data) <= 150_000
    assert count_queries(lambda: organizer.browser.page(MATRIX)) == few
    # Beside the frame (coalition, session, switcher): groups, demands, cells with the sums, and what the
    # filters offer (places and sectors, members).
    assert few - 3 <= 5
    following = organizer.browser.page(page.links()["Next"])
    assert len(table(following)) == 5
    assert edge(following) == edge(page)


def test_a_cell_leads_to_its_page(organizer, demands, bakers):
    endorse(bakers, demands[0], speaker="Ana Ruiz, secretary", decided_how="board")
    adopt_new_words(demands[0], "Other words.")
    page = organizer.browser.page(f"{MATRIX}{bakers.id}/{demands[0].id}")
    assert page.url == f"{MATRIX}{bakers.id}/first"
    for told in (
        "Bakers Local 5",
        "Ana Ruiz, secretary",
        "By its board",
        "Version 1",
        "First.",
        "Other words.",
    ):
        assert told in page.text
    assert page.links()["Record what they said"].endswith(f"organization={bakers.id}&demand=first")


def test_a_cell_that_nobody_answered_says_so(observer, demands, bakers):
    page = observer.browser.page(f"{MATRIX}{bakers.id}/second")
    assert "Not asked" in page.text
    assert "Record what they said" not in page.links()


def test_an_observer_sees_the_matrix_and_not_who_spoke(observer, demands, bakers):
    endorse(bakers, demands[0], speaker="Ana Ruiz, secretary")
    page = observer.browser.page(MATRIX)
    assert table(page)["Bakers Local 5"][2] == "Endorsed"
    assert "matrix.csv" not in page.response.text
    assert "Ana Ruiz" not in observer.browser.page(f"{MATRIX}{bakers.id}/first").text


def test_another_coalition_sees_nothing_of_it(outsider, visitor, demands, bakers):
    endorse(bakers, demands[0])
    cell = f"{bakers.id}/first"
    for path in ("", cell, f"{bakers.id}/{demands[0].id}"):
        assert outsider.browser.get(MATRIX + path).status_code == 404
        assert visitor.get(MATRIX + path).status_code == 302
    own = "/prairie/organize/endorsements/"
    assert "Bakers" not in outsider.browser.page(own).text
    for path in (cell, f"{bakers.id}/{demands[0].id}"):
        assert outsider.browser.get(own + path).status_code == 404


def test_addresses_of_nothing_are_not_found(organizer, demands, bakers):
    for path in ("99999999999999999999/first", "1/99999999999999999999", "1/no-such", "0/0"):
        assert organizer.browser.get(MATRIX + path).status_code == 404, path


def test_what_waits_has_a_page_of_its_own(organizer, demands, bakers):
    assert "Nothing waits" in organizer.browser.page(f"{MATRIX}waiting").text
    record_stand(organizer.viewer, bakers, in_force(demands[0]), stand())
    page = organizer.browser.page(organizer.browser.page(MATRIX).links()["Waiting 1"])
    assert "1 record waits" in page.text


def test_without_demands_or_groups_it_says_what_to_do(organizer, coalition):
    assert "No demand is in force yet" in organizer.browser.page(MATRIX).text
    adopted_demand()
    assert "No groups yet" in organizer.browser.page(MATRIX).text
