"""The beginning of an import and the presses of its buttons; the worker does the rest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, BinaryIO

from flask_babel import gettext as _
from sqlalchemy import delete

from crm.audit.operations import record
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.files import CHUNK, StoredFile, remove_file
from crm.core.permissions import Viewer
from crm.demands.queries import list_demands_in_force
from crm.exchange.lists.guessing import check_columns
from crm.exchange.lists.interactions import MEANINGS
from crm.exchange.lists.vocabulary import INTO, GroupField
from crm.exchange.models import BEFOREHAND, WORKING, Existing, Import, ImportRow, ImportState, ListKind
from crm.exchange.own import fields_of
from crm.exchange.plan import HAS_IDS
from crm.exchange.queries import lock_import
from crm.exchange.queries.groups_meant import find_groups
from crm.fields.queries import own_fields
from crm.organizations.models import OrganizationKind
from crm.tags.words import MOST_OFFERED

LARGEST = 50 * 1024 * 1024  # bytes
# Details of people are in it: it is kept as long as it takes to look things over.
KEPT = timedelta(days=30)
# Work that has not moved for so long was broken off, or never begun.
STALLED = timedelta(minutes=2)


@dataclass(frozen=True)
class Choices:
    """What a person decides about a file before it is read; `defaults` as in `plan.Plan`."""

    mapping: Mapping[str, str]
    source: str = ""
    default_kind: OrganizationKind | None = None
    day_first: bool = False
    existing: Existing = Existing.UPDATE
    defaults: Mapping[str, Any] = field(default_factory=dict)
    # The name of the group of those rows that name none.
    into_name: str = ""


def key_of_upload(form_key: str, *streams: BinaryIO) -> str:
    """What makes an upload the same one again: the form that was sent, and the bytes that it brought."""
    digest = hashlib.sha256(form_key.encode() + b"\0")
    for stream in streams:
        while piece := stream.read(CHUNK):
            digest.update(piece)
        stream.seek(0)
    return digest.hexdigest()


def begin_import(
    viewer: Viewer, file: StoredFile, contents: Mapping[str, Any], form_key: str | None = None
) -> Import:
    """Begin an import of a stored file with what `look_into` found in it."""
    now = clock.now()
    task = Import(
        file_id=file.id,
        name=file.name,
        form_key=form_key,
        owner_id=viewer.user_id,
        created_at=now,
        moved_at=now,
    )
    _take_contents(task, contents)
    db.session.add(task)
    record(viewer, "import.upload", task)
    return task


def read_again(task: Import, contents: Mapping[str, Any], header_line: int | None) -> None:
    """Take another sheet of the file, or another line for its header. Raises Refused once it is applied."""
    _check_beforehand(task)
    task.header_line = header_line
    task.state = ImportState.UPLOADED
    _take_contents(task, contents)


def _take_contents(task: Import, contents: Mapping[str, Any]) -> None:
    task.contents = json.dumps(contents)
    task.sheet = contents["sheet"]
    task.about = ListKind(contents["about"])
    task.mapping, task.source, task.default_kind = contents["mapping"], contents["source"], contents["kind"]
    task.day_first, task.defaults = contents["day_first"], contents["defaults"]
    task.existing = Existing(contents["existing"])


def order_staging(task: Import, choices: Choices, *, by_worker: bool = True) -> None:
    """Have the rows read by these choices. Raises Refused with what is wrong with the mapping."""
    check_choices(task.about, json.loads(task.contents)["columns"], choices)
    task.mapping, task.source = dict(choices.mapping), choices.source
    task.default_kind, task.day_first, task.existing = (
        choices.default_kind,
        choices.day_first,
        choices.existing,
    )
    said = {kept: task.defaults.get(kept, {}) | choices.defaults.get(kept, {}) for kept in MEANINGS}
    meant = {kept: words for kept, words in said.items() if words}
    task.defaults = {**choices.defaults, **meant, **_into(choices.into_name)}
    read_anew(task, by_worker=by_worker)


def read_anew(task: Import, *, by_worker: bool = True) -> None:
    """Have the rows read from the first on. Raises Refused once it is applied."""
    _check_beforehand(task)
    contents = json.loads(task.contents)
    if contents.pop("asked", None):
        task.contents = json.dumps(contents)
    task.state, task.problem, task.counts = ImportState.STAGING, None, {}
    task.row_count = task.done_count = task.staged_line = 0
    order(task, by_worker)


def check_choices(about: ListKind, columns: Sequence[str], choices: Choices) -> None:
    """Raises Refused with what is wrong with a mapping, or with what stands in for what rows do not say."""
    numbers = [demand.place for demand in list_demands_in_force()]
    own = [one.id for one in fields_of(about, own_fields())]
    if problems := check_columns(about, columns, choices.mapping, numbers, own):
        raise Refused(problems[0].message, "mapping")
    if HAS_IDS & set(choices.mapping.values()) and not choices.source:
        raise Refused(_("Say which list the ids are of."), "source")


def _into(name: str) -> dict[str, int]:
    """The group that is meant by a name. Raises Refused where that is not plain."""
    if not name:
        return {}
    [meant] = find_groups([{GroupField.GROUP: name}], "")
    if meant.problem or meant.group_id is None:
        raise Refused(str(meant.problem), "into_name")
    return {INTO: meant.group_id}


def order_applying(task: Import, *, by_worker: bool = True) -> bool:
    """Have the staged rows put into the directory. False when that is ordered or done already.

    Raises Refused where there is nothing to apply yet.
    """
    task = lock_import(task.id)
    if task.state in (ImportState.APPLYING, ImportState.APPLIED):
        return False
    if task.state is not ImportState.STAGED:
        raise Refused(_("This file is not read yet."))
    if len(task.counts.get("new_tags", ())) > MOST_OFFERED:
        text = _("This would make more than %(number)s new tags: is that column really one of tags?")
        raise Refused(text % {"number": MOST_OFFERED})
    task.state, task.done_count = ImportState.APPLYING, 0
    order(task, by_worker)
    return True


def resume_import(task: Import) -> None:
    """Ask the worker once more for what was broken off; what is done stays done."""
    if is_stalled(task):
        order(task, by_worker=True)


def is_stalled(task: Import) -> bool:
    """Whether the worker should have got on with an import, and has not."""
    return task.state in WORKING and clock.now() - task.moved_at > STALLED


def discard_import(viewer: Viewer, task: Import) -> None:
    """Throw an import away that was not applied, with its file. Raises Refused otherwise."""
    _check_beforehand(task)
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == task.id))
    record(viewer, "import.discard", task)
    if task.file_id is not None:
        remove_file(task.file_id)
    db.session.delete(task)


def forget_import(task: Import) -> None:
    """Keep the counts alone of an old import, whose rows are gone; one that was never applied goes."""
    if task.file_id is not None:
        remove_file(task.file_id)
    if task.state in BEFOREHAND:
        db.session.delete(task)
    else:
        task.file_id, task.contents = None, "{}"


def order(task: Import, by_worker: bool) -> None:
    """Let the worker get on with an import, if it is the worker's to do."""
    task.moved_at = clock.now()
    if by_worker:
        jobs.enqueue("exchange.import", coalition_id=task.coalition_id, import_id=task.id)


def _check_beforehand(task: Import) -> None:
    if task.state not in BEFOREHAND:
        raise Refused(_("This import is under way or done already: look at it again."))
