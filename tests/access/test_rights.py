"""What each role may do, as a page made from the code's own table."""

from __future__ import annotations

from crm.access.rights import OF_NO_ROLE, WORDS
from crm.core.permissions import RIGHTS, Permission, Role


def test_every_permission_has_its_words_and_only_once():
    said = [permission for part in WORDS.values() for permission in part]
    assert len(said) == len(set(said))
    assert set(said) == set(Permission) - OF_NO_ROLE


def test_every_member_reads_it_as_the_rules_are_and_nobody_else(coordinator, observer, outsider):
    page = observer.browser.page("/harbor/organize/settings/rights")
    rows = {
        "".join(row[0].itertext()): ["".join(cell.itertext()) for cell in row[1:]]
        for body in page.tree.iter("tbody")
        for row in body.iter("tr")
    }
    for part in WORDS.values():
        for permission, words in part.items():
            assert ["yes" in cell for cell in rows[str(words)]] == [
                permission in RIGHTS[role]
                for role in (Role.OBSERVER, Role.LIMITED, Role.ORGANIZER, Role.COORDINATOR)
            ]
    assert "What each role may do" in coordinator.browser.page("/harbor/organize/settings/members").links()
    assert outsider.browser.get("/harbor/organize/settings/rights").status_code == 404
