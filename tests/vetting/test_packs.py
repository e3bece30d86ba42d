"""Packs in force: adopted with a rehearsal and a name, kept whole, and the one that judges from then on."""

from __future__ import annotations

import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update

from rules.compare import Cause
from rules.lock import write_lock
from rules.pack import PACKS, Pack
from scrapers.recorded import Recorded
from vetting import demo, models
from vetting.cli import main
from vetting.clock import now
from vetting.errors import InvalidInput, NotFound
from vetting.services import comparison, groups, packs, policies, rescore
from vetting.services.judging import core_pack
from vetting.services.method import method
from vetting.services.vet import vet

CHANGED = "stewardship-reachable.yaml"
CORE, NEXT = core_pack().version, "9.0.0"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The core pack with two changes under new versions: before it is locked, and after."""
    folder = Path(shutil.copytree(PACKS / "core", tmp_path_factory.mktemp("packs") / "core"))
    _edit(folder / "rules" / CHANGED, "version: 1", "version: 2")
    _edit(folder / "rules" / CHANGED, "weight: 10", "weight: 2.5")
    _edit(folder / "pack.yaml", f'version: "{CORE}"', f'version: "{NEXT}"')
    _edit(folder / "pack.yaml", "limit: 69", "limit: 49")
    sealed = Path(shutil.copytree(folder, folder.parent / "sealed"))
    write_lock(Pack.load(sealed), sealed)
    return folder, sealed


@pytest.fixture
def stricter(prepared, tmp_path: Path) -> Path:
    """A copy, not locked yet."""
    return Path(shutil.copytree(prepared[0], tmp_path / "core"))


@pytest.fixture
def sealed(prepared, tmp_path: Path) -> Path:
    """A copy with its lock."""
    return Path(shutil.copytree(prepared[1], tmp_path / "sealed"))


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, (path, old)
    path.write_text(text.replace(old, new))


@pytest.fixture
def judged(context):
    """Two invented groups, judged; their ids by name."""
    at = now()
    chosen = {"quiet_harbour", "radiant_path"}
    cases = {name: case for name, case in demo.cases(at) if name in chosen}
    return {
        name: vet(context, case["address"], fetch=Recorded(demo.captures(case, at)), at=at, is_demo=True).group_id
        for name, case in cases.items()
    }


def test_the_pack_that_comes_along_is_adopted_by_the_first_judgement(context, judged):
    (only,) = packs.history(context)
    assert (only.number, only.name, only.digest, only.by) == (1, "core", core_pack().digest, packs.BY_INSTALLATION)
    assert only.rehearsal == {}
    assert packs.standing_pack(context) is core_pack()


def test_first_starts_at_the_same_time_adopt_it_once(context):
    def start(_: int) -> str:
        with context.database.writing() as session:
            return packs.in_force(session, now()).digest

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(start, range(8))) == {core_pack().digest}
    assert len(packs.history(context)) == 1


def test_a_rehearsal_changes_nothing_and_tells_who_moves(context, judged, sealed):
    found = packs.rehearse(context, sealed)
    assert found["groups"] == 2
    (moved,) = [one for one in found["effects"] if one["group"] == judged["radiant_path"]]
    assert {shift["rule"] for shift in moved["shifts"]} >= {"stewardship-reachable"}
    assert len(packs.history(context)) == 1
    assert packs.rehearse(context, sealed, processes=2) == found
    lines = list(packs.summary(found))
    assert lines[0] == f"{found['moved']} of 2 grades would move."
    assert any(judged["radiant_path"] in line for line in lines)


def test_an_adopted_pack_judges_from_then_on_and_outlives_its_folder(context, judged, sealed):
    expected = packs.rehearse(context, sealed)
    adoption = packs.adopt(context, sealed, "Robin Vale")
    assert (adoption.number, adoption.version, adoption.by) == (2, NEXT, "Robin Vale")
    assert adoption.rehearsal == expected
    shutil.rmtree(sealed)
    packs._loaded.clear()
    group = judged["quiet_harbour"]
    tomorrow = replace(context, clock=lambda: now() + timedelta(days=1))
    list(rescore.rescore(tomorrow, [group]))
    assert groups.get(context, group).assessment.pack_digest == adoption.digest != core_pack().digest


def test_what_was_adopted_before_can_be_adopted_again(context, judged, sealed):
    packs.adopt(context, sealed, "Robin Vale")
    back = Path(shutil.copytree(PACKS / "core", sealed.parent / "back"))
    assert packs.adopt(context, back, "Robin Vale").number == 3
    assert packs.standing_pack(context).digest == core_pack().digest


def test_what_is_refused_and_why(context, judged, stricter):
    with pytest.raises(packs.PackRefused, match="version 2 is not locked"):
        packs.adopt(context, stricter, "Robin Vale")
    write_lock(Pack.load(stricter), stricter)
    _edit(stricter / "pack.yaml", "limit: 49", "limit: 48")
    with pytest.raises(packs.PackRefused, match="changed without a new version"):
        packs.adopt(context, stricter, "Robin Vale")
    with pytest.raises(packs.PackRefused, match="changed without a new version"):
        packs.rehearse(context, stricter)
    (stricter / "lock.yaml").unlink()
    _edit(stricter / "pack.yaml", f'version: "{NEXT}"', f'version: "{CORE}"')
    write_lock(Pack.load(stricter), stricter)
    with pytest.raises(packs.PackRefused, match=f"version {re.escape(CORE)} is in force with another content"):
        packs.adopt(context, stricter, "Robin Vale")
    same = Path(shutil.copytree(PACKS / "core", stricter.parent / "same"))
    with pytest.raises(packs.PackRefused, match="in force already"):
        packs.adopt(context, same, "Robin Vale")
    assert len(packs.history(context)) == 1


def test_of_two_adoptions_at_the_same_time_one_is_refused(context, judged, sealed, monkeypatch):
    rehearse = packs.rehearse_stored

    def overtaken(*arguments):
        with context.database.writing() as session:
            packs._adopt(session, {}, replace(core_pack(), digest="0" * 64), 2, now(), "Another", {})
        return rehearse(*arguments)

    monkeypatch.setattr(packs, "rehearse_stored", overtaken)
    with pytest.raises(packs.PackRefused, match="Another pack was adopted"):
        packs.adopt(context, sealed, "Robin Vale")
    assert [one.by for one in packs.history(context)] == ["Another", packs.BY_INSTALLATION]


def test_a_pack_that_cannot_be_read_any_more_can_be_replaced(context, judged, sealed):
    with context.database.writing() as session:
        packs._adopt(session, {"pack.yaml": "name: old"}, replace(core_pack(), digest="0" * 64), 2, now(), "Old", {})
    with context.database.writing() as session, pytest.raises(packs.PackRefused, match="version is missing"):
        packs.in_force(session, now())
    assert packs.adopt(context, sealed, "Robin Vale").number == 3
    assert packs.standing_pack(context).version == NEXT


def test_a_pack_nobody_adopted_is_not_found(context):
    with context.database.reading() as session, pytest.raises(NotFound):
        packs.by_digest(session, "1" * 64)


def test_every_page_of_stored_facts_comes(context, judged, monkeypatch):
    monkeypatch.setattr(packs, "PAGE", 1)
    assert [one.group for one in packs.standing_facts(context)] == sorted(judged.values())
    (one,) = packs.standing_facts(context, judged["quiet_harbour"])
    assert json.loads(one.facts)["values"]


def test_an_adoption_needs_a_name(context, judged, sealed):
    with pytest.raises(InvalidInput, match="needs the name"):
        packs.adopt(context, sealed, "  ")
    assert packs.adopt(context, sealed, " Robin Vale ").by == "Robin Vale"


def test_one_version_never_names_two_packs(context, judged, sealed):
    packs.adopt(context, sealed, "Robin Vale")
    _another_rule(sealed)
    write_lock(Pack.load(sealed), sealed)
    with pytest.raises(packs.PackRefused, match="raise `version` in"):
        packs.adopt(context, sealed, "Robin Vale")
    packs.adopt(context, Path(shutil.copytree(PACKS / "core", sealed.parent / "back")), "Robin Vale")
    with pytest.raises(packs.PackRefused, match="raise `version` in"):  # in force or not
        packs.adopt(context, sealed, "Robin Vale")


def _another_rule(folder: Path) -> None:
    text = (folder / "rules" / CHANGED).read_text()
    new = "stewardship-reachable-too"
    (folder / "rules" / f"{new}.yaml").write_text(text.replace("id: stewardship-reachable", f"id: {new}"))


def test_a_new_rule_is_told_apart_from_those_it_only_dilutes(context, judged, sealed):
    packs.adopt(context, sealed, "Robin Vale")
    _another_rule(sealed)
    _edit(sealed / "rules" / "stewardship-reachable-too.yaml", "weight: 2.5", "weight: 10")
    found = packs.rehearse(context, sealed)
    assert found["changed"] == ["stewardship-reachable-too"]
    assert len(found["rules"]) > 5
    lines = list(packs.summary(found))
    assert sum("points over" in line for line in lines) == 1
    (rest,) = [line for line in lines if "the same in both packs" in line]
    assert rest.split()[0] == str(sum(one["rule"] not in {"", *found["changed"]} for one in found["rules"]))


def test_a_summary_tells_no_more_than_hundredths():
    shift = {"rule": "r", "before": "passed", "after": "passed", "points": 8e-06}
    effect = {"group": "g", "grade_before": "C", "grade": "C", "points": 8e-06, "shifts": [shift]}
    moved = {**effect, "group": "h", "grade": "D", "points": -1.239, "shifts": [{**shift, "points": -1.239}, shift]}
    rehearsal = {
        "groups": 1,
        "moved": 1,
        "unreadable": 0,
        "grades": [{"before": "C", "after": "D", "groups": 1}],
        "changed": ["r", "s"],
        "rules": [{"rule": "r", "groups": 1, "points": -1.239}, {"rule": "s", "groups": 3, "points": 8e-06}],
        "effects": [moved, effect],
    }
    assert list(packs.summary(rehearsal)) == [
        "1 of 1 grade would move.",
        "  C -> D: 1",
        "  r: -1.24 points over 1 group",
        "  h  C -> D  -1.24: r -1.24",
    ]


def test_the_method_and_policies_go_by_the_pack_in_force(run, context, judged, sealed, tmp_path):
    _another_rule(sealed)
    write_lock(Pack.load(sealed), sealed)
    file = tmp_path / "clinic.yaml"
    file.write_text("{name: clinic, title: T, require: [stewardship-reachable-too]}")
    refused = run("policy", "check", file)
    assert (refused.exit_code, "the pack has no rule" in refused.stdout) == (1, True)
    packs.adopt(context, sealed, "Robin Vale")
    assert method(context).questions == len(core_pack().rules) + 1
    assert run("policy", "check", file).stdout == "The policy is sound.\n"
    assert run("policy", "apply", file).exit_code == 0


# --- comparing ------------------------------------------------------------------------------------------------------------


def test_a_difference_is_told_by_its_cause(context, judged, sealed):
    group = judged["radiant_path"]
    adoption = packs.adopt(context, sealed, "Robin Vale")
    later = replace(context, clock=lambda: now() + timedelta(days=365))
    (done,) = rescore.rescore(later, [group])
    seen = comparison.compare(context, group)
    assert (seen.before.headline, seen.after.headline) == (done.headline_before, done.headline)
    assert (seen.before.pack_version, seen.after.pack_version) == (CORE, NEXT)
    assert seen.total == pytest.approx(done.headline - done.headline_before, abs=1e-5)
    assert sum(seen.points.values()) == pytest.approx(seen.total, abs=1e-5)
    assert set(seen.points) == set(Cause)
    assert all(change.question.endswith("?") for change in seen.changes)
    named = comparison.compare(context, group, seen.before.assessment_id, seen.after.assessment_id)
    assert named == seen
    back = comparison.compare(context, group, seen.after.assessment_id, seen.before.assessment_id)
    assert back.total == pytest.approx(-seen.total, abs=1e-5)
    with context.database.reading() as session:
        assert packs.by_digest(session, adoption.digest).version == NEXT


def test_with_nothing_before_there_is_nothing_to_compare(context, judged):
    with pytest.raises(NotFound):
        comparison.compare(context, judged["quiet_harbour"])
    with pytest.raises(NotFound):
        comparison.compare(context, judged["quiet_harbour"], after_id="0" * 32)


def test_the_parts_of_a_change_add_up_as_they_are_printed(run, context, judged, sealed):
    group = judged["radiant_path"]
    packs.adopt(context, sealed, "Robin Vale")
    later = replace(context, clock=lambda: now() + timedelta(days=365))
    (done,) = rescore.rescore(later, [group])
    lines = run("compare", group).stdout.splitlines()
    before, after = (float(re.search(r"([\d.]+) of 100", line)[1]) for line in lines[:2])
    assert (before, after) == (round(done.headline_before, 2), round(done.headline, 2))
    parts = [float(line.split()[0]) for line in lines if re.match(r" +[+-]\d", line)]
    assert len(parts) == len(Cause)
    assert sum(parts) == pytest.approx(after - before, abs=1e-9)
    assert any(line.startswith("The score ") for line in lines)
    assert f"by version {CORE} of the rules" in lines[0]
    assert f"by version {NEXT} of the rules" in lines[1]
    written = json.loads(run("compare", group, "--json").stdout)
    assert sum(written["points"].values()) + written["rest"] == pytest.approx(written["total"], abs=1e-9)
    ids = (written["after"]["assessment_id"], written["before"]["assessment_id"])
    back = json.loads(run("compare", group, "--from", ids[0], "--to", ids[1], "--json").stdout)
    assert back["total"] == pytest.approx(-written["total"], abs=1e-9)


def test_what_another_version_of_the_program_makes_of_the_same_is_told_apart(context, judged):
    group = judged["radiant_path"]
    later = replace(context, clock=lambda: now() + timedelta(days=1))
    list(rescore.rescore(later, [group]))
    with context.database.writing() as session:
        newest = models.Assessment.id == session.get_one(models.Group, group).current_assessment_id
        session.execute(update(models.Assessment).where(newest).values(headline=models.Assessment.headline + 2.5))
    seen = comparison.compare(context, group)
    assert seen.rest == pytest.approx(2.5)
    assert sum(seen.points.values()) + seen.rest == pytest.approx(seen.total, abs=1e-9)


def test_a_group_without_an_earlier_judgement_is_told_in_two_lines(run, context, judged):
    result = run("compare", judged["quiet_harbour"])
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (1, "", 2)


# --- policies -------------------------------------------------------------------------------------------------------------

POLICY = "{name: clinic, title: What our clinic refers to, minimum: {headline: 60}}"


def test_a_policy_is_told_beside_the_public_grade(context, judged, tmp_path):
    file = tmp_path / "clinic.yaml"
    file.write_text(POLICY)
    said = {one.group_id: one for one in policies.apply(context, file)}
    assert said.keys() == set(judged.values())
    assert said[judged["quiet_harbour"]].opinion.passes
    refused = said[judged["radiant_path"]]
    public = groups.get(context, refused.group_id).assessment.grade
    assert (refused.opinion.passes, refused.grade) == (False, public)
    assert refused.opinion.reasons
    (only,) = policies.apply(context, file, judged["radiant_path"])
    assert only == refused
    with pytest.raises(NotFound):
        list(policies.apply(context, file, "0" * 16))
    file.write_text("{name: clinic}")
    with pytest.raises(policies.PolicyRefused, match="title is missing"):
        list(policies.apply(context, file))


# --- the command line -----------------------------------------------------------------------------------------------------


@pytest.fixture
def run(environ):
    def run(*arguments):
        return CliRunner().invoke(main, [*map(str, arguments)], env=environ)

    return run


def test_the_way_of_a_new_pack_on_the_command_line(run, context, judged, stricter):
    assert run("pack", "check", stricter).stdout == "The pack is sound.\n"
    assert "+" not in run("pack", "diff", PACKS / "core").stdout
    differences = run("pack", "diff", stricter).stdout.splitlines()
    assert differences == [
        "~ stewardship-reachable: version 1 -> 2, weight 10 -> 2.5",
        f"~ pack.yaml: version {CORE} -> {NEXT}",
    ]
    refused = run("pack", "adopt", stricter, "--by", "Robin Vale", "--processes", 1)
    assert (refused.exit_code, "vetting pack lock" in refused.stderr) == (1, True)
    assert run("pack", "lock", stricter).exit_code == 0
    told = run("pack", "rehearse", stricter, "--processes", 1)
    assert "of 2 grades would move." in told.stdout
    assert json.loads(run("pack", "rehearse", stricter, "--json", "--processes", 1).stdout)["groups"] == 2
    adopted = run("pack", "adopt", stricter, "--by", "Robin Vale", "--processes", 1)
    assert f"core {NEXT} is in force" in adopted.stdout, adopted.stderr
    first, second = run("pack", "history").stdout.splitlines()
    assert "by Robin Vale" in first
    assert packs.BY_INSTALLATION in second


def test_every_problem_of_a_pack_is_named(run, stricter):
    _edit(stricter / "rules" / CHANGED, "question:", "questions:")
    _edit(stricter / "pack.yaml", "carry_refreshes: 2", "carry_refreshes: two")
    checked = run("pack", "check", stricter)
    assert checked.exit_code == 1
    assert "pack.yaml: carry_refreshes has the wrong type: 'two'" in checked.stdout
    assert f"{CHANGED}: stewardship-reachable: question is missing" in checked.stdout
    refused = run("pack", "lock", stricter)
    assert refused.exit_code == 1
    assert "question is missing" in refused.stderr


def test_only_the_cause_is_told_where_pack_yaml_cannot_be_read(run, stricter):
    _edit(stricter / "pack.yaml", "dimensions:", "dimensions:\n\t")
    (problem,) = run("pack", "check", stricter).stdout.splitlines()
    assert problem.startswith("pack.yaml: cannot be read: ")
    (stricter / "pack.yaml").write_text("- core\n")
    assert run("pack", "check", stricter).stdout == "pack.yaml: must be a mapping\n"


@pytest.mark.parametrize("stray", [CHANGED.replace(".yaml", ".yml"), f"stewardship/{CHANGED}"])
def test_a_rule_that_would_not_be_read_is_named(run, stricter, stray):
    target = stricter / "rules" / stray
    target.parent.mkdir(exist_ok=True)
    (stricter / "rules" / CHANGED).rename(target)
    checked = run("pack", "check", stricter)
    assert checked.exit_code == 1
    assert f"rules/{stray}: is no rule yet" in checked.stdout


@pytest.mark.parametrize(
    "text", ["pack: {core: \n\t}", "[]", "pack: {}\nrules: {a: {x: b}}\n", "pack: {}\nrules: {a: [1]}\n", "\n"]
)
def test_a_broken_lock_is_named(run, context, stricter, text):
    (stricter / "lock.yaml").write_text(text)
    checked = run("pack", "check", stricter)
    assert (checked.exit_code, checked.stdout.partition(":")[0]) == (1, "lock.yaml")
    for command in ("lock", "rehearse"):
        refused = run("pack", command, stricter)
        assert refused.exit_code == 1
        assert refused.stderr.startswith("lock.yaml: ")


def test_policies_on_the_command_line(run, context, judged, tmp_path):
    file = tmp_path / "clinic.yaml"
    file.write_text(POLICY)
    assert run("policy", "check", file).stdout == "The policy is sound.\n"
    lines = run("policy", "apply", file).stdout
    assert "passes “What our clinic refers to” (public grade B)" in lines
    assert "does not pass" in lines
    one = run("policy", "apply", file, "--group", judged["quiet_harbour"], "--json")
    assert json.loads(one.stdout)["opinion"]["passes"] is True
    file.write_text("{name: clinic, title: T, require: [gone]}")
    checked = run("policy", "check", file)
    assert (checked.exit_code, checked.stdout) == (1, "clinic.yaml: require: the pack has no rule gone\n")


def test_an_adoption_is_one_row(context, judged):
    with context.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(models.Pack)) == 1
