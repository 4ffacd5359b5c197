"""A coalition's own stages hold wherever a stage is told or taken over: imports, merged listings, files."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.core.db import db
from crm.duplicates.operations import Chosen, merge, undo_merge
from crm.organizations.models import Organization, Stage
from crm.organizations.operations.stages import add_stage, rename_stage
from crm.outreach.operations import move_stage
from tests.exchange.sheets import csv_of, put_in, take_back
from tests.makers import make_organization


@pytest.fixture
def letter(coordinator, coalition):
    step = add_stage(coordinator.viewer, label="Carta enviada", meaning=Stage.CONTACTED, form_key="one")
    rename_stage(coordinator.viewer, Stage.DORMANT, "Asleep")
    db.session.commit()
    return step


def stage_of(name: str) -> str:
    return db.session.scalars(select(Organization.stage).where(Organization.name == name)).one()


def test_a_sheet_says_them_by_their_names_and_is_undone(organizer, coordinator, letter):
    begun = add_stage(coordinator.viewer, label="Looked up", meaning=Stage.TO_CONTACT, form_key="two")
    make_organization("Parish", stage=begun.code)
    make_organization("Choir", stage=letter.code)
    rows = [["Name", "Stage"], ["Parish", "carta  ENVIADA"], ["Choir", "asleep"], ["Band", "Asleep"]]
    address = put_in(organizer, "groups.csv", csv_of([*rows, ["Crew", "Active"], ["Club", "Purple"]]))
    assert [stage_of(name) for name in ("Parish", "Choir", "Band", "Crew", "Club")] == [
        letter.code, letter.code, Stage.DORMANT, Stage.ACTIVE, Stage.TO_CONTACT,
    ]  # fmt: skip
    assert "Carta enviada" in organizer.browser.page(address).text
    take_back(organizer, address)
    assert (stage_of("Parish"), stage_of("Choir")) == (begun.code, letter.code)


def test_of_two_listings_the_further_counts_and_comes_apart_again(organizer, coordinator, letter):
    kept, merged = make_organization("Harbor Hall"), make_organization("Harbour Hall")
    move_stage(organizer.viewer, merged, letter.code)
    done = merge(organizer.viewer, kept.id, merged.id, Chosen({}, kept.edition, merged.edition))
    assert stage_of("Harbor Hall") == letter.code
    undo_merge(coordinator.viewer, done)
    assert (stage_of("Harbor Hall"), stage_of("Harbour Hall")) == (Stage.TO_CONTACT, letter.code)


def test_the_file_of_the_list_calls_them_so(organizer, letter):
    make_organization("Parish", stage=letter.code)
    page = organizer.browser.page("/harbor/organize/organizations/")
    assert "Parish,Other,Carta enviada" in organizer.browser.submit(page, "groups.csv").response.text
