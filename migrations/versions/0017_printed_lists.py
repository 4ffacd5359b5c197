"""Names pasted from printed lists, and what coordinators ask speakers of sign-ons"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_on", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sign_on", sa.Column("question", sa.LargeBinary(), nullable=True))
    op.create_table(
        "pasted_list",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=False),
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        *_kept("pasted_list"),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_pasted_list_user_id"), ondelete="SET NULL"
        ),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_pasted_list_coalition_id_form_key")),
    )
    op.create_index(op.f("ix_pasted_list_coalition_id"), "pasted_list", ["coalition_id"])
    op.create_table(
        "listed_words",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        *_kept("listed_words"),
        _owned("listed_words", "list_id", "pasted_list", "CASCADE"),
        _owned("listed_words", "demand_id", "demand"),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id", "version_id"],
            ["demand_version.coalition_id", "demand_version.demand_id", "demand_version.id"],
            name=op.f("fk_listed_words_coalition_id_demand_id_version_id"),
        ),
        sa.UniqueConstraint(
            "coalition_id",
            "list_id",
            "demand_id",
            name=op.f("uq_listed_words_coalition_id_list_id_demand_id"),
        ),
    )
    op.create_index(op.f("ix_listed_words_coalition_id"), "listed_words", ["coalition_id"])
    op.create_index(op.f("ix_listed_words_list_id"), "listed_words", ["list_id"])
    op.create_table(
        "listed_name",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("printed", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        *_kept("listed_name"),
        _owned("listed_name", "list_id", "pasted_list", "CASCADE"),
        _owned("listed_name", "organization_id", "organization"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_listed_name_decided_by_id"), ondelete="SET NULL"
        ),
        sa.UniqueConstraint(
            "coalition_id", "list_id", "line", name=op.f("uq_listed_name_coalition_id_list_id_line")
        ),
    )
    op.create_index(op.f("ix_listed_name_coalition_id"), "listed_name", ["coalition_id"])
    op.create_index(op.f("ix_listed_name_organization_id"), "listed_name", ["organization_id"])
    op.create_index("ix_listed_name_state", "listed_name", ["coalition_id", "state", "list_id", "line"])


def downgrade() -> None:
    op.drop_table("listed_name")
    op.drop_table("listed_words")
    op.drop_table("pasted_list")
    op.drop_column("sign_on", "question")
    op.drop_column("sign_on", "asked_at")


def _kept(table: str) -> list[sa.Column | sa.Constraint]:
    """What each table of a coalition has."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f(f"fk_{table}_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f(f"uq_{table}_coalition_id_id")),
    ]


def _owned(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["coalition_id", column],
        [f"{other}.coalition_id", f"{other}.id"],
        name=op.f(f"fk_{table}_coalition_id_{column}"),
        ondelete=ondelete,
    )
