"""What is worded or made once and kept says the same as what is made anew, to readers of each language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from babel.dates import format_timedelta
from flask import g, render_template_string, url_for
from flask_babel import force_locale

from crm.core import clock, formats
from crm.core.kept import ReadsMore, kept
from crm.outreach.blank_form import EDGE, fill_log_form
from crm.outreach.forms import LogForm

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


def test_addresses_are_kept_apart_by_coalition_language_and_kind_of_value(app, coalition, other_coalition):
    def address(here, query="", **values):
        with app.test_request_context(f"/{query}"):
            g.coalition = here
            return [url_for("organizations.index", **values) for _twice in range(2)]

    for here in (coalition, other_coalition, coalition):
        plain = f"/{here.slug}/organize/organizations/"
        assert address(here) == [plain] * 2
        assert address(here, "?lang=es") == [f"{plain}?lang=es"] * 2
        assert address(here, tag=1) == [f"{plain}?tag=1"] * 2
        assert address(here, tag=True) == [f"{plain}?tag=True"] * 2


def test_parts_of_a_page_are_kept_for_each_language_and_read_nothing_of_who_looks(app):
    with app.test_request_context("/"):
        for language, word in (("en", "Keys"), ("es", "Teclas"), ("en", "Keys")):
            with force_locale(language):
                assert f'<h2 id="keys-title">{word}</h2>' in kept("frame/keys.html")
        assert "&lt;b&gt;" in kept("frame/search_box.html", action="<b>")
        with pytest.raises(ReadsMore, match="csrf_token"):
            kept("components/confirm.html")
        with pytest.raises(ReadsMore, match="another template"):
            kept("workbench.html")


def test_the_kept_form_of_a_touch_is_the_form_with_what_is_given_put_in(app, coalition):
    people, owners = [(4, "Ana <b>, Chair"), ("", "Nobody")], [(1, "Me")]
    values = {"action": "/x", "csrf_token": "t", "form_key": "k", "next": '/"n', "follow_up": ""}
    values |= {"contact_id": "4", "owner_id": "1"}
    with app.test_request_context("/"):
        for _made, _found in range(2), range(2):
            told = fill_log_form(coalition.zone, values, {"contact_id": people, "owner_id": owners})
            assert '<option value="4" selected>Ana &lt;b&gt;, Chair</option><option value="">Nobody' in told
            assert 'value="/&#34;n"' in told and EDGE not in told
        form = LogForm(contacts=(), owners=(), zone=coalition.zone, formdata=None)
        assert all(f'name="{field.name}"' in told for field in form if field.name != "deals_with")
        alone = fill_log_form(coalition.zone, values, {"contact_id": people[1:], "owner_id": owners})
        assert 'name="contact_id"' not in alone
