"""The audit, append-only"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


# Append-only, held by the database itself. The demo's audit goes with the demo, and no coalition can be turned
# into one. Rebuilding one of these tables ("batch" on SQLite) loses its triggers: make them again there.
REMAINS = "NOT EXISTS (SELECT 1 FROM coalition WHERE id = OLD.coalition_id AND is_demo)"
SQLITE_GUARDS = (
    "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
    f"CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry WHEN {REMAINS} "
    "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
    "CREATE TRIGGER coalition_is_no_demo BEFORE UPDATE ON coalition WHEN NEW.is_demo AND NOT OLD.is_demo "
    "BEGIN SELECT RAISE(ABORT, 'a coalition is never turned into a demo'); END",
)
POSTGRESQL_GUARDS = (
    "CREATE FUNCTION audit_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN IF TG_OP = 'UPDATE' OR {REMAINS} THEN RAISE EXCEPTION 'the audit is append-only'; END IF; "
    "RETURN OLD; END $$",
    "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only()",
    "CREATE FUNCTION coalition_is_no_demo() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN IF NEW.is_demo AND NOT OLD.is_demo THEN "
    "RAISE EXCEPTION 'a coalition is never turned into a demo'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER coalition_is_no_demo BEFORE UPDATE ON coalition "
    "FOR EACH ROW EXECUTE FUNCTION coalition_is_no_demo()",
)


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("record", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_audit_entry_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_coalition_id"), ["coalition_id"], unique=False)

    guards = SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_GUARDS
    for guard in guards:
        op.execute(guard)


def downgrade() -> None:
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_coalition_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))

    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_is_append_only()")
        op.execute("DROP TRIGGER coalition_is_no_demo ON coalition")
        op.execute("DROP FUNCTION coalition_is_no_demo()")
    else:
        op.execute("DROP TRIGGER coalition_is_no_demo")
