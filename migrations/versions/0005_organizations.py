"""Organizations and contacts"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organization",
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("sort_name", sa.String(length=300), nullable=False),
        sa.Column("acronym", sa.String(length=60), nullable=False),
        sa.Column("identity_key", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("size_public", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("sector", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("place_key", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("postal_code", sa.String(length=20), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("local_number", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=True),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("stage_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_touch_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["user.id"], name=op.f("fk_organization_assignee_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "parent_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_organization_coalition_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_organization_coalition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_organization_coalition_id_id")),
        sa.UniqueConstraint(
            "coalition_id", "identity_key", name=op.f("uq_organization_coalition_id_identity_key")
        ),
        sa.UniqueConstraint(
            "coalition_id",
            "source",
            "external_id",
            name=op.f("uq_organization_coalition_id_source_external_id"),
        ),
    )
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.create_index(
            "ix_organization_assignee", ["coalition_id", "assignee_id", "sort_name", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_organization_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_organization_import_id"), ["import_id"], unique=False)
        batch_op.create_index("ix_organization_list", ["coalition_id", "sort_name", "id"], unique=False)
        batch_op.create_index("ix_organization_touch", ["coalition_id", "last_touch_at", "id"], unique=False)
        batch_op.create_index("ix_organization_size", ["coalition_id", "size", "id"], unique=False)
        batch_op.create_index(
            "ix_organization_kind", ["coalition_id", "kind", "sort_name", "id"], unique=False
        )
        batch_op.create_index(
            "ix_organization_sector", ["coalition_id", "sector", "sort_name", "id"], unique=False
        )
        batch_op.create_index(
            "ix_organization_place", ["coalition_id", "place_key", "sort_name", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_organization_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(
            "ix_organization_stage", ["coalition_id", "stage", "sort_name", "id"], unique=False
        )

    op.create_table(
        "contact",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("email_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_contact_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_contact_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_contact_coalition_id_id")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_email_index"), ["email_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_organization_id"), ["organization_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_phone_index"), ["phone_index"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["user.id"], name=op.f("fk_assignment_assignee_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_assignment_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_assignment_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_assignment_coalition_id_id")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_coalition_id"), ["coalition_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_coalition_id"))

    op.drop_table("assignment")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_phone_index"))
        batch_op.drop_index(batch_op.f("ix_contact_organization_id"))
        batch_op.drop_index(batch_op.f("ix_contact_email_index"))
        batch_op.drop_index(batch_op.f("ix_contact_coalition_id"))

    op.drop_table("contact")
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.drop_index("ix_organization_stage")
        batch_op.drop_index("ix_organization_touch")
        batch_op.drop_index("ix_organization_size")
        batch_op.drop_index("ix_organization_kind")
        batch_op.drop_index("ix_organization_sector")
        batch_op.drop_index("ix_organization_place")
        batch_op.drop_index(batch_op.f("ix_organization_parent_id"))
        batch_op.drop_index("ix_organization_list")
        batch_op.drop_index(batch_op.f("ix_organization_import_id"))
        batch_op.drop_index(batch_op.f("ix_organization_coalition_id"))
        batch_op.drop_index("ix_organization_assignee")

    op.drop_table("organization")
