"""Private feeds, and when a follow-up changed last"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("follow_up", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "private_feed",
        sa.Column("membership_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("uid", sa.String(length=80), nullable=False),
        sa.Column("variant", sa.String(length=32), nullable=False),
        sa.Column("with_addresses", sa.Boolean(), nullable=False),
        sa.Column("with_closed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reset_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(membership_id IS NULL) <> (contact_id IS NULL)",
            name=op.f("ck_private_feed_an_organizer_or_a_group"),
        ),
        _owned("membership_id", "membership"),
        _owned("contact_id", "contact"),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_private_feed_coalition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_feed")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_private_feed_coalition_id_id")),
        sa.UniqueConstraint(
            "coalition_id", "membership_id", name=op.f("uq_private_feed_coalition_id_membership_id")
        ),
        sa.UniqueConstraint(
            "coalition_id", "contact_id", name=op.f("uq_private_feed_coalition_id_contact_id")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_private_feed_token_hash")),
    )
    for column in ("coalition_id", "contact_id", "membership_id"):
        op.create_index(op.f(f"ix_private_feed_{column}"), "private_feed", [column])


def downgrade() -> None:
    op.drop_table("private_feed")
    op.drop_column("follow_up", "changed_at")


def _owned(column: str, other: str) -> sa.ForeignKeyConstraint:
    """Of a row of the same coalition, and gone with it."""
    return sa.ForeignKeyConstraint(
        ["coalition_id", column],
        [f"{other}.coalition_id", f"{other}.id"],
        name=op.f(f"fk_private_feed_coalition_id_{column}"),
        ondelete="CASCADE",
    )
