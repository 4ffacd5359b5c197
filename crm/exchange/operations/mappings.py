"""Keeping how columns are read under a name, and forgetting it."""

from __future__ import annotations

import json

from flask_babel import gettext as _

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.exchange.lists.guessing import fingerprint
from crm.exchange.models import Import, SavedMapping
from crm.exchange.queries.mappings import MOST_KEPT, find_mapping_called, list_mappings

LONGEST_NAME = 80


def keep_mapping(viewer: Viewer, task: Import, name: str) -> SavedMapping:
    """Keep how an import's columns are read; what was kept under that name before is replaced.

    Raises Refused (field `kept_as`) where too many are kept.
    """
    kept = find_mapping_called(task.about, name)
    if kept is None:
        if len(list_mappings()) >= MOST_KEPT:
            raise Refused(_("Too many are kept already: forget one first."), "kept_as")
        kept = SavedMapping(about=task.about, name=name, created_at=clock.now())
        db.session.add(kept)
    kept.fingerprint = fingerprint(json.loads(task.contents)["columns"])
    kept.mapping, kept.source, kept.default_kind = task.mapping, task.source, task.default_kind
    kept.day_first, kept.existing, kept.defaults = task.day_first, task.existing, task.defaults
    kept.by_id = viewer.user_id
    db.session.flush()
    record(viewer, "mapping.keep", kept)
    return kept


def forget_mapping(viewer: Viewer, kept: SavedMapping) -> None:
    """Forget columns that were kept; imports that were read by them stay as they are."""
    record(viewer, "mapping.forget", kept)
    db.session.delete(kept)
