"""How a group describes itself in a file of its own, and whether its file is sound."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from vetting.services import self_descriptions
from vetting.services.self_descriptions import Problem
from vetting.web import web


@web.get("/self-description")
def self_description() -> str:
    return _page()


@web.post("/self-description")
def check_self_description() -> ResponseReturnValue:
    """What is wrong with the pasted file, by field. It is not kept."""
    text = request.form.get("text", "").strip()
    problems = self_descriptions.check(text)
    return _page(text, problems), 422 if problems else 200


@web.get("/self-description/schema.json")
def self_description_schema() -> Response:
    """The format for programs. The address stays."""
    response = Response(self_descriptions.schema(), mimetype="application/schema+json")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _page(text: str = "", problems: Sequence[Problem] | None = None) -> str:
    return render_template("self_description.html", example=self_descriptions.example(), text=text, problems=problems)
