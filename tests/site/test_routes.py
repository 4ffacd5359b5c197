"""The whole map of addresses: each names its permission, and none lets a stranger in."""

from __future__ import annotations

import re
from itertools import product

import pytest
from werkzeug.routing import Rule

from crm.core.permissions import Permission
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


def test_who_is_not_signed_in_gets_no_further_than_the_door(app, coalition, visitor):
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        for rule in ours(app):
            needed = permission(app, rule)
            if needed is Permission.PUBLIC:
                continue
            for method in methods(rule):
                answer = visitor.open(filled(rule, coalition.slug, 1), method=method)
                where = (method, rule.rule, answer.status)
                assert answer.status_code in {302, 303}, where
                door = "/group/enter" if needed is Permission.GROUP else "/login"
                assert door in answer.headers["Location"], where
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_a_stranger_finds_no_page_of_another_coalition(app, coalition, outsider):
    make_organization("Harbor Tenants Union")
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        for rule in ours(app):
            if permission(app, rule) in {Permission.PUBLIC, Permission.SIGNED_IN, Permission.GROUP}:
                continue
            for method in methods(rule):
                answer = outsider.browser.open(filled(rule, coalition.slug, 1), method=method)
                assert answer.status_code == 404, (method, rule.rule, answer.status)
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_an_observer_changes_nothing(app, coalition, observer):
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        for rule in ours(app):
            needed = permission(app, rule)
            if needed in {
                None,
                Permission.PUBLIC,
                Permission.SIGNED_IN,
                Permission.GROUP,
            } or observer.viewer.can(needed):
                continue
            for method in methods(rule):
                answer = observer.browser.open(filled(rule, coalition.slug, 1), method=method)
                assert answer.status_code == 403, (method, rule.rule, answer.status)
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_who_is_signed_in_is_no_groups_representative(app, coalition, coordinator, outsider):
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        for rule in ours(app):
            if permission(app, rule) is not Permission.GROUP:
                continue
            for method, browser in product(methods(rule), (coordinator.browser, outsider.browser)):
                answer = browser.open(filled(rule, coalition.slug, 1), method=method)
                assert answer.status_code == 302, (method, rule.rule, answer.status)
                assert answer.headers["Location"] == "/harbor/group/enter"
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_a_representative_comes_no_further_than_the_groups_own_pages(
    app, coalition, representative, other_coalition
):
    """What is not theirs is as for who is not signed in; another group's things are not there."""
    foreign = make_organization("Harbor Tenants Union")
    make_contact(foreign, "Lee Park", email="lee@tenants.example")
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        for rule in ours(app):
            needed = permission(app, rule)
            for method in methods(rule) if needed is not Permission.PUBLIC else ():
                there = representative.browser.open(filled(rule, other_coalition.slug, 2), method=method)
                assert there.status_code in {302, 303}, (method, rule.rule, there.status)
                if needed is not Permission.GROUP:
                    here = representative.browser.open(filled(rule, coalition.slug, 2), method=method)
                    assert "/login" in here.headers.get("Location", ""), (method, rule.rule, here.status)
                elif "<" in rule.rule.replace("<coalition>", ""):
                    here = representative.browser.open(filled(rule, coalition.slug, 2), method=method)
                    assert here.status_code == 404, (method, rule.rule, here.status)
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


# In place of a name, and of a number: 2⁶³ is beyond what a database counts to.
NASTY_NAMES, NASTY_NUMBER = ("%00", "a" * 3000, "'%22%3E%3Cscript%3E"), str(2**63)


def test_nasty_addresses_are_no_server_error(app, coalition, coordinator):
    for rule in ours(app):
        address = rule.rule.replace("<coalition>", coalition.slug)
        named = "<" in re.sub(r"<int:[^>]+>", "", address)
        for nasty in NASTY_NAMES if named else ("",):
            if "GET" in (rule.methods or set()) and "<" in address:
                nasty_one = re.sub(r"<[^>]+>", nasty, re.sub(r"<int:[^>]+>", NASTY_NUMBER, address))
                answer = coordinator.browser.get(nasty_one)
                assert answer.status_code < 500, (rule.rule, answer.status)


@pytest.mark.parametrize("number", ["-1", "%00", "one"])
def test_what_is_no_number_is_not_found(coalition, coordinator, number):
    coordinator.browser.page(f"/harbor/organize/organizations/{number}", status=404)


def test_every_page_carries_the_security_headers(visitor, coalition):
    answer = visitor.get("/login")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
