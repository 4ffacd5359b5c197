"""Who speaks for a group: mailed links and sessions"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "group_link",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "contact_id"],
            ["contact.coalition_id", "contact.id"],
            name=op.f("fk_group_link_coalition_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_group_link_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_link")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_group_link_coalition_id_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_group_link_token_hash")),
    )
    with op.batch_alter_table("group_link", schema=None) as batch_op:
        batch_op.create_index("ix_group_link_about", ["coalition_id", "about"], unique=False)
        batch_op.create_index(batch_op.f("ix_group_link_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_group_link_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_group_link_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "group_session",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "contact_id"],
            ["contact.coalition_id", "contact.id"],
            name=op.f("fk_group_session_coalition_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_group_session_coalition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_session")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_group_session_coalition_id_id")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_group_session_secret_hash")),
    )
    with op.batch_alter_table("group_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_session_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_group_session_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_group_session_expires_at"), ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("group_session")
    op.drop_table("group_link")
