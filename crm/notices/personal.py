"""Where notices hold people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.core.personal import deleting, holds
from crm.notices.models import ChangeSubscription

holds(
    ChangeSubscription,
    _l("subscriptions to changed dates"),
    indexes=("email_index",),
    names=("email",),
    wipe=deleting,
)
