"""Where outreach holds people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.core.personal import holds
from crm.outreach.models import Interaction

holds(Interaction, _l("notes on touches"))
