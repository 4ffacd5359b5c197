"""Where lists on their way in hold people; and files, whichever they belong to."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from crm.core.db import db
from crm.core.errors import Refused
from crm.core.files import StoredChunk, StoredFile
from crm.core.permissions import Viewer
from crm.core.personal import holds, leaves_out
from crm.exchange.models import WORKING, Import, ImportRow
from crm.exchange.operations import forget_import
from crm.exchange.queries import lock_import


def _forget(_viewer: Viewer | None, rows: Sequence[Import]) -> None:
    _forget_all({task.id for task in rows})


def _forget_with_rows(_viewer: Viewer | None, rows: Sequence[ImportRow]) -> None:
    _forget_all({row.import_id for row in rows})


def _forget_all(import_ids: set[int]) -> None:
    """As after its days are over: the rows and the file go, and with them the undo."""
    for import_id in sorted(import_ids):
        task = db.session.get(Import, import_id)
        if task is None:
            continue
        task = lock_import(import_id)
        if task.state in WORKING:
            raise Refused(_("A list that names this person is being worked on. Try again when it is done."))
        db.session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
        forget_import(task)
        db.session.flush()


holds(Import, _l("uploaded lists"), by_mention=True, wipe=_forget)
holds(ImportRow, _l("rows of uploaded lists"), by_mention=True, contact="contact_id", wipe=_forget_with_rows)
holds(StoredFile, _l("names of files"))
leaves_out(StoredChunk, _l("what is inside of documents of a stand and of other files"))
