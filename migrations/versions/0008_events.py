"""Events and their dates"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007_sign_ons"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("visibility", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=4000), nullable=False),
        sa.Column("place_name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("area", sa.String(length=120), nullable=False),
        sa.Column("is_home", sa.Boolean(), nullable=False),
        sa.Column("starts_local", sa.DateTime(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("recurrence", sa.String(length=300), nullable=True),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("uid", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=300), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("duration_minutes > 0", name=op.f("ck_event_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_event_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_event_coalition_id")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_event_created_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_event_coalition_id_id")),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_event_coalition_id_form_key")),
        sa.UniqueConstraint("coalition_id", "slug", name=op.f("uq_event_coalition_id_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_event_uid")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_organization_id"), ["organization_id"], unique=False)
        batch_op.create_index("ix_event_window", ["coalition_id", "first_on", "last_on"], unique=False)

    op.create_table(
        "event_access",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (organization_id IS NULL)", name=op.f("ck_event_access_a_person_or_a_group")
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "event_id"],
            ["event.coalition_id", "event.id"],
            name=op.f("fk_event_access_coalition_id_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_event_access_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_event_access_coalition_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_event_access_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_access")),
        sa.UniqueConstraint(
            "coalition_id",
            "event_id",
            "organization_id",
            name=op.f("uq_event_access_coalition_id_event_id_organization_id"),
        ),
        sa.UniqueConstraint(
            "coalition_id", "event_id", "user_id", name=op.f("uq_event_access_coalition_id_event_id_user_id")
        ),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_event_access_coalition_id_id")),
    )
    with op.batch_alter_table("event_access", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_access_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_access_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_event_access_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_event_access_user_id"), ["user_id"], unique=False)

    op.create_table(
        "occurrence",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("starts_local", sa.DateTime(), nullable=True),
        sa.Column("duration_minutes", sa.Integer(), nullable=True),
        sa.Column("place_name", sa.String(length=200), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("area", sa.String(length=120), nullable=True),
        sa.Column("cancel_reason", sa.String(length=300), nullable=False),
        sa.Column("extra_uid", sa.String(length=80), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "event_id"],
            ["event.coalition_id", "event.id"],
            name=op.f("fk_occurrence_coalition_id_event_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_occurrence_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint(
            "coalition_id", "event_id", "on_date", name=op.f("uq_occurrence_coalition_id_event_id_on_date")
        ),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_occurrence_coalition_id_id")),
        sa.UniqueConstraint("extra_uid", name=op.f("uq_occurrence_extra_uid")),
    )
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occurrence_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_occurrence_event_id"), ["event_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_occurrence_event_id"))
        batch_op.drop_index(batch_op.f("ix_occurrence_coalition_id"))

    op.drop_table("occurrence")
    with op.batch_alter_table("event_access", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_access_user_id"))
        batch_op.drop_index(batch_op.f("ix_event_access_organization_id"))
        batch_op.drop_index(batch_op.f("ix_event_access_event_id"))
        batch_op.drop_index(batch_op.f("ix_event_access_coalition_id"))

    op.drop_table("event_access")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_window")
        batch_op.drop_index(batch_op.f("ix_event_organization_id"))
        batch_op.drop_index(batch_op.f("ix_event_coalition_id"))

    op.drop_table("event")
