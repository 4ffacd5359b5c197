"""Work handed over to somebody else; mail in the morning; groups by the day of their board"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handover",
        sa.Column("to_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("tasks", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        *own("handover"),
        sa.ForeignKeyConstraint(["to_id"], ["user.id"], name=op.f("fk_handover_to_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_handover_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["coalition_id", "assignment_id"],
            ["assignment.coalition_id", "assignment.id"],
            name=op.f("fk_handover_coalition_id_assignment_id"),
        ),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_handover_coalition_id_form_key")),
    )
    op.create_index(op.f("ix_handover_coalition_id"), "handover", ["coalition_id"])
    op.create_index(op.f("ix_handover_assignment_id"), "handover", ["assignment_id"])
    op.create_index("ix_handover_told", "handover", ["coalition_id", "to_id", "at"])
    op.create_table(
        "morning_mail",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("leave_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=True),
        *own("morning_mail"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_morning_mail_user_id"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("coalition_id", "user_id", name=op.f("uq_morning_mail_coalition_id_user_id")),
        sa.UniqueConstraint("leave_hash", name=op.f("uq_morning_mail_leave_hash")),
    )
    op.create_index(op.f("ix_morning_mail_coalition_id"), "morning_mail", ["coalition_id"])
    op.create_index(op.f("ix_morning_mail_user_id"), "morning_mail", ["user_id"])
    board = ["coalition_id", "state", "board_on", "organization_id"]
    op.create_index("ix_endorsement_board", "endorsement", board)


def downgrade() -> None:
    op.drop_index("ix_endorsement_board", "endorsement")
    for table in ("morning_mail", "handover"):
        op.drop_table(table)


def own(table: str) -> list[sa.schema.SchemaItem]:
    """What every coalition's table has."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f(f"fk_{table}_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f(f"uq_{table}_coalition_id_id")),
    ]
