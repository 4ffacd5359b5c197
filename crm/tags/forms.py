"""What coordinators fill in about tags."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from crm.core.forms import Form, Text
from crm.tags.words import LONGEST


class TagForm(Form):
    """What a tag is called."""

    label = Text(_l("Tag"), [InputRequired(_l("Write what it is called."))], longest=LONGEST)
