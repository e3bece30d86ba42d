"""`vetting clarity read`: rules in, what they cover out."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from vetting.cli import main


def run(*arguments: str, **options):
    return CliRunner().invoke(main, ["clarity", "read", *arguments], **options)


def rule(identifier: str, text: str) -> str:
    return json.dumps({"id": identifier, "community": "calm", "platform": "reddit", "title": "", "text": text})


def test_each_rule_gets_a_line(tmp_path: Path):
    rules, out = tmp_path / "rules.jsonl", tmp_path / "out.jsonl"
    rules.write_text(
        rule("a", "You must be 18 or older to join.")
        + "\n"
        + rule("b", "The picture at the top shows a lighthouse.")
        + "\n"
    )
    assert run("--in", str(rules), "--out", str(out)).exit_code == 0
    first, second = map(json.loads, out.read_text().splitlines())
    assert (first["id"], [topic["topic"] for topic in first["topics"]]) == ("a", ["minors_age_limits"])
    assert (second["id"], second["topics"]) == ("b", [])
    assert set(first) == {"id", "topics", "states_consequence", "gives_crisis_resource", "inverted"}


def test_a_broken_line_is_named_and_nothing_is_written(tmp_path: Path):
    rules, out = tmp_path / "rules.jsonl", tmp_path / "out.jsonl"
    out.write_text("what was there\n")
    rules.write_text(rule("a", "Be kind.") + "\nnot json\n")
    result = run("--in", str(rules), "--out", str(out))
    assert result.exit_code == 1
    assert "line 2" in result.stderr
    assert out.read_text() == "what was there\n"


def test_a_person_reads_what_a_file_covers(tmp_path: Path):
    text = tmp_path / "rules.txt"
    text.write_text("1. Be kind to everyone.\n2. Do not give medical advice. Ask a doctor.\n")
    shown = run(str(text)).stdout
    assert "2 rules" in shown
    assert "“Do not give medical advice.”" in shown


def test_a_person_is_told_what_to_look_at_and_how_sure_the_reader_is(tmp_path: Path):
    rules = tmp_path / "rules.txt"
    rules.write_text("1. Be kind to all members.\n2. Tell each other which tablets to take and how many.\n")
    result = run(str(rules))
    told = result.stdout.partition("to be looked at by a person")[2]
    assert "which tablets to take" in told
    assert "Be kind" not in told
    assert "with an F1 of 0." in result.stderr


def test_a_call_without_rules_says_what_to_give():
    result = run()
    assert result.exit_code == 2
    assert "Give a text file" in result.stderr
