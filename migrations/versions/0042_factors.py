"""Passkeys, apps for codes, recovery codes; names of devices; days in which coordinators have one"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def whose(table: str, *, nullable: bool = False) -> tuple[sa.Column, sa.Constraint]:
    return (
        sa.Column("user_id", sa.Integer(), nullable=nullable),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=f"fk_{table}_user_id", ondelete="CASCADE"),
    )


def create(table: str, *columns: sa.Column | sa.Constraint) -> None:
    key = sa.PrimaryKeyConstraint("id", name=f"pk_{table}")
    op.create_table(table, sa.Column("id", sa.Integer(), nullable=False), *columns, key)


def hashed(table: str, name: str) -> tuple[sa.Column, sa.Constraint]:
    return (
        sa.Column(name, sa.LargeBinary(length=32), nullable=False),
        sa.UniqueConstraint(name, name=f"uq_{table}_{name}"),
    )


def upgrade() -> None:
    op.add_column("user", moment("factor_since", nullable=True))
    op.add_column("user", moment("factor_asked_at", nullable=True))
    op.add_column("user_session", sa.Column("label", sa.LargeBinary(), nullable=True))
    drops = sa.Column("drops_factors", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("password_reset", drops)
    op.add_column("coalition", sa.Column("factor_days", sa.Integer(), server_default="7", nullable=False))
    create(
        "passkey",
        *whose("passkey"),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        moment("created_at"),
        moment("used_at", nullable=True),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
    )
    create(
        "code_app",
        *whose("code_app"),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("used_counter", sa.BigInteger(), nullable=False),
        moment("created_at"),
        moment("used_at"),
        sa.UniqueConstraint("user_id", name="uq_code_app_user_id"),
    )
    create("recovery_code", *whose("recovery_code"), *hashed("recovery_code", "code_hash"))
    create(
        "passkey_challenge",
        *hashed("passkey_challenge", "challenge_hash"),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        *whose("passkey_challenge", nullable=True),
        moment("expires_at"),
    )
    create(
        "half_sign_in",
        *hashed("half_sign_in", "token_hash"),
        *whose("half_sign_in"),
        sa.Column("own_device", sa.Boolean(), nullable=False),
        moment("expires_at"),
    )
    for table in ("passkey", "recovery_code", "passkey_challenge", "half_sign_in"):
        op.create_index(f"ix_{table}_user_id", table, ["user_id"])


def downgrade() -> None:
    for table in ("half_sign_in", "passkey_challenge", "recovery_code", "code_app", "passkey"):
        op.drop_table(table)
    op.drop_column("coalition", "factor_days")
    op.drop_column("password_reset", "drops_factors")
    op.drop_column("user_session", "label")
    op.drop_column("user", "factor_asked_at")
    op.drop_column("user", "factor_since")
