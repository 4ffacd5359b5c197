"""Where merges hold people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.core.personal import holds
from crm.duplicates.models import Merge

holds(Merge, _l("what listings said before they were merged"))
