"""Errors as problem details (RFC 9457), with every header that the status demands.

flask-smorest's own handler drops those of HTTP errors (`Allow` of a 405, `Retry-After` of a 429); this one keeps them.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, json
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from vetting.errors import VettingError

PROBLEM = "application/problem+json"


class ProblemSchema(Schema):
    """`type` is always about:blank, so that `title` is the status in words; `code` is what a program may branch on."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    remedy = fields.String(required=True)
    errors = fields.Dict()


def problem(error: VettingError | HTTPException) -> Response:
    """The answer to a request that failed; of an unforeseen failure it says nothing but that there was one."""
    if isinstance(error, VettingError):
        return _answer(error.status, error.message, error.code, error.remedy)
    status = error.code or 500
    said = getattr(error, "data", {}).get("messages")
    response = _answer(status, _detail(status), _title(status).lower().replace(" ", "_"), _remedy(status), errors=said)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers.add(name, value)
    return response


def _answer(status: int, detail: str, code: str, remedy: str, *, errors: Any = None) -> Response:
    document = {
        "type": "about:blank",
        "title": _title(status),
        "status": status,
        "detail": detail,
        "code": code,
        "remedy": remedy,
    }
    if errors:
        document["errors"] = errors
    response = Response(json.dumps(document), status, content_type=PROBLEM)
    response.headers["Cache-Control"] = "no-store"
    return response


def _title(status: int) -> str:
    return HTTPStatus(status).phrase


def _detail(status: int) -> str:
    return HTTPStatus(status).description or "The request could not be answered."


def _remedy(status: int) -> str:
    if status >= 500:
        return "Try again later."
    return "Wait for the seconds in Retry-After." if status == 429 else "Compare the request with /api/v1/openapi.json."
