"""The last day to answer a question without that of the group's board"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ask", sa.Column("usual_end", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("ask", "usual_end")
