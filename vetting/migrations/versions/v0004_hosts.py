"""Hosts: their turns, what was decided about them, and what they refused a moment ago."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "host_gate",
        sa.Column("host", sa.String(length=300), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host_gate")),
    )
    op.create_index(op.f("ix_host_gate_left_at"), "host_gate", ["left_at"], unique=False)
    op.create_table(
        "host_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(length=300), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "pause",
                "resume",
                "leave_out",
                "readmit",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_decisions")),
    )
    op.create_index(op.f("ix_host_decisions_host"), "host_decisions", ["host"], unique=False)
    op.create_table(
        "refusals",
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
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
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("compressed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("request", name=op.f("pk_refusals")),
    )
    op.create_index(op.f("ix_refusals_until"), "refusals", ["until"], unique=False)


def downgrade() -> None:
    op.drop_table("refusals")
    op.drop_table("host_decisions")
    op.drop_table("host_gate")
