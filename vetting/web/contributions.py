"""Contributing to a group that we are not shown: fill in, look at what will be sent, send, and take back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vetting.errors import InvalidInput
from vetting.services import contributions, sendings, subjects
from vetting.services.contributions import CONSENT, CONSENT_VERSION
from vetting.services.sendings import FieldsRefused
from vetting.web import web

TEXTS = ("name", "purpose", "rules", "visibility", "joining")


@web.get("/groups/<group_id>/contribute")
def contribute(group_id: str) -> Response:
    """The form, with a box for each field that we do not know."""
    return _form(group_id, {})


@web.post("/groups/<group_id>/contribute")
def preview_contribution(group_id: str) -> ResponseReturnValue:
    """Exactly what would be sent; nothing is kept. `change` leads back to the filled form."""
    if "change" in request.form:
        return _form(group_id, {**_entered(_sent()), "role": request.form.get("role", "")})
    try:
        document = contributions.preview(g.context, group_id, _document(request.form))
    except FieldsRefused as error:
        return _form(group_id, request.form, error.problems)
    return _preview(group_id, document)


@web.post("/groups/<group_id>/contributions")
def send_contribution(group_id: str) -> ResponseReturnValue:
    """Keeps what the preview showed, and leads to the page that only its sender knows."""
    document = _sent()
    try:
        token, _ = contributions.contribute(
            g.context,
            group_id,
            document,
            role=contributions.role(request.form.get("role", "")),
            consent=request.form.get("consent", ""),
            address=request.remote_addr or "",
        )
    except FieldsRefused as error:
        return _form(group_id, _entered(document), error.problems)
    except InvalidInput as error:
        return _preview(group_id, contributions.preview(g.context, group_id, document), error)
    return redirect(url_for("web.contribution", token=token), 303)


@web.get("/contributions/<token>")
def contribution(token: str) -> Response:
    """What became of a contribution."""
    view = contributions.status(g.context, token)
    about = subjects.subject(g.context, view.group_id)
    return _private(render_template("contribute/status.html", view=view, about=about, token=token))


@web.post("/contributions/<token>/withdraw")
def withdraw_contribution(token: str) -> ResponseReturnValue:
    contributions.withdraw(g.context, token)
    return redirect(url_for("web.contribution", token=token), 303)


def _form(group_id: str, entered: Mapping[str, str], problems: Mapping[str, str] | None = None) -> Response:
    about = subjects.subject(g.context, group_id)
    page = render_template(
        "contribute/form.html", about=about, entered=entered, problems=problems or {}, choices=sendings
    )
    return _private(page, 422 if problems else 200)


def _preview(group_id: str, document: dict[str, Any], error: InvalidInput | None = None) -> Response:
    page = render_template(
        "contribute/preview.html",
        about=subjects.subject(g.context, group_id),
        document=document,
        written=json.dumps(document, ensure_ascii=False, indent=2),
        role=request.form.get("role", "member"),
        consent=CONSENT,
        consent_version=CONSENT_VERSION,
        error=error,
    )
    return _private(page, error.status if error else 200)


def _private(page: str, status: int = 200) -> Response:
    """Nobody between us and the sender may keep the page."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _document(form: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in; empty boxes say nothing."""
    document: dict[str, Any] = {field: form[field] for field in TEXTS if form.get(field, "").strip()}
    if members := form.get("members", "").strip():
        plain = members.translate(str.maketrans("", "", " .,'\u00a0\u202f"))
        document["members"] = int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 12 else members
    if lines := [line for line in form.get("moderators", "").splitlines() if line.strip()]:
        document["moderators"] = [_moderator(line) for line in lines]
    return document


def _moderator(line: str) -> dict[str, str]:
    """“wren, moderator, peer supporter” in its three parts; the last may be missing, and so may the role's capital."""
    handle, role, title = (*(part.strip() for part in line.split(",", 2)), "", "")[:3]
    parts = {"handle": handle, "role": role.lower() or "moderator", "title": title}
    return {name: part for name, part in parts.items() if part or name != "title"}


def _sent() -> dict[str, Any]:
    """The document that a preview carried along; empty where it is none."""
    try:
        document = json.loads(request.form.get("document", ""))
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _entered(document: Mapping[str, Any]) -> dict[str, str]:
    """The document as the form's boxes hold it."""
    entered = {field: str(value) for field, value in document.items() if field != "moderators"}
    if isinstance(rules := document.get("rules"), list):
        entered["rules"] = "\n".join(map(str, rules))
    moderators = document.get("moderators")
    lines = [line for line in moderators if isinstance(line, dict)] if isinstance(moderators, list) else []
    parts = ("handle", "role", "title")
    entered["moderators"] = "\n".join(", ".join(str(line[part]) for part in parts if line.get(part)) for line in lines)
    return entered
