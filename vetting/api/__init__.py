"""The API under /api/v1, and its OpenAPI 3.1 document. It speaks only to services."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api

from vetting.api import contributions, evidence, groups, jobs
from vetting.api.problems import PROBLEM, ProblemSchema
from vetting.api.schemas import VERSION


class ProblemApi(Api):  # type: ignore[misc] # flask-smorest has no types
    """Errors are documented as what they are: problem details."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM


def register_api(app: Flask) -> None:
    """Puts the API and /api/v1/openapi.json on the application."""
    app.config.update(
        API_TITLE="Vetting",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        API_SPEC_OPTIONS={
            "info": {"description": "Reputation reports on mental-health support groups, with their evidence."}
        },
    )
    api = ProblemApi(app)
    for blueprint in (groups.groups, jobs.jobs, evidence.evidence, contributions.contributions):
        api.register_blueprint(blueprint)
