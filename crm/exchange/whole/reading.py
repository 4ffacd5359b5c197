"""Taking an export back: into an empty installation of the same version, all of it or nothing.

Ids stay what they are, so that everything that names a record by its id still does, with or without a foreign
key. What follows from the keys of the installation, and what search knows, is made anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from sqlalchemy import JSON, Table, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError, StatementError

from crm.accounts.models import User
from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core.crypto import keys
from crm.core.db import Base, db
from crm.core.errors import Refused
from crm.core.files import CHUNK, StoredChunk, StoredFile
from crm.core.tenancy import in_coalition
from crm.demands.models import DemandVersion, VersionState, Wording
from crm.events.models import Event
from crm.events.queries.finding import index_events
from crm.exchange.whole.keyed import keyed_values
from crm.exchange.whole.rows import AT_ONCE
from crm.exchange.whole.tables import from_json, list_columns, list_tables
from crm.exchange.whole.writing import FORMAT, MANIFEST, Progress, data_name, file_name, schema_revision
from crm.organizations.models import Organization
from crm.organizations.operations import index_organizations, keep_missing_words

_BROKEN = (BadZipFile, KeyError, ValueError, TypeError, EOFError, IntegrityError, StatementError)


def take_in(stream: BinaryIO, progress: Progress) -> Coalition:
    """Put an export into this installation. Raises Refused where it is none, or the installation not empty.

    One transaction, which the caller commits.
    """
    _check_empty()
    try:
        with ZipFile(stream) as archive:
            manifest = _manifest(archive)
            _Taking(archive, manifest, progress).take()
    except _BROKEN as error:
        db.session.rollback()
        raise Refused(f"This is no whole export ({type(error).__name__}). Nothing was changed.") from error
    coalition = db.session.scalars(select(Coalition)).one()
    with in_coalition(coalition.id):
        _make_anew()
        record(None, "export.take_in", coalition)
    db.session.flush()
    return coalition


def _check_empty() -> None:
    if any(db.session.scalar(select(model.id).limit(1)) for model in (Coalition, User)):
        raise Refused(
            "An export is taken into an empty installation; there is a coalition or an account here."
        )


def _manifest(archive: ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    here = schema_revision()
    if manifest["format"] != FORMAT or manifest["revision"] != here:
        raise Refused(
            f"This export was written at migration {manifest['revision']}, this installation is at {here}: "
            "take it in with the version that wrote it, then upgrade."
        )
    return manifest


class _Taking:
    """One export on its way in."""

    def __init__(self, archive: ZipFile, manifest: Mapping[str, Any], progress: Progress) -> None:
        self._archive, self._progress = archive, progress
        self._counts: dict[str, int] = manifest["rows"]
        self._whole: bool = manifest["whole"]
        self._done, self._of = 0, sum(self._counts.values())

    def take(self) -> None:
        for table in list_tables(whole=self._whole):
            if table.name == DemandVersion.__tablename__:
                self._take_versions()
            elif table.name != Wording.__tablename__:
                self._take_table(table)
            _count_on(table)
        self._take_files()

    def _take_table(self, table: Table) -> None:
        # What refers to a row of the same table may stand before it: told once all of them are there.
        own = [
            key.parent.name
            for key in table.foreign_keys
            if key.column.table is table and key.column.name == "id"
        ]
        later: list[dict[str, Any]] = []
        for part in self._parts(table):
            later += [{name: row[name] for name in ("id", *own)} for row in part if any(map(row.get, own))]
            _put(table, [{**row, **dict.fromkeys(own)} for row in part])
        for row in later:
            values = {name: row[name] for name in own}
            db.session.connection().execute(update(table).where(table.c.id == row["id"]).values(values))

    def _take_versions(self) -> None:
        """A version's words are put in while it is a draft, as the database wants it; real drafts last."""
        tables = Base.metadata.tables
        versions, wordings = tables[DemandVersion.__tablename__], tables[Wording.__tablename__]
        words = [row for part in self._parts(wordings) for row in part]
        rows = [row for part in self._parts(versions) for row in part]
        for row in sorted(rows, key=lambda row: row["state"] == VersionState.DRAFT):
            _put(versions, [{**row, "state": VersionState.DRAFT, "number": None}])
            _put(wordings, [one for one in words if one["version_id"] == row["id"]])
            stands = {"state": row["state"], "number": row["number"]}
            db.session.connection().execute(update(versions).where(versions.c.id == row["id"]).values(stands))
        _count_on(wordings)

    def _parts(self, table: Table) -> Iterator[list[dict[str, Any]]]:
        """The rows of a table, some hundred at a time. Raises ValueError where there are not all of them."""
        rows, count = self._read(table), 0
        while part := list(islice(rows, AT_ONCE)):
            count += len(part)
            self._done += len(part)
            yield part
            self._progress(self._done, self._of)
        if count != self._counts[table.name]:
            raise ValueError(table.name)

    def _read(self, table: Table) -> Iterator[dict[str, Any]]:
        columns = list_columns(table)
        with self._archive.open(data_name(table.name)) as lines:
            for line in lines:
                said = json.loads(line)
                row = {column.name: from_json(column, said[column.name]) for column in columns}
                yield {**row, **keyed_values(table.name, row)}

    def _take_files(self) -> None:
        """The contents of each stored file, which stand in the archive under its number."""
        names = {name.partition("-")[0]: name for name in self._archive.namelist()}
        files = Base.metadata.tables[StoredFile.__tablename__]
        query = select(files.c.id, files.c.coalition_id)
        for file_id, coalition_id in db.session.connection().execute(query).all():
            name = names.get(file_name(file_id).rstrip("-"))
            if name is None:
                raise ValueError(f"file {file_id}")
            with self._archive.open(name) as member:
                for number, piece in enumerate(iter(lambda m=member: m.read(CHUNK), b"")):  # type: ignore[misc]
                    content = keys().fernet.encrypt(piece)
                    values = {"coalition_id": coalition_id, "file_id": file_id, "number": number}
                    db.session.connection().execute(insert(StoredChunk), {**values, "content": content})


def _put(table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows as they are: what is nothing is NULL, in columns of JSON too."""
    if rows:
        kinds = {c.name: JSON(none_as_null=True) if isinstance(c.type, JSON) else c.type for c in table.c}
        values = {name: bindparam(f"v_{name}", type_=kinds[name]) for name in rows[0]}
        given = [{f"v_{name}": value for name, value in row.items()} for row in rows]
        db.session.connection().execute(insert(table).values(values), given)


def _count_on(table: Table) -> None:
    """Let PostgreSQL number what comes after the rows that are there; SQLite does so by itself."""
    if db.session.get_bind().dialect.name == "postgresql" and "id" in table.columns:
        highest = db.session.connection().scalar(select(func.max(table.c.id)))
        sequence = func.pg_get_serial_sequence(f'"{table.name}"', "id")
        if highest is not None:
            db.session.connection().execute(select(func.setval(sequence, highest)))


def _make_anew() -> None:
    """What search knows of the chosen coalition, and by which words its people are found."""
    ids = db.session.scalars(select(Organization.id)).all()
    for start in range(0, len(ids), AT_ONCE):
        index_organizations(ids[start : start + AT_ONCE])
    index_events(db.session.scalars(select(Event)).all())
    through: int | None = 0
    while through is not None:
        through = keep_missing_words(through)
