"""Which people of groups are asked about, and who was kept"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("asked_about_at", sa.DateTime(timezone=True)))
    op.add_column("contact", sa.Column("kept_at", sa.DateTime(timezone=True)))
    op.create_index("ix_contact_asked_about", "contact", ["coalition_id", "asked_about_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_contact_asked_about", table_name="contact")
    op.drop_column("contact", "kept_at")
    op.drop_column("contact", "asked_about_at")
