"""Fields of a coalition's own: defined, kept in order, filled in, found by."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.fields.definitions import CustomField, FieldKind, Subject, compared, read_typed
from crm.fields.models import OrganizationValue
from crm.fields.operations import add_field, edit_field, move_field, put_value, put_values, retire_field
from crm.fields.queries import ids_where, list_values, own_fields, tell_values
from tests.makers import PROGRAM, make_organization

GROUP = Subject.ORGANIZATION


def add(label: str, kind: FieldKind = FieldKind.TEXT, *choices: str, subject: Subject = GROUP) -> CustomField:
    return add_field(PROGRAM, subject, label, kind, choices, "")


def found(field: CustomField, value: str, bound: str = "") -> set[int]:
    return set(db.session.scalars(ids_where(field, read_typed(field, value), bound)))


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (FieldKind.NUMBER, " 1,200.50 ", "1200.5"),
        (FieldKind.NUMBER, "-0", "0"),
        (FieldKind.NUMBER, "NaN", None),
        (FieldKind.NUMBER, "+.5", "0.5"),
        (FieldKind.NUMBER, "1e9999999", None),
        (FieldKind.NUMBER, "9" * 400, None),
        (FieldKind.NUMBER, "-99999999999.99999", None),
        (FieldKind.NUMBER, "2,5", None),
        (FieldKind.NUMBER, ".", None),
        (FieldKind.DATE, "2026-11-28", "2026-11-28"),
        (FieldKind.DATE, "28/11/2026", None),
        (FieldKind.YES_NO, "Sí", "yes"),
        (FieldKind.YES_NO, "0", "no"),
        (FieldKind.YES_NO, "maybe", None),
        (FieldKind.TEXT, "  two   words ", "two words"),
        (FieldKind.TEXT, "x" * 301, None),
        (FieldKind.TEXT, " ", ""),
    ],
)
def test_what_is_typed_is_kept_in_one_way_or_refused(kind, typed, kept):
    field = CustomField(1, GROUP, "Own", kind)
    if kept is None:
        with pytest.raises(ValueError):
            read_typed(field, typed)
    else:
        assert read_typed(field, typed) == kept


def test_numbers_are_compared_as_numbers():
    field = CustomField(1, GROUP, "Own", FieldKind.NUMBER)
    numbers = ["-99999999999.9999", "-20", "-3.5", "0", "0.0001", "7", "12", "110", "99999999999"]
    assert sorted(numbers, key=lambda one: compared(field, one)) == numbers


def test_fields_are_defined_ordered_put_away_and_taken_out(coalition):
    hall, size = add("Has a hall", FieldKind.YES_NO), add("Seats", FieldKind.NUMBER)
    food = add("Food", FieldKind.CHOICE, "Bread", "Soup", subject=Subject.EVENT)
    assert add_field(PROGRAM, GROUP, "Press", FieldKind.TEXT, (), "k" * 20) == add_field(
        PROGRAM, GROUP, "Press", FieldKind.TEXT, (), "k" * 20
    )
    move_field(PROGRAM, size.id, up=True)
    move_field(PROGRAM, size.id, up=True)
    assert [one.label for one in own_fields().of(GROUP)] == ["Seats", "Has a hall", "Press"]
    edit_field(PROGRAM, food.id, "Meal", {1: "Rolls", 2: ""}, ["Rice"])
    [meal] = own_fields().of(Subject.EVENT)
    assert (meal.label, [one.label for one in meal.open_choices]) == ("Meal", ["Rolls", "Rice"])
    assert [one.id for one in meal.choices] == [1, 2, 3]
    retire_field(PROGRAM, hall.id, retired=True)
    assert own_fields().find(hall.id, GROUP) is None
    add("has a HALL")
    with pytest.raises(Refused, match="of this name already"):
        retire_field(PROGRAM, hall.id, retired=False)
    # Ids are never used twice, and nothing else of the settings is touched.
    assert [one.id for one in own_fields().all] == [2, 1, 3, 4, 5]


def test_what_can_be_no_field_is_refused(coalition):
    for label, kind, choices, field in (
        ("!!!", FieldKind.TEXT, (), "label"),
        ("x" * 61, FieldKind.TEXT, (), "label"),
        ("Food", FieldKind.CHOICE, ("Bread",), "choices"),
        ("Food", FieldKind.CHOICE, ("Bread", "BREAD"), "choices"),
        ("Food", FieldKind.CHOICE, [f"c {n}" for n in range(41)], "choices"),
    ):
        with pytest.raises(Refused) as refused:
            add(label, kind, *choices)
        assert refused.value.field == field
    before = db.session.get_one(Coalition, coalition.id).settings
    for number in range(20):
        add(f"Field {number}")
    with pytest.raises(Refused, match="20 fields are enough"):
        add("One more")
    assert {k: v for k, v in coalition.settings.items() if k != "fields"} == before


def test_values_are_put_told_and_found(coalition):
    hall, seats = add("Has a hall", FieldKind.YES_NO), add("Seats", FieldKind.NUMBER)
    since, food = add("Since", FieldKind.DATE), add("Food", FieldKind.CHOICE, "Bread", "Soup")
    motto = add("Motto")
    bakers, butchers = make_organization("Harbor Bakers").id, make_organization("Harbor Butchers").id
    values = {hall.id: "yes", seats.id: "80.5", since.id: "2026-11-28", food.id: "1", motto.id: "Café: Oui"}
    assert put_values(GROUP, bakers, values) == list(values)
    assert put_values(GROUP, bakers, {**values, 99: "x", seats.id: ""}) == [seats.id]
    put_values(GROUP, bakers, {seats.id: "80.5"})
    assert tell_values(GROUP, list_values(GROUP, bakers)) == [
        ("Has a hall", "yes"),
        ("Seats", "80.5"),
        ("Since", "November 28, 2026"),
        ("Food", "Bread"),
        ("Motto", "Café: Oui"),
    ]
    put_value(seats, [bakers, butchers], "9")
    assert found(seats, "9", "from") == {bakers, butchers}
    put_value(seats, [bakers], "110")
    assert (found(seats, "10", "from"), found(seats, "10", "to")) == ({bakers}, {butchers})
    assert found(motto, "cafe") == found(food, "bread") == found(since, "2026-11-28") == {bakers}
    assert found(motto, "%") == set()
    assert found(hall, "no") == found(since, "2026-11-27", "to") == set()
    with pytest.raises(Refused, match="identity number"):
        put_values(GROUP, bakers, {motto.id: "123-45-6789"})
    put_value(seats, [bakers, butchers], "")
    assert len(db.session.scalars(select(OrganizationValue)).all()) == 4
