"""Groups that ended, groups that may be one, and merges of them"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def owner(table: str, column: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["coalition_id", column],
        ["organization.coalition_id", "organization.id"],
        name=op.f(f"fk_{table}_coalition_id_{column}"),
        ondelete=ondelete,
    )


def own(table: str) -> list[sa.schema.SchemaItem]:
    """What every coalition's table has."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f(f"fk_{table}_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f(f"uq_{table}_coalition_id_id")),
    ]


def person(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], ["user.id"], name=name, ondelete="SET NULL")


def upgrade() -> None:
    make_endings()
    make_pairs()
    make_merges()


def make_endings() -> None:
    op.create_table(
        "ending",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=32), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("identity_key", sa.String(length=500), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *own("ending"),
        owner("ending", "organization_id", "CASCADE"),
        owner("ending", "successor_id"),
        person("ending", "by_id"),
        sa.UniqueConstraint(
            "coalition_id", "organization_id", name=op.f("uq_ending_coalition_id_organization_id")
        ),
    )
    op.create_index(op.f("ix_ending_coalition_id"), "ending", ["coalition_id"])
    op.create_index(op.f("ix_ending_successor_id"), "ending", ["successor_id"])
    op.create_index("ix_ending_identity", "ending", ["coalition_id", "identity_key"])


def make_pairs() -> None:
    op.create_table(
        "likely_pair",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        *own("likely_pair"),
        owner("likely_pair", "first_id", "CASCADE"),
        owner("likely_pair", "second_id", "CASCADE"),
        person("likely_pair", "decided_by_id"),
        sa.UniqueConstraint(
            "coalition_id",
            "first_id",
            "second_id",
            name=op.f("uq_likely_pair_coalition_id_first_id_second_id"),
        ),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_likely_pair_one_order")),
    )
    op.create_index(op.f("ix_likely_pair_coalition_id"), "likely_pair", ["coalition_id"])
    op.create_index(op.f("ix_likely_pair_second_id"), "likely_pair", ["second_id"])
    op.create_index("ix_likely_pair_list", "likely_pair", ["coalition_id", "state", "score", "id"])


def make_merges() -> None:
    op.create_table(
        "organization_merge",
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("swapped", sa.JSON(), nullable=False),
        sa.Column("settled", sa.JSON(), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        *own("organization_merge"),
        owner("organization_merge", "kept_id"),
        owner("organization_merge", "merged_id"),
        person("organization_merge", "by_id"),
        person("organization_merge", "undone_by_id"),
    )
    op.create_index(op.f("ix_organization_merge_coalition_id"), "organization_merge", ["coalition_id"])
    op.create_index(op.f("ix_organization_merge_kept_id"), "organization_merge", ["kept_id"])
    op.create_index("ix_organization_merge_at", "organization_merge", ["coalition_id", "at", "id"])
    live = sa.text("undone_at IS NULL")
    op.create_index(
        "uq_merged_once",
        "organization_merge",
        ["coalition_id", "merged_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )


def downgrade() -> None:
    for table in ("organization_merge", "likely_pair", "ending"):
        op.drop_table(table)
