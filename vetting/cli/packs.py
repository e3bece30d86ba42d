"""`vetting pack`: read a pack, try it on everything that is stored, put it in force."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from vetting.cli.opening import open_context
from vetting.services import packs as service

_folder = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
_processes = click.option(
    "--processes", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="Processes that judge side by side."
)


@click.group()
def pack() -> None:
    """Look after the rules that groups are judged by."""


@pack.command()
@_folder
def check(folder: Path) -> None:
    """Every problem of the pack in FOLDER by file, rule and reason: its examples are run, its lock is checked."""
    problems = service.check(folder)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo("The pack is sound.")


@pack.command()
@_folder
def lock(folder: Path) -> None:
    """Write FOLDER's lock.yaml: what each version stands for. What is locked stays."""
    click.echo(f"{service.lock(folder)} written.")


@pack.command()
@_folder
def diff(folder: Path) -> None:
    """What sets the pack in FOLDER apart from the one in force."""
    with open_context() as context:
        for line in service.diff(context, folder):
            click.echo(line)


@pack.command()
@_folder
@_processes
@click.option("--json", "as_json", is_flag=True, help="The whole rehearsal as JSON.")
def rehearse(folder: Path, processes: int, *, as_json: bool) -> None:
    """What adopting the pack in FOLDER would do to every group: how many grades move, which, and why."""
    with open_context() as context:
        found = service.rehearse(context, folder, processes)
    click.echo(json.dumps(found, indent=2) if as_json else "\n".join(service.summary(found)))


@pack.command()
@_folder
@_processes
@click.option("--by", required=True, help="Who answers for it; kept with the adoption.")
def adopt(folder: Path, processes: int, by: str) -> None:
    """Rehearse the pack in FOLDER and put it in force; `vetting rescore` then judges what is stored by it."""
    with open_context() as context:
        adoption = service.adopt(context, folder, by, processes)
    click.echo("\n".join(service.summary(adoption.rehearsal)))
    click.echo(f"{adoption.name} {adoption.version} is in force ({adoption.digest[:12]}), adopted by {adoption.by}.")


@pack.command()
def history() -> None:
    """Every adoption, the one in force first."""
    with open_context() as context:
        for one in service.history(context):
            moved = f", {one.rehearsal['moved']} of {one.rehearsal['groups']} grades moved" if one.rehearsal else ""
            click.echo(f"{one.number}  {one.adopted_at:%Y-%m-%dT%H:%MZ}  {one.name} {one.version}, by {one.by}{moved}")
