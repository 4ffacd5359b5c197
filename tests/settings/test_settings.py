"""A coordinator sets the coalition up."""

from __future__ import annotations

from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core.db import db

SETTINGS = "/harbor/organize/settings/"


def entries():
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()


def value(page, name):
    element = next(e for e in page.tree.iter() if e.get("name") == name)
    return element.get("value") if element.tag == "input" else (element.text or "").strip()


def test_only_coordinators_open_them(coordinator, organizer, outsider):
    assert coordinator.browser.get(SETTINGS).status_code == 200
    assert organizer.browser.get(SETTINGS).status_code == 403
    assert outsider.browser.get(SETTINGS).status_code == 404


def test_every_setting_is_kept_and_the_audit_names_what_changed(coordinator, coalition):
    page = coordinator.browser.submit(
        SETTINGS,
        "accent",
        name="Puerto Coalition",
        place="Harbor City",
        about="Two sentences.\nAnd one more.",
        contact_email="hello@harbor.example",
        timezone="America/New_York",
        accent="#1B4D8A",
        default_language="es",
        languages=["en", "es"],
    )
    assert "Saved" in page.text or "Puerto Coalition" in page.text
    db.session.refresh(coalition)
    assert (coalition.name, coalition.place, coalition.timezone) == (
        "Puerto Coalition",
        "Harbor City",
        "America/New_York",
    )
    assert coalition.accent == "#1b4d8a"
    assert coalition.languages == ["es", "en"]
    assert coalition.about == "Two sentences.\nAnd one more."
    (entry,) = entries()
    assert entry.action == "settings.edit"
    assert entry.fields == ["about", "accent", "contact_email", "languages", "name", "place", "timezone"]
    assert entry.user_id == coordinator.user.id


def test_saving_what_stands_changes_nothing(coordinator, coalition):
    page = coordinator.browser.submit(SETTINGS, "accent")
    assert "Nothing was different." in page.text
    assert entries() == []


WRONG = [
    ("name", ""),
    ("name", "x" * 201),
    ("accent", "#ffff00"),
    ("accent", "red"),
    ("timezone", "Mars/Olympus"),
    ("contact_email", "nobody"),
    ("languages", ["xx"]),
    ("place", "a\x00b"),
    ("name", "turned \u202e around"),
]


def test_what_makes_no_sense_is_refused_beside_its_field_and_the_rest_is_kept(coordinator, coalition):
    form = coordinator.browser.page(SETTINGS)
    for field, typed in WRONG:
        page = coordinator.browser.submit(form, "accent", 422, **{"about": "typed meanwhile", field: typed})
        assert page.errors(), (field, typed)
        assert "typed meanwhile" in page.response.text, (field, typed)
        db.session.refresh(coalition)
        assert coalition.about == "", (field, typed)
    assert entries() == []


def test_a_pale_colour_is_refused_with_the_reason_and_the_nearest_that_works(coordinator):
    page = coordinator.browser.submit(SETTINGS, "accent", 422, accent="#ffff00")
    assert "too pale" in page.errors()[0]
    assert "The nearest shade that works is #" in page.errors()[0]


def test_a_new_colour_is_a_new_stylesheet_for_ever_and_the_old_address_still_gives_colours(
    coordinator, visitor, coalition
):
    def sheet():
        page = coordinator.browser.page(SETTINGS)
        return next(e.get("href") for e in page.tree.iter("link") if "/theme-" in e.get("href", ""))

    before = sheet()
    answer = visitor.get(before)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.mimetype == "text/css"
    coordinator.browser.submit(SETTINGS, "accent", accent="#1b4d8a")
    assert sheet() != before
    assert "#1b4d8a" in visitor.get(sheet()).text
    old = visitor.get(before)
    assert "#1b4d8a" in old.text
    assert "immutable" not in old.headers["Cache-Control"]
    assert visitor.get("/harbor/theme-nonsense.css").status_code == 404


def test_two_coordinators_at_once_see_what_the_other_changed(coordinator, person_in, coalition):
    page = coordinator.browser.page(SETTINGS)
    coordinator.browser.submit(page, "accent", place="Theirs")
    again = coordinator.browser.submit(page, "accent", 409, place="Mine")
    assert "Place: Theirs" in again.text
    assert value(again, "place") == "Mine"
    coordinator.browser.submit(again, "accent")
    db.session.refresh(coalition)
    assert coalition.place == "Mine"


def test_the_address_moves_and_the_former_one_leads_on(coordinator, visitor, coalition):
    page = coordinator.browser.submit(SETTINGS, "settings/address", slug="harbor-city")
    assert page.url == "/harbor-city/organize/settings/"
    moved = coordinator.browser.get("/harbor/organize/settings/members?lang=es")
    assert moved.status_code == 301
    assert moved.location == "/harbor-city/organize/settings/members?lang=es"
    assert [entry.action for entry in entries()] == ["settings.move"]
    back = coordinator.browser.submit("/harbor-city/organize/settings/", "settings/address", slug="harbor")
    assert back.url == SETTINGS


def test_an_address_that_cannot_be_had_is_refused(coordinator, coalition, other_coalition):
    form = coordinator.browser.page(SETTINGS)
    for slug in ("login", "prairie", "Harbor City", "-x-", "a", "", "x" * 61):
        page = coordinator.browser.submit(form, "settings/address", 422, slug=slug)
        assert page.errors(), slug
    db.session.refresh(coalition)
    assert coalition.slug == "harbor"


def test_a_former_address_of_another_coalition_cannot_be_taken(coordinator, outsider):
    coordinator.browser.submit(SETTINGS, "settings/address", slug="harbor-city")
    outsider.browser.submit("/prairie/organize/settings/", "settings/address", 422, slug="harbor")
