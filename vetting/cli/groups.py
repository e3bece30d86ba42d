"""`vetting group`: what people have found who looked at a group themselves."""

from __future__ import annotations

import click

from vetting.cli.opening import open_context
from vetting.models import Finding
from vetting.services import looks as service

SAID = {
    Finding.SAME_HANDS: "Signs of a takeover up to now no longer suspend the rating.",
    Finding.OTHER_HANDS: "The rating stays suspended until a later look finds otherwise.",
}


@click.group()
def group() -> None:
    """Record what a person has found out about a group."""


@group.command()
@click.argument("identifier", metavar="GROUP")
@click.option("--by", required=True, help="Who looked; kept for the record.")
@click.option("--finding", required=True, type=click.Choice([finding.value for finding in Finding]))
@click.option("--note", required=True, help="What shows it; kept for the record, never published.")
def looked(identifier: str, by: str, finding: str, note: str) -> None:
    """A person has looked at GROUP (its id) for signs of a takeover.

    same_hands: those who ran the group still do, or have handed it over openly. What changed before now suspends the rating no
    more; what changes later does.

    other_hands: somebody else has taken it. The rating stays suspended until a later look finds otherwise.

    No look is ever overwritten. The group is judged anew as soon as a worker runs.
    """
    with open_context() as context:
        row = service.looked(context, identifier, finding=Finding(finding), note=note, by=by)
    click.echo(f"Recorded: {row.finding.replace('_', ' ')}. {SAID[row.finding]}")
