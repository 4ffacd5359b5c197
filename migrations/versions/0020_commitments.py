"""What groups promise for a demonstration, and how they are asked to stand behind it"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STANDS = "cancelled_at IS NULL AND kind <> 'other'"
SERIES = sa.text(f"on_date IS NULL AND {STANDS}")
DATE = sa.text(f"on_date IS NOT NULL AND {STANDS}")
ADDED = ("closes_on", "mailed_at", "reminded_on", "answered_by_id", "contact_id", "edition")


def upgrade() -> None:
    with op.batch_alter_table("co_sponsorship") as batch_op:
        batch_op.add_column(sa.Column("closes_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reminded_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("answered_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("contact_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_foreign_key(
            op.f("fk_co_sponsorship_answered_by_id"), "user", ["answered_by_id"], ["id"], ondelete="SET NULL"
        )

    op.create_table(
        "commitment",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("delivered", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_by_id", sa.Integer(), nullable=True),
        sa.Column("counted_contact_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promised_by_id", sa.Integer(), nullable=True),
        sa.Column("promised_contact_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coalition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_commitment_something_is_promised")),
        sa.CheckConstraint("delivered >= 0", name=op.f("ck_commitment_no_less_than_nothing")),
        sa.CheckConstraint(
            "(delivered IS NULL) = (delivered_at IS NULL)", name=op.f("ck_commitment_counted_at_a_time")
        ),
        sa.CheckConstraint(
            "(kind = 'money') = (currency IS NOT NULL)", name=op.f("ck_commitment_money_has_a_currency")
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "event_id"],
            ["event.coalition_id", "event.id"],
            name=op.f("fk_commitment_coalition_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["coalition_id", "organization_id"],
            ["organization.coalition_id", "organization.id"],
            name=op.f("fk_commitment_coalition_id_organization_id"),
        ),
        sa.ForeignKeyConstraint(["coalition_id"], ["coalition.id"], name=op.f("fk_commitment_coalition_id")),
        sa.ForeignKeyConstraint(
            ["counted_by_id"], ["user.id"], name=op.f("fk_commitment_counted_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["promised_by_id"], ["user.id"], name=op.f("fk_commitment_promised_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("coalition_id", "form_key", name=op.f("uq_commitment_coalition_id_form_key")),
        sa.UniqueConstraint("coalition_id", "id", name=op.f("uq_commitment_coalition_id_id")),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_coalition_id"), ["coalition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_event_id"), ["event_id"], unique=False)
        batch_op.create_index("ix_commitment_open", ["coalition_id", "delivered_at", "due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_organization_id"), ["organization_id"], unique=False)
        batch_op.create_index(
            "uq_commitment_date",
            ["coalition_id", "event_id", "organization_id", "kind", "on_date"],
            unique=True,
            sqlite_where=DATE,
            postgresql_where=DATE,
        )
        batch_op.create_index(
            "uq_commitment_series",
            ["coalition_id", "event_id", "organization_id", "kind"],
            unique=True,
            sqlite_where=SERIES,
            postgresql_where=SERIES,
        )


def downgrade() -> None:
    op.drop_table("commitment")
    # What the version before does not know: it was not asked, or is not in it.
    op.execute("DELETE FROM co_sponsorship WHERE state IN ('requested', 'turned_down')")
    with op.batch_alter_table("co_sponsorship") as batch_op:
        batch_op.drop_constraint(op.f("fk_co_sponsorship_answered_by_id"), type_="foreignkey")
        for name in reversed(ADDED):
            batch_op.drop_column(name)
