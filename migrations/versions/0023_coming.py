"""Who comes, meetings offered, changes told of"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The address by which a mail is unsubscribed from (RFC 8058).
    op.add_column("outgoing_mail", sa.Column("unsubscribe", sa.LargeBinary(), nullable=True))
    op.create_table(
        "rsvp",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("email_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("wants_next", sa.Boolean(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("people BETWEEN 1 AND 20", name=op.f("ck_rsvp_people_in_range")),
        sa.ForeignKeyConstraint(
            ["coalition_id", "event_id"],
            ["event.coalition_id", "event.id"],
            name=op.f("fk_rsvp_coalition_id_event_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_rsvp_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rsvp")),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_rsvp_coalition_id_form_key")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_rsvp_coalition_id_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_rsvp_token_hash")),
    )
    op.create_index(op.f("ix_rsvp_coalition_id"), "rsvp", ["coalition_id"], unique=False)
    op.create_index(
        "ix_rsvp_date", "rsvp", ["coalition_id", "event_id", "on_date", "state", "id"], unique=False
    )
    op.create_index(op.f("ix_rsvp_email_index"), "rsvp", ["email_index"], unique=False)
    op.create_index(op.f("ix_rsvp_event_id"), "rsvp", ["event_id"], unique=False)
    op.create_index(op.f("ix_rsvp_on_date"), "rsvp", ["on_date"], unique=False)
    op.create_index(
        "uq_rsvp_address",
        "rsvp",
        ["coalition_id", "event_id", "on_date", "email_index"],
        unique=True,
        sqlite_where=sa.text("state <> 'cancelled'"),
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_table(
        "rsvp_limit",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("places > 0", name=op.f("ck_rsvp_limit_some_place")),
        sa.ForeignKeyConstraint(
            ["coalition_id", "event_id"],
            ["event.coalition_id", "event.id"],
            name=op.f("fk_rsvp_limit_coalition_id_event_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_rsvp_limit_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rsvp_limit")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_rsvp_limit_coalition_id_id")),
    )
    op.create_index(op.f("ix_rsvp_limit_coalition_id"), "rsvp_limit", ["coalition_id"], unique=False)
    op.create_index(op.f("ix_rsvp_limit_event_id"), "rsvp_limit", ["event_id"], unique=False)
    op.create_index(
        "uq_rsvp_limit_date",
        "rsvp_limit",
        ["coalition_id", "event_id", "on_date"],
        unique=True,
        sqlite_where=sa.text("on_date IS NOT NULL"),
        postgresql_where=sa.text("on_date IS NOT NULL"),
    )
    op.create_index(
        "uq_rsvp_limit_event",
        "rsvp_limit",
        ["coalition_id", "event_id"],
        unique=True,
        sqlite_where=sa.text("on_date IS NULL"),
        postgresql_where=sa.text("on_date IS NULL"),
    )
    op.create_table(
        "meeting_offer",
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("starts_local", sa.DateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place_name", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("area", sa.String(length=120), nullable=False),
        sa.Column("is_home", sa.Boolean(), nullable=False),
        sa.Column("agenda", sa.String(length=4000), nullable=False),
        sa.Column("host_name", sa.LargeBinary(), nullable=True),
        sa.Column("host_email", sa.LargeBinary(), nullable=True),
        sa.Column("host_phone", sa.LargeBinary(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_meeting_offer_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["coalition_id", "event_id"],
            ["event.coalition_id", "event.id"],
            name=op.f("fk_meeting_offer_coalition_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_meeting_offer_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_meeting_offer_coalition_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_meeting_offer_decided_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_offer")),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_meeting_offer_coalition_id_form_key")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_meeting_offer_coalition_id_id")),
    )
    op.create_index(op.f("ix_meeting_offer_coalition_id"), "meeting_offer", ["coalition_id"], unique=False)
    op.create_index(op.f("ix_meeting_offer_event_id"), "meeting_offer", ["event_id"], unique=False)
    op.create_index(
        op.f("ix_meeting_offer_organization_id"), "meeting_offer", ["organization_id"], unique=False
    )
    op.create_index("ix_meeting_offer_state", "meeting_offer", ["coalition_id", "state", "id"], unique=False)
    op.create_table(
        "event_snapshot",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "event_id"],
            ["event.coalition_id", "event.id"],
            name=op.f("fk_event_snapshot_coalition_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_event_snapshot_coalition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_snapshot")),
        sa.UniqueConstraint("coalition_id", "event_id", name=op.f("uq_event_snapshot_coalition_id_event_id")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_event_snapshot_coalition_id_id")),
    )
    op.create_index(op.f("ix_event_snapshot_coalition_id"), "event_snapshot", ["coalition_id"], unique=False)
    op.create_index(op.f("ix_event_snapshot_event_id"), "event_snapshot", ["event_id"], unique=False)
    op.create_table(
        "change_subscription",
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("told_after", sa.Date(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("confirm_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("leave_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "event_id"],
            ["event.coalition_id", "event.id"],
            name=op.f("fk_change_subscription_coalition_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_change_subscription_coalition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_subscription")),
        sa.UniqueConstraint(
            "coalition_id", "form_key", name=op.f("uq_change_subscription_coalition_id_form_key")
        ),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_change_subscription_coalition_id_id")),
        sa.UniqueConstraint("confirm_hash", name=op.f("uq_change_subscription_confirm_hash")),
        sa.UniqueConstraint("leave_hash", name=op.f("uq_change_subscription_leave_hash")),
    )
    op.create_index(
        "ix_change_subscription_address", "change_subscription", ["coalition_id", "email_index"], unique=False
    )
    op.create_index(
        op.f("ix_change_subscription_coalition_id"), "change_subscription", ["coalition_id"], unique=False
    )
    op.create_index(
        "ix_change_subscription_confirmed",
        "change_subscription",
        ["coalition_id", "confirmed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_change_subscription_event_id"), "change_subscription", ["event_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("change_subscription")
    op.drop_table("event_snapshot")
    op.drop_table("meeting_offer")
    op.drop_table("rsvp_limit")
    op.drop_table("rsvp")
    op.drop_column("outgoing_mail", "unsubscribe")
