"""`vetting contributions`: what was sent of a group, and taking out what should not have been."""

from __future__ import annotations

import json

import click

from vetting.cli.opening import open_context
from vetting.cli.text import plain
from vetting.services import contributions as service


@click.group()
def contributions() -> None:
    """Look after what people contribute to groups that we are not shown."""


@contributions.command("list")
@click.argument("group")
def list_command(group: str) -> None:
    """Every contribution to GROUP (its id), newest first. Nothing says who sent it."""
    with open_context() as context:
        for row in service.listing(context, group):
            proven = ", proven" if row.proven_at else ""
            click.echo(f"{row.id}  {row.at:%Y-%m-%d}  {row.state}  {row.role}{proven}")
            click.echo(plain(f"    {json.dumps(row.document, ensure_ascii=False)}"))


@contributions.command()
@click.argument("contribution")
def reject(contribution: str) -> None:
    """Delete what CONTRIBUTION (its id) sent: posts, members or abuse. Its sender sees that it was rejected."""
    with open_context() as context:
        service.reject(context, contribution)
    click.echo("Rejected and deleted; if the report stood on it, the report is made anew.")
