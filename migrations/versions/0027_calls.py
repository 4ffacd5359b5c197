"""One call for all that a group is asked on a day: each question knows the follow-up that stands for it"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
TABLES = ("ask", "co_sponsorship")
# Until now a call was found by what the follow-up had been made for.
CALLS_OF_ASKS = """
UPDATE ask SET call_id = (SELECT follow_up.id FROM follow_up
WHERE follow_up.coalition_id = ask.coalition_id AND follow_up.origin = 'ask:' || ask.id)
"""
CALLS_OF_INVITATIONS = """
UPDATE co_sponsorship SET call_id = (SELECT follow_up.id FROM follow_up
WHERE follow_up.coalition_id = co_sponsorship.coalition_id
AND follow_up.origin = 'co_sponsor:' || co_sponsorship.id || ':' || co_sponsorship.closes_on)
"""


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("call_id", sa.Integer(), nullable=True))
    op.execute(CALLS_OF_ASKS)
    op.execute(CALLS_OF_INVITATIONS)


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "call_id")
