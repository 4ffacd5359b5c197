"""When a role and a taking of it changed last"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
TABLES = ("event_role", "role_taking")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "changed_at")
