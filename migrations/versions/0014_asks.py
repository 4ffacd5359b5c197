"""What is asked of groups"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ask",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("from_version_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("board_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("objection", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user.id"], name=op.f("fk_ask_asked_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id", "from_version_id"],
            ["demand_version.coalition_id", "demand_version.demand_id", "demand_version.id"],
            name="fk_ask_from_version",
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id", "version_id"],
            ["demand_version.coalition_id", "demand_version.demand_id", "demand_version.id"],
            name="fk_ask_version",
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id"],
            ["demand.coalition_id", "demand.id"],
            name=op.f("fk_ask_coalition_id_demand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_ask_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_ask_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_ask_coalition_id_id")),
    )
    with op.batch_alter_table("ask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ask_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ask_demand_id"), ["demand_id"], unique=False)
        batch_op.create_index("ix_ask_due", ["coalition_id", "state", "closes_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_ask_organization_id"), ["organization_id"], unique=False)
        batch_op.create_index("ix_ask_version", ["coalition_id", "version_id", "state"], unique=False)
        batch_op.create_index(
            "uq_ask_open",
            ["coalition_id", "organization_id", "demand_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )


def downgrade() -> None:
    op.drop_table("ask")
