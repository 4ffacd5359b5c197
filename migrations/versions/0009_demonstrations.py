"""Co-sponsors"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "co_sponsorship",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user.id"], name=op.f("fk_co_sponsorship_asked_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "event_id"],
            ["event.coalition_id", "event.id"],
            name=op.f("fk_co_sponsorship_coalition_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_co_sponsorship_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_co_sponsorship_coalition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_sponsorship")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_co_sponsorship_coalition_id_id")),
    )
    with op.batch_alter_table("co_sponsorship", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_co_sponsorship_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_co_sponsorship_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_co_sponsorship_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(
            "uq_co_sponsor_date",
            ["coalition_id", "event_id", "organization_id", "on_date"],
            unique=True,
            sqlite_where=sa.text("on_date IS NOT NULL"),
            postgresql_where=sa.text("on_date IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_co_sponsor_series",
            ["coalition_id", "event_id", "organization_id"],
            unique=True,
            sqlite_where=sa.text("on_date IS NULL"),
            postgresql_where=sa.text("on_date IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("co_sponsorship", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_co_sponsor_series",
            sqlite_where=sa.text("on_date IS NULL"),
            postgresql_where=sa.text("on_date IS NULL"),
        )
        batch_op.drop_index(
            "uq_co_sponsor_date",
            sqlite_where=sa.text("on_date IS NOT NULL"),
            postgresql_where=sa.text("on_date IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_co_sponsorship_organization_id"))
        batch_op.drop_index(batch_op.f("ix_co_sponsorship_event_id"))
        batch_op.drop_index(batch_op.f("ix_co_sponsorship_coalition_id"))

    op.drop_table("co_sponsorship")
