"""Packs in force: adopted with a rehearsal and a name, kept whole, and the one that judges from then on."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from rules.compare import Cause
from rules.lock import write_lock
from rules.pack import PACKS, Pack
from scrapers.recorded import Recorded
from vetting import demo, models
from vetting.cli import main
from vetting.clock import now
from vetting.errors import NotFound
from vetting.services import comparison, groups, packs, policies, rescore
from vetting.services.judging import core_pack
from vetting.services.vet import vet

CHANGED = "stewardship-reachable.yaml"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The core pack with two changes under new versions: before it is locked, and after."""
    folder = Path(shutil.copytree(PACKS / "core", tmp_path_factory.mktemp("packs") / "core"))
    _edit(folder / "rules" / CHANGED, "version: 1", "version: 2")
    _edit(folder / "rules" / CHANGED, "weight: 10", "weight: 2.5")
    _edit(folder / "pack.yaml", 'version: "1.0.0"', 'version: "1.1.0"')
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
    assert (adoption.number, adoption.version, adoption.by) == (2, "1.1.0", "Robin Vale")
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
    _edit(stricter / "pack.yaml", 'version: "1.1.0"', 'version: "1.0.0"')
    write_lock(Pack.load(stricter), stricter)
    with pytest.raises(packs.PackRefused, match=r"version 1\.0\.0 is in force with another content"):
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
    assert packs.standing_pack(context).version == "1.1.0"


def test_a_pack_nobody_adopted_is_not_found(context):
    with context.database.reading() as session, pytest.raises(NotFound):
        packs.by_digest(session, "1" * 64)


def test_every_page_of_stored_facts_comes(context, judged, monkeypatch):
    monkeypatch.setattr(packs, "PAGE", 1)
    assert [one.group for one in packs.standing_facts(context)] == sorted(judged.values())
    (one,) = packs.standing_facts(context, judged["quiet_harbour"])
    assert json.loads(one.facts)["values"]


# --- comparing ------------------------------------------------------------------------------------------------------------


def test_a_difference_is_told_by_its_cause(context, judged, sealed):
    group = judged["radiant_path"]
    adoption = packs.adopt(context, sealed, "Robin Vale")
    later = replace(context, clock=lambda: now() + timedelta(days=365))
    (done,) = rescore.rescore(later, [group])
    seen = comparison.compare(context, group)
    assert (seen.before.headline, seen.after.headline) == (done.headline_before, done.headline)
    assert (seen.before.pack_version, seen.after.pack_version) == ("1.0.0", "1.1.0")
    assert seen.total == pytest.approx(done.headline - done.headline_before, abs=1e-5)
    assert sum(seen.points.values()) == pytest.approx(seen.total, abs=1e-5)
    assert set(seen.points) == set(Cause)
    assert all(change.question.endswith("?") for change in seen.changes)
    named = comparison.compare(context, group, seen.before.assessment_id, seen.after.assessment_id)
    assert named == seen
    back = comparison.compare(context, group, seen.after.assessment_id, seen.before.assessment_id)
    assert back.total == pytest.approx(-seen.total, abs=1e-5)
    with context.database.reading() as session:
        assert packs.by_digest(session, adoption.digest).version == "1.1.0"


def test_with_nothing_before_there_is_nothing_to_compare(context, judged):
    with pytest.raises(NotFound):
        comparison.compare(context, judged["quiet_harbour"])
    with pytest.raises(NotFound):
        comparison.compare(context, judged["quiet_harbour"], after_id="0" * 32)


# --- policies -------------------------------------------------------------------------------------------------------------

POLICY = "{name: clinic, title: What our clinic refers to, minimum: {headline: 60}}"


def test_a_policy_is_told_beside_the_public_grade(context, judged, tmp_path):
    file = tmp_path / "clinic.yaml"
    file.write_text(POLICY)
    said = {one.group_id: one for one in policies.apply(context, file)}
    assert said.keys() == set(judged.values())
    assert said[judged["quiet_harbour"]].opinion.passes
    refused = said[judged["radiant_path"]]
    assert (refused.opinion.passes, refused.grade) == (False, "E")
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
        "~ pack.yaml: version 1.0.0 -> 1.1.0",
    ]
    refused = run("pack", "adopt", stricter, "--by", "Robin Vale", "--processes", 1)
    assert (refused.exit_code, "vetting pack lock" in refused.stderr) == (1, True)
    assert run("pack", "lock", stricter).exit_code == 0
    told = run("pack", "rehearse", stricter, "--processes", 1)
    assert "of 2 grades would move." in told.stdout
    assert json.loads(run("pack", "rehearse", stricter, "--json", "--processes", 1).stdout)["groups"] == 2
    adopted = run("pack", "adopt", stricter, "--by", "Robin Vale", "--processes", 1)
    assert "core 1.1.0 is in force" in adopted.stdout, adopted.stderr
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
