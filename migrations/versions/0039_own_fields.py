"""Fields of a coalition's own: what stands in them, of groups and of events"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None
OWNERS = ("organization", "event")


def upgrade() -> None:
    for owner in OWNERS:
        _create(f"{owner}_value", owner)
    found = ["coalition_id", "field_id", "key", "organization_id"]
    op.create_index("ix_organization_value_found", "organization_value", found)


def _create(table: str, owner: str) -> None:
    op.create_table(
        table,
        sa.Column(f"{owner}_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f(f"fk_{table}_coalition_id")),
        sa.ForeignKeyConstraint(
            ["coalition_id", f"{owner}_id"],
            [f"{owner}.coalition_id", f"{owner}.id"],
            name=op.f(f"fk_{table}_coalition_id_{owner}_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f(f"uq_{table}_coalition_id_id")),
        sa.UniqueConstraint(
            "coalition_id",
            f"{owner}_id",
            "field_id",
            name=op.f(f"uq_{table}_coalition_id_{owner}_id_field_id"),
        ),
    )
    op.create_index(op.f(f"ix_{table}_coalition_id"), table, ["coalition_id"])


def downgrade() -> None:
    for owner in reversed(OWNERS):
        op.drop_table(f"{owner}_value")
