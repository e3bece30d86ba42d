"""What people found who looked at a group, and what a reading has got so far while its site wants a pause."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.String(length=16), nullable=False),
        sa.Column("finding", _choice("finding", "same_hands", "other_hands"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_looks_group_id_groups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    op.create_index(op.f("ix_looks_group_id"), "looks", ["group_id"], unique=False)
    op.create_table(
        "answers",
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            _choice(
                "outcome",
                "ok",
                "not_modified",
                "not_found",
                "private",
                "quarantined",
                "gated",
                "banned",
                "login_wall",
                "challenge",
                "rate_limited",
                "robots_disallowed",
                "needs_auth",
                "unavailable",
                "parse_error",
            ),
            nullable=False,
        ),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("compressed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("request", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_until"), "answers", ["until"], unique=False)


def downgrade() -> None:
    op.drop_table("answers")
    op.drop_table("looks")
