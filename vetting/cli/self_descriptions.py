"""`vetting self-description`: is a group's file about itself sound?"""

from __future__ import annotations

from pathlib import Path

import click

from vetting.cli.opening import open_context
from vetting.cli.text import plain
from vetting.services import self_descriptions as service


@click.group("self-description")
def self_description() -> None:
    """Help groups to describe themselves in /.well-known/support-group.json."""


@self_description.command()
@click.argument("place")
def check(place: str) -> None:
    """Say what is wrong, by field, with the file or the site at PLACE."""
    problems = service.check(service.text_of(_content(place)))
    for problem in problems:
        click.echo(plain(f"{problem.field or 'the file'}: {problem.message}"))
    if problems:
        raise click.exceptions.Exit(1)
    click.echo("The description is sound.")


def _content(place: str) -> bytes:
    if place.startswith(("http://", "https://")):
        with open_context() as context:
            return service.fetched(context, place)
    return Path(place).read_bytes()
