"""Calendars of partners, and calendar files brought in"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partner_calendar",
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("shown_in_calendar", sa.Boolean(), nullable=False),
        sa.Column("in_own_feed", sa.Boolean(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("etag", sa.String(length=300), nullable=False),
        sa.Column("last_modified", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=40), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("skipped_count", sa.Integer(), nullable=False),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_kept("partner_calendar", form_key=True),
        _owned("partner_calendar", "organization_id", "organization"),
        _person("partner_calendar", "created_by_id"),
        sa.UniqueConstraint(
            "coalition_id", "address_index", name=op.f("uq_partner_calendar_coalition_id_address_index")
        ),
    )
    _index("partner_calendar", "coalition_id", "organization_id", "next_at")
    op.create_table(
        "partner_date",
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=200), nullable=False),
        sa.Column("recurrence_id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("feed_uid", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *_kept("partner_date"),
        _owned("partner_date", "calendar_id", "partner_calendar", "CASCADE"),
        sa.UniqueConstraint(
            "coalition_id",
            "calendar_id",
            "uid",
            "recurrence_id",
            name=op.f("uq_partner_date_coalition_id_calendar_id_uid_recurrence_id"),
        ),
        sa.UniqueConstraint("feed_uid", name=op.f("uq_partner_date_feed_uid")),
    )
    _index("partner_date", "coalition_id")
    op.create_index("ix_partner_date_window", "partner_date", ["coalition_id", "starts_at", "ends_at"])
    _create_files()


def _create_files() -> None:
    op.create_table(
        "calendar_file",
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("failure", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("publish", sa.Boolean(), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=True),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        *_kept("calendar_file", form_key=True),
        _person("calendar_file", "owner_id"),
    )
    _index("calendar_file", "coalition_id")
    op.create_index("ix_calendar_file_list", "calendar_file", ["coalition_id", "created_at", "id"])
    op.create_table(
        "imported_event",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=200), nullable=False),
        sa.Column("plan", sa.LargeBinary(), nullable=False),
        sa.Column("plan_before", sa.LargeBinary(), nullable=True),
        sa.Column("file_before_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *_kept("imported_event"),
        _owned("imported_event", "event_id", "event", "CASCADE"),
        _owned("imported_event", "file_id", "calendar_file"),
        sa.UniqueConstraint("coalition_id", "uid", name=op.f("uq_imported_event_coalition_id_uid")),
    )
    _index("imported_event", "coalition_id", "event_id", "file_id")


def downgrade() -> None:
    for table in ("imported_event", "calendar_file", "partner_date", "partner_calendar"):
        op.drop_table(table)


def _kept(table: str, *, form_key: bool = False) -> list[sa.Column | sa.Constraint]:
    """What each table of a coalition has; `form_key`: a press of a form makes one row."""
    pressed = [
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f(f"uq_{table}_coalition_id_form_key")),
    ]
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f(f"fk_{table}_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f(f"uq_{table}_coalition_id_id")),
        *(pressed if form_key else []),
    ]


def _owned(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["coalition_id", column],
        [f"{other}.coalition_id", f"{other}.id"],
        name=op.f(f"fk_{table}_coalition_id_{column}"),
        ondelete=ondelete,
    )


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["user.id"], name=op.f(f"fk_{table}_{column}"), ondelete="SET NULL"
    )


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
