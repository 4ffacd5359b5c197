"""Stands: endorsements, their history, records on behalf"""

import sqlalchemy as sa
from alembic import op

revision = "0007_stands"
down_revision = "0007"
branch_labels = None
depends_on = None

# The history of a stand is added to, never rewritten; a merge of two organizations alone moves it.
FIXED = ("coalition_id", "demand_id", "version_id", "state", "source", "board_on", "at")
CHANGED = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIXED)


def keep_history() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER endorsement_change_is_fixed BEFORE UPDATE ON endorsement_change "
            f"WHEN {CHANGED.replace('IS DISTINCT FROM', 'IS NOT')} "
            "BEGIN SELECT RAISE(ABORT, 'history is added to, never rewritten'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION endorsement_change_is_fixed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {CHANGED} THEN RAISE EXCEPTION 'history is added to, never rewritten' "
        "USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER endorsement_change_is_fixed BEFORE UPDATE ON endorsement_change "
        "FOR EACH ROW EXECUTE FUNCTION endorsement_change_is_fixed()"
    )


def upgrade() -> None:
    op.create_table(
        "endorsement",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("decided_how", sa.String(length=32), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("board_on", sa.Date(), nullable=True),
        sa.Column("speaker", sa.LargeBinary(), nullable=True),
        sa.Column("speaker_public", sa.Boolean(), nullable=False),
        sa.Column("reservation", sa.String(length=1000), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'before_board' OR board_on IS NULL", name=op.f("ck_endorsement_board_day_before_board")
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id"],
            ["demand.coalition_id", "demand.id"],
            name=op.f("fk_endorsement_coalition_id_demand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_endorsement_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id", "version_id"],
            ["demand_version.coalition_id", "demand_version.demand_id", "demand_version.id"],
            name=op.f("fk_endorsement_coalition_id_demand_id_version_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_endorsement_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsement")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_endorsement_coalition_id_id")),
        sa.UniqueConstraint(
            "coalition_id",
            "organization_id",
            "demand_id",
            name=op.f("uq_endorsement_coalition_id_organization_id_demand_id"),
        ),
    )
    with op.batch_alter_table("endorsement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_endorsement_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_endorsement_demand_id"), ["demand_id"], unique=False)
        batch_op.create_index(
            "ix_endorsement_demand_state", ["coalition_id", "demand_id", "state"], unique=False
        )
        batch_op.create_index("ix_endorsement_newest", ["coalition_id", "since", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_endorsement_organization_id"), ["organization_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_endorsement_version_id"), ["version_id"], unique=False)

    op.create_table(
        "endorsement_change",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("board_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id"],
            ["demand.coalition_id", "demand.id"],
            name=op.f("fk_endorsement_change_coalition_id_demand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_endorsement_change_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id", "version_id"],
            ["demand_version.coalition_id", "demand_version.demand_id", "demand_version.id"],
            name=op.f("fk_endorsement_change_coalition_id_demand_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_endorsement_change_coalition_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_endorsement_change_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsement_change")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_endorsement_change_coalition_id_id")),
    )
    with op.batch_alter_table("endorsement_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_endorsement_change_coalition_id"), ["coalition_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_endorsement_change_demand_id"), ["demand_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_endorsement_change_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_endorsement_change_version_id"), ["version_id"], unique=False)

    op.create_table(
        "stand_record",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("decided_how", sa.String(length=32), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("board_on", sa.Date(), nullable=True),
        sa.Column("speaker", sa.LargeBinary(), nullable=True),
        sa.Column("reservation", sa.String(length=1000), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=32), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state = 'before_board' OR board_on IS NULL", name=op.f("ck_stand_record_board_day_before_board")
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id"],
            ["demand.coalition_id", "demand.id"],
            name=op.f("fk_stand_record_coalition_id_demand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_stand_record_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id", "version_id"],
            ["demand_version.coalition_id", "demand_version.demand_id", "demand_version.id"],
            name=op.f("fk_stand_record_coalition_id_demand_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_stand_record_coalition_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_stand_record_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name=op.f("fk_stand_record_entered_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_record")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_stand_record_coalition_id_id")),
    )
    with op.batch_alter_table("stand_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stand_record_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index("ix_stand_record_decision", ["coalition_id", "decision", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stand_record_import_id"), ["import_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stand_record_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(
            "uq_waiting_stand",
            ["coalition_id", "organization_id", "demand_id"],
            unique=True,
            sqlite_where=sa.text("decision = 'waiting'"),
            postgresql_where=sa.text("decision = 'waiting'"),
        )
    keep_history()


def downgrade() -> None:
    op.drop_table("stand_record")
    op.drop_table("endorsement_change")
    op.drop_table("endorsement")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION endorsement_change_is_fixed()")
