"""Agendas, minutes, decisions, action items; who came"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agenda_item",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("owner", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_agenda_item_no_time_back")),
        sa.ForeignKeyConstraint(
            ["coalition_id", "event_id"],
            ["event.coalition_id", "event.id"],
            name=op.f("fk_agenda_item_coalition_id_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_agenda_item_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_agenda_item_coalition_id_id")),
    )
    op.create_index(op.f("ix_agenda_item_coalition_id"), "agenda_item", ["coalition_id"], unique=False)
    op.create_index(
        "ix_agenda_item_meeting",
        "agenda_item",
        ["coalition_id", "event_id", "on_date", "position"],
        unique=False,
    )
    op.create_table(
        "attendance",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("group_name", sa.LargeBinary(), nullable=True),
        sa.Column("delegate", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_attendance_count_not_negative")),
        sa.ForeignKeyConstraint(
            ["coalition_id", "event_id"],
            ["event.coalition_id", "event.id"],
            name=op.f("fk_attendance_coalition_id_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_attendance_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_attendance_coalition_id")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user.id"], name=op.f("fk_attendance_entered_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_attendance_coalition_id_id")),
        sa.UniqueConstraint("coalition_id", "key", name=op.f("uq_attendance_coalition_id_key")),
    )
    op.create_index(op.f("ix_attendance_coalition_id"), "attendance", ["coalition_id"], unique=False)
    op.create_index(
        "ix_attendance_meeting", "attendance", ["coalition_id", "event_id", "on_date", "id"], unique=False
    )
    op.create_index(op.f("ix_attendance_organization_id"), "attendance", ["organization_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "event_id"],
            ["event.coalition_id", "event.id"],
            name=op.f("fk_decision_coalition_id_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_decision_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_decision_coalition_id_form_key")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_decision_coalition_id_id")),
    )
    op.create_index(op.f("ix_decision_coalition_id"), "decision", ["coalition_id"], unique=False)
    op.create_index(
        "ix_decision_meeting", "decision", ["coalition_id", "event_id", "on_date", "id"], unique=False
    )
    op.create_table(
        "minutes",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user.id"], name=op.f("fk_minutes_changed_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "event_id"],
            ["event.coalition_id", "event.id"],
            name=op.f("fk_minutes_coalition_id_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_minutes_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes")),
        sa.UniqueConstraint(
            "coalition_id", "event_id", "on_date", name=op.f("uq_minutes_coalition_id_event_id_on_date")
        ),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_minutes_coalition_id_id")),
    )
    op.create_index(op.f("ix_minutes_coalition_id"), "minutes", ["coalition_id"], unique=False)
    op.create_table(
        "sign_in_page",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "event_id"],
            ["event.coalition_id", "event.id"],
            name=op.f("fk_sign_in_page_coalition_id_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id"], ["coalition.id"], name=op.f("fk_sign_in_page_coalition_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["user.id"], name=op.f("fk_sign_in_page_opened_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_page")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_sign_in_page_coalition_id_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_page_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_page_coalition_id"), "sign_in_page", ["coalition_id"], unique=False)
    op.create_index(
        "uq_open_sign_in_page",
        "sign_in_page",
        ["coalition_id", "event_id", "on_date"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "door_wish",
        sa.Column("attendance_id", sa.Integer(), nullable=False),
        sa.Column("wants_news", sa.Boolean(), nullable=False),
        sa.Column("may_join", sa.Boolean(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "attendance_id"],
            ["attendance.coalition_id", "attendance.id"],
            name=op.f("fk_door_wish_coalition_id_attendance_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_door_wish_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_wish")),
        sa.UniqueConstraint(
            "coalition_id", "attendance_id", name=op.f("uq_door_wish_coalition_id_attendance_id")
        ),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_door_wish_coalition_id_id")),
    )
    op.create_index("ix_door_wish_at", "door_wish", ["at"], unique=False)
    op.create_index(op.f("ix_door_wish_coalition_id"), "door_wish", ["coalition_id"], unique=False)
    op.create_table(
        "action_item",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coalition_id", "event_id"],
            ["event.coalition_id", "event.id"],
            name=op.f("fk_action_item_coalition_id_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "follow_up_id"],
            ["follow_up.coalition_id", "follow_up.id"],
            name=op.f("fk_action_item_coalition_id_follow_up_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_action_item_coalition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_item")),
        sa.UniqueConstraint(
            "coalition_id", "follow_up_id", name=op.f("uq_action_item_coalition_id_follow_up_id")
        ),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_action_item_coalition_id_form_key")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_action_item_coalition_id_id")),
    )
    op.create_index(op.f("ix_action_item_coalition_id"), "action_item", ["coalition_id"], unique=False)
    op.create_index(op.f("ix_action_item_follow_up_id"), "action_item", ["follow_up_id"], unique=False)
    op.create_index(
        "ix_action_item_meeting", "action_item", ["coalition_id", "event_id", "on_date", "id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_action_item_meeting", table_name="action_item")
    op.drop_index(op.f("ix_action_item_follow_up_id"), table_name="action_item")
    op.drop_index(op.f("ix_action_item_coalition_id"), table_name="action_item")
    op.drop_table("action_item")
    op.drop_index(op.f("ix_door_wish_coalition_id"), table_name="door_wish")
    op.drop_index("ix_door_wish_at", table_name="door_wish")
    op.drop_table("door_wish")
    op.drop_index(
        "uq_open_sign_in_page",
        table_name="sign_in_page",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(op.f("ix_sign_in_page_coalition_id"), table_name="sign_in_page")
    op.drop_table("sign_in_page")
    op.drop_index(op.f("ix_minutes_coalition_id"), table_name="minutes")
    op.drop_table("minutes")
    op.drop_index("ix_decision_meeting", table_name="decision")
    op.drop_index(op.f("ix_decision_coalition_id"), table_name="decision")
    op.drop_table("decision")
    op.drop_index(op.f("ix_attendance_organization_id"), table_name="attendance")
    op.drop_index("ix_attendance_meeting", table_name="attendance")
    op.drop_index(op.f("ix_attendance_coalition_id"), table_name="attendance")
    op.drop_table("attendance")
    op.drop_index("ix_agenda_item_meeting", table_name="agenda_item")
    op.drop_index(op.f("ix_agenda_item_coalition_id"), table_name="agenda_item")
    op.drop_table("agenda_item")
