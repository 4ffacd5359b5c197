"""One thing of a press of a button; imports that can be undone; changes of stands found by their time"""

import sqlalchemy as sa
from alembic import op

revision = "0011_once"
down_revision = "0011"
branch_labels = None
depends_on = None

# None of these has a trigger, a check or an index with a condition, so that they may be rebuilt on SQLite.
MADE_ONCE = ("organization", "contact", "assignment", "demand")
# Added one by one.
COLUMNS = (
    ("import", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True)),
    ("import_row", sa.Column("edition", sa.Integer(), nullable=True)),
    ("import_row", sa.Column("contact_id", sa.Integer(), nullable=True)),
    ("import_row", sa.Column("undo", sa.LargeBinary(), nullable=True)),
    ("import_row", sa.Column("undone", sa.String(length=80), nullable=True)),
)


def upgrade() -> None:
    for table in MADE_ONCE:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("form_key", sa.String(length=64), nullable=True))
            batch_op.create_unique_constraint(
                f"uq_{table}_coalition_id_form_key", ["coalition_id", "form_key"]
            )
    for table, column in COLUMNS:
        op.add_column(table, column)
    op.create_index("ix_endorsement_change_at", "endorsement_change", ["coalition_id", "at"])


def downgrade() -> None:
    op.drop_index("ix_endorsement_change_at", "endorsement_change")
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column.name)
    for table in reversed(MADE_ONCE):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(f"uq_{table}_coalition_id_form_key", type_="unique")
            batch_op.drop_column("form_key")
