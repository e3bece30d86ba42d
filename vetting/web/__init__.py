"""The pages: server-rendered, complete without JavaScript. They speak only to services."""

from __future__ import annotations

from flask import Blueprint

web = Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
