"""Views of the list of groups that members keep under a name"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

# The policy of every table of a coalition's, as 0048 words it.
NAMED = (
    "(SELECT nullif(coalesce(nullif(current_setting('muster.coalition', true), ''), '0'), 'all')::integer)"
)
RULE = f"nullif(coalition_id = coalesce({NAMED}, coalition_id), false) IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name="fk_saved_view_coalition_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_saved_view_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.UniqueConstraint("coalition_id", "form_key", name="uq_saved_view_coalition_id_form_key"),
        sa.UniqueConstraint("coalition_id", "id", name="uq_saved_view_coalition_id_id"),
        sa.UniqueConstraint(
            "coalition_id", "user_id", "name", name="uq_saved_view_coalition_id_user_id_name"
        ),
    )
    op.create_index("ix_saved_view_coalition_id", "saved_view", ["coalition_id"])
    op.create_index("ix_saved_view_user_id", "saved_view", ["user_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE saved_view ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE saved_view FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY one_coalition ON saved_view USING ({RULE})")


def downgrade() -> None:
    op.drop_table("saved_view")
