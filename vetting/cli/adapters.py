"""`vetting adapters`: how well each platform can be read now, and what today's adapters make of recorded responses."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from scrapers.replay import Line, replay
from vetting.cli.opening import open_context
from vetting.services.health import Health, health


@click.group()
def adapters() -> None:
    """Look after the platforms' adapters."""


@adapters.command("health")
@click.option("--last", type=click.IntRange(1, 1000), default=20, show_default=True, help="Readings looked at.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line a platform.")
def health_command(*, last: int, as_json: bool) -> None:
    """What the newest stored readings of each platform brought: fields, drift, outcomes."""
    with open_context() as context:
        for platform in health(context, last=last):
            click.echo(json.dumps(asdict(platform), default=str) if as_json else _summary(platform))


@adapters.command("replay")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON line a capture.")
def replay_command(folder: Path, *, as_json: bool) -> None:
    """What each recorded response in FOLDER gives. Exit status 1 where an adapter failed on one of them."""
    failed = False
    for line in replay(folder):
        click.echo(json.dumps(line.document()) if as_json else _row(line))
        failed |= line.failed
    if failed:
        raise click.exceptions.Exit(1)


def _summary(platform: Health) -> str:
    lines = [f"{platform.title} ({platform.platform}): {platform.readings} readings"]
    if platform.readings:
        good = f"{platform.last_good_capture:%Y-%m-%dT%H:%MZ}" if platform.last_good_capture else "none"
        outcomes = ", ".join(f"{count} {name}" for name, count in platform.outcomes.items())
        lines += [f"  fields read {platform.fields_read:.0%}, last good capture {good}", f"  outcomes: {outcomes}"]
    lines += [f"  drift since {drift.first_seen:%Y-%m-%d}, {drift.count}×: {drift.kind}" for drift in platform.drift]
    return "\n".join(lines)


def _row(line: Line) -> str:
    return f"{line.outcome:<18} {line.adapter or '-':<12} {len(line.fields_read):>2} read  {line.path}"
