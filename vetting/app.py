"""The application: one context in, one Flask application with pages and API out."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, cast

from flask import Flask, Response, abort, g, request
from flask_limiter import Limiter
from werkzeug.exceptions import HTTPException

import vetting.web.contributions
import vetting.web.groups
import vetting.web.jobs
import vetting.web.pages
import vetting.web.self_descriptions  # noqa: F401 - these modules put their pages on the blueprint
from vetting.api import register_api
from vetting.api.problems import problem
from vetting.auth.access import ACCESS, Rate
from vetting.errors import VettingError
from vetting.services.context import Context
from vetting.web import labels, text, web
from vetting.web.errors import error_page
from vetting.web.security import harden, reader_key, refuse_foreign_forms

WEB = Path(__file__).parent / "web"
LONGEST_BODY = 64 * 1024  # bytes; the longest thing anyone sends is an address


def create_app(context: Context) -> Flask:
    """The WSGI application over an opened context; nothing is read from the environment here."""
    app = Flask("vetting", static_folder=None, template_folder=None)
    app.config.update(_configuration(context))
    _prepare_templates(app)
    _guard(app, context)
    app.register_blueprint(web)
    register_api(app)
    _limit_rates(app, context)
    app.register_error_handler(HTTPException, _render_error)
    app.register_error_handler(VettingError, _render_error)
    return app


def assets_version() -> str:
    """12 hex digits of everything that decides how a stored report looks: templates, static files, the words in the code."""
    files = sorted(path for path in WEB.rglob("*") if path.suffix in {".html", ".css", ".js", ".svg", ".py"})
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _configuration(context: Context) -> dict[str, Any]:
    return {
        "SECRET_KEY": context.settings.secret_key,
        "ASSETS_VERSION": assets_version(),
        "MAX_CONTENT_LENGTH": LONGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": LONGEST_BODY,
        "SEND_FILE_MAX_AGE_DEFAULT": 365 * 24 * 3600,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": context.settings.public_url.startswith("https://"),
        "RATELIMIT_HEADERS_ENABLED": True,
    }


def _prepare_templates(app: Flask) -> None:
    app.jinja_options = {"finalize": text.harmless, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals.update(labels=labels, assets_version=app.config["ASSETS_VERSION"])
    for function in (text.day, text.minute, text.month, text.points, text.percent, text.size, text.words, text.outward):
        app.add_template_filter(function)


def _guard(app: Flask, context: Context) -> None:
    @app.before_request
    def introduce() -> None:
        g.context = context

    @app.before_request
    def refuse_undeclared() -> None:
        if request.endpoint is not None and request.endpoint not in ACCESS:
            abort(403)

    app.before_request(refuse_foreign_forms)
    app.after_request(harden)


def _limit_rates(app: Flask, context: Context) -> None:
    limiter = Limiter(reader_key, app=app, storage_uri=context.settings.rate_storage_url)
    for endpoint, access in ACCESS.items():
        if access.rate is not Rate.FREE:
            rate = getattr(context.settings, access.rate)
            app.view_functions[endpoint] = cast("Any", limiter.limit(rate)(app.view_functions[endpoint]))


def _render_error(error: VettingError | HTTPException) -> Response:
    return problem(error) if request.path.startswith("/api/") else error_page(error)
