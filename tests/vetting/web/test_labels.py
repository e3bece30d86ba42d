"""No code of a reason reaches a reader: each that a reading or a probe can give has words of its own."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import scrapers
import vetting.probes
from scrapers.capture import Outcome
from scrapers.platforms._forum import without_index
from tests.scrapers.platforms.platform_replay import CASES
from vetting.web import labels

# Who makes a reading or a fact without value, and where among the arguments the reason stands.
MAKERS = {"unread": 0, "withheld": 0, "gap": 0, "NoDocument": 1, "unknown": 1}


def modules() -> list[str]:
    rooms = (scrapers, vetting.probes)
    found = [module.name for room in rooms for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")]
    return [name for name in found if not name.endswith("__main__")]


def written_in(name: str) -> Iterator[str]:
    """The reasons that stand in the module's source, as a text or as the name of one."""
    module = importlib.import_module(name)
    for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
        for part in (part for value in reasons_of(node) for part in parts(value)):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                yield part.value
            elif isinstance(part, ast.Name) and isinstance(getattr(module, part.id, None), str):
                yield getattr(module, part.id)


def parts(value: ast.expr) -> Iterator[ast.AST]:
    """What the value may be: "a or b" is either. What a call answers with is not written here."""
    if not isinstance(value, ast.Call):
        yield value
        for child in ast.iter_child_nodes(value):
            yield from parts(child)


def reasons_of(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return [node.value] if any(isinstance(name, ast.Name) and name.id == "reason" for name in node.targets) else []
    if not isinstance(node, ast.Call):
        return []
    maker = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    named = [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
    place = MAKERS.get(maker, len(node.args))
    return [*named, *node.args[place : place + 1]]


WRITTEN = {reason: name for name in modules() for reason in written_in(name)}
GIVEN = {str(outcome) for outcome in Outcome} - {"ok"}


def test_the_reasons_are_found_where_they_are_written():
    known = {"default_terms", "missing", "hidden_by_admin", "not_archived", "not_offered", "no_earlier_reading"}
    assert known <= WRITTEN.keys()


@pytest.mark.parametrize("reason", sorted({*WRITTEN, *GIVEN, "not_captured"}))
def test_every_reason_has_words(reason):
    assert reason in labels.REASONS, f"{reason}, of {WRITTEN.get(reason, 'an answer')}"
    assert "_" not in labels.reason_words(reason)


def test_every_wall_has_words_of_its_own():
    walls = ("gated", "consent_wall", "login_wall", "challenge", "needs_auth", "private", "quarantined")
    assert len({labels.reason_words(wall) for wall in walls}) == len(walls)
    assert "human" not in labels.reason_words("gated") + labels.reason_words("consent_wall")


def test_every_reason_of_an_expected_reading_has_words():
    twins = [json.loads(path.read_text()) for path in CASES.rglob("*.expected.json")]
    states = {state for twin in twins for state in twin["states"].values()}
    reasons = {state.partition(":")[2] for state in states} - {""}
    assert reasons <= labels.REASONS.keys()
    assert len(reasons) > 10


@pytest.mark.parametrize("reason", sorted(GIVEN | {"not_captured"}))
def test_a_start_page_that_was_not_read_is_told_in_words(reason):
    told = labels.warning_words(without_index(reason))
    assert labels.REASONS[reason] in told
    assert "_" not in told


@pytest.mark.parametrize(
    ("warning", "told"),
    [
        ("archive: rate_limited", "archive: the platform asked us to slow down"),
        ("archive: something_new", "archive: something new"),
        ("about: unknown field data.is_x", "about: unknown field data.is_x"),
        ("rules: not where it used to stand", "rules: not where it used to stand"),
    ],
)
def test_other_warnings_keep_their_words(warning, told):
    assert labels.warning_words(warning) == told
