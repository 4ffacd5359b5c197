"""How every installation is served, whatever the page: cookies, methods, random secrets, sealed texts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from config import ROOT
from crm import _flask_config
from crm.core.crypto import new_token, seal, unseal
from tests.people import PASSWORD

PROGRAM = sorted((ROOT / "crm").rglob("*.py"))
# What runs, loads or puts together code from text. typst and SQLAlchemy compile documents and statements.
RUNS = re.compile(
    r"(?<![\w.])(?:eval|exec|__import__)\(|render_template_string|shell=True|os\.system|os\.popen"
    # Nor chance that can be told beforehand, nor sums that are broken.
    r"|^\s*(?:import|from) (?:pickle|marshal|shelve|ldap|memcache|random)\b|\bmd5\b|\bsha1\b",
    re.MULTILINE,
)
# In these, names of the program's own tables and conditions of its own are put into a statement.
PUT_TOGETHER = re.compile(r"\b(?:text|execute|exec_driver_sql)\(\s*f[\"']")
OF_OWN_NAMES = {
    "crm/audit/chain.py",
    "crm/core/transactions.py",
    "crm/core/upkeep.py",
    "crm/demonstrations/models.py",
    "crm/operating/guards.py",
    "crm/operating/restoring.py",
    "crm/operating/rows.py",
    "crm/operating/writing.py",
}


def test_over_tls_the_cookie_is_this_hosts_alone_and_pages_ask_for_tls(app, visitor, organizer, monkeypatch):
    over_tls = _flask_config(replace(app.config["SETTINGS"], base_url="https://muster.example.org"))
    for name in ("PRODUCTION", "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE"):
        monkeypatch.setitem(app.config, name, over_tls[name])
    form = visitor.get("/login", base_url="https://localhost")
    assert form.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    [cookie] = form.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-muster=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain=" not in cookie and not app.debug


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH"])
def test_methods_that_nothing_needs_are_refused(visitor, coalition, method):
    assert visitor.open("/harbor/", method=method).status_code == 405
    assert visitor.open("/login", method=method).status_code == 405


def test_passwords_are_masked_and_may_be_pasted(visitor, coalition):
    password = visitor.page("/login").form("password").find(".//input[@name='password']")
    assert (password.get("type"), password.get("autocomplete")) == ("password", "current-password")
    scripts = [path.read_text(encoding="utf-8") for path in (ROOT / "crm/static/js").glob("*.js")]
    assert scripts and not any("paste" in script for script in scripts)
    assert PASSWORD not in visitor.page("/login").response.text


def test_nothing_that_was_typed_is_run():
    sources = {path: path.read_text(encoding="utf-8") for path in PROGRAM}
    assert [path for path, source in sources.items() if RUNS.search(source)] == []
    put_together = (path for path, source in sources.items() if PUT_TOGETHER.search(source))
    assert {path.relative_to(ROOT).as_posix() for path in put_together} <= OF_OWN_NAMES
    templates = [path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")]
    assert templates and not any(re.search(r"\|\s*safe\b", template) for template in templates)


def test_scripts_put_text_into_pages_as_text():
    scripts = [path.read_text(encoding="utf-8") for path in (ROOT / "crm/static/js").glob("*.js")]
    makes_html = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment"
    )
    assert len(scripts) > 4 and not any(makes_html.search(script) for script in scripts)


def test_each_answer_says_what_it_is_and_members_pages_are_kept_nowhere(visitor, coalition, organizer):
    for path, kind in (
        ("/login", "text/html; charset=utf-8"),
        ("/harbor/calendar.ics", "text/calendar; charset=utf-8"),
        ("/harbor/calendar.rss", "application/rss+xml; charset=utf-8"),
        ("/static/js/workbench.js", "text/javascript; charset=utf-8"),
    ):
        with visitor.get(path) as answer:
            assert answer.headers["Content-Type"] == kind
    page = organizer.browser.page("/harbor/organize/")
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.form("/logout") is not None, "the way out is on the page"
    for path in ("/static/", "/static/js/", "/.git/config", "/config.py", "/static/../config.py"):
        visitor.page(path, status=404)


def test_what_is_random_has_256_bits():
    tokens = {new_token() for _each in range(500)}
    assert len(tokens) == 500 and min(map(len, tokens)) >= 256 / 6


def test_what_was_sealed_is_opened_for_its_purpose_and_unchanged_alone(app):
    with app.app_context():
        sealed, within = seal("Ana Ruiz", "of.this.test"), timedelta(minutes=5)
        assert unseal(sealed, "of.this.test", within) == "Ana Ruiz"
        middle = len(sealed) // 2
        changed = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]
        for wrong, purpose in ((changed, "of.this.test"), (sealed, "of.another"), ("", "of.this.test")):
            assert unseal(wrong, purpose, within) is None
        assert seal("Ana Ruiz", "of.this.test") != sealed, "another nonce each time"
