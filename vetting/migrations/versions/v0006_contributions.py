"""What people who can see a group contribute."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "contributions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("role", _choice("role", "member", "steward"), nullable=False),
        sa.Column(
            "state",
            _choice("contributionstate", "submitted", "counted", "withdrawn", "rejected"),
            nullable=False,
        ),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("household", sa.String(length=32), nullable=True),
        sa.Column("proof_hash", sa.String(length=64), nullable=True),
        sa.Column("proof_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_contributions_group_id_groups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_contributions_token_hash")),
    )
    op.create_index(op.f("ix_contributions_at"), "contributions", ["at"], unique=False)
    op.create_index("uq_contributions_group_id_household", "contributions", ["group_id", "household"], unique=True)


def downgrade() -> None:
    op.drop_table("contributions")
