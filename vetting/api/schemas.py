"""What goes in and out of the API besides reports, which are served as they are stored."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

VERSION = "1"
LONGEST_ADDRESS = 2048
JSON = "application/json"


class SubmissionSchema(Schema):
    address = fields.String(
        required=True,
        validate=validate.Length(min=1, max=LONGEST_ADDRESS),
        metadata={"description": "A group's address, in any spelling.", "examples": ["https://forum.example/"]},
    )


class ProgressSchema(Schema):
    step = fields.Integer(required=True)
    of = fields.Integer(required=True)
    text = fields.String(required=True)


class JobErrorSchema(Schema):
    code = fields.String(required=True)
    message = fields.String(required=True)
    remedy = fields.String(required=True)


class JobResultSchema(Schema):
    group_id = fields.String(required=True)


class JobSchema(Schema):
    """An `error` beside the state "queued" is the last attempt's: there will be another at `run_at`."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["queued", "running", "done", "failed"]))
    address = fields.String(attribute="payload.canonical_url")
    progress = fields.Nested(ProgressSchema, required=True)
    error = fields.Nested(JobErrorSchema, allow_none=True)
    result = fields.Nested(JobResultSchema, allow_none=True)
    run_at = fields.AwareDateTime(required=True)


class AssessmentSchema(Schema):
    """`headline`, `low` and `high` are points of 100, `coverage` is a share of what was asked."""

    id = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    grade = fields.String(required=True)
    headline = fields.Float(required=True)
    low = fields.Float(required=True)
    high = fields.Float(required=True)
    coverage = fields.Float(required=True)
    pack = fields.String(required=True)
    pack_version = fields.String(required=True)


class GroupSchema(Schema):
    """`assessment` is null until the group was judged for the first time."""

    id = fields.String(required=True)
    platform = fields.String(required=True)
    key = fields.String(required=True)
    canonical_url = fields.String(required=True)
    name = fields.String(required=True)
    is_demo = fields.Boolean(required=True)
    last_read_at = fields.AwareDateTime(allow_none=True)
    assessment = fields.Nested(AssessmentSchema, allow_none=True)


class CaptureSchema(Schema):
    digest = fields.String(
        required=True, metadata={"description": "SHA-256 of the body, hex; empty where nothing came."}
    )
    url = fields.String(required=True)
    final_url = fields.String(required=True)
    method = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    outcome = fields.String(required=True)
    detail = fields.String(required=True)
    status = fields.Integer(allow_none=True)
    size = fields.Integer(required=True)
