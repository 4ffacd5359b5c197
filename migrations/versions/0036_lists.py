"""Lists of people, touches and events; columns that are read as the last time"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    about = sa.Column("about", sa.String(length=32), nullable=False, server_default="organizations")
    op.add_column("import", about)
    op.add_column("import", sa.Column("defaults", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("import_row", sa.Column("record_id", sa.Integer(), nullable=True))
    op.create_table(
        "saved_mapping",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("default_kind", sa.String(length=32), nullable=True),
        sa.Column("day_first", sa.Boolean(), nullable=False),
        sa.Column("existing", sa.String(length=32), nullable=False),
        sa.Column("defaults", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name="fk_saved_mapping_coalition_id"),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name="fk_saved_mapping_by_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_mapping"),
        sa.UniqueConstraint("coalition_id", "about", "name", name="uq_saved_mapping_coalition_id_about_name"),
        sa.UniqueConstraint("coalition_id", "id", name="uq_saved_mapping_coalition_id_id"),
    )
    op.create_index("ix_saved_mapping_coalition_id", "saved_mapping", ["coalition_id"])
    op.create_index("ix_saved_mapping_fingerprint", "saved_mapping", ["coalition_id", "fingerprint", "id"])


def downgrade() -> None:
    op.drop_table("saved_mapping")
    op.drop_column("import_row", "record_id")
    op.drop_column("import", "defaults")
    op.drop_column("import", "about")
