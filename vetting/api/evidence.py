"""Evidence: what was read, when, and the bytes. All bytes are somebody else's, and are handed over as files only."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Response, g, send_file
from flask_smorest import Blueprint

from vetting.api.schemas import JSON, CaptureSchema
from vetting.services import evidence as service

evidence = Blueprint("evidence", __name__, url_prefix="/api/v1", description="What the reports rest on")

FILE = {"type": "string", "contentMediaType": "application/octet-stream"}


@evidence.route("/groups/<group_id>/evidence")
@evidence.response(200, CaptureSchema(many=True), content_type=JSON)
@evidence.alt_response(404, response="NOT_FOUND")
def listing(group_id: str) -> Any:
    """The captures behind the newest report."""
    return list(service.captures(g.context, group_id))


@evidence.route("/groups/<group_id>/evidence.warc.gz")
@evidence.alt_response(200, schema=FILE, content_type="application/gzip", description="A WARC file", success=True)
@evidence.alt_response(404, response="NOT_FOUND")
def export(group_id: str) -> Response:
    """All captures behind the newest report, as a WARC file (ISO 28500)."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "evidence.warc.gz"
        service.export(g.context, group_id, target)
        written = target.open("rb")  # stays readable when its name is gone; the server closes it once it is sent
    return send_file(written, "application/gzip", as_attachment=True, download_name=f"{group_id}.warc.gz", max_age=0)


@evidence.route("/captures/<digest>")
@evidence.alt_response(200, schema=FILE, content_type="application/octet-stream", description="The body", success=True)
@evidence.alt_response(404, response="NOT_FOUND")
def capture(digest: str) -> Response:
    """One captured body, by its SHA-256."""
    response = Response(service.body(g.context, digest).content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=f"{digest}.bin")
    return response
