"""Where counts hold people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.core.personal import holds
from crm.turnout.models import TurnoutCount

holds(TurnoutCount, _l("who counted"))
