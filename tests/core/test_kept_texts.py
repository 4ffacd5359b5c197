"""What is worded or made once and kept says the same as what is made anew, to readers of each language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from babel.dates import format_timedelta
from flask import render_template_string
from flask_babel import force_locale

from crm.core import clock, formats

FILTER = (
    '{% from "components/filter_bar.html" import filter_select with context %}'
    '{{ filter_select("a", "b", [], "") }}'
)


def test_macros_that_are_kept_speak_the_language_of_who_reads(app):
    with app.test_request_context("/"):
        for language, word in (("en", "Any"), ("es", "Cualquiera"), ("en", "Any")):
            with force_locale(language):
                assert f'<option value="">{word}</option>' in render_template_string(FILTER)


def test_only_components_that_read_nothing_of_the_page_are_kept(app):
    kept = {}
    for name in ("badge", "form", "icon", "chart", "growth"):
        template = app.jinja_env.get_template(f"components/{name}.html")
        kept[name] = template.make_module({"text_direction": "ltr"}) is template.make_module()
    assert kept == {"badge": True, "form": True, "icon": True, "chart": False, "growth": False}


@pytest.mark.parametrize("language", ["en", "es"])
def test_how_long_ago_is_rounded_as_babel_rounds_it(app, language, monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    with app.test_request_context("/"), force_locale(language):
        for number in range(1, 400):
            for since in (
                timedelta(seconds=number**3 / 7),
                timedelta(hours=-number),
                timedelta(days=number * 3.7),
            ):
                said = format_timedelta(-since, add_direction=True, locale=language)
                assert formats.ago(now - since) == said
