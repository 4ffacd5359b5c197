"""Exports

Everything of a coalition as one file, asked for on a page.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "export",
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name="fk_export_coalition_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name="fk_export_owner_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
        sa.UniqueConstraint("coalition_id", "form_key", name="uq_export_coalition_id_form_key"),
        sa.UniqueConstraint("coalition_id", "id", name="uq_export_coalition_id_id"),
    )
    op.create_index("ix_export_coalition_id", "export", ["coalition_id"])
    op.create_index("ix_export_list", "export", ["coalition_id", "created_at", "id"])


def downgrade() -> None:
    op.drop_table("export")
