"""Rehearsing a pack: how many grades move, which and why; the same answer from any number of processes."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.difference import differences
from rules.document import canonical_json, facts_document, read_answers, read_facts, without_evidence
from rules.engine import evaluate
from rules.errors import FactInvalid
from rules.facts import Evidence, Fact, Facts, Knowledge
from rules.pack import Pack
from rules.rehearse import (
    CHUNK,
    MOST_AFFECTED,
    Effect,
    Shift,
    Stored,
    effect,
    rehearsal_document,
    rehearse,
)
from tests.rules.worlds import AT, SMALL, good, groups, incident, judged, pack, published, remembered

FEW = settings(max_examples=settings().max_examples // 4)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str, str], Pack]:
    """The small pack with one text of one file replaced by another."""

    def changed(file: str, old: str, new: str) -> Pack:
        folder = Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("packs") / "small"))
        path = folder / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
        return Pack.load(folder)

    return changed


@pytest.fixture(scope="module")
def heavier(changed: Callable[[str, str, str], Pack]) -> Pack:
    return changed("rules/name-kept.yaml", "weight: 5", "weight: 10")


def stored(group: Facts, name: str = "g") -> Stored:
    return Stored(name, AT, canonical_json(facts_document(group)))


RENAMED = good(name_changed=True)


def test_one_group_by_hand(heavier: Pack) -> None:
    found = rehearse([stored(RENAMED)], pack(), heavier)
    points = pytest.approx(25 * (10 / 20 - 10 / 15), abs=1e-5)  # the other rule earns less of a larger sum
    assert found.effects == [Effect("g", "A", "A", points, (Shift("established", "passed", "passed", points),))]
    assert (found.groups, found.unreadable) == (1, 0)
    assert found.rules == Counter({"established": 1})


def test_nothing_moves_between_equal_packs() -> None:
    found = rehearse([stored(RENAMED), stored(good(), "h")], pack(), pack())
    assert (found.groups, found.moved, found.effects, found.rules) == (2, 0, [], Counter())
    assert found.grades[judged(RENAMED).grade, judged(RENAMED).grade] >= 1


def test_grades_that_move_are_counted_by_where_they_go(changed: Callable[[str, str, str], Pack]) -> None:
    stricter = changed("pack.yaml", "{grade: A, from: 85}", "{grade: A, from: 95}")
    renamed, fine = stored(RENAMED, "renamed"), stored(good(), "fine")
    found = rehearse([renamed, fine], pack(), stricter)
    assert found.grades == Counter({("A", "B"): 1, ("A", "A"): 1})
    assert found.moved == 1
    assert [(one.group, one.grade_before, one.grade, one.points, one.shifts) for one in found.effects] == [
        ("renamed", "A", "B", 0.0, ())
    ]


def test_a_rule_that_is_new_or_gone_is_told(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "small"))
    (folder / "rules" / "name-kept.yaml").unlink()
    without = Pack.load(folder)
    gone = effect("g", judged(RENAMED), judged(RENAMED, folder=folder))
    assert Shift("name-kept", "failed", "", 0.0) in gone.shifts
    new = effect("g", judged(RENAMED, folder=folder), judged(RENAMED))
    assert Shift("name-kept", "", "failed", 0.0) in new.shifts
    assert new.points == -gone.points
    assert differences(pack(), without) == ["- name-kept: version 1, weight 5"]
    assert differences(without, pack()) == ["+ name-kept: version 1, weight 5"]


def test_what_sets_two_packs_apart(heavier: Pack, changed: Callable[[str, str, str], Pack]) -> None:
    assert differences(pack(), pack()) == []
    assert differences(pack(), heavier) == ["~ name-kept: version 1 -> 1, weight 5 -> 10"]
    reworded = changed("rules/name-kept.yaml", "version: 1", "version: 2")
    assert differences(pack(), reworded) == ["~ name-kept: version 1 -> 2"]
    assert differences(pack(), changed("pack.yaml", "margin_up: 2", "margin_up: 3")) == [
        "~ pack.yaml: version 1 -> 1",
    ]


def test_what_caps_and_incidents_do_is_told_apart(changed: Callable[[str, str, str], Pack]) -> None:
    softer = changed("pack.yaml", "severity: {1: 0.04, 2: 0.12", "severity: {1: 0.04, 2: 0.02")
    harmed = good(more={"incidents": (incident(2),)})
    (one,) = rehearse([stored(harmed)], pack(), softer).effects
    assert one.shifts == (Shift("", "", "", pytest.approx(10)),)
    assert one.points == pytest.approx(10)


def test_what_a_cap_keeps_from_showing_is_told_all_the_same(heavier: Pack) -> None:
    helpless = good(name_changed=True, urgent_help="absent")
    seen = effect("g", judged(helpless), evaluate(heavier, helpless, AT))
    points = pytest.approx(25 * (10 / 20 - 10 / 15), abs=1e-5)
    assert (seen.points, [shift.rule for shift in seen.shifts]) == (0, ["", "established"])
    assert seen.shifts[1].points == points
    assert seen.shifts[0].points == -seen.shifts[1].points


@FEW
@given(group=groups())
def test_the_shifts_add_up_to_the_change_of_the_headline(heavier: Pack, group: Facts) -> None:
    found = rehearse([stored(group)], pack(), heavier)
    for one in found.effects:
        assert sum(shift.points for shift in one.shifts) == pytest.approx(one.points, abs=1e-5)
        assert list(one.shifts) == sorted(one.shifts, key=lambda shift: (-abs(shift.points), shift.rule))


def many(count: int) -> list[Stored]:
    choices = [RENAMED, good(), good(reporting="absent"), good(urgent_help="absent")]
    return [stored(choices[number % len(choices)], f"{number:05}") for number in range(count)]


def test_any_number_of_processes_gives_the_same_answer(heavier: Pack) -> None:
    everything = many(2 * CHUNK + 7)
    one, two = (rehearse(iter(everything), pack(), heavier, processes) for processes in (1, 2))
    assert rehearsal_document(one) == rehearsal_document(two)
    assert one.groups == len(everything)
    assert len(one.effects) == MOST_AFFECTED
    names = [effect.group for effect in one.effects]
    assert names == sorted(names)


def test_the_groups_that_move_most_are_kept_those_with_another_grade_first(heavier: Pack) -> None:
    whole = rehearse([], pack(), heavier)
    for number in range(40):
        whole.note(Effect(f"{number:02}", "A", "A", float(number), (Shift("r", "passed", "passed", float(number)),)))
    whole.note(Effect("moved", "A", "B", -1.0, ()))
    assert [one.group for one in whole.effects[:3]] == ["moved", "39", "38"]
    assert whole.points == {"r": sum(range(40))}
    document = rehearsal_document(whole)
    assert document["rules"] == [{"rule": "r", "groups": 40, "points": 780.0}]
    assert document["grades"] == [
        {"before": "A", "after": "A", "groups": 40},
        {"before": "A", "after": "B", "groups": 1},
    ]
    assert (document["groups"], document["moved"], document["unreadable"]) == (41, 1, 0)
    assert document["effects"][0]["group"] == "moved"


def test_rules_come_by_how_many_groups_they_shift(heavier: Pack) -> None:
    whole = rehearse([], pack(), heavier)
    for rules in (("b", "c"), ("b",), ("a",)):
        whole.note(Effect("g", "A", "A", 1.0, tuple(Shift(rule, "", "", 1.0) for rule in rules)))
    assert [one["rule"] for one in rehearsal_document(whole)["rules"]] == ["b", "a", "c"]


def test_facts_that_nobody_knows_any_more_are_counted(heavier: Pack) -> None:
    strange = Stored("s", AT, canonical_json(facts_document(Facts({"gone": Fact("gone", Knowledge.KNOWN, True)}))))
    found = rehearse([strange, stored(good())], pack(), heavier)
    assert (found.unreadable, found.groups) == (1, 1)
    whole = rehearse([], pack(), pack())
    whole.add(found)
    whole.add(found)
    assert (whole.unreadable, whole.groups) == (2, 2)


@FEW
@given(group=groups() | remembered(), days=st.integers(0, 300))
def test_answers_alone_judge_as_the_whole_does_without_a_past(group: Facts, days: int) -> None:
    document = facts_document(group)
    whole, answers = read_facts(document), read_answers(document)
    assert answers.previous is None
    assert (answers.incidents, answers.vouches, answers.objections, answers.read_at) == (
        whole.incidents,
        whole.vouches,
        whole.objections,
        whole.read_at,
    )
    assert {name: (fact.name, fact.knowledge, fact.value) for name, fact in answers.values.items()} == {
        name: (fact.name, fact.knowledge, fact.value) for name, fact in whole.values.items()
    }


def test_answers_leave_evidence_behind_and_refuse_what_does_not_fit() -> None:
    told = Fact("rules_published", Knowledge.KNOWN, True, (Evidence("capture", "a", at=AT),), "", AT)
    document = facts_document(Facts({told.name: told}))
    assert read_facts(document).values[told.name] == told
    assert read_answers(document).values[told.name] == Fact(told.name, Knowledge.KNOWN, True)
    document["values"][told.name]["value"] = 1
    with pytest.raises(FactInvalid, match="true or false"):
        read_answers(document)
    names = facts_document(Facts({"strange": Fact("strange", Knowledge.UNKNOWN)}))
    for read in (read_facts, read_answers):
        with pytest.raises(FactInvalid, match="strange is not in the vocabulary"):
            read(names)


HOSTILE = ['],"knowledge":', '"evidence":[', '\\"evidence":[', "],\\", '"', "],", '\\"],"knowledge":"known', "ü\n"]


@given(quotes=st.lists(st.sampled_from(HOSTILE) | st.text(), max_size=3), name=st.sampled_from(HOSTILE) | st.text())
def test_whatever_the_evidence_says_the_answers_stay_the_same(quotes: list[str], name: str) -> None:
    evidence = tuple(Evidence("capture", name, quote=quote, at=AT) for quote in quotes)
    told = [
        Fact("rules_published", Knowledge.KNOWN, True, evidence, name, AT),
        Fact("languages", Knowledge.KNOWN, (name, *quotes), evidence, "", AT),
        Fact("reporting", Knowledge.UNKNOWN, None, (), name),
    ]
    written = canonical_json(facts_document(Facts({one.name: one for one in told}, read_at=AT)))
    bare, whole = json.loads(without_evidence(written)), json.loads(written)
    assert not any("evidence" in fact for fact in bare["values"].values())
    for fact in whole["values"].values():
        del fact["evidence"]
    assert bare == whole


def test_each_is_judged_as_of_its_own_moment_and_without_its_past(heavier: Pack) -> None:
    young = good(created_on=AT - timedelta(days=380), name_changed=True)  # a year old today, and not fifty days ago
    then = AT - timedelta(days=50)
    before = replace(stored(young), at=then)
    (one,) = rehearse([before], pack(), heavier).effects
    assert one == effect("g", judged(young, then), evaluate(heavier, young, then))
    assert one != effect("g", judged(young), evaluate(heavier, young, AT))
    praised = replace(young, previous=published(judged(good())))
    assert rehearse([replace(stored(praised), at=then)], pack(), heavier).effects == [one]


def test_points_of_a_rule_are_those_of_all_groups_together(heavier: Pack) -> None:
    count = CHUNK + 10
    one, all_of_them = (
        rehearse([stored(RENAMED)], pack(), heavier),
        rehearse([stored(RENAMED)] * count, pack(), heavier),
    )
    assert one.points == {"established": one.effects[0].points}
    assert all_of_them.points["established"] == pytest.approx(count * one.points["established"])


@pytest.mark.parametrize(("processes", "forks"), [({}, False), ({"processes": 1}, False), ({"processes": 2}, True)])
def test_only_several_processes_are_forked(
    heavier: Pack, monkeypatch: pytest.MonkeyPatch, processes: dict[str, int], *, forks: bool
) -> None:
    asked = []
    monkeypatch.setattr("rules.rehearse._side_by_side", lambda *given: asked.append(given[-1]) or [])
    assert rehearse(many(3), pack(), heavier, **processes).groups == (0 if forks else 3)
    assert asked == ([2] if forks else [])
