"""`vetting policy`: what a clinician or an operator asks beyond the public grade."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from vetting.cli.opening import open_context
from vetting.cli.text import plain
from vetting.services import policies as service

_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def policy() -> None:
    """Hold groups against a policy of your own. The public grade stays what it is."""


@policy.command()
@_file
def check(file: Path) -> None:
    """Every problem of the policy in FILE."""
    with open_context() as context:
        problems = service.check(context, file)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo("The policy is sound.")


@policy.command()
@_file
@click.option("--group", help="Only the group with this id.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line a group.")
def apply(file: Path, group: str | None, *, as_json: bool) -> None:
    """Whether each group passes the policy in FILE, beside its public grade, with the reasons where it does not."""
    with open_context() as context:
        for one in service.apply(context, file, group):
            click.echo(json.dumps(asdict(one)) if as_json else _lines(one))


def _lines(one: service.Applied) -> str:
    verdict = "passes" if one.opinion.passes else "does not pass"
    first = f"{one.group_id}  {plain(one.name)}: {verdict} “{plain(one.opinion.title)}” (public grade {one.grade})"
    return "\n".join([first, *(f"    {plain(reason)}" for reason in one.opinion.reasons)])
