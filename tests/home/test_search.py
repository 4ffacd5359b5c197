"""One box for all: demands beside groups, people and events; who may know of what is theirs to see."""

from __future__ import annotations

from crm.core import clock, jobs, search
from crm.core.db import db
from crm.demands.models import DemandKind
from crm.demands.operations import Words, adopt_version, discard_draft, edit_draft, write_version
from crm.demands.operations import create_demand as write_demand
from crm.demands.queries import draft_of
from crm.demands.queries.finding import KIND
from crm.home.search_queries import find_everything
from tests.counting import count_queries
from tests.makers import make_contact, make_organization

PAGE = "/harbor/organize/search/?q="
WORDS = {
    "en": Words("No home raids without a warrant"),
    "es": Words("Ninguna redada en casas sin orden judicial"),
}


def test_demands_are_found_by_their_words_of_now_in_each_language(organizer, coordinator, coalition):
    lead = coordinator.viewer

    def found(question, language="en"):
        demands = find_everything(organizer.viewer, question, clock.now(), language).demands
        return [(one.words.sentence, one.is_draft) for one in demands]

    demand = write_demand(lead, kind=DemandKind.MINIMUM, binding_language="en", wordings=WORDS)
    assert found("warant") == found("redada") == [("No home raids without a warrant", True)]
    assert found("JUDICIÁL", "es") == [("Ninguna redada en casas sin orden judicial", True)]
    draft = draft_of(demand)
    edit_draft(lead, draft, binding_language="en", wordings={"en": Words("No raids at schools")}, edition=1)
    adopt_version(lead, draft)
    assert found("warrant") == []
    assert found("school") == [("No raids at schools", False)]
    draft = write_version(lead, demand)
    edit_draft(
        lead,
        draft,
        binding_language="en",
        wordings={"en": Words("No raids at clinics")},
        edition=draft.edition,
    )
    assert found("clinic") == [("No raids at schools", False)]
    discard_draft(lead, draft)
    assert found("clinic") == []
    search.remove(KIND, [demand.id])
    assert found("school") == []
    jobs.enqueue("demands.index")
    jobs.run_all()
    assert found("school") == [("No raids at schools", False)]
    second = write_demand(lead, kind=DemandKind.EXTENDED, binding_language="en", wordings=WORDS)
    discard_draft(lead, draft_of(second))
    db.session.flush()
    assert found("warrant") == []


def test_one_page_shows_all_that_fits_and_no_people_to_observers(organizer, observer, coordinator, coalition):
    group = make_organization("Warrant Officers", place="Ballard")
    make_contact(group, "Ida Warrant", role="president")
    write_demand(coordinator.viewer, kind=DemandKind.MINIMUM, binding_language="en", wordings=WORDS)
    page = organizer.browser.page(f"{PAGE}warrant")
    for text in ("Ida Warrant", "president", "Warrant Officers", "No home raids without a warrant", "Draft"):
        assert text in page.text
    seen = observer.browser.page(f"{PAGE}warrant").text
    assert "Warrant Officers" in seen and "No home raids" in seen
    assert "Ida" not in seen and "president" not in seen
    assert count_queries(lambda: organizer.browser.page(f"{PAGE}warrant")) <= 4 + 3
