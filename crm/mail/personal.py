"""Where the outbox holds people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.core.personal import deleting, holds
from crm.core.tenancy import current_coalition_id
from crm.mail.models import OutgoingMail


def _of_the_coalition() -> ColumnElement[bool]:
    return OutgoingMail.coalition_id == current_coalition_id()


holds(OutgoingMail, _l("mails"), names=("recipient",), wipe=deleting, scope=_of_the_coalition)
