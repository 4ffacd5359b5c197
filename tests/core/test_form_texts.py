"""Nobody reads WTForms' own messages: ours stand in for each that a field or a validator can give."""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict
from wtforms import Form as PlainForm
from wtforms import IntegerField, RadioField, SelectMultipleField
from wtforms.validators import InputRequired, Length, NumberRange

from config import ROOT
from crm.core.form_texts import COUNTED, TEXTS, HouseTexts
from crm.core.forms import Form, Part, Text, options
from crm.events.forms import EventForm
from crm.organizations.forms import ContactForm


def imported_classes() -> set[type]:
    """Every field and validator of WTForms and Flask-WTF that the program imports, and their bases."""
    found: set[type] = set()
    for path in sorted((ROOT / "crm").rglob("*.py")):
        code = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(code)) if "wtf" in code else ():
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("wtforms", "flask_wtf")):
                module = importlib.import_module(str(node.module))
                names = (getattr(module, alias.name) for alias in node.names)
                found |= {base for one in names if isinstance(one, type) for base in one.__mro__}
    return {one for one in found if one.__module__.startswith(("wtforms", "flask_wtf"))}


def texts_of(one: type) -> Iterator[str]:
    """What the methods of a class say through gettext; what a TypeError tells programmers is left out."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(one)))
    to_programmers = {
        call
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        if getattr(node.exc.func, "id", "") == "TypeError"
        for call in ast.walk(node)
    }
    for node in ast.walk(tree):
        told = isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"gettext", "ngettext"}
        if told and node not in to_programmers and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


@cache
def sayable() -> set[str]:
    return {text for one in imported_classes() for text in texts_of(one)}


def test_every_text_that_wtforms_can_say_has_one_of_ours():
    texts = sayable()
    assert {"Not a valid choice.", "This field is required.", "Not a valid integer value."} <= texts
    assert texts - set(TEXTS) - set(COUNTED) == set()


def test_none_of_ours_stands_for_a_text_that_is_never_said():
    assert (set(TEXTS) | set(COUNTED)) - sayable() == set()


@pytest.mark.parametrize("language", ["en", "es"])
def test_ours_are_whole_in_each_language(app, language):
    blanks = {"min": 2, "max": 9, "length": 12, "value": "100%"}
    ours = HouseTexts()
    with app.test_request_context(), force_locale(language):
        said = [ours.gettext(text) % blanks for text in TEXTS]
        said += [ours.ngettext(text, text, number) % blanks for text in COUNTED for number in (1, 7)]
    assert not [text for text in said if "%" in text or "valid" in text or "Field" in text]
    with app.test_request_context(), force_locale("en"):
        english = {ours.gettext(text) % blanks for text in TEXTS}
    assert language == "en" or not english & set(said)


class Everything(Form):
    """One field for each way to go wrong."""

    number = IntegerField("Number", [NumberRange(1, 5)])
    most = IntegerField("Most", [NumberRange(max=5)])
    one = RadioField("One", choices=options({"a": "A", "b": "B"}))
    coerced = RadioField("Coerced", choices=options({1: "One"}), coerce=int)
    several = SelectMultipleField("Several", choices=options({"a": "A", "b": "B"}))
    needed = Text("Needed", [InputRequired()])
    long = Text("Long", longest=3)
    short = Text("Short", [Length(min=2)])


def test_a_form_says_it_in_our_words(app):
    sent = {
        "number": "x", "most": "9", "one": "z", "coerced": "z", "several": "z", "long": "abcd", "short": "a",
    }  # fmt: skip
    with app.test_request_context(), force_locale("en"):
        form = Everything(MultiDict(sent), meta={"csrf": False})
        assert not form.validate()
        assert {name: texts[0] for name, texts in form.errors.items()} == {
            "number": "Write a whole number, such as 25.",
            "most": "Write a number up to 5.",
            "one": "Choose one of those offered here.",
            "coerced": "Choose one of those offered here.",
            "several": "Choose only from those offered here.",
            "needed": "Fill this in.",
            "long": "This is too long: at most 3 characters fit.",
            "short": "This is too short: write at least 2 characters.",
        }


def test_a_text_that_holds_a_percent_sign_is_told_as_it_is():
    assert HouseTexts().gettext("100% (us)") == "100% (us)"


def test_a_form_within_a_form_says_it_in_our_words_too(app):
    sent: dict[str, Any] = {"changes-0-on_date": "soon", "changes-0-place_name": "x" * 201, "skipped-0": "1"}
    with app.test_request_context(), force_locale("es"):
        form = EventForm(MultiDict(sent), meta={"csrf": False})
        form.validate()
        row = form.changes[0].form
        assert row.on_date.errors == ["Escriba el día como año-mes-día, por ejemplo 2026-11-28."]
        assert row.place_name.errors == ["Esto es demasiado largo: caben como máximo 200 caracteres."]
        assert form.skipped[0].errors == row.on_date.errors


def test_on_a_page_in_spanish(app, coalition, coordinator):
    page = coordinator.browser.page("/harbor/organize/organizations/new?lang=es")
    answer = coordinator.browser.submit(page, "name", status=422, name="x" * 301, kind="nothing")
    assert "Esto es demasiado largo: caben como máximo 300 caracteres." in answer.errors()[0]
    assert any("Elija una de las opciones que se ofrecen." in text for text in answer.errors())


def test_a_message_of_our_own_wins_over_the_general_one(app):
    with app.test_request_context(), force_locale("en"):
        form = ContactForm(MultiDict({"email": "nobody"}), meta={"csrf": False})
        form.validate()
        assert form.email.errors == ["Check this address: it should look like name@example.org."]


def test_no_form_is_made_past_ours():
    """A form of WTForms or Flask-WTF itself would speak their words."""

    def below(one: type) -> Iterator[type]:
        for child in one.__subclasses__():
            yield child
            yield from below(child)

    forms = [one for one in below(PlainForm) if one.__module__.startswith("crm.")]
    assert len(forms) > 25
    assert [one.__name__ for one in forms if not issubclass(one, Form | Part)] == []
