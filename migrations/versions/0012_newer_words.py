"""What newer words ask of endorsements, and where groups stand by them"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011_once"
branch_labels = None
depends_on = None


# Columns are added one by one: rebuilding these tables ("batch" on SQLite) would lose their triggers and checks.
COLUMNS = (
    ("contact", sa.Column("speaks_since", sa.DateTime(timezone=True), nullable=True)),
    ("demand", sa.Column("counts_from", sa.Date(), nullable=True)),
    ("demand_version", sa.Column("change", sa.String(length=32), nullable=True)),
    ("demand_version", sa.Column("answers_by", sa.Date(), nullable=True)),
    ("demand_version", sa.Column("reason", sa.String(length=1000), nullable=False, server_default="")),
    ("endorsement", sa.Column("until", sa.Date(), nullable=True)),
    ("endorsement", sa.Column("reconfirm_by", sa.Date(), nullable=True)),
    ("endorsement_change", sa.Column("decided_how", sa.String(length=32), nullable=True)),
    ("endorsement_change", sa.Column("decided_on", sa.Date(), nullable=True)),
    ("endorsement_change", sa.Column("speaker", sa.LargeBinary(), nullable=True)),
    (
        "endorsement_change",
        sa.Column("reservation", sa.String(length=1000), nullable=False, server_default=""),
    ),
    ("endorsement_change", sa.Column("public", sa.Boolean(), nullable=False, server_default=sa.true())),
    ("endorsement_change", sa.Column("until", sa.Date(), nullable=True)),
    ("endorsement_change", sa.Column("contact_id", sa.Integer(), nullable=True)),
    ("stand_record", sa.Column("until", sa.Date(), nullable=True)),
)
# The history of a stand is added to, never rewritten; a merge of two organizations alone moves it. Who spoke for
# the group may be erased, and is nothing that the history hangs on.
BEFORE = ("coalition_id", "demand_id", "version_id", "state", "source", "board_on", "at")
FIXED = (*BEFORE, "decided_how", "decided_on", "reservation", "public", "until")
NAME = "endorsement_change_is_fixed"

# Where groups stood at the time, by the rule that every coalition had until then: a member endorses all minimum
# demands in force, an ally some demand in force.
STANDINGS = """
WITH in_force AS (
  SELECT demand.coalition_id, demand.id, CASE WHEN demand.kind = 'minimum' THEN 1 ELSE 0 END AS counts
  FROM demand JOIN demand_version ON demand_version.demand_id = demand.id AND demand_version.state = 'adopted'
  WHERE demand.retired_at IS NULL
), needed AS (
  SELECT coalition_id, SUM(counts) AS demands FROM in_force GROUP BY coalition_id
)
INSERT INTO organization_standing (coalition_id, organization_id, standing, asked, since)
SELECT endorsement.coalition_id, endorsement.organization_id,
  CASE WHEN SUM(in_force.counts) = MAX(needed.demands) AND MAX(needed.demands) > 0
    THEN 'member' ELSE 'ally' END,
  FALSE, MAX(endorsement.since)
FROM endorsement
JOIN in_force ON in_force.id = endorsement.demand_id
JOIN needed ON needed.coalition_id = endorsement.coalition_id
WHERE endorsement.state IN ('endorsed', 'reservation')
GROUP BY endorsement.coalition_id, endorsement.organization_id
"""


def keep_history(fixed: tuple[str, ...]) -> None:
    """Make the trigger anew, over these columns."""
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON endorsement_change "
            f"WHEN {changed.replace('IS DISTINCT FROM', 'IS NOT')} "
            "BEGIN SELECT RAISE(ABORT, 'history is added to, never rewritten'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {changed} THEN RAISE EXCEPTION 'history is added to, never rewritten' "
        "USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )


def let_go() -> None:
    """On PostgreSQL the trigger stays, and what it does is made anew."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {NAME}")


def upgrade() -> None:
    let_go()
    for table, column in COLUMNS:
        op.add_column(table, column)
    keep_history(FIXED)
    # Evidence is kept as long as what it proves.
    with op.batch_alter_table("stored_file") as batch_op:
        batch_op.alter_column("expires_at", existing_type=sa.DateTime(timezone=True), nullable=True)

    op.create_table(
        "editorial_proposal",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("answers_by", sa.Date(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "version_id"],
            ["demand_version.coalition_id", "demand_version.id"],
            name=op.f("fk_editorial_proposal_coalition_id_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_editorial_proposal_coalition_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["user.id"],
            name=op.f("fk_editorial_proposal_proposed_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editorial_proposal")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_editorial_proposal_coalition_id_id")),
        sa.UniqueConstraint(
            "coalition_id", "version_id", name=op.f("uq_editorial_proposal_coalition_id_version_id")
        ),
    )
    with op.batch_alter_table("editorial_proposal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_editorial_proposal_coalition_id"), ["coalition_id"], unique=False
        )

    op.create_table(
        "evidence",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "change_id"],
            ["endorsement_change.coalition_id", "endorsement_change.id"],
            name=op.f("fk_evidence_coalition_id_change_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "file_id"],
            ["stored_file.coalition_id", "stored_file.id"],
            name=op.f("fk_evidence_coalition_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_evidence_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "record_id"],
            ["stand_record.coalition_id", "stand_record.id"],
            name=op.f("fk_evidence_coalition_id_record_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_evidence_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_evidence_coalition_id_id")),
        sa.UniqueConstraint("coalition_id", "record_id", name=op.f("uq_evidence_coalition_id_record_id")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_change_id"), ["change_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_file_id"), ["file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_organization_id"), ["organization_id"], unique=False)

    op.create_table(
        "organization_standing",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=32), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_organization_standing_coalition_id_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_organization_standing_coalition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_standing")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_organization_standing_coalition_id_id")),
        sa.UniqueConstraint(
            "coalition_id",
            "organization_id",
            name=op.f("uq_organization_standing_coalition_id_organization_id"),
        ),
    )
    with op.batch_alter_table("organization_standing", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organization_standing_coalition_id"), ["coalition_id"], unique=False
        )
        batch_op.create_index(
            "ix_organization_standing_list", ["coalition_id", "standing", "organization_id"], unique=False
        )

    op.create_table(
        "standing_change",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=32), nullable=False),
        sa.Column("after", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_standing_change_coalition_id_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_standing_change_coalition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_change")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_standing_change_coalition_id_id")),
    )
    with op.batch_alter_table("standing_change", schema=None) as batch_op:
        batch_op.create_index("ix_standing_change_at", ["coalition_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_standing_change_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_standing_change_organization_id"), ["organization_id"], unique=False
        )
    op.execute(STANDINGS)


def downgrade() -> None:
    op.drop_table("standing_change")
    op.drop_table("organization_standing")
    op.drop_table("evidence")
    op.drop_table("editorial_proposal")
    op.execute(
        "DELETE FROM stored_chunk WHERE file_id IN (SELECT id FROM stored_file WHERE expires_at IS NULL)"
    )
    op.execute("DELETE FROM stored_file WHERE expires_at IS NULL")
    with op.batch_alter_table("stored_file") as batch_op:
        batch_op.alter_column("expires_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    let_go()
    keep_history(BEFORE)
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column.name)
