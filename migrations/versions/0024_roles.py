"""Roles to fill at events, and who took them"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

LIVE = sa.text("released_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "event_role",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("from_time", sa.Time(), nullable=True),
        sa.Column("to_time", sa.Time(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        *_kept("event_role"),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        _owned("event_role", "event_id", "event"),
        _user("event_role", "created_by_id"),
        sa.CheckConstraint("needed > 0", name=op.f("ck_event_role_somebody_is_needed")),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_event_role_coalition_id_form_key")),
    )
    op.create_index(op.f("ix_event_role_coalition_id"), "event_role", ["coalition_id"])
    op.create_index("ix_event_role_event", "event_role", ["coalition_id", "event_id", "on_date"])
    op.create_table(
        "role_taking",
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("person_name", sa.LargeBinary(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        *_kept("role_taking"),
        _owned("role_taking", "role_id", "event_role"),
        _owned("role_taking", "organization_id", "organization"),
        _user("role_taking", "user_id"),
        _user("role_taking", "entered_by_id"),
        sa.CheckConstraint("count > 0", name=op.f("ck_role_taking_somebody_comes")),
        sa.CheckConstraint(
            "CASE WHEN organization_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN user_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN person_name IS NULL THEN 0 ELSE 1 END <= 1",
            name=op.f("ck_role_taking_taken_by_one"),
        ),
    )
    for column in ("coalition_id", "organization_id", "user_id"):
        op.create_index(op.f(f"ix_role_taking_{column}"), "role_taking", [column])
    op.create_index("ix_role_taking_date", "role_taking", ["coalition_id", "role_id", "on_date"])
    for name, column in (("group", "organization_id"), ("user", "user_id")):
        op.create_index(
            f"uq_role_taking_{name}",
            "role_taking",
            ["coalition_id", "role_id", "on_date", column],
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        )


def downgrade() -> None:
    op.drop_table("role_taking")
    op.drop_table("event_role")


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
