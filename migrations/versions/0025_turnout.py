"""Turnout: goals, counts, and whether the growth is public"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "turnout_count",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=True),
        sa.Column("per_m2", sa.Float(), nullable=True),
        sa.Column("counted_by", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        *_kept("turnout_count"),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        _owned("turnout_count", "event_id", "event"),
        _user("turnout_count", "entered_by_id"),
        sa.CheckConstraint("low >= 0 AND high >= low", name=op.f("ck_turnout_count_low_to_high")),
        sa.CheckConstraint(
            "(method = 'area') = (area_m2 IS NOT NULL AND per_m2 IS NOT NULL)",
            name=op.f("ck_turnout_count_area_with_its_numbers"),
        ),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_turnout_count_coalition_id_form_key")),
    )
    op.create_index(op.f("ix_turnout_count_coalition_id"), "turnout_count", ["coalition_id"])
    op.create_index("ix_turnout_count_date", "turnout_count", ["coalition_id", "event_id", "on_date", "id"])
    op.create_table(
        "turnout_date",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("goal", sa.Integer(), nullable=True),
        sa.Column("chosen_id", sa.Integer(), nullable=True),
        *_kept("turnout_date"),
        _owned("turnout_date", "event_id", "event"),
        _owned("turnout_date", "chosen_id", "turnout_count"),
        sa.CheckConstraint("goal > 0", name=op.f("ck_turnout_date_somebody_is_wanted")),
        sa.UniqueConstraint(
            "coalition_id", "event_id", "on_date", name=op.f("uq_turnout_date_coalition_id_event_id_on_date")
        ),
    )
    op.create_index(op.f("ix_turnout_date_coalition_id"), "turnout_date", ["coalition_id"])
    op.create_index(op.f("ix_turnout_date_event_id"), "turnout_date", ["event_id"])
    op.create_table(
        "shown_turnout",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *_kept("shown_turnout"),
        _owned("shown_turnout", "event_id", "event"),
        _user("shown_turnout", "changed_by_id"),
        sa.UniqueConstraint("coalition_id", "event_id", name=op.f("uq_shown_turnout_coalition_id_event_id")),
    )
    op.create_index(op.f("ix_shown_turnout_coalition_id"), "shown_turnout", ["coalition_id"])


def downgrade() -> None:
    op.drop_table("shown_turnout")
    op.drop_table("turnout_date")
    op.drop_table("turnout_count")


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
