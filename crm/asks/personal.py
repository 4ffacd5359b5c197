"""Where asks hold people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.asks.models import Ask
from crm.core.personal import holds

holds(Ask, _l("objections of groups"))
