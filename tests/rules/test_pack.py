"""A pack is proven as it loads: every kind of mistake is found, named and told together with all others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rules.errors import PackInvalid
from rules.lock import check_lock, write_lock
from rules.pack import Pack
from tests.rules.worlds import GOOD, SMALL, facts, judged

REPORTING = "rules/reporting.yaml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def problems(folder: Path) -> list[str]:
    with pytest.raises(PackInvalid) as caught:
        Pack.load(folder)
    return caught.value.problems


MISTAKES = [
    (
        REPORTING,
        "expect: {at_least: {reporting",
        "expect: {at_least: {reportin",
        "reporting.yaml: reporting: expect: unknown fact reportin",
    ),
    (REPORTING, "{at_least: {reporting: specified}}", "{at_least: {reporting: 3}}", "expect: wrong type: reporting"),
    (REPORTING, "weight: 7.5", "weight: 7.5\nwieght: 5", "unknown key wieght"),
    (REPORTING, "weight: 7.5", "weight: 8", "weight 8 is not allowed"),
    (REPORTING, "weight: 7.5", "weight: heavy", "weight has the wrong type"),
    (REPORTING, "weight: 7.5", "weight: 7.5\nweight: 5", "written twice: weight"),
    (REPORTING, "id: reporting", "id: reports", "id reports is not the file's name"),
    (REPORTING, "version: 1", "version: 0", "version must be 1 or more"),
    (REPORTING, "dimension: clarity", "dimension: clearness", "unknown dimension clearness"),
    (REPORTING, 'question: "reporting?"\n', "", "question is missing"),
    (REPORTING, 'question: "reporting?"\n', 'question: ""\n', "question is empty"),
    (REPORTING, '  failed: "reporting failed."\n', "", "missing message for failed"),
    (REPORTING, "  - {outcome: failed, facts: {reporting: absent}}\n", "", "missing example for failed"),
    (
        REPORTING,
        "{outcome: failed, facts: {reporting: absent}}",
        "{outcome: failed, facts: {reporting: specified}}",
        "gives passed, not failed",
    ),
    (REPORTING, "facts: {reporting: absent}", "facts: {reporting: loud}", "reporting must be one of"),
    (REPORTING, "facts: {reporting: absent}", "facts: {mood: absent}", "unknown fact mood"),
    (REPORTING, "earns: 0.5", "earns: 1", "earns must lie between 0 and 1"),
    (
        REPORTING,
        "when: {at_least: {reporting: mentioned}}",
        "when: {at_least: {reporting: specified}}",
        "unreachable outcome partial",
    ),
    (REPORTING, "messages:\n", 'messages:\n  inapplicable: "No."\n', "unreachable outcome inapplicable"),
    (REPORTING, "reporting failed.", "{members} failed.", "placeholder {members} is not a fact it reads"),
    (REPORTING, "reporting failed.", "{reporting.__class__} failed.", "a brace that is no placeholder"),
    (REPORTING, "effort: low", "effort: none", "effort must be one of"),
    (REPORTING, "id: reporting", "id: [", "reporting.yaml: cannot be read"),
    ("pack.yaml", "weights: [10, 7.5, 5, 2.5]", "weights: [10, 5, 2.5]", "weight 7.5 is not allowed"),
    ("pack.yaml", "fact: rules_published", "fact: rules_publishd", "unknown fact rules_publishd"),
    ("pack.yaml", "at_once: [credential_excluded]", "at_once: [credentials]", "at_once: unknown fact credentials"),
    ("pack.yaml", "limit: 59", "limit: 590", "limit must be from 0 to 100"),
    ("pack.yaml", "severity: [4]", "severity: [5]", "severity must list some of"),
    ("pack.yaml", "state: unresolved", "state: forgotten", "state must be one of"),
    ("pack.yaml", "id: no-help", "id: grave", "duplicate cap id grave"),
    ("pack.yaml", "half_life_days: {1: 180", "half_life_days: {1: 0", "half_life_days must be positive"),
    ("pack.yaml", "severity: {1: 0.04", "severity: {1: 4", "must be a number from 0 to 1"),
    ("pack.yaml", "{grade: A, from: 85}", "{grade: A, from: 65}", "best first"),
    ("pack.yaml", "name: small", "nane: small", "unknown key nane"),
    ("pack.yaml", "weight: 35", "weight: 0", "weight must be positive"),
]


@pytest.mark.parametrize(("name", "old", "new", "problem"), MISTAKES, ids=[problem for *_, problem in MISTAKES])
def test_a_mistake_is_named(copy: Path, name: str, old: str, new: str, problem: str) -> None:
    change(copy, name, old, new)
    assert any(problem in one for one in problems(copy))


def test_all_problems_are_told_at_once(copy: Path) -> None:
    change(copy, REPORTING, "weight: 7.5", "weight: 8")
    change(copy, "rules/name-kept.yaml", "name_changed: false}}", "name_changes: false}}")
    change(copy, "pack.yaml", "limit: 59", "limit: 590")
    assert len(problems(copy)) == 4  # the misspelt fact stands in an example too


def test_the_same_id_twice(copy: Path) -> None:
    shutil.copy(copy / REPORTING, copy / "rules" / "again.yaml")
    told = problems(copy)
    assert any("id reporting is not the file's name" in one for one in told)
    assert any("duplicate rule id reporting" in one for one in told)


def test_a_missing_pack_is_told(tmp_path: Path) -> None:
    assert any("pack.yaml: cannot be read" in one for one in problems(tmp_path))


def test_a_rule_that_reads_too_much_cannot_be_proven(copy: Path) -> None:
    levels = ["reporting", "appeal", "respect", "minors", "promotion", "inclusion", "anonymity", "consequences"]
    wanted = ", ".join(f"{{at_least: {{{name}: specified}}}}" for name in levels)
    change(copy, REPORTING, "expect: {at_least: {reporting: specified}}", f"expect: {{all: [{wanted}]}}")
    assert problems(copy) == ["reporting.yaml: reporting: reads too many facts to be proven: split it"]


# --- adding, digest, lock ------------------------------------------------------------------------------------------------

APPEAL = """
id: appeal
version: 1
question: "Do the rules say how to object?"
dimension: clarity
weight: 5
expect: {at_least: {appeal: mentioned}}
messages: {passed: "Yes.", failed: "No, appeals are {appeal}.", cant_tell: "Not known.", not_observable: "Never shown."}
remedy: {text: "Say so.", effort: low}
source: {name: "Santa Clara Principles"}
examples:
  - {outcome: passed, facts: {appeal: mentioned}}
  - {outcome: failed, facts: {appeal: absent}}
  - {outcome: cant_tell}
  - {outcome: not_observable, not_observable: [appeal]}
"""


def test_a_rule_is_added_by_dropping_one_file(copy: Path) -> None:
    before = Pack.load(copy)
    write_lock(before, copy)
    (copy / "rules" / "appeal.yaml").write_text(APPEAL)
    after = Pack.load(copy)
    assert {rule.id for rule in after.rules} - {rule.id for rule in before.rules} == {"appeal"}
    assert after.digest != before.digest
    assert check_lock(after, copy) == []
    given = facts({**GOOD, "appeal": "absent"})
    assert judged(given, folder=copy).headline < judged(given).headline == 100


def test_the_digest_is_of_the_content(copy: Path) -> None:
    digest = Pack.load(copy).digest
    path = copy / REPORTING
    first, *rest = path.read_text().splitlines()
    path.write_text("\n".join(["# spacing, comments and order do not count", *rest, "", first]))
    assert Pack.load(copy).digest == digest
    change(copy, REPORTING, "Do better.", "Do much better.")
    assert Pack.load(copy).digest != digest


def test_the_lock_finds_a_change_without_a_new_version(copy: Path) -> None:
    pack = Pack.load(copy)
    assert check_lock(pack, copy) == []
    write_lock(pack, copy)
    assert check_lock(pack, copy) == []
    change(copy, REPORTING, "Do better.", "Do much better.")
    changed = Pack.load(copy)
    assert check_lock(changed, copy) == ["reporting.yaml: reporting: changed without a new version; raise version 1"]
    with pytest.raises(PackInvalid, match="reporting"):
        write_lock(changed, copy)
    change(copy, REPORTING, "version: 1", "version: 2")
    raised = Pack.load(copy)
    assert check_lock(raised, copy) == []
    write_lock(raised, copy)
    assert check_lock(pack, copy) == ["reporting.yaml: reporting: version 1 is older than the locked 2"]


def test_the_lock_covers_the_settings(copy: Path) -> None:
    write_lock(Pack.load(copy), copy)
    change(copy, "pack.yaml", "limit: 59", "limit: 58")
    assert check_lock(Pack.load(copy), copy) == ["pack.yaml: small: changed without a new version; raise version 1"]


def test_an_id_that_left_stays_locked(copy: Path) -> None:
    write_lock(Pack.load(copy), copy)
    text = (copy / REPORTING).read_text()
    (copy / REPORTING).unlink()
    write_lock(Pack.load(copy), copy)
    (copy / REPORTING).write_text(text.replace("Do better.", "Another rule under an old name."))
    assert len(check_lock(Pack.load(copy), copy)) == 1
