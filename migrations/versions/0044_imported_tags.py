"""Which import made a tag, and which gave it to a group"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("tag", "organization_tag"):
        op.add_column(table, sa.Column("import_id", sa.Integer()))


def downgrade() -> None:
    for table in ("organization_tag", "tag"):
        op.drop_column(table, "import_id")
