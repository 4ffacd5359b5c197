"""What groups change of themselves: names that wait, logos"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "name_request",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=32), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_name_request_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_name_request_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_name_request_coalition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_request")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_name_request_coalition_id_id")),
    )
    with op.batch_alter_table("name_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_name_request_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_name_request_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index("ix_name_request_decision", ["coalition_id", "decision", "id"], unique=False)
        batch_op.create_index(
            "uq_waiting_name",
            ["coalition_id", "organization_id"],
            unique=True,
            sqlite_where=sa.text("decision = 'waiting'"),
            postgresql_where=sa.text("decision = 'waiting'"),
        )

    op.create_table(
        "group_logo",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_group_logo_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "file_id"],
            ["stored_file.coalition_id", "stored_file.id"],
            name=op.f("fk_group_logo_coalition_id_file_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_group_logo_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_logo")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_group_logo_coalition_id_id")),
        sa.UniqueConstraint(
            "coalition_id", "organization_id", name=op.f("uq_group_logo_coalition_id_organization_id")
        ),
    )
    with op.batch_alter_table("group_logo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_logo_coalition_id"), ["coalition_id"], unique=False)


def downgrade() -> None:
    op.drop_table("group_logo")
    op.drop_table("name_request")
