"""The edition of an event, and of what differs on its dates: another one after every write"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

TABLES = ("event", "occurrence")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("edition", sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "edition")
