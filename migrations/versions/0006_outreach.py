"""Touches, follow-ups, stages"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interaction",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "contact_id"],
            ["contact.coalition_id", "contact.id"],
            name=op.f("fk_interaction_coalition_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_interaction_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_interaction_coalition_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_interaction_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_interaction_coalition_id_form_key")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_interaction_coalition_id_id")),
    )
    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interaction_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interaction_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interaction_import_id"), ["import_id"], unique=False)
        batch_op.create_index("ix_interaction_logged", ["coalition_id", "logged_at", "id"], unique=False)
        batch_op.create_index("ix_interaction_recent", ["coalition_id", "at", "id"], unique=False)
        batch_op.create_index(
            "ix_interaction_timeline", ["coalition_id", "organization_id", "at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_interaction_user_id"), ["user_id"], unique=False)

    op.create_table(
        "follow_up",
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("origin", sa.String(length=120), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "interaction_id"],
            ["interaction.coalition_id", "interaction.id"],
            name=op.f("fk_follow_up_coalition_id_interaction_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_follow_up_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_follow_up_coalition_id")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_follow_up_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user.id"], name=op.f("fk_follow_up_owner_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_follow_up_coalition_id_id")),
        sa.UniqueConstraint("coalition_id", "origin", name=op.f("uq_follow_up_coalition_id_origin")),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_organization_id"), ["organization_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_interaction_id"), ["interaction_id"], unique=False)
        batch_op.create_index("ix_follow_up_due", ["coalition_id", "done_at", "due_on", "id"], unique=False)
        batch_op.create_index(
            "ix_follow_up_owner", ["coalition_id", "owner_id", "done_at", "due_on", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_follow_up_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "stage_change",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.String(length=32), nullable=False),
        sa.Column("before_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "interaction_id"],
            ["interaction.coalition_id", "interaction.id"],
            name=op.f("fk_stage_change_coalition_id_interaction_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_stage_change_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_stage_change_coalition_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_stage_change_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_change")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_stage_change_coalition_id_id")),
    )
    with op.batch_alter_table("stage_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stage_change_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stage_change_interaction_id"), ["interaction_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stage_change_organization_id"), ["organization_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("stage_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stage_change_organization_id"))
        batch_op.drop_index(batch_op.f("ix_stage_change_interaction_id"))
        batch_op.drop_index(batch_op.f("ix_stage_change_coalition_id"))

    op.drop_table("stage_change")
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_owner_id"))
        batch_op.drop_index("ix_follow_up_owner")
        batch_op.drop_index("ix_follow_up_due")
        batch_op.drop_index(batch_op.f("ix_follow_up_interaction_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_organization_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_coalition_id"))

    op.drop_table("follow_up")
    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interaction_user_id"))
        batch_op.drop_index("ix_interaction_timeline")
        batch_op.drop_index("ix_interaction_recent")
        batch_op.drop_index("ix_interaction_logged")
        batch_op.drop_index(batch_op.f("ix_interaction_import_id"))
        batch_op.drop_index(batch_op.f("ix_interaction_contact_id"))
        batch_op.drop_index(batch_op.f("ix_interaction_coalition_id"))

    op.drop_table("interaction")
