"""The command line: it speaks to services, says what it does on standard error, and what was asked for on standard output.

Exit status: 0 done, 1 could not be done (two lines say what and what to do), 2 called wrongly.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

import click
import psycopg
from sqlalchemy.exc import OperationalError

from scrapers.capture import Request
from scrapers.finish import UNDATED_WARNING
from vetting import log, migrations
from vetting.cli.opening import Moment, open_context, open_database
from vetting.config import Settings
from vetting.errors import VettingError
from vetting.services import evidence
from vetting.services.context import Context

# Commands and groups of them, each loaded when it is called: most bring parsers or rules that the others do not need.
GROUPS = {
    "adapters": "adapters:adapters",
    "clarity": "clarity:clarity",
    "compare": "comparison:compare",
    "contributions": "contributions:contributions",
    "group": "groups:group",
    "hosts": "hosts:hosts",
    "pack": "packs:pack",
    "policy": "policies:policy",
    "self-description": "self_descriptions:self_description",
}


class Commands(click.Group):
    """Errors of ours, and of files, are two lines for a reader; anything else is a bug and shows where it is."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *GROUPS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in GROUPS:
            return super().get_command(ctx, cmd_name)
        module, _, name = GROUPS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(f"vetting.cli.{module}"), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except VettingError as error:
            _explain(error.message, error.remedy)
        except (OperationalError, psycopg.OperationalError):
            _explain(
                "The database cannot be opened.",
                "Check DATABASE_URL and QUEUE_URL, and that what they name is running.",
            )
        except BrokenPipeError:  # whoever read has seen enough (`| head`): click ends without a word
            raise
        except OSError as error:
            _explain(
                f"{error.filename or 'A file'}: {error.strerror or error}.",
                "Check the path, its permissions and the space left.",
            )
        raise click.exceptions.Exit(1)


@click.group(cls=Commands)
def main() -> None:
    """Vets support groups on social media and publishes what was found, with the evidence."""
    log.configure()


@main.command()
def migrate() -> None:
    """Bring the database to the tables of this version."""
    with open_database(Settings.from_environ()) as database:
        click.echo(f"The database has revision {migrations.upgrade(database)}.")


@main.command()
@click.option("--demo", is_flag=True, help="Load the invented demo groups first.")
@click.option("--host", help="Address to listen on; else HOST, else 127.0.0.1.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; else PORT, else 8000; 0 takes any free one.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, help="Processes, where several can share the work.")
def serve(*, demo: bool, host: str | None, port: int | None, workers: int) -> None:
    """Migrate, then serve pages and API; with nothing configured, work on jobs too."""
    from vetting.cli import serving  # noqa: PLC0415 - gunicorn and Flask are for this command alone

    settings = Settings.from_environ()
    settings = replace(settings, host=host or settings.host, port=settings.port if port is None else port)
    with open_database(settings) as database:
        migrations.upgrade(database)
    if demo:
        _in_a_process_of_its_own(_load_demo, settings)
    serving.serve(settings, workers)


@main.command()
@click.option("--threads", type=click.IntRange(1, 64), default=4, help="Jobs at the same time.")
def work(threads: int) -> None:
    """Work on jobs until told to stop."""
    from vetting.jobs import worker  # noqa: PLC0415 - no other command needs the consumer

    with open_context() as context:
        worker.work(context, threads=threads)


@main.command()
@click.argument("address")
@click.option(
    "--captures", type=click.Path(exists=True, path_type=Path), help="Recorded responses: a WARC file or a folder."
)
@click.option("--at", type=Moment(), help="Judge as of this time instead of now.")
@click.option("--json/--text", "as_json", default=False, help="The whole report, or a readable summary.")
def vet(address: str, captures: Path | None, at: datetime | None, *, as_json: bool) -> None:
    """Vet the group at ADDRESS. From recorded responses the same bytes come out everywhere, and nothing is stored."""
    from vetting.cli.report import render  # noqa: PLC0415 - as below
    from vetting.services import vet as service  # noqa: PLC0415 - loads every rule; no other command needs them

    if captures:
        judgement = service.appraise(address, evidence.replay(captures, at), at=at, watch=_watch)
        if at is None and UNDATED_WARNING in judgement.told.warnings:
            _say(
                "These responses do not say when they were recorded, so ages cannot be told; give the day with --at 2026-01-31."
            )
        report = judgement.report
    else:
        with open_context() as context:
            report = service.vet(context, address, at=at, watch=_watch).report
    click.echo(report + b"\n" if as_json else render(json.loads(report)).encode(), nl=False)


@main.command("rescore")
@click.option("--group", help="Only the group with this id.")
@click.option("--reread", is_flag=True, help="Read the stored responses again first, as a newer adapter would.")
def rescore_command(group: str | None, *, reread: bool) -> None:
    """Judge stored readings again, as of now; nothing is fetched."""
    from vetting.services import rescore  # noqa: PLC0415 - loads every rule, as above

    with open_context() as context:
        chosen = rescore.groups_to_rescore(context, group)
        done = rescore.rescore(context, chosen, reread=reread)
        with click.progressbar(done, length=len(chosen), label="judging", file=sys.stderr) as bar:
            moved = [item for item in bar if item.grade != item.grade_before]
    click.echo(f"{len(chosen)} judged, {len(moved)} with another grade.")
    for item in moved:
        click.echo(f"{item.group_id}  {item.grade_before} -> {item.grade}")


@main.command("evidence")
@click.argument("group")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write, .warc.gz.")
def evidence_command(group: str, out: Path) -> None:
    """Write what stands behind GROUP's report (its id) as a WARC file."""
    with open_context() as context:
        count = evidence.export(context, group, out)
    click.echo(f"{count} responses written to {out}.")


def _in_a_process_of_its_own(work: Callable[[Settings], None], settings: Settings) -> None:
    """Whoever serves is forked from this process, and the encoder's threads, once started here, would be missing there."""
    process = get_context("fork").Process(target=work, args=(settings,))
    process.start()
    process.join()
    if process.exitcode:
        raise click.exceptions.Exit(1)


def _load_demo(settings: Settings) -> None:
    from vetting import demo  # noqa: PLC0415 - only a demo needs the invented groups

    with Context.open(settings) as context:
        demo.load(context, _say)


def _watch(request: Request) -> None:
    _say(f"reading {request.purpose}: {request.url}")


def _say(line: str) -> None:
    click.echo(line, err=True)


def _explain(what: str, remedy: str) -> None:
    _say(what)
    _say(remedy)
