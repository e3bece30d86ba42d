"""Contributions: what people who can see a group tell of it where we are shown nothing."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from vetting.api.schemas import JSON
from vetting.services import contributions as service
from vetting.services.contributions import CONSENT, CONSENT_VERSION
from vetting.services.sendings import SendingSchema

contributions = Blueprint(
    "contributions", __name__, url_prefix="/api/v1", description="What people who can see a group tell of it"
)
FIELDS = fields.List(fields.String(), required=True)


class ContributeSchema(Schema):
    document = fields.Nested(SendingSchema, required=True)
    role = fields.String(load_default="member", validate=validate.OneOf(["member", "steward"]))
    consent = fields.String(
        required=True,
        validate=validate.OneOf([CONSENT_VERSION]),
        metadata={"description": f"The version of the text that the sender has read and agreed to: {CONSENT}"},
    )


class ContributionSchema(Schema):
    """`agreed` are the fields that are known by now, `open` those on which others say otherwise. `proof`, where it is not empty,
    is the word that a steward has to show in the group's description or rules until `proof_until`.
    """

    group_id = fields.String(required=True)
    role = fields.String(required=True)
    state = fields.String(required=True)
    document = fields.Dict(required=True)
    at = fields.AwareDateTime(required=True)
    agreed = FIELDS
    open = FIELDS
    proof = fields.String(required=True)
    proof_until = fields.AwareDateTime(allow_none=True)
    proven = fields.Boolean(required=True)


class ReceiptSchema(ContributionSchema):
    """With the `token`, which is told this once; it is the only way back to the contribution."""

    token = fields.String(required=True)


@contributions.route("/groups/<group_id>/contributions", methods=["POST"])
@contributions.arguments(ContributeSchema)
@contributions.response(201, ReceiptSchema, content_type=JSON)
@contributions.alt_response(400, response="BAD_REQUEST")
@contributions.alt_response(403, response="FORBIDDEN")
@contributions.alt_response(404, response="NOT_FOUND")
@contributions.alt_response(409, response="CONFLICT")
@contributions.alt_response(429, response="TOO_MANY_REQUESTS")
def send(contribution: dict[str, Any], group_id: str) -> Any:
    """Contributes to a group that we are not shown. Two who are not connected have to say the same before it counts."""
    token, view = service.contribute(
        g.context,
        group_id,
        contribution["document"],
        role=service.role(contribution["role"]),
        consent=contribution["consent"],
        address=request.remote_addr or "",
    )
    return {**vars(view), "token": token}, 201, {"Cache-Control": "no-store"}


@contributions.route("/contributions/<token>")
@contributions.response(200, ContributionSchema, content_type=JSON)
@contributions.alt_response(404, response="NOT_FOUND")
def show(token: str) -> Any:
    """What became of a contribution."""
    return service.status(g.context, token), 200, {"Cache-Control": "no-store"}


@contributions.route("/contributions/<token>", methods=["DELETE"])
@contributions.response(204)
@contributions.alt_response(404, response="NOT_FOUND")
@contributions.alt_response(409, response="CONFLICT")
def withdraw(token: str) -> None:
    """Withdraws it: what was sent is deleted."""
    service.withdraw(g.context, token)
