"""Demands, endorsements, sign-ons"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


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
        "sign_on",
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("size_public", sa.Boolean(), nullable=False),
        sa.Column("speaker_name", sa.LargeBinary(), nullable=False),
        sa.Column("speaker_role", sa.String(length=120), nullable=False),
        sa.Column("speaker_public", sa.Boolean(), nullable=False),
        sa.Column("speaker_email", sa.LargeBinary(), nullable=False),
        sa.Column("speaker_email_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("decided_how", sa.String(length=32), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_sign_on_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_sign_on_coalition_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_sign_on_decided_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_on")),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_sign_on_coalition_id_form_key")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_sign_on_coalition_id_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_on_token_hash")),
    )
    with op.batch_alter_table("sign_on", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_on_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_on_organization_id"), ["organization_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sign_on_speaker_email_index"), ["speaker_email_index"], unique=False
        )
        batch_op.create_index("ix_sign_on_state", ["coalition_id", "state", "id"], unique=False)

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
        sa.Column("reservation", sa.String(length=1000), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
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
            ["coalition_id", "version_id"],
            ["demand_version.coalition_id", "demand_version.id"],
            name=op.f("fk_endorsement_coalition_id_version_id"),
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
            ["coalition_id", "version_id"],
            ["demand_version.coalition_id", "demand_version.id"],
            name=op.f("fk_endorsement_change_coalition_id_version_id"),
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
        "sign_on_answer",
        sa.Column("sign_on_id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("board_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'before_board') = (board_on IS NOT NULL)",
            name=op.f("ck_sign_on_answer_board_has_a_date"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "demand_id"],
            ["demand.coalition_id", "demand.id"],
            name=op.f("fk_sign_on_answer_coalition_id_demand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "sign_on_id"],
            ["sign_on.coalition_id", "sign_on.id"],
            name=op.f("fk_sign_on_answer_coalition_id_sign_on_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "version_id"],
            ["demand_version.coalition_id", "demand_version.id"],
            name=op.f("fk_sign_on_answer_coalition_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_sign_on_answer_coalition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_on_answer")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_sign_on_answer_coalition_id_id")),
        sa.UniqueConstraint(
            "coalition_id",
            "sign_on_id",
            "demand_id",
            name=op.f("uq_sign_on_answer_coalition_id_sign_on_id_demand_id"),
        ),
    )
    with op.batch_alter_table("sign_on_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_on_answer_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_on_answer_sign_on_id"), ["sign_on_id"], unique=False)

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
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=32), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
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
            ["coalition_id", "version_id"],
            ["demand_version.coalition_id", "demand_version.id"],
            name=op.f("fk_stand_record_coalition_id_version_id"),
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


def downgrade() -> None:
    with op.batch_alter_table("wording", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wording_version_id"))
        batch_op.drop_index(batch_op.f("ix_wording_coalition_id"))

    op.drop_table("wording")
    with op.batch_alter_table("stand_record", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_waiting_stand",
            sqlite_where=sa.text("decision = 'waiting'"),
            postgresql_where=sa.text("decision = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_stand_record_organization_id"))
        batch_op.drop_index(batch_op.f("ix_stand_record_import_id"))
        batch_op.drop_index("ix_stand_record_decision")
        batch_op.drop_index(batch_op.f("ix_stand_record_coalition_id"))

    op.drop_table("stand_record")
    with op.batch_alter_table("sign_on_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_on_answer_sign_on_id"))
        batch_op.drop_index(batch_op.f("ix_sign_on_answer_coalition_id"))

    op.drop_table("sign_on_answer")
    with op.batch_alter_table("endorsement_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_endorsement_change_version_id"))
        batch_op.drop_index(batch_op.f("ix_endorsement_change_organization_id"))
        batch_op.drop_index(batch_op.f("ix_endorsement_change_demand_id"))
        batch_op.drop_index(batch_op.f("ix_endorsement_change_coalition_id"))

    op.drop_table("endorsement_change")
    with op.batch_alter_table("endorsement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_endorsement_version_id"))
        batch_op.drop_index(batch_op.f("ix_endorsement_organization_id"))
        batch_op.drop_index("ix_endorsement_demand_state")
        batch_op.drop_index(batch_op.f("ix_endorsement_demand_id"))
        batch_op.drop_index(batch_op.f("ix_endorsement_coalition_id"))

    op.drop_table("endorsement")
    with op.batch_alter_table("sign_on", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_on_state")
        batch_op.drop_index(batch_op.f("ix_sign_on_speaker_email_index"))
        batch_op.drop_index(batch_op.f("ix_sign_on_organization_id"))
        batch_op.drop_index(batch_op.f("ix_sign_on_coalition_id"))

    op.drop_table("sign_on")
    with op.batch_alter_table("demand_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_one_draft",
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )
        batch_op.drop_index(
            "uq_one_adopted",
            sqlite_where=sa.text("state = 'adopted'"),
            postgresql_where=sa.text("state = 'adopted'"),
        )
        batch_op.drop_index(batch_op.f("ix_demand_version_demand_id"))
        batch_op.drop_index(batch_op.f("ix_demand_version_coalition_id"))

    op.drop_table("demand_version")
    with op.batch_alter_table("demand", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_demand_coalition_id"))

    op.drop_table("demand")
