"""What every pack under rules/packs promises. A new folder there is taken up by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.conditions import NOT_OBSERVABLE
from rules.engine import evaluate
from rules.facts import Fact, Facts, Knowledge
from rules.findings import Result
from rules.lock import check_lock, unlocked
from rules.pack import PACKS, Pack
from rules.rule import Rule

FOLDERS = sorted(path.parent for path in PACKS.glob("*/pack.yaml"))
LOADED = {folder: Pack.load(folder) for folder in FOLDERS}
RULES = [pytest.param(pack, rule, id=f"{pack.name}:{rule.id}") for pack in LOADED.values() for rule in pack.rules]


def test_there_is_a_pack() -> None:
    assert PACKS / "core" in FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_lock_holds(folder: Path) -> None:
    assert check_lock(LOADED[folder], folder) == []
    assert unlocked(LOADED[folder], folder) == [], f"run: vetting pack lock {folder}"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_pack_is_named_as_its_folder_and_tells_its_changes(folder: Path) -> None:
    pack = LOADED[folder]
    assert pack.name == folder.name
    assert f"## {pack.version}" in (folder / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_every_outcome_of_every_rule_has_an_example_that_runs(pack: Pack, rule: Rule) -> None:
    """Through the whole engine, not through the rule alone."""
    seen = set()
    for example in rule.examples:
        facts = {
            name: Fact(name, Knowledge.NOT_OBSERVABLE)
            if value is NOT_OBSERVABLE
            else Fact(name, Knowledge.KNOWN, value)
            for name, value in example.values.items()
        }
        evaluation = evaluate(pack, Facts(facts, read_at=example.at), example.at)
        result = next(finding.result for finding in evaluation.findings if finding.rule == rule.id)
        assert result is example.outcome
        seen.add(result)
    assert {Result.PASSED, Result.FAILED, Result.CANT_TELL} <= seen == set(rule.messages)
