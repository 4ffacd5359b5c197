"""Words of contacts' names, by keyed hashes; those of who is there already are made by the worker"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_word",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("word_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "contact_id"],
            ["contact.coalition_id", "contact.id"],
            name=op.f("fk_contact_word_coalition_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_contact_word_coalition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_word")),
        sa.UniqueConstraint(
            "coalition_id",
            "word_index",
            "contact_id",
            name=op.f("uq_contact_word_coalition_id_word_index_contact_id"),
        ),
    )
    op.create_index(op.f("ix_contact_word_coalition_id"), "contact_word", ["coalition_id"])
    op.create_index("ix_contact_word_contact", "contact_word", ["coalition_id", "contact_id"])


def downgrade() -> None:
    op.drop_table("contact_word")
