"""The columns of the board of outreach, and what moved lately"""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_organization_since", "organization", ["coalition_id", "stage", "stage_since", "id"])
    op.create_index("ix_stage_change_recent", "stage_change", ["coalition_id", "at", "id"])


def downgrade() -> None:
    op.drop_index("ix_stage_change_recent", table_name="stage_change")
    op.drop_index("ix_organization_since", table_name="organization")
