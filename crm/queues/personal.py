"""Where call queues hold people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.core.personal import holds
from crm.queues.models import QueueEntry

holds(QueueEntry, _l("notes of callers"))
