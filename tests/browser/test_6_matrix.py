"""Chapter 6: the matrix, by keyboard alone."""

from __future__ import annotations

import pytest

from tests.browser.people import Person
from tests.browser.story import GROUPS, MINIMUM

pytestmark = pytest.mark.browser
MATRIX = "/harbor/organize/endorsements/"
HERE = "() => [document.activeElement.textContent.trim(), document.activeElement.tagName]"


def test_the_matrix_is_gone_through_by_keyboard_alone(coordinator: Person) -> None:
    page = coordinator.page
    coordinator.visit(MATRIX)
    grid = page.get_by_role("grid", name="Who says what")
    assert grid.get_by_role("rowheader").count() >= len(GROUPS)
    assert grid.locator("[tabindex='0']").count() == 1, "one stop for the tab key"
    page.locator("[name='short']").focus()
    stops = 0
    while not page.evaluate("() => document.activeElement.closest('[data-matrix]') !== null"):
        page.keyboard.press("Tab")
        stops += 1
        assert stops < 6, "a few presses after the filters"
    for key in ("Control+Home", "ArrowDown", "Home", "ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate(HERE)[1] == "A"
    page.keyboard.press("End")
    last = page.evaluate(HERE)
    page.keyboard.press("ArrowRight")
    assert page.evaluate(HERE) == last, "the row ends here"
    page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    assert not page.evaluate("() => document.activeElement.closest('[data-matrix]') !== null")


def test_enter_opens_the_cell_where_the_keys_are(coordinator: Person) -> None:
    page = coordinator.page
    coordinator.visit(f"{MATRIX}?q=sindicato")
    page.locator("[data-matrix] [tabindex='0']").focus()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    # From the tick of the row over the group's name to its first cell.
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    said = page.evaluate(HERE)[0]
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{MATRIX}*/*")
    coordinator.look_over()
    assert coordinator.sees("Sindicato de Inquilinos")
    assert said != "Not asked" or coordinator.sees("Nobody has noted an answer")
    coordinator.shot("cell")


def test_it_fits_a_phone_and_works_without_scripts(coordinator: Person) -> None:
    coordinator.visit(MATRIX)
    coordinator.shot("matrix")
    cell = coordinator.page.locator("[data-matrix] td a").first
    assert "/" in str(cell.get_attribute("href")), "a plain link, for whom scripts are off"
    heads = " ".join(coordinator.page.locator(".heads").all_text_contents())
    # The first one was worded anew in chapter 5.
    assert all(sentence in heads for sentence in MINIMUM[1:])
