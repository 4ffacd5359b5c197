"""The audit's entries in chains, and entries past their time let go"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

# Of the demo all goes with it. Beside that an entry goes once it is five years old and a link stands for it.
REMAINS = "NOT EXISTS (SELECT 1 FROM coalition WHERE id = OLD.coalition_id AND is_demo)"
SEALED = "EXISTS (SELECT 1 FROM audit_link WHERE entry_id = OLD.id)"
SQLITE_KEPT = f"{REMAINS} AND NOT (OLD.at < datetime('now', '-5 years') AND {SEALED})"
POSTGRESQL_KEPT = f"{REMAINS} AND NOT (OLD.at < now() - interval '5 years' AND {SEALED})"


def upgrade() -> None:
    op.create_table(
        "audit_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_audit_link_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("coalition_id", "position", name=op.f("uq_audit_link_coalition_id_position")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_link_entry_id")),
    )
    op.create_index(
        "uq_audit_link_installation",
        "audit_link",
        ["position"],
        unique=True,
        sqlite_where=sa.text("coalition_id IS NULL"),
        postgresql_where=sa.text("coalition_id IS NULL"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_entry_no_delete")
        _guard_on_sqlite("audit_entry", "delete", SQLITE_KEPT)
        _guard_on_sqlite("audit_link", "update", "1")
        _guard_on_sqlite("audit_link", "delete", REMAINS)
    else:
        _guard_on_postgresql("audit_entry", POSTGRESQL_KEPT)
        _guard_on_postgresql("audit_link", REMAINS)
        op.execute(
            "CREATE TRIGGER audit_link_no_change BEFORE UPDATE OR DELETE ON audit_link "
            "FOR EACH ROW EXECUTE FUNCTION audit_link_is_append_only()"
        )


def downgrade() -> None:
    op.drop_table("audit_link")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_entry_no_delete")
        _guard_on_sqlite("audit_entry", "delete", REMAINS)
    else:
        op.execute("DROP FUNCTION audit_link_is_append_only()")
        _guard_on_postgresql("audit_entry", REMAINS)


def _guard_on_sqlite(table: str, act: str, kept: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} WHEN {kept} "
        "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
    )


def _guard_on_postgresql(table: str, kept: str) -> None:
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF TG_OP = 'UPDATE' OR ({kept}) THEN RAISE EXCEPTION 'the audit is append-only'; END IF; "
        "RETURN OLD; END $$"
    )
