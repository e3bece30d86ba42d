"""Jobs: how far a reading is."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_smorest import Blueprint

from vetting.api.schemas import JSON, JobSchema
from vetting.services import jobs as service

jobs = Blueprint("jobs", __name__, url_prefix="/api/v1", description="Readings under way")


@jobs.route("/jobs/<job_id>")
@jobs.response(200, JobSchema, content_type=JSON)
@jobs.alt_response(404, response="NOT_FOUND")
def show(job_id: str) -> Any:
    """One job: its state, its progress, and at the end its result or its error."""
    return service.get(g.context, job_id), 200, {"Cache-Control": "no-store"}
