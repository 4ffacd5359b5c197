"""The directory: filtered, sorted, paged, downloaded."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core import clock, tenancy
from crm.core.db import db
from crm.core.permissions import Role
from crm.mail.models import OutgoingMail
from crm.organizations.models import OrganizationKind, Stage
from crm.organizations.operations import insert_organizations
from crm.organizations.queries import directory
from tests.counting import count_queries
from tests.makers import make_organization, make_organizations
from tests.pages import Page, defaults, text_of

HERE = "/harbor/organize/organizations/"


def names(page: Page) -> list[str]:
    """The groups in the table, in its order."""
    rows = page.tree.findall(".//tbody/tr")
    return [text_of(head) for row in rows if (head := row.find("th")) is not None]


def test_an_empty_directory_says_how_to_begin(organizer, observer):
    links = organizer.browser.page(HERE).links()
    assert links["Add a group"].endswith("/organizations/new")
    page = observer.browser.page(HERE)
    assert "No groups yet" in page.text
    assert "Add a group" not in page.links()


def test_filters_that_match_nothing_offer_to_be_cleared(organizer):
    make_organization("Harbor Bakers")
    page = organizer.browser.page(HERE + "?stage=dormant")
    assert "No group matches" in page.text
    assert names(organizer.browser.page(page.links()["Clear the filters"])) == ["Harbor Bakers"]


NARROWED = (
    ("kind=union", ["Teamsters Local 6"]),
    ("stage=active", ["Harbor Bakers"]),
    ("sector=food", ["Harbor Bakers"]),
    ("place=capitol hill", ["Harbor Bakers"]),
    ("place=Ballard", ["Teamsters Local 6"]),
    ("assignee=me", ["Teamsters Local 6"]),
    ("assignee=nobody", ["Harbor Bakers", "Quiet Neighbors"]),
    ("kind=union&stage=active", []),
    ("kind=x&stage=&assignee=x&sort=note", ["Harbor Bakers", "Quiet Neighbors", "Teamsters Local 6"]),
    ("assignee=99999999999999999999", ["Harbor Bakers", "Quiet Neighbors", "Teamsters Local 6"]),
    ("archived=1", ["Gone Group"]),
    ("sort=-name", ["Teamsters Local 6", "Quiet Neighbors", "Harbor Bakers"]),
    ("sort=-size", ["Teamsters Local 6", "Harbor Bakers", "Quiet Neighbors"]),
    ("sort=size", ["Quiet Neighbors", "Harbor Bakers", "Teamsters Local 6"]),
    ("sort=touch", ["Quiet Neighbors", "Harbor Bakers", "Teamsters Local 6"]),
    ("sort=-touch", ["Teamsters Local 6", "Harbor Bakers", "Quiet Neighbors"]),
    ("after=rubbish", ["Harbor Bakers", "Quiet Neighbors", "Teamsters Local 6"]),
)


def test_the_address_narrows_and_sorts(organizer):
    now = clock.now()
    make_organization("Harbor Bakers", stage=Stage.ACTIVE, sector="food", place="Capitol Hill", size=40,
                      last_touch_at=now - timedelta(days=9))  # fmt: skip
    make_organization("Teamsters Local 6", kind=OrganizationKind.UNION, city="Ballard", size=900,
                      assignee_id=organizer.user.id, last_touch_at=now - timedelta(days=1))  # fmt: skip
    make_organization("Quiet Neighbors")
    make_organization("Gone Group", archived_at=now)
    for query, expected in NARROWED:
        assert names(organizer.browser.page(f"{HERE}?{query}")) == expected, query


def test_what_is_filtered_stays_in_every_link(organizer):
    make_organizations(60, kind=OrganizationKind.UNION)
    page = organizer.browser.page(HERE + "?kind=union&sort=-size")
    addresses = {**page.links(), "CSV": page.form("groups.csv").get("action", "")}
    for label in ("Next", "People", "Name", "CSV"):
        assert parse_qs(urlsplit(addresses[label]).query)["kind"] == ["union"], label


def test_pages_show_every_group_once_forwards_and_back(organizer, monkeypatch):
    monkeypatch.setattr(directory, "PAGE", 10)
    insert_organizations(
        [
            {
                "name": f"Neighbors of Block {number:03d}",
                "size": number % 7 if number % 3 else None,
                "last_touch_at": clock.now() - timedelta(days=number % 5) if number % 4 else None,
            }
            for number in range(36)
        ]
    )
    for sort in ("name", "-name", "size", "-size", "touch", "-touch"):
        page = organizer.browser.page(f"{HERE}?sort={sort}")
        there = [names(page)]
        while "Next" in page.links():
            page = organizer.browser.page(page.links()["Next"])
            there.append(names(page))
        assert [len(part) for part in there] == [10, 10, 10, 6], sort
        assert len({name for part in there for name in part}) == 36, sort
        back = [names(page)]
        while "Previous" in page.links():
            page = organizer.browser.page(page.links()["Previous"])
            back.append(names(page))
        assert back[::-1] == there, sort


def test_from_a_thousand_on_groups_are_not_counted(organizer):
    make_organizations(1001, name="Block %04d")
    assert "1,000+ groups" in organizer.browser.page(HERE).text


def test_a_page_costs_the_same_with_ten_groups_and_a_thousand(organizer):
    values = {"kind": OrganizationKind.UNION, "stage": Stage.ACTIVE, "place": "Ballard"}
    urls = [
        HERE + query for query in ("", "?kind=union&stage=active&place=ballard&sort=-size", "?sort=touch")
    ]
    make_organizations(10, **values)
    few = [count_queries(lambda url=url: organizer.browser.get(url)) for url in urls]
    make_organizations(990, name="Block %04d", **values)
    assert [count_queries(lambda url=url: organizer.browser.get(url)) for url in urls] == few
    # Beside the frame (coalition, session, switcher): rows, count, members, places and sectors.
    assert max(few) - 3 <= 4


def test_more_places_than_fit_a_list_are_typed(organizer):
    make_organizations(3, place="Ballard")
    assert organizer.browser.page(HERE).tree.find(".//select[@name='place']") is not None
    insert_organizations([{"name": f"Group {n}", "place": f"Place {n}"} for n in range(160)])
    page = organizer.browser.page(HERE)
    assert page.tree.find(".//input[@name='place']") is not None
    found = organizer.browser.submit(page, "place", place="  BALLARD ")
    assert len(names(found)) == 3


def download(browser, query: str = "") -> list[list[str]]:
    form = browser.page(f"{HERE}{query}").form("groups.csv")
    response = browser.post(form.get("action"), data=defaults(form))
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment;")
    return list(csv.reader(io.StringIO(response.text.removeprefix("\ufeff"))))


def test_the_csv_is_what_is_shown_and_no_more(organizer):
    group = make_organization(
        "Harbor Bakers", size=40, city="Seattle", note="secret", website="https://b.example"
    )
    group.assignee_id = organizer.user.id
    make_organization("Archived", archived_at=clock.now())
    rows = download(organizer.browser)
    assert rows[0] == ["Name", "Kind", "Stage", "Place", "People", "Looked after by", "Last touch", "Tags"]
    assert rows[1:] == [["Harbor Bakers", "Other", "To contact", "Seattle", "40", "Omar Ganizer", "", ""]]


def test_the_csv_is_whole_and_in_the_order_shown(organizer):
    make_organizations(1203, name="Block %04d")
    rows = download(organizer.browser, "?sort=-name")
    assert len(rows) == 1204
    assert rows[1][0] == "Block 1203"
    assert rows[-1][0] == "Block 0001"


def test_no_name_is_run_as_a_formula(organizer):
    called = ["=1+1", "+1", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x.example")']
    for name in called:
        make_organization(name + " group")
    rows = download(organizer.browser)
    assert sorted(row[0] for row in rows[1:]) == sorted(f"'{name} group" for name in called)


def test_observers_and_strangers_take_no_csv(app, observer, outsider, visitor, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    assert observer.browser.post(HERE + "groups.csv").status_code == 403
    assert outsider.browser.post(HERE + "groups.csv").status_code == 404
    assert visitor.post(HERE + "groups.csv").status_code == 302


def test_coordinators_are_told_once_a_day_who_takes_the_list_out(organizer, coordinator):
    make_organization("Harbor Bakers")
    for _time in range(2):
        download(organizer.browser)
    acts = db.session.scalars(select(AuditEntry.user_id).where(AuditEntry.action == "list.csv")).all()
    assert acts == [organizer.user.id] * 2
    [mail] = db.session.scalars(select(OutgoingMail))
    assert mail.recipient == coordinator.user.email
    assert "Omar Ganizer downloaded the list of groups" in mail.body


def test_whatever_a_group_is_called_is_shown_as_typed(organizer):
    called = {
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}",
        "جمعية الحي للعمل المشترك",
        "ß" * 299,
    }
    for name in called:
        make_organization(name)
    page = organizer.browser.page(HERE)
    assert set(names(page)) == called
    assert page.tree.find(".//tbody//script") is None
    assert page.tree.find(".//tbody//img") is None


def test_another_coalitions_list_is_unknown_and_ours_shows_nothing_of_theirs(
    organizer, outsider, other_coalition, person_in
):
    with tenancy.in_coalition(other_coalition.id):
        make_organization("Prairie Bakers", place="Prairie Town", sector="wheat")
    page = organizer.browser.page(HERE)
    assert "Prairie" not in page.text
    assert "wheat" not in page.text
    outsider.browser.page(HERE, status=404)
    both = person_in(other_coalition, Role.OBSERVER, "Bo Th")
    assert names(both.browser.page("/prairie/organize/organizations/")) == ["Prairie Bakers"]
