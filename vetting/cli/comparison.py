"""`vetting compare`: why two stored judgements of a group differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

import click

from rules.compare import Cause
from vetting.cli.opening import open_context
from vetting.cli.text import plain, wrapped
from vetting.services import comparison as service
from vetting.services.comparison import Change, Difference, Side
from vetting.web.labels import RESULTS
from vetting.web.text import day

CAUSES = {
    Cause.TIME: "Because time passed: the same facts have grown older",
    Cause.EVIDENCE: "Because what is known of the group changed",
    Cause.METHOD: "Because the rules that groups are judged by changed",
}
REST = "Because this version of the program judges otherwise than the one that published"


@click.command()
@click.argument("group")
@click.option("--from", "before", metavar="ASSESSMENT", help="The earlier one's id; else the one before the later one.")
@click.option("--to", "after", metavar="ASSESSMENT", help="The later one's id; else the newest.")
@click.option("--json", "as_json", is_flag=True, help="The whole comparison as JSON.")
def compare(group: str, before: str | None, after: str | None, *, as_json: bool) -> None:
    """Why the score of GROUP (its id) changed: time, what is known of the group, or the rules it is judged by."""
    with open_context() as context:
        found = service.compare(context, group, before, after)
    click.echo(json.dumps(asdict(found), default=str, indent=2) if as_json else "\n".join(_lines(found)))


def _lines(found: Difference) -> Iterator[str]:
    yield _side("Before", found.before)
    yield _side("After ", found.after)
    yield ""
    yield _moved(found)
    yield from (f"  {points:+6.2f}  {why}" for why, points in _parts(found) if points or why is not REST)
    if not found.changes:
        yield "No question got another answer."
        return
    yield "Questions with another answer:"
    for cause, why in CAUSES.items():
        of_cause = [change for change in found.changes if change.cause is cause]
        if of_cause:
            yield f"  {why}"
            yield from (line for change in of_cause for line in wrapped(_answered(change), "    - "))


def _side(name: str, side: Side) -> str:
    return (
        f"{name} {day(side.at)}: grade {side.grade}, {side.headline:.2f} of 100, by version {plain(side.pack_version)} "
        f"of the rules ({side.assessment_id})"
    )


def _moved(found: Difference) -> str:
    points = _shown(found)
    if not points:
        return "The score did not change:"
    return f"The score {'rose' if points > 0 else 'fell'} by {abs(points):.2f} points:"


def _shown(found: Difference) -> float:
    """The change between the two scores as they are printed."""
    return round(round(found.after.headline, 2) - round(found.before.headline, 2), 2)


def _parts(found: Difference) -> Iterator[tuple[str, float]]:
    """What each cause did, in points to two places. The running score is rounded and not the parts, so that they add up to the
    change of the scores as they are printed.
    """
    score, shown = found.before.headline, round(found.before.headline, 2)
    for why, points in ((CAUSES[cause], found.points[cause]) for cause in CAUSES):
        score += points
        yield why, round(round(score, 2) - shown, 2) + 0.0
        shown = round(score, 2)
    yield REST, round(round(found.after.headline, 2) - shown, 2) + 0.0


def _answered(change: Change) -> str:
    before, after = (RESULTS.get(answer, "not asked") for answer in (change.before, change.after))
    return f"{change.question} {before}, then: {after}."
