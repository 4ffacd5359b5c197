"""The whole map of addresses: each names its permission, and none lets a stranger in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import Rule

from crm.core.paging import LARGEST
from crm.core.permissions import Permission
from crm.core.web import allowed
from tests.makers import make_contact, make_organization

# Not views of ours: Flask's own static files.
NOT_OURS = {"static"}
# Answers outside of any coalition that a process or a robot asks for.
KEBAB = re.compile(r"(<[^>]+>|[a-z0-9]+(-[a-z0-9]+)*)(\.(ics|json|rss|csv|css|svg|txt|pdf))?")


def ours(app) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in NOT_OURS]


def permission(app, rule: Rule) -> Permission | None:
    return getattr(app.view_functions[rule.endpoint], "permission", None)


def test_every_route_names_its_permission(app):
    assert [rule.rule for rule in ours(app) if permission(app, rule) is None] == []


def test_every_address_is_kebab_case(app):
    def wrong(rule: Rule) -> bool:
        parts = [part for part in rule.rule.split("/") if part]
        return not all(KEBAB.fullmatch(part.replace("theme-<digest>", "theme")) for part in parts)

    # An address with a variable inside a word (theme-<hash>.css) is written out here, the others are plain.
    assert [rule.rule for rule in ours(app) if wrong(rule) and "theme-" not in rule.rule] == []


def test_organizers_pages_are_never_public(app):
    inside = [rule for rule in ours(app) if "/organize" in rule.rule]
    assert len(inside) > 30
    assert [rule.rule for rule in inside if permission(app, rule) in {Permission.PUBLIC, None}] == []


def filled(rule: Rule, slug: str, number: int) -> str:
    """The address with everything variable filled in."""
    address = rule.rule.replace("<coalition>", slug)
    address = re.sub(r"<int:[^>]+>", str(number), address)
    address = re.sub(r"<(on_date|date)>", "2026-12-05", address)
    return re.sub(r"<[^>]+>", "some-thing", address)


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) & {"GET", "POST"})


# What `allowed` puts around a view: it asks before anything of the view runs.
GATE = allowed(Permission.PUBLIC)(str).__code__


def test_every_view_stands_behind_the_gate_and_nothing_of_a_feature_before_it(app):
    """So that one view of each permission shows of all of them whom the gate lets in."""
    views = {rule.endpoint: app.view_functions[rule.endpoint] for rule in ours(app)}
    assert [name for name, view in views.items() if getattr(view, "__code__", None) is not GATE] == []
    assert set(app.before_request_funcs) == {None}


def one_of_each(app) -> Iterator[tuple[Rule, Permission, str]]:
    """For each permission that is not everybody's, and each method, an address that names it."""
    found = {}
    for rule in ours(app):
        for method in methods(rule):
            found.setdefault((permission(app, rule), method, "<coalition>" in rule.rule), rule)
    assert len(found) > 40
    for (needed, method, _inside), rule in found.items():
        if needed is not Permission.PUBLIC:
            yield rule, needed, method


@pytest.fixture
def without_tokens(app) -> Iterator[None]:
    """Forms are taken without the token of their page, so that what answers is the gate."""
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


def test_who_is_not_signed_in_gets_no_further_than_the_door(app, coalition, visitor, without_tokens):
    for rule, needed, method in one_of_each(app):
        answer = visitor.open(filled(rule, coalition.slug, 1), method=method)
        where = (method, rule.rule, answer.status)
        assert answer.status_code in {302, 303}, where
        door = "/group/enter" if needed is Permission.GROUP else "/login"
        assert door in answer.headers["Location"], where


def test_a_stranger_finds_no_page_of_another_coalition(app, coalition, outsider, without_tokens):
    make_organization("Harbor Tenants Union")
    for rule, needed, method in one_of_each(app):
        if needed not in {Permission.SIGNED_IN, Permission.GROUP}:
            answer = outsider.browser.open(filled(rule, coalition.slug, 1), method=method)
            assert answer.status_code == 404, (method, rule.rule, answer.status)


def test_an_observer_changes_nothing(app, coalition, observer, without_tokens):
    for rule, needed, method in one_of_each(app):
        if needed not in {Permission.SIGNED_IN, Permission.GROUP} and not observer.viewer.can(needed):
            answer = observer.browser.open(filled(rule, coalition.slug, 1), method=method)
            assert answer.status_code == 403, (method, rule.rule, answer.status)


def test_who_is_signed_in_is_no_groups_representative(app, coalition, coordinator, outsider, without_tokens):
    for rule, needed, method in one_of_each(app):
        for browser in (coordinator.browser, outsider.browser) if needed is Permission.GROUP else ():
            answer = browser.open(filled(rule, coalition.slug, 1), method=method)
            assert answer.status_code == 302, (method, rule.rule, answer.status)
            assert answer.headers["Location"] == "/harbor/group/enter"


def test_a_representative_comes_no_further_than_the_groups_own_pages(
    app, coalition, representative, other_coalition, without_tokens
):
    """What is not theirs is as for who is not signed in; another group's things are not there."""
    foreign = make_organization("Harbor Tenants Union")
    make_contact(foreign, "Lee Park", email="lee@tenants.example")
    for rule, needed, method in one_of_each(app):
        there = representative.browser.open(filled(rule, other_coalition.slug, 2), method=method)
        assert there.status_code in {302, 303}, (method, rule.rule, there.status)
        if needed is not Permission.GROUP:
            here = representative.browser.open(filled(rule, coalition.slug, 2), method=method)
            assert "/login" in here.headers.get("Location", ""), (method, rule.rule, here.status)
    for rule in ours(app):
        if permission(app, rule) is Permission.GROUP and "<" in rule.rule.replace("<coalition>", ""):
            for method in methods(rule):
                here = representative.browser.open(filled(rule, coalition.slug, 2), method=method)
                assert here.status_code == 404, (method, rule.rule, here.status)


# In place of a name. What is asked here has no number in its address, or the largest that there is.
NASTY_NAMES = ("%00", "a" * 3000, "'%22%3E%3Cscript%3E")


def test_nasty_addresses_are_no_server_error(app, coalition, coordinator):
    for rule in ours(app):
        address = re.sub(r"<int:[^>]+>", str(LARGEST), rule.rule.replace("<coalition>", coalition.slug))
        if "GET" in methods(rule) and "<" in address:
            for nasty in NASTY_NAMES:
                answer = coordinator.browser.get(re.sub(r"<[^>]+>", nasty, address))
                assert answer.status_code < 500, (rule.rule, answer.status)


def test_a_number_that_no_row_has_is_in_no_address(app, coalition, coordinator):
    """2⁶³ is beyond what a database counts to: no view is ever asked for it."""
    addresses, numbered = app.url_map.bind("localhost"), 0
    for rule in ours(app):
        address = rule.rule.replace("<coalition>", coalition.slug)
        for match in re.finditer(r"<int:[^>]+>", address):
            beyond = f"{address[: match.start()]}{2**63}{address[match.end() :]}"
            beyond = re.sub(r"<int:[^>]+>", "1", beyond)
            with pytest.raises(NotFound):
                addresses.match(re.sub(r"<[^>]+>", "2026-12-05", beyond), method=methods(rule)[0])
            numbered += 1
    assert numbered > 100
    coordinator.browser.page(f"/harbor/organize/organizations/{2**63}", status=404)
    # The largest there is comes through to the view, and to the database.
    coordinator.browser.page(f"/harbor/organize/organizations/{LARGEST}", status=404)


@pytest.mark.parametrize("number", ["-1", "%00", "one"])
def test_what_is_no_number_is_not_found(coalition, coordinator, number):
    coordinator.browser.page(f"/harbor/organize/organizations/{number}", status=404)


def test_every_page_carries_the_security_headers(visitor, coalition):
    answer = visitor.get("/login")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
