"""What was judged: assessments and incidents."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assessments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=16), nullable=False),
        sa.Column("snapshot_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("pack_version", sa.Text(), nullable=False),
        sa.Column("pack_digest", sa.String(length=64), nullable=False),
        sa.Column("facts_digest", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("evaluation", sa.LargeBinary(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("headline", sa.Double(), nullable=False),
        sa.Column("coverage", sa.Double(), nullable=False),
        sa.Column("grade", sa.String(length=2), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.Column("report_etag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_assessments_group_id_groups")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshots.id"], name=op.f("fk_assessments_snapshot_id_snapshots")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
    )
    op.create_index("ix_assessments_group_id_at", "assessments", ["group_id", "at"], unique=False)
    op.create_index(op.f("ix_assessments_snapshot_id"), "assessments", ["snapshot_id"], unique=False)
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=16), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "crisis_mishandled",
                "harm_encouragement",
                "exploitation",
                "child_safety",
                "staff_misconduct",
                "credential_fraud",
                "unsafe_advice",
                "commercial",
                "privacy_breach",
                "harassment_hate",
                "coercive_control",
                "governance_capture",
                "info_integrity",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "triaged",
                "under_review",
                "partially_corroborated",
                "substantiated",
                "disputed",
                "unsubstantiated",
                "duplicate",
                "out_of_scope",
                "retracted",
                "appealed",
                "upheld",
                "overturned",
                "closed",
                name="incidentstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "disposition",
            sa.Enum(
                "submitted",
                "triaged",
                "under_review",
                "partially_corroborated",
                "substantiated",
                "disputed",
                "unsubstantiated",
                "duplicate",
                "out_of_scope",
                "retracted",
                "appealed",
                "upheld",
                "overturned",
                "closed",
                name="disposition",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "response",
            sa.Enum(
                "none",
                "acknowledged",
                "remediated",
                "remediation_verified",
                name="response",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("earliest", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.CheckConstraint("severity BETWEEN 1 AND 4", name=op.f("ck_incidents_severity")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_incidents_group_id_groups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index(op.f("ix_incidents_group_id"), "incidents", ["group_id"], unique=False)
    with op.batch_alter_table("groups") as batch:
        batch.add_column(sa.Column("current_assessment_id", sa.String(length=32), nullable=True))
        batch.create_foreign_key(
            "fk_groups_current_assessment_id_assessments", "assessments", ["current_assessment_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("groups") as batch:
        batch.drop_constraint("fk_groups_current_assessment_id_assessments", type_="foreignkey")
        batch.drop_column("current_assessment_id")
    op.drop_table("incidents")
    op.drop_table("assessments")
