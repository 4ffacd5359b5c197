"""Where attendance holds people."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from crm.attendance.models import Attendance, DoorWish
from crm.attendance.operations.retention import forget_entries
from crm.core.permissions import Viewer
from crm.core.personal import deleting, holds


def _forget(_viewer: Viewer | None, rows: Sequence[Attendance]) -> None:
    forget_entries([row.id for row in rows])


holds(Attendance, _l("entries of who came"), names=("delegate",), wipe=_forget)
holds(DoorWish, _l("addresses left at the door"), names=("email",), wipe=deleting)
