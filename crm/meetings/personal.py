"""Where meetings hold people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.core.personal import holds
from crm.meetings.models import AgendaItem, Decision, Minutes

holds(AgendaItem, _l("agendas"))
holds(Minutes, _l("minutes"))
holds(Decision, _l("decisions"))
