"""Sign-ons of the public form"""

import sqlalchemy as sa
from alembic import op

revision = "0007_sign_ons"
down_revision = "0007_stands"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_on",
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("content_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sender_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("size_public", sa.Boolean(), nullable=False),
        sa.Column("speaker_name", sa.LargeBinary(), nullable=False),
        sa.Column("speaker_role", sa.String(length=120), nullable=False),
        sa.Column("speaker_public", sa.Boolean(), nullable=False),
        sa.Column("speaker_email", sa.LargeBinary(), nullable=False),
        sa.Column("speaker_email_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("decided_how", sa.String(length=32), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("former_token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_sign_on_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_sign_on_coalition_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_sign_on_decided_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_on")),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_sign_on_coalition_id_form_key")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_sign_on_coalition_id_id")),
        sa.UniqueConstraint("former_token_hash", name=op.f("uq_sign_on_former_token_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_on_token_hash")),
    )
    with op.batch_alter_table("sign_on", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_on_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_on_organization_id"), ["organization_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sign_on_speaker_email_index"), ["speaker_email_index"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sign_on_sender_index"), ["sender_index"], unique=False)
        batch_op.create_index("ix_sign_on_state", ["coalition_id", "state", "id"], unique=False)
        batch_op.create_index(
            "uq_sign_on_same",
            ["coalition_id", "content_index"],
            unique=True,
            sqlite_where=sa.text("state = 'unconfirmed'"),
            postgresql_where=sa.text("state = 'unconfirmed'"),
        )
        batch_op.create_index(
            "uq_sign_on_waiting",
            ["coalition_id", "sender_index"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "sign_on_answer",
        sa.Column("sign_on_id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("board_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'before_board') = (board_on IS NOT NULL)",
            name=op.f("ck_sign_on_answer_board_has_a_date"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id"],
            ["demand.coalition_id", "demand.id"],
            name=op.f("fk_sign_on_answer_coalition_id_demand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "sign_on_id"],
            ["sign_on.coalition_id", "sign_on.id"],
            name=op.f("fk_sign_on_answer_coalition_id_sign_on_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id", "version_id"],
            ["demand_version.coalition_id", "demand_version.demand_id", "demand_version.id"],
            name=op.f("fk_sign_on_answer_coalition_id_demand_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_sign_on_answer_coalition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_on_answer")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_sign_on_answer_coalition_id_id")),
        sa.UniqueConstraint(
            "coalition_id",
            "sign_on_id",
            "demand_id",
            name=op.f("uq_sign_on_answer_coalition_id_sign_on_id_demand_id"),
        ),
    )
    with op.batch_alter_table("sign_on_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_on_answer_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_on_answer_sign_on_id"), ["sign_on_id"], unique=False)


def downgrade() -> None:
    op.drop_table("sign_on_answer")
    op.drop_table("sign_on")
