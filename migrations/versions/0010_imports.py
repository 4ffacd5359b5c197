"""Stored files and imports"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import",
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("sheet", sa.String(length=200), nullable=True),
        sa.Column("header_line", sa.Integer(), nullable=True),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("default_kind", sa.String(length=32), nullable=True),
        sa.Column("day_first", sa.Boolean(), nullable=False),
        sa.Column("existing", sa.String(length=32), nullable=False),
        sa.Column("problem", sa.LargeBinary(), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("staged_line", sa.Integer(), nullable=False),
        sa.Column("applied_through", sa.Integer(), nullable=False),
        sa.Column("parents_through", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_import_coalition_id")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user.id"], name=op.f("fk_import_owner_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_import_coalition_id_form_key")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_import_coalition_id_id")),
    )
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index("ix_import_list", ["coalition_id", "created_at", "id"], unique=False)

    op.create_table(
        "stored_file",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_stored_file_coalition_id")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user.id"], name=op.f("fk_stored_file_owner_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_stored_file_coalition_id_id")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_file_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stored_file_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "import_row",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("identity", sa.String(length=32), nullable=True),
        sa.Column("external", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=32), nullable=True),
        sa.Column("has_parent", sa.Boolean(), nullable=False),
        sa.Column("has_problems", sa.Boolean(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "import_id"],
            ["import.coalition_id", "import.id"],
            name=op.f("fk_import_row_coalition_id_import_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_import_row_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_import_row_coalition_id_id")),
    )
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_row_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index("ix_import_row_external", ["import_id", "external"], unique=False)
        batch_op.create_index("ix_import_row_identity", ["import_id", "identity"], unique=False)
        batch_op.create_index("ix_import_row_name", ["import_id", "name"], unique=False)
        batch_op.create_index("ix_import_row_outcome", ["import_id", "outcome", "id"], unique=False)

    op.create_table(
        "stored_chunk",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "file_id"],
            ["stored_file.coalition_id", "stored_file.id"],
            name=op.f("fk_stored_chunk_coalition_id_file_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_stored_chunk_coalition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_chunk")),
        sa.UniqueConstraint(
            "coalition_id", "file_id", "number", name=op.f("uq_stored_chunk_coalition_id_file_id_number")
        ),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_stored_chunk_coalition_id_id")),
    )
    with op.batch_alter_table("stored_chunk", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_chunk_coalition_id"), ["coalition_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("stored_chunk", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_chunk_coalition_id"))

    op.drop_table("stored_chunk")
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.drop_index("ix_import_row_outcome")
        batch_op.drop_index("ix_import_row_name")
        batch_op.drop_index("ix_import_row_identity")
        batch_op.drop_index("ix_import_row_external")
        batch_op.drop_index(batch_op.f("ix_import_row_coalition_id"))

    op.drop_table("import_row")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_file_expires_at"))
        batch_op.drop_index(batch_op.f("ix_stored_file_coalition_id"))

    op.drop_table("stored_file")
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.drop_index("ix_import_list")
        batch_op.drop_index(batch_op.f("ix_import_coalition_id"))

    op.drop_table("import")
