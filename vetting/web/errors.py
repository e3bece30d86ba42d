"""Error pages: what happened, and what to do now. Nothing of the inside is told."""

from __future__ import annotations

from flask import Response, make_response, render_template
from werkzeug.exceptions import HTTPException

from vetting.errors import VettingError

WHAT_TO_DO = {
    404: ("There is nothing here", "Check the address, or begin again by pasting a group's link on the first page."),
    405: ("This page cannot be used that way", "Go back to the first page and begin again from there."),
    413: ("That is too much at once", "Paste only the group's address; where you contribute, shorten the text."),
    429: (
        "That was a lot in a short time",
        "Wait a minute and try again. What you have already started keeps running.",
    ),
    500: ("Something went wrong on our side", "Try again in a few minutes. Nothing that was known is lost."),
}
OTHERWISE = ("This did not work", "Go back to the first page and begin again from there.")


def error_page(error: VettingError | HTTPException) -> Response:
    """A page for either kind of error, with the headers that the status demands (Allow, Retry-After)."""
    status, title, message, remedy = _told(error)
    response = make_response(render_template("error.html", title=title, message=message, remedy=remedy, status=status))
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name.lower() != "content-type":
                response.headers.add(name, value)
    return response


def _told(error: VettingError | HTTPException) -> tuple[int, str, str, str]:
    if isinstance(error, VettingError):
        return error.status, error.title, error.message, error.remedy
    status = error.code or 500
    title, remedy = WHAT_TO_DO.get(status, OTHERWISE)
    return status, title, "", remedy
