"""Tags of groups; many groups changed in one go"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tag",
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        *own("tag"),
        sa.UniqueConstraint("coalition_id", "key", name=op.f("uq_tag_coalition_id_key")),
    )
    op.create_index(op.f("ix_tag_coalition_id"), "tag", ["coalition_id"])
    op.create_table(
        "organization_tag",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        *own("organization_tag"),
        owner("organization_tag", "organization_id", "organization", "CASCADE"),
        owner("organization_tag", "tag_id", "tag"),
        sa.UniqueConstraint(
            "coalition_id",
            "tag_id",
            "organization_id",
            name=op.f("uq_organization_tag_coalition_id_tag_id_organization_id"),
        ),
    )
    op.create_index(op.f("ix_organization_tag_coalition_id"), "organization_tag", ["coalition_id"])
    group = ["coalition_id", "organization_id", "tag_id"]
    op.create_index("ix_organization_tag_group", "organization_tag", group)
    op.create_table(
        "bulk_edit",
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        *own("bulk_edit"),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_bulk_edit_by_id"), ondelete="SET NULL"),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_bulk_edit_coalition_id_form_key")),
    )
    op.create_index(op.f("ix_bulk_edit_coalition_id"), "bulk_edit", ["coalition_id"])


def downgrade() -> None:
    for table in ("bulk_edit", "organization_tag", "tag"):
        op.drop_table(table)


def own(table: str) -> list[sa.schema.SchemaItem]:
    """What every coalition's table has."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f(f"fk_{table}_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f(f"uq_{table}_coalition_id_id")),
    ]


def owner(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["coalition_id", column],
        [f"{other}.coalition_id", f"{other}.id"],
        name=op.f(f"fk_{table}_coalition_id_{column}"),
        ondelete=ondelete,
    )
