"""Demands: versions and their wordings"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


# The words that groups stand behind never change: held by the database itself. Rebuilding one of these tables
# ("batch" on SQLite) loses its triggers: make them again there. The demo alone can be removed.
FIXED = ("coalition_id", "demand_id", "number", "binding_language", "adopted_at", "created_at")
CHANGED = (
    " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIXED)
    + " OR NEW.state = 'draft' OR (OLD.state = 'superseded' AND NEW.state <> 'superseded')"
    # A removed account leaves its place empty; nobody else takes it.
    " OR (NEW.adopted_by_id IS NOT NULL AND NEW.adopted_by_id IS DISTINCT FROM OLD.adopted_by_id)"
)
REMAINS = "NOT EXISTS (SELECT 1 FROM coalition WHERE id = OLD.coalition_id AND is_demo)"


def adopted(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM demand_version WHERE id = {row}.version_id AND state <> 'draft')"  # noqa: S608


# (trigger, act, table, when it is refused)
GUARDS = (
    ("demand_version_is_fixed", "UPDATE", "demand_version", f"OLD.state <> 'draft' AND ({CHANGED})"),
    ("demand_version_stays", "DELETE", "demand_version", f"OLD.state <> 'draft' AND {REMAINS}"),
    ("wording_is_not_added", "INSERT", "wording", adopted("NEW")),
    ("wording_is_fixed", "UPDATE", "wording", f"{adopted('OLD')} OR {adopted('NEW')}"),
    ("wording_stays", "DELETE", "wording", f"{adopted('OLD')} AND {REMAINS}"),
)


def guard(name: str, act: str, table: str, refused: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        # SQLite knows IS DISTINCT FROM only since 3.39.
        refused = refused.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {refused} "
            "BEGIN SELECT RAISE(ABORT, 'adopted words never change'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
        "RAISE EXCEPTION 'adopted words never change' USING ERRCODE = 'check_violation'; END IF; "
        f"RETURN {'OLD' if act == 'DELETE' else 'NEW'}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def upgrade() -> None:
    op.create_table(
        "demand",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_demand_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_demand_coalition_id_id")),
        sa.UniqueConstraint("coalition_id", "slug", name=op.f("uq_demand_coalition_id_slug")),
    )
    with op.batch_alter_table("demand", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_demand_coalition_id"), ["coalition_id"], unique=False)

    op.create_table(
        "demand_version",
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("binding_language", sa.String(length=12), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adopted_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (number IS NULL)", name=op.f("ck_demand_version_numbered_once_adopted")
        ),
        sa.ForeignKeyConstraint(
            ["adopted_by_id"], ["user.id"], name=op.f("fk_demand_version_adopted_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id"],
            ["demand.coalition_id", "demand.id"],
            name=op.f("fk_demand_version_coalition_id_demand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_demand_version_coalition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_version")),
        sa.UniqueConstraint(
            "coalition_id",
            "demand_id",
            "number",
            name=op.f("uq_demand_version_coalition_id_demand_id_number"),
        ),
        sa.UniqueConstraint(
            "coalition_id", "demand_id", "id", name=op.f("uq_demand_version_coalition_id_demand_id_id")
        ),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_demand_version_coalition_id_id")),
    )
    with op.batch_alter_table("demand_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_demand_version_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_demand_version_demand_id"), ["demand_id"], unique=False)
        batch_op.create_index(
            "uq_one_adopted",
            ["demand_id"],
            unique=True,
            sqlite_where=sa.text("state = 'adopted'"),
            postgresql_where=sa.text("state = 'adopted'"),
        )
        batch_op.create_index(
            "uq_one_draft",
            ["demand_id"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )

    op.create_table(
        "wording",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("sentence", sa.String(length=300), nullable=False),
        sa.Column("text", sa.String(length=8000), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "version_id"],
            ["demand_version.coalition_id", "demand_version.id"],
            name=op.f("fk_wording_coalition_id_version_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_wording_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_wording_coalition_id_id")),
        sa.UniqueConstraint(
            "coalition_id", "version_id", "language", name=op.f("uq_wording_coalition_id_version_id_language")
        ),
    )
    with op.batch_alter_table("wording", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wording_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_wording_version_id"), ["version_id"], unique=False)
    for one in GUARDS:
        guard(*one)


def downgrade() -> None:
    op.drop_table("wording")
    op.drop_table("demand_version")
    op.drop_table("demand")
    if op.get_bind().dialect.name == "postgresql":
        for name, *_ in GUARDS:
            op.execute(f"DROP FUNCTION {name}()")
