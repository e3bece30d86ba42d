"""The report page, and the page of a capture behind it. Both are drawn from the stored report document alone."""

from __future__ import annotations

import json
import re

from flask import Response, current_app, g, make_response, render_template, request

from vetting.errors import NotFound
from vetting.services import evidence, reports
from vetting.web import web
from vetting.web.reading import Reading, forbids

EXCERPT = 20_000  # characters: enough to find a quoted sentence, little enough to stay a page
REVALIDATE = "public, max-age=0, s-maxage=60, must-revalidate"
_text_type = re.compile(r"^(?:text/|application/(?:[a-z.+-]*(?:json|xml|javascript)))", re.IGNORECASE)


@web.get("/groups/<group_id>")
def report(group_id: str) -> Response:
    """The newest report. Its ETag names the document and the templates: nothing else can change the page."""
    stored = reports.get_report(g.context, group_id)
    etag = ".".join((stored.etag.strip('"'), current_app.config["ASSETS_VERSION"]))
    unchanged = request.if_none_match.contains_weak(etag)
    response = Response(status=304) if unchanged else make_response(_page(stored.body))
    response.set_etag(etag, weak=True)
    response.headers["Cache-Control"] = REVALIDATE
    return response


@web.get("/groups/<group_id>/captures/<digest>")
def capture(group_id: str, digest: str) -> str:
    """Where a capture comes from, and the beginning of its text as text."""
    reading, row = _cited(group_id, digest)
    body = evidence.body(g.context, digest)
    excerpt = _excerpt(body.content, body.content_type)
    return render_template("capture.html", report=reading.document, capture=row, body=body, excerpt=excerpt)


@web.get("/groups/<group_id>/captures/<digest>/file")
def capture_file(group_id: str, digest: str) -> Response:
    """The bytes as they were answered, handed over as a file: never shown, never run."""
    _cited(group_id, digest)
    body = evidence.body(g.context, digest)
    response = Response(body.content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=f"{digest}.bin")
    return response


def _page(document: bytes) -> str:
    reading = Reading(json.loads(document))
    return render_template("report.html", report=reading.document, reading=reading, forbids=forbids)


def _cited(group_id: str, digest: str) -> tuple[Reading, dict[str, object]]:
    """The report and its row about the capture: only what a published report cites has a page."""
    reading = Reading(json.loads(reports.get_report(g.context, group_id).body))
    row = reading.capture(digest)
    if row is None:
        raise NotFound(
            "The report does not cite such a capture.", remedy="Open the report and follow a link from there."
        )
    return reading, dict(row)


def _excerpt(body: bytes, content_type: str) -> str | None:
    """The beginning of a text; None for what is not text."""
    if not _text_type.match(content_type):
        return None
    return body[: EXCERPT * 4].decode("utf-8", errors="replace")[:EXCERPT]
