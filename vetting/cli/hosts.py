"""`vetting hosts`: what the operator decides about asking a site."""

from __future__ import annotations

import getpass
from datetime import datetime

import click

from vetting.cli.opening import Moment, open_context
from vetting.services import hosts as service

_reason = click.option("--reason", default="", help="Why; it is kept with the decision.")


def _by() -> str:
    """Who decides, as the machine knows them."""
    return getpass.getuser()


@click.group()
def hosts() -> None:
    """Pause a site, or leave it out because its owner asked for that. Either holds for all hosts below it too."""


@hosts.command()
@click.argument("host")
@click.option("--until", type=Moment(), help="When it ends by itself.")
@_reason
def pause(host: str, until: datetime | None, reason: str) -> None:
    """Ask HOST for nothing until then, or until it is resumed."""
    with open_context() as context:
        _tell(service.pause(context, host, until=until, reason=reason, by=_by()))


@hosts.command("leave-out")
@click.argument("host")
@click.option("--reason", required=True, help="Who asked for it, and how; it is kept with the decision.")
def leave_out(host: str, reason: str) -> None:
    """Never ask HOST again: its owner wants to be left alone. What is published stays."""
    with open_context() as context:
        _tell(service.leave_out(context, host, reason=reason, by=_by()))


@hosts.command()
@click.argument("host")
@_reason
def resume(host: str, reason: str) -> None:
    """End the pause of HOST."""
    with open_context() as context:
        _tell(service.resume(context, host, reason=reason, by=_by()))


@hosts.command()
@click.argument("host")
@click.option("--reason", required=True, help="Why it may be read again; it is kept with the decision.")
def readmit(host: str, reason: str) -> None:
    """Take back that HOST is left out."""
    with open_context() as context:
        _tell(service.readmit(context, host, reason=reason, by=_by()))


@hosts.command("list")
def listing() -> None:
    """What stands now."""
    with open_context() as context:
        for row in service.listing(context):
            _tell(row)


@hosts.command()
@click.argument("host")
def history(host: str) -> None:
    """Every decision about HOST: what, by whom, when and why."""
    with open_context() as context:
        for row in service.history(context, host):
            _tell(row)


def _tell(row: service.Standing) -> None:
    until = f" until {row.until:%Y-%m-%dT%H:%MZ}" if row.until else ""
    reason = f": {row.reason}" if row.reason else ""
    click.echo(f"{row.at:%Y-%m-%dT%H:%MZ}  {row.host}  {row.decision.replace('_', '-')}{until}, by {row.by}{reason}")
