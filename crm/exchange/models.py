"""An import: a list in a file, how its columns are read, and what becomes of each row. An export."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.once import MadeOnce, once_a_press
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.organizations.models import OrganizationKind


class ListKind(StrEnum):
    """What a file is a list of."""

    ORGANIZATIONS = auto()
    CONTACTS = auto()
    INTERACTIONS = auto()
    EVENTS = auto()


class ImportState(StrEnum):
    """Where an import stands. What is in WORKING is the worker's, the others wait for a person."""

    UPLOADED = auto()
    STAGING = auto()
    STAGED = auto()
    APPLYING = auto()
    APPLIED = auto()
    UNDOING = auto()
    UNDONE = auto()
    FAILED = auto()


class RowOutcome(StrEnum):
    """What a row does; before the import is applied, what it will do."""

    CREATE = auto()
    CHANGE = auto()
    UNCHANGED = auto()
    SKIP = auto()
    REPEAT = auto()
    REFUSE = auto()


LIST_NAMES: dict[ListKind, LazyString] = {
    ListKind.ORGANIZATIONS: _l("Groups"),
    ListKind.CONTACTS: _l("People who act for groups"),
    ListKind.INTERACTIONS: _l("Touches with groups"),
    ListKind.EVENTS: _l("Events"),
}
STATE_NAMES: dict[ImportState, LazyString] = {
    ImportState.UPLOADED: _l("Columns to check"),
    ImportState.STAGING: _l("Being read"),
    ImportState.STAGED: _l("Ready to look over"),
    ImportState.APPLYING: _l("Being imported"),
    ImportState.APPLIED: _l("Imported"),
    ImportState.UNDOING: _l("Being undone"),
    ImportState.UNDONE: _l("Undone"),
    ImportState.FAILED: _l("Could not be read"),
}
STATE_MARKS: dict[ImportState, tuple[str, str]] = {
    ImportState.UPLOADED: ("neutral", "ring"),
    ImportState.STAGING: ("info", "half"),
    ImportState.STAGED: ("accent", "dot"),
    ImportState.APPLYING: ("info", "half"),
    ImportState.APPLIED: ("good", "check"),
    ImportState.UNDOING: ("info", "half"),
    ImportState.UNDONE: ("neutral", "dash"),
    ImportState.FAILED: ("bad", "cross"),
}
WORKING = frozenset({ImportState.STAGING, ImportState.APPLYING, ImportState.UNDOING})
# States in which nothing has reached the directory: the columns may be mapped anew, the file thrown away.
BEFOREHAND = frozenset({ImportState.UPLOADED, ImportState.STAGED, ImportState.FAILED})


class Existing(StrEnum):
    """What a row does to what is here already."""

    UPDATE = auto()
    FILL = auto()


class Import(Tenant, Model):
    """A list in a file on its way in, and what came of it."""

    __tablename__ = "import"
    __table_args__ = tenant_table(
        # One press of the button with one file, however often it arrives.
        UniqueConstraint("coalition_id", "form_key"),
        Index("ix_import_list", "coalition_id", "created_at", "id"),
    )

    # The stored file; no foreign key, for the file is forgotten before the import is (NULL then).
    file_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(Encrypted)
    about: Mapped[ListKind] = mapped_column(Choice(ListKind), default=ListKind.ORGANIZATIONS)
    form_key: Mapped[str | None] = mapped_column(String(64))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    state: Mapped[ImportState] = mapped_column(Choice(ImportState), default=ImportState.UPLOADED)
    # Which sheet of a workbook, and the line of the header (NULL: found by itself; 0: there is none).
    sheet: Mapped[str | None] = mapped_column(String(200))
    header_line: Mapped[int | None]
    # What the file holds: columns, sheets, notes, three values of each column. It may name people.
    contents: Mapped[str] = mapped_column(Encrypted)
    # Column → field, as a person checked it.
    mapping: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # The list that ids of the file's own are from.
    source: Mapped[str] = mapped_column(String(60), default="")
    default_kind: Mapped[OrganizationKind | None] = mapped_column(Choice(OrganizationKind))
    day_first: Mapped[bool] = mapped_column(default=False)
    existing: Mapped[Existing] = mapped_column(Choice(Existing), default=Existing.UPDATE)
    # What the rows of this kind of list do not say themselves (`plan.Plan.defaults`).
    defaults: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Why the file cannot be read: a problem as JSON.
    problem: Mapped[str | None] = mapped_column(Encrypted)
    row_count: Mapped[int] = mapped_column(default=0)
    # Rows of the present step that are done; they are committed in batches, and a restart goes on from there.
    done_count: Mapped[int] = mapped_column(default=0)
    staged_line: Mapped[int] = mapped_column(default=0)
    applied_through: Mapped[int] = mapped_column(default=0)
    parents_through: Mapped[int] = mapped_column(default=0)
    # Rows by outcome and what else is counted: before it is applied what will come of it, then what came.
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # When the worker last got on with it.
    moved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def can_be_undone(self) -> bool:
        """Whether what it did is still known: its rows are kept for as long as its file."""
        return self.state is ImportState.APPLIED and self.file_id is not None

    owner: Mapped[User | None] = relationship()


class ImportRow(Tenant, Model):
    """One row of an import. Names are compared by their hashes; what the row says is encrypted."""

    __tablename__ = "import_row"
    __table_args__ = tenant_table(
        owned("import_id", "import", ondelete="CASCADE"),
        Index("ix_import_row_outcome", "import_id", "outcome", "id"),
        Index("ix_import_row_identity", "import_id", "identity"),
        Index("ix_import_row_external", "import_id", "external"),
        Index("ix_import_row_name", "import_id", "name"),
    )

    import_id: Mapped[int]
    line: Mapped[int]
    outcome: Mapped[RowOutcome] = mapped_column(Choice(RowOutcome))
    # Hashes of the identity key, of (source, external id) and of the sorted name; NULL where there is none.
    identity: Mapped[str | None] = mapped_column(String(32))
    external: Mapped[str | None] = mapped_column(String(32))
    name: Mapped[str | None] = mapped_column(String(32))
    has_parent: Mapped[bool] = mapped_column(default=False)
    has_problems: Mapped[bool] = mapped_column(default=False)
    # What the row says (`rows.Said`), as JSON; NULL once it is applied and nothing is to be told of it.
    said: Mapped[str | None] = mapped_column(Encrypted)
    organization_id: Mapped[int | None]
    # The group's edition as the import left it: a higher one says that somebody has changed it since.
    edition: Mapped[int | None]
    # The person that the row added or completed.
    contact_id: Mapped[int | None]
    # The touch or the event that it made.
    record_id: Mapped[int | None]
    # What the row changed (`undo.Undo`), as JSON; NULL where it changed nothing of what was here.
    undo: Mapped[str | None] = mapped_column(Encrypted)
    # NULL: not undone; else why something of it stays (`undo.REASONS`, parted by spaces), "" for nothing.
    undone: Mapped[str | None] = mapped_column(String(80))


class SavedMapping(Tenant, Model):
    """How the columns of a list are read, kept under a name: the same columns are read so the next time."""

    __tablename__ = "saved_mapping"
    __table_args__ = tenant_table(
        UniqueConstraint("coalition_id", "about", "name"),
        Index("ix_saved_mapping_fingerprint", "coalition_id", "fingerprint", "id"),
    )

    name: Mapped[str] = mapped_column(String(80))
    about: Mapped[ListKind] = mapped_column(Choice(ListKind))
    # Of the columns' names, whatever their order (`lists.guessing.fingerprint`).
    fingerprint: Mapped[str] = mapped_column(String(32))
    mapping: Mapped[dict[str, str]] = mapped_column(JSON)
    # The other choices, as `Import` has them.
    source: Mapped[str] = mapped_column(String(60), default="")
    default_kind: Mapped[OrganizationKind | None] = mapped_column(Choice(OrganizationKind))
    day_first: Mapped[bool] = mapped_column(default=False)
    existing: Mapped[Existing] = mapped_column(Choice(Existing), default=Existing.UPDATE)
    defaults: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ExportState(StrEnum):
    """Where an export stands."""

    MAKING = auto()
    READY = auto()
    # Its file is gone: its time was over, or somebody deleted it.
    GONE = auto()


class Export(MadeOnce, Tenant, Model):
    """Everything of the coalition as one file, which a coordinator asked for; kept for a day."""

    __tablename__ = "export"
    __table_args__ = tenant_table(once_a_press(), Index("ix_export_list", "coalition_id", "created_at", "id"))

    # NULL: the operator's, by command.
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    state: Mapped[ExportState] = mapped_column(Choice(ExportState), default=ExportState.MAKING)
    # The stored file; no foreign key, for it is forgotten before this row is (NULL then).
    file_id: Mapped[int | None]
    # Bytes, once it is ready.
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    row_count: Mapped[int] = mapped_column(default=0)
    done_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # When the worker last got on with it.
    moved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    owner: Mapped[User | None] = relationship()
