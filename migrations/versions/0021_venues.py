"""What a venue offers, and series that go on as another event"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

WORDS = (
    ("directions", 1000),
    ("interpretation", 200),
    ("childcare", 200),
    ("food", 200),
    ("online_url", 500),
)
CHOICES = ("step_free", "hearing_loop")


# Columns are added one by one: on SQLite a rebuilt table ("batch") would take those that refer to it along.
def upgrade() -> None:
    for name, longest in WORDS:
        op.add_column("event", sa.Column(name, sa.String(length=longest), nullable=False, server_default=""))
        op.add_column("occurrence", sa.Column(name, sa.String(length=longest), nullable=True))
    for name in CHOICES:
        op.add_column("event", sa.Column(name, sa.String(length=32), nullable=False, server_default="unsaid"))
        op.add_column("occurrence", sa.Column(name, sa.String(length=32), nullable=True))
    op.add_column("occurrence", sa.Column("is_home", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "event_split",
        sa.Column("earlier_id", sa.Integer(), nullable=False),
        sa.Column("later_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["coalition_id", name],
                ["event.coalition_id", "event.id"],
                name=op.f(f"fk_event_split_coalition_id_{name}"),
                ondelete="CASCADE",
            )
            for name in ("earlier_id", "later_id")
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_event_split_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_split")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_event_split_coalition_id_id")),
        sa.UniqueConstraint("coalition_id", "later_id", name=op.f("uq_event_split_coalition_id_later_id")),
    )
    op.create_index(op.f("ix_event_split_coalition_id"), "event_split", ["coalition_id"])
    op.create_index(op.f("ix_event_split_earlier_id"), "event_split", ["earlier_id"])


def downgrade() -> None:
    op.drop_table("event_split")
    op.drop_column("occurrence", "is_home")
    for name in (*CHOICES, *(word for word, _longest in WORDS)):
        op.drop_column("occurrence", name)
        op.drop_column("event", name)
