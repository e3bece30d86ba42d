"""`vetting clarity read`: what a text of rules covers, and how clearly it says so."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from rules.clarity import ClarityReading
from vetting.cli.opening import open_context
from vetting.cli.reading import shown
from vetting.services import clarity as service


@click.group()
def clarity() -> None:
    """Read the text of community rules."""


@clarity.command()
@click.argument("what", required=False)
@click.option("--in", "source", type=click.File("rb"), help="Rules, one JSON object a line.")
@click.option(
    "--out", "target", type=click.Path(dir_okay=False, path_type=Path), help="Where the findings go, a line each."
)
def read(what: str | None, source: BinaryIO | None, target: Path | None) -> None:
    """Show what the rules in a text file, or of the group at an address, cover: each rule with its topics, then the whole set.

    With --in and --out: lines {id, community, platform, title, text} become lines {id, topics: [{topic, level, quote}],
    states_consequence, gives_crisis_resource, inverted}.
    """
    if source and target and not what:
        _lines(source, target)
    elif what and not source and not target:
        click.echo("\n".join(shown(_reading(what))))
        click.echo(f"\n{_quality()}", err=True)
    else:
        raise click.UsageError("Give a text file or a group's address, or both --in and --out.")


def _lines(source: BinaryIO, target: Path) -> None:
    """The target is replaced whole or not at all. Half of a surrogate pair, as JSON may hold, is written as JSON escapes it."""
    draft = target.with_name(f".{target.name}.part")
    try:
        with draft.open("w", encoding="utf-8", errors="backslashreplace") as written:
            count = sum(written.write(f"{line}\n") > 0 for line in service.of_lines(source))
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    click.echo(f"{count} rules read. {_quality()}", err=True)


def _reading(what: str) -> ClarityReading:
    if service.names_a_file(what):
        return service.of_file(Path(what))
    with open_context() as context:
        return service.of_group(context, what, lambda request: click.echo(f"reading {request.purpose}", err=True))


def _quality() -> str:
    reader = service.reader()
    missing = "" if reader.encoded else " without its encoder, which is not installed"
    return f"The reader finds topics of English rules it never saw with an F1 of {reader.f1:.2f}{missing}."
