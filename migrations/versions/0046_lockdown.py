"""What a lockdown has stopped in a coalition"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("coalition", sa.Column("locked", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("coalition", "locked")
