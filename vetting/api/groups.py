"""Groups: ask for one to be read, and get what is known."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_smorest import Blueprint

from vetting.api.schemas import JSON, GroupSchema, JobSchema, SubmissionSchema
from vetting.services import groups as service
from vetting.services import reports, submissions

groups = Blueprint("groups", __name__, url_prefix="/api/v1", description="Groups and their reports")

REVALIDATE = "public, max-age=0, s-maxage=60, must-revalidate"
REPORT = {"type": "object", "required": ["schema", "assessment", "group", "grade", "findings", "arithmetic"]}


@groups.route("/groups", methods=["POST"])
@groups.arguments(SubmissionSchema)
@groups.response(202, JobSchema, content_type=JSON, headers={"Location": {"schema": {"type": "string"}}})
@groups.alt_response(400, response="BAD_REQUEST")
@groups.alt_response(429, response="TOO_MANY_REQUESTS")
def submit(submission: dict[str, str]) -> Any:
    """Starts reading the group behind an address.

    The job at `Location` tells how far it is, and at last where the report is.
    """
    job = submissions.submit(g.context, submission["address"])
    return job, 202, {"Location": url_for("jobs.show", job_id=job.id)}


@groups.route("/groups/<group_id>")
@groups.response(200, GroupSchema, content_type=JSON)
@groups.alt_response(404, response="NOT_FOUND")
def show(group_id: str) -> Any:
    """One group and the figures of its newest assessment."""
    return service.get(g.context, group_id)


@groups.route("/groups/<group_id>/report")
@groups.alt_response(200, schema=REPORT, content_type=JSON, description="The report, schema “report/1”", success=True)
@groups.alt_response(304, description="The report named in If-None-Match is still the newest", success=True)
@groups.alt_response(404, response="NOT_FOUND")
def report(group_id: str) -> Response:
    """The newest report: the very bytes that were published, with their ETag."""
    stored = reports.get_report(g.context, group_id)
    response = Response(stored.body, mimetype=JSON)
    response.set_etag(stored.etag.strip('"'))
    response.headers["Cache-Control"] = REVALIDATE
    response.last_modified = stored.at
    response.make_conditional(request)
    return response
