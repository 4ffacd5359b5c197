"""Call queues; groups and people who asked not to be called, numbers that are wrong"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
# One by one: rebuilding these tables would lose their triggers and checks.
COLUMNS = (
    ("organization", "no_calls_at"),
    ("contact", "no_calls_at"),
    ("contact", "wrong_number_at"),
)


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "call_queue",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=True),
        sa.Column("demand_id", sa.Integer(), nullable=True),
        sa.Column("script", sa.String(length=4000), nullable=False),
        sa.Column("cooling_days", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        *_kept("call_queue"),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        _owned("call_queue", "demand_id", "demand"),
        _user("call_queue", "created_by_id"),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_call_queue_coalition_id_form_key")),
    )
    op.create_index(op.f("ix_call_queue_coalition_id"), "call_queue", ["coalition_id"])
    op.create_index(op.f("ix_call_queue_demand_id"), "call_queue", ["demand_id"])
    op.create_index("ix_call_queue_list", "call_queue", ["coalition_id", "created_at", "id"])
    _create_entries()


def _create_entries() -> None:
    op.create_table(
        "queue_entry",
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("caller_id", sa.Integer(), nullable=True),
        sa.Column("held_by_id", sa.Integer(), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("called_by_id", sa.Integer(), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("flagged_at", sa.DateTime(timezone=True), nullable=True),
        *_kept("queue_entry"),
        _owned("queue_entry", "queue_id", "call_queue"),
        _owned("queue_entry", "organization_id", "organization"),
        _owned("queue_entry", "contact_id", "contact"),
        *(_user("queue_entry", column) for column in ("caller_id", "held_by_id", "called_by_id")),
        sa.UniqueConstraint(
            "coalition_id",
            "queue_id",
            "organization_id",
            name=op.f("uq_queue_entry_coalition_id_queue_id_organization_id"),
        ),
    )
    for column in (
        "coalition_id",
        "organization_id",
        "caller_id",
        "held_by_id",
        "contact_id",
        "called_by_id",
    ):
        op.create_index(op.f(f"ix_queue_entry_{column}"), "queue_entry", [column])
    op.create_index("ix_queue_entry_state", "queue_entry", ["coalition_id", "queue_id", "state", "id"])
    held = ["coalition_id", "organization_id", "held_until"]
    op.create_index("ix_queue_entry_held", "queue_entry", held)


def downgrade() -> None:
    op.drop_table("queue_entry")
    op.drop_table("call_queue")
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column)


def _kept(table: str) -> list[sa.Column | sa.Constraint]:
    """What each table of a coalition has."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f(f"fk_{table}_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f(f"uq_{table}_coalition_id_id")),
    ]


def _owned(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["coalition_id", column],
        [f"{other}.coalition_id", f"{other}.id"],
        name=op.f(f"fk_{table}_coalition_id_{column}"),
    )


def _user(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["user.id"], name=op.f(f"fk_{table}_{column}"), ondelete="SET NULL"
    )
