"""Bad input that was once a fault: what nobody types, at doors that are everybody's."""

from __future__ import annotations

import pytest

from crm.core import clock
from crm.core.db import db
from tests.makers import make_organization


@pytest.mark.parametrize("host", ["a" * 300, "x y", "[::1", "\xff.example", "localhost:99999999"])
def test_a_host_that_is_none_is_told_so(visitor, coalition, host):
    answer = visitor.get("/harbor/", headers={"Host": host})
    assert answer.status_code < 500
    assert host not in answer.text


def test_another_host_stands_in_no_answer(visitor, coalition):
    """So that no cache in between keeps a page that leads away, and no mail either (`absolute_url`)."""
    elsewhere = dict.fromkeys(("Host", "X-Forwarded-Host", "Forwarded"), "elsewhere.example")
    for path in (
        "/harbor/",
        "/harbor/calendar",
        "/harbor/calendar.ics",
        "/harbor/organize/",
        "/harbor",
        "//harbor//x",
    ):
        answer = visitor.get(path, headers=elsewhere)
        assert not answer.headers.get("Location", "").startswith("//")
        assert "elsewhere.example" not in f"{answer.headers} {answer.text}", path


def test_json_is_no_form_and_a_post_of_nothing_is_a_form_of_empty_fields(coordinator, coalition):
    group = make_organization("Harbor Tenants Union")
    browser = coordinator.browser
    form = browser.page(f"/harbor/organize/organizations/{group.id}/edit").form("name")
    token = next(field.get("value") for field in form.iter("input") if field.get("name") == "csrf_token")
    for body, kind in (
        ("[" * 20_000, "application/json"),
        ('{"name": "x"}', "application/json"),
        ("", "text/plain"),
    ):
        for part in ("edit", "end"):
            answer = browser.post(
                f"/harbor/organize/organizations/{group.id}/{part}",
                data=body, content_type=kind, headers={"X-CSRFToken": token},
            )  # fmt: skip
            assert answer.status_code == 422, (part, body[:20], answer.status)
    page = browser.page(f"/harbor/organize/organizations/{group.id}")
    assert "Harbor Tenants Union" in page.text


def test_no_page_repeats_a_character_that_it_may_not_hold(coordinator, coalition):
    browser = coordinator.browser
    for query in ("q=\x00Harbor\u202e\u2066", "field_1=\x00", "stage=\x1b"):
        answer = browser.get("/harbor/organize/organizations/", query_string=query)
        assert answer.status_code == 200
        assert not {"\x00", "\x1b", "\u202e", "\u2066"} & set(answer.text)
    page = browser.submit(
        "/harbor/organize/events/new", "starts_on", 422, title="Rally", starts_on="a\x00b", count="\x00"
    )
    assert "\x00" not in page.response.text
    assert page.form("starts_on").find(".//input[@name='starts_on']").get("value") == "ab"


def test_a_part_without_a_name_is_no_field(visitor, coalition):
    body = b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"
    answer = visitor.post("/harbor/sign-on", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 400


def test_an_archived_group_is_moved_nowhere_and_that_is_told(coordinator, coalition):
    group = make_organization()
    db.session.commit()
    page = coordinator.browser.page(f"/harbor/organize/organizations/{group.id}")
    group.archived_at = clock.now()
    db.session.commit()
    told = coordinator.browser.submit(page, "stage", stage="dormant")
    assert "nothing is moved until it is restored" in told.text
