"""Pages that belong to no group: the door, the method, privacy, and who reads."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vetting.errors import InvalidInput
from vetting.services import agent, groups, submissions
from vetting.services.method import method as method_in_force
from vetting.web import web

EXAMPLES_SHOWN = 6


@web.get("/")
def home() -> str:
    return _door()


@web.post("/")
def submit() -> ResponseReturnValue:
    """Starts reading the group behind the pasted address; what cannot be read is said beside the box."""
    address = request.form.get("address", "")
    try:
        job = submissions.submit(g.context, address)
    except InvalidInput as error:
        return _door(address=address, error=error), error.status
    return redirect(url_for("web.job", job_id=job.id), 303)


@web.get("/how-it-works")
def method() -> str:
    return render_template("method.html", method=method_in_force(g.context))


@web.get("/privacy")
def privacy() -> str:
    return render_template("privacy.html")


@web.get(agent.PAGE)
def bot() -> str:
    """For those whose site we read: the user agent's address leads here."""
    settings = g.context.settings
    return render_template(
        "bot.html", name=agent.NAME, user_agent=agent.user_agent(settings), contact=settings.contact_url
    )


def _door(address: str = "", error: InvalidInput | None = None) -> str:
    examples = groups.listing(g.context, demo=True, limit=EXAMPLES_SHOWN).groups
    return render_template("home.html", examples=examples, address=address, error=error)
