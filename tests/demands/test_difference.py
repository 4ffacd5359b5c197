"""What two wordings differ in, word by word."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from crm.demands.difference import Piece, as_text, compare, difference

texts = st.text(alphabet="ab c,.\n'’é*-", max_size=60)


def told(old: str, new: str) -> list[tuple[str, str]]:
    return [(run.piece.value, run.text) for run in difference(old, new)]


def test_a_word_that_is_replaced():
    assert told("No city help for raids.", "No county help for raids.") == [
        ("same", "No "),
        ("removed", "city "),
        ("added", "county "),
        ("same", "help for raids."),
    ]


def test_a_mark_is_a_change_of_its_own():
    assert told("raids and arrests", "raids , and arrests") == [
        ("same", "raids "),
        ("added", ", "),
        ("same", "and arrests"),
    ]


def test_equal_texts_and_spaces_alone_change_nothing():
    assert [piece for piece, _ in told("the same words", "the  same words")] == ["same"]
    assert told("", "") == []


def test_a_new_paragraph_is_seen():
    assert any(piece != "same" for piece, _ in told("One. Two.", "One.\n\nTwo."))


def test_for_a_mail_it_is_marked_with_brackets_and_braces():
    text = as_text(difference("No city help for raids.", "No city help for any raids."))
    assert text == "No city help for {+any+} raids."
    assert as_text(difference("All of it now", "All now")) == "All [-of it-] now"


def test_each_language_is_compared_and_the_binding_one_comes_first():
    old = {"en": ("Stop.", ""), "es": ("Alto.", "")}
    new = {"en": ("Stop.", ""), "es": ("Alto ya.", ""), "ar": ("قف", "")}
    found = compare(old, new, "es")
    assert [(one.language, one.binds, one.changed) for one in found] == [
        ("es", True, True),
        ("ar", False, True),
        ("en", False, False),
    ]


def test_thousands_of_equal_words_take_no_minutes():
    began = time.process_time()
    difference("a b " * 2000, "b a " * 2000)
    assert time.process_time() - began < 5


@given(texts, texts)
def test_both_texts_can_be_read_off_the_difference(old, new):
    runs = difference(old, new)
    assert "".join(r.text for r in runs if r.piece is not Piece.REMOVED) == new
    words = "".join(r.text for r in runs if r.piece is not Piece.ADDED).split()
    assert "".join(words) == "".join(old.split())
