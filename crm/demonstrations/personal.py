"""Where promises hold people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.core.personal import holds
from crm.demonstrations.models import Commitment

holds(Commitment, _l("notes on promises"))
