"""Fields that every form shares."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField, IntegerField
from wtforms.validators import NumberRange, Optional

from crm.core.forms import Form, Part


class RowPart(Part):
    """A row with a number of its own."""

    count = IntegerField("Count", [Optional(), NumberRange(1, 100)])


class CountForm(Form):
    """A number on the form, and one in each row."""

    count = IntegerField("Count", [Optional(), NumberRange(1, 100)])
    rows = FieldList(FormField(RowPart))


@pytest.mark.parametrize(
    ("typed", "kept"), [("25", 25), (" 7 ", 7), ("", None), ("9" * 400, None), ("-" + "9" * 400, None)]
)
def test_a_number_beyond_all_measure_is_told_and_breaks_nothing(
    app: Flask, typed: str, kept: int | None
) -> None:
    good = kept is not None or not typed
    with app.test_request_context(method="POST"):
        form = CountForm(MultiDict({"count": typed, "rows-0-count": typed}), meta={"csrf": False})
        assert form.validate() is good
        assert (form.count.data, form.rows[0].form.count.data) == (kept, kept)
        for errors in (form.count.errors, form.rows[0].form.count.errors):
            assert bool(errors) is not good
