"""Targets, how far demands have come with them, and the ladder"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "target",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_target_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_target_coalition_id_form_key")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_target_coalition_id_id")),
        sa.UniqueConstraint(
            "coalition_id", "kind", "name", "place", name=op.f("uq_target_coalition_id_kind_name_place")
        ),
    )
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_coalition_id"), ["coalition_id"], unique=False)

    op.create_table(
        "policy_step",
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("instrument", sa.String(length=32), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("binding", sa.Boolean(), nullable=True),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status = 'passed' OR instrument IS NULL", name=op.f("ck_policy_step_instrument_of_what_passed")
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id"],
            ["demand.coalition_id", "demand.id"],
            name=op.f("fk_policy_step_coalition_id_demand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "target_id"],
            ["target.coalition_id", "target.id"],
            name=op.f("fk_policy_step_coalition_id_target_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_policy_step_coalition_id")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name=op.f("fk_policy_step_entered_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_step")),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_policy_step_coalition_id_form_key")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_policy_step_coalition_id_id")),
    )
    with op.batch_alter_table("policy_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_step_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_step_demand_id"), ["demand_id"], unique=False)
        batch_op.create_index(
            "ix_policy_step_newest",
            ["coalition_id", "demand_id", "target_id", "happened_on", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_policy_step_target_id"), ["target_id"], unique=False)

    op.create_table(
        "rung",
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("after_id", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("demand_id <> after_id", name=op.f("ck_rung_not_after_itself")),
        sa.ForeignKeyConstraint(
            ["coalition_id", "after_id"],
            ["demand.coalition_id", "demand.id"],
            name=op.f("fk_rung_coalition_id_after_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id"],
            ["demand.coalition_id", "demand.id"],
            name=op.f("fk_rung_coalition_id_demand_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_rung_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rung")),
        sa.UniqueConstraint("coalition_id", "demand_id", name=op.f("uq_rung_coalition_id_demand_id")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_rung_coalition_id_id")),
    )
    with op.batch_alter_table("rung", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rung_after_id"), ["after_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rung_coalition_id"), ["coalition_id"], unique=False)


def downgrade() -> None:
    op.drop_table("rung")
    op.drop_table("policy_step")
    op.drop_table("target")
