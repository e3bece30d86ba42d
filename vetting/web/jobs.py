"""The page of a reading under way."""

from __future__ import annotations

from flask import g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vetting.services import jobs, subjects
from vetting.web import web


@web.get("/jobs/<job_id>")
def job(job_id: str) -> ResponseReturnValue:
    """How far the reading is; once it is done, the way leads on to the report."""
    view = jobs.get(g.context, job_id)
    if view.state == "done" and view.result:
        return redirect(url_for("web.report", group_id=view.result["group_id"]), 303)
    response = make_response(render_template("job.html", job=view, can_help=subjects.can_help(view)))
    response.headers["Cache-Control"] = "no-store"
    return response
