"""What somebody typed is no markup, also in a text that is translated only when it is shown."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from crm.core.forms import Form


@pytest.mark.parametrize(
    "template", ["{{ text }}", "{{ _('%(what)s', what=text) }}", "{{ '' ~ text }}", "{{ form.one.label }}"]
)
def test_a_value_in_a_lazy_text_is_escaped(app: Flask, template: str):
    text = _l("Empty “%(field)s”", field="<script>&")

    class OneForm(Form):
        one = BooleanField(text)

    with app.test_request_context():
        page = render_template_string(template, text=text, form=OneForm())
    assert "Empty “&lt;script&gt;&amp;”" in page and "<script>" not in page
