"""Which pack judges: what is adopted is rehearsed over everything stored first, kept whole, and signed with a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from rules.difference import differences
from rules.errors import PackInvalid
from rules.lock import LOCK_FILE, check_lock, reused_versions, unlocked, write_lock
from rules.pack import PACKS, Pack
from rules.rehearse import Stored, rehearsal_document
from rules.rehearse import rehearse as rehearse_stored
from vetting import models
from vetting.db import insert_missing
from vetting.errors import InvalidInput, NotFound
from vetting.services.context import Context
from vetting.services.judging import core_pack

PAGE = 500  # stored facts fetched at a time
BY_INSTALLATION = "the installation"
CAPS_AND_INCIDENTS = "incidents, vouches and caps"
MOST_REASONS = 3  # told of each group in a summary

_loaded: dict[str, Pack] = {}  # by digest: what has one digest is one pack


class PackRefused(InvalidInput):
    """A pack that cannot be adopted, or no longer be read; the message lists every problem, one a line."""

    code, title = "pack_refused", "This pack cannot be used"
    remedy = "Correct the files that are named; `vetting pack check` reads them again."


@dataclass(frozen=True)
class Adoption:
    """One line of the packs' history; `rehearsal` is what was known of its effect, empty for the first."""

    number: int
    name: str
    version: str
    digest: str
    adopted_at: datetime
    by: str
    rehearsal: dict[str, Any]


def check(folder: Path) -> list[str]:
    """Everything wrong with the pack in `folder`, each "file: rule: reason"; its examples are run and its lock is checked."""
    try:
        return check_lock(Pack.load(folder), folder)
    except PackInvalid as error:
        return error.problems


def lock(folder: Path) -> Path:
    """Adds what is new in the pack to its lock.yaml and answers where that is. Raises PackRefused."""
    return write_lock(_sound(folder), folder)


def diff(context: Context, folder: Path) -> list[str]:
    """What sets the pack in `folder` apart from the one in force, a line each. Raises PackRefused."""
    return differences(_comparable(context), _readable(folder)) or ["Nothing: this is the pack in force."]


def rehearse(context: Context, folder: Path, processes: int = 1) -> dict[str, Any]:
    """What adopting the pack in `folder` would do to every group that stands, as `rehearsal_document` writes it; "changed" are
    the rules that are not the same in both packs. Changes nothing. Raises PackRefused.
    """
    return _rehearse(context, _comparable(context), _sound(folder), processes)


def summary(rehearsal: Mapping[str, Any]) -> Iterator[str]:
    """A rehearsal in lines for a person: grades, then rules, then the groups that move most. What comes to 0.00 points is left out.

    A new rule takes a little weight from every other: those that are the same in both packs are summed up in one line.
    """
    yield f"{rehearsal['moved']} of {_counted(rehearsal['groups'], 'grade')} would move."
    if rehearsal["unreadable"]:
        yield f"{rehearsal['unreadable']} could not be judged: their facts are not in the vocabulary any more."
    moved = [one for one in rehearsal["grades"] if one["before"] != one["after"]]
    yield from (f"  {one['before']} -> {one['after']}: {one['groups']}" for one in moved)
    yield from _rules_summed(rehearsal)
    for one in rehearsal["effects"]:
        if one["grade_before"] != one["grade"] or _shown(one["points"]):
            yield f"  {one['group']}  {one['grade_before']} -> {one['grade']}  {one['points']:+.2f}{_reasons(one)}"


def _rules_summed(rehearsal: Mapping[str, Any]) -> Iterator[str]:
    own = {"", *rehearsal["changed"]}
    for one in rehearsal["rules"]:
        if one["rule"] in own and _shown(one["points"]):
            name, groups = one["rule"] or CAPS_AND_INCIDENTS, _counted(one["groups"], "group")
            yield f"  {name}: {one['points']:+.2f} points over {groups}"
    same = [one["points"] for one in rehearsal["rules"] if one["rule"] not in own]
    if any(map(_shown, same)):
        named = f"{len(same)} rules that are" if len(same) > 1 else "1 rule that is"
        yield f"  {named} the same in both packs: {sum(same) + 0.0:+.2f} points in all"


def _reasons(effect: Mapping[str, Any]) -> str:
    shifts = [shift for shift in effect["shifts"] if _shown(shift["points"])][:MOST_REASONS]
    told = ", ".join(f"{shift['rule'] or CAPS_AND_INCIDENTS} {shift['points']:+.2f}" for shift in shifts)
    return told and f": {told}"


def _shown(points: float) -> bool:
    """Whether anything is left of so many points when they are rounded as they are told."""
    return bool(round(points, 2))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def adopt(context: Context, folder: Path, by: str, processes: int = 1) -> Adoption:
    """Puts the pack in `folder` in force, after a rehearsal that is kept with it. Groups are judged by it from then on.

    Raises InvalidInput where `by` names nobody; PackRefused where the pack or its lock has a problem, where it is in force already,
    where another content was adopted under its version, and where another was adopted during the rehearsal.
    """
    if not by.strip():
        raise InvalidInput("An adoption needs the name of whoever answers for it.", remedy="Give your name with --by.")
    after, before = _sound(folder), _comparable(context)
    with context.database.writing() as session:
        number, digest = _newest(session)
        if not number:
            number, digest = _adopt_bundled(session, context.clock())
        reused = _reused(session, after)
    if problems := [*unlocked(after, folder), *reused_versions(before, after), *reused]:
        raise PackRefused("\n".join(problems), remedy="Raise the versions that are named and run `vetting pack lock`.")
    if after.digest == digest:
        raise PackRefused(f"{after.name} {after.version} is in force already.", remedy="There is nothing to do.")
    rehearsal = _rehearse(context, before, after, processes)
    with context.database.writing() as session:
        _adopt(session, _files(folder), after, number + 1, context.clock(), by.strip(), rehearsal)
        if _newest(session) != (number + 1, after.digest):
            raise PackRefused("Another pack was adopted during the rehearsal.", remedy="Rehearse and adopt anew.")
    return history(context)[0]


def history(context: Context) -> tuple[Adoption, ...]:
    """Every adoption, the one in force first."""
    statement = select(models.Pack).options(defer(models.Pack.files)).order_by(models.Pack.number.desc())
    with context.database.reading() as session:
        rows = session.scalars(statement).all()
    return tuple(
        Adoption(row.number, row.name, row.version, row.digest, row.adopted_at, row.by, row.rehearsal) for row in rows
    )


def in_force(session: Session, at: datetime) -> Pack:
    """The pack adopted last. Where none has been, the one that comes with the project is adopted here and now."""
    number, digest = _newest(session)
    return by_digest(session, digest if number else _adopt_bundled(session, at)[1])


def _adopt_bundled(session: Session, at: datetime) -> tuple[int, str]:
    _adopt(session, _files(PACKS / "core"), core_pack(), 1, at, BY_INSTALLATION, {})
    return _newest(session)


def _comparable(context: Context) -> Pack:
    """The pack in force; where this version of the code cannot read it any more, the one that comes along stands in for it, or no
    other could ever take its place.
    """
    try:
        return standing_pack(context)
    except PackRefused:
        return core_pack()


def standing_pack(context: Context) -> Pack:
    """The pack in force; the one that comes with the project where none has been adopted yet."""
    with context.database.reading() as session:
        number, digest = _newest(session)
        return by_digest(session, digest) if number else core_pack()


def by_digest(session: Session, digest: str) -> Pack:
    """A pack that was adopted once. Raises NotFound, and PackRefused where this version of the code cannot read it any more."""
    if digest == core_pack().digest:
        return core_pack()
    if digest not in _loaded:
        files = session.scalar(select(models.Pack.files).where(models.Pack.digest == digest).limit(1))
        if files is None:
            raise NotFound("This pack was never adopted here.", code="pack_not_found")
        with _laid_out(files) as folder:
            _loaded[digest] = _readable(folder)
    return _loaded[digest]


def standing_facts(context: Context, group_id: str | None = None) -> Iterator[Stored]:
    """The facts behind every assessment that stands (or that of one group), in the order of the groups' ids, a page at a time."""
    assessment, last = models.Assessment, ""
    columns = select(assessment.group_id, assessment.at, assessment.facts)
    statement = columns.join(models.Group, models.Group.current_assessment_id == assessment.id)
    if group_id is not None:
        statement = statement.where(models.Group.id == group_id)
    while True:
        page = statement.where(models.Group.id > last).order_by(models.Group.id).limit(PAGE)
        with context.database.reading() as session:
            rows = session.execute(page).all()
        yield from (Stored(*row) for row in rows)
        if len(rows) < PAGE:
            return
        last = rows[-1].group_id


def _rehearse(context: Context, before: Pack, after: Pack, processes: int) -> dict[str, Any]:
    document = rehearsal_document(rehearse_stored(standing_facts(context), before, after, processes))
    old, new = ({(rule.id, rule.digest) for rule in pack.rules} for pack in (before, after))
    return {**document, "changed": sorted({name for name, _ in old ^ new})}


def _reused(session: Session, pack: Pack) -> list[str]:
    """The problem, if any, that something else was adopted under the pack's name and version: then neither would name one pack."""
    known = select(models.Pack.digest).where(models.Pack.name == pack.name, models.Pack.version == pack.version)
    if set(session.scalars(known)) <= {pack.digest}:
        return []
    return [
        f"pack.yaml: {pack.name}: version {pack.version} was adopted with another content; raise `version` in pack.yaml"
    ]


def _newest(session: Session) -> tuple[int, str]:
    """Number and digest of the adoption in force; 0 where there is none."""
    statement = select(models.Pack.number, models.Pack.digest).order_by(models.Pack.number.desc()).limit(1)
    row = session.execute(statement).one_or_none()
    return (row.number, row.digest) if row else (0, "")


def _adopt(  # noqa: PLR0917 - one row, column by column
    session: Session, files: dict[str, str], pack: Pack, number: int, at: datetime, by: str, rehearsal: dict[str, Any]
) -> None:
    """Writes the row, unless somebody else has taken its number."""
    row = {
        "number": number,
        "name": pack.name,
        "version": pack.version,
        "digest": pack.digest,
        "adopted_at": at,
        "by": by,
        "rehearsal": rehearsal,
        "files": files,
    }
    insert_missing(session, models.Pack, [row])


def _sound(folder: Path) -> Pack:
    pack = _readable(folder)
    try:
        problems = check_lock(pack, folder)
    except PackInvalid as error:
        raise PackRefused(str(error)) from error
    if problems:
        raise PackRefused("\n".join(problems))
    return pack


def _readable(folder: Path) -> Pack:
    try:
        return Pack.load(folder)
    except PackInvalid as error:
        raise PackRefused(str(error)) from error


def _files(folder: Path) -> dict[str, str]:
    """The pack's files as they are kept: path inside the folder -> text."""
    paths = [folder / "pack.yaml", folder / LOCK_FILE, *sorted(folder.glob("rules/*.yaml"))]
    return {
        str(path.relative_to(folder).as_posix()): path.read_text(encoding="utf-8") for path in paths if path.exists()
    }


@contextmanager
def _laid_out(files: dict[str, str]) -> Iterator[Path]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rules").mkdir()
        for path, text in files.items():
            (folder / path).write_text(text, encoding="utf-8")
        yield folder
