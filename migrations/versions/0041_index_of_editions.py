"""The index of events by their first day, with all that a feed asks after an edit"""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

COLUMNS = ("coalition_id", "first_on", "id", "last_on", "visibility", "published_at", "kind", "edition")


def upgrade() -> None:
    op.create_index("ix_event_editions", "event", list(COLUMNS))
    op.drop_index("ix_event_window", table_name="event")


def downgrade() -> None:
    op.create_index("ix_event_window", "event", ["coalition_id", "first_on", "last_on"])
    op.drop_index("ix_event_editions", table_name="event")
