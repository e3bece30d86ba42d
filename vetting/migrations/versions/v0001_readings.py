"""Groups, and what was read of them: bodies, captures, snapshots, stewards, claims."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "groups",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("is_demo", "platform", "key", name=op.f("uq_groups_is_demo_platform_key")),
    )
    op.create_index(op.f("ix_groups_canonical_url"), "groups", ["canonical_url"], unique=False)
    op.create_table(
        "bodies",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("compressed", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_bodies")),
    )
    op.create_table(
        "snapshots",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=16), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_snapshots_group_id_groups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshots")),
    )
    op.create_index(op.f("ix_snapshots_group_id"), "snapshots", ["group_id"], unique=False)
    op.create_table(
        "captures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.String(length=16), nullable=False),
        sa.Column("snapshot_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
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
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["bodies.digest"], name=op.f("fk_captures_digest_bodies")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_captures_group_id_groups")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshots.id"], name=op.f("fk_captures_snapshot_id_snapshots")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captures")),
        sa.UniqueConstraint("snapshot_id", "position", name=op.f("uq_captures_snapshot_id_position")),
    )
    op.create_index(op.f("ix_captures_digest"), "captures", ["digest"], unique=False)
    op.create_index(op.f("ix_captures_group_id"), "captures", ["group_id"], unique=False)
    op.create_table(
        "stewards",
        sa.Column("group_id", sa.String(length=16), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_stewards_group_id_groups")),
        sa.PrimaryKeyConstraint("group_id", "handle", name=op.f("pk_stewards")),
    )
    op.create_table(
        "claims",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=16), nullable=False),
        sa.Column("steward", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("present", "withdrawn", name="claimstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("capture_digest", sa.String(length=64), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["capture_digest"], ["bodies.digest"], name=op.f("fk_claims_capture_digest_bodies")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_claims_group_id_groups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    op.create_index(op.f("ix_claims_capture_digest"), "claims", ["capture_digest"], unique=False)
    op.create_index(op.f("ix_claims_group_id"), "claims", ["group_id"], unique=False)


def downgrade() -> None:
    op.drop_table("claims")
    op.drop_table("stewards")
    op.drop_table("captures")
    op.drop_table("snapshots")
    op.drop_table("bodies")
    op.drop_table("groups")
