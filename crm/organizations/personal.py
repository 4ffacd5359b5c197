"""Where groups hold people. Contacts are wiped by who knows of their links (representatives)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.core.personal import holds
from crm.organizations.models import Organization

holds(Organization, _l("notes on groups"))
