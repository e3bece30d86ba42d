"""`vetting clarity read`: rules in, what they cover out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from vetting.cli import main
from vetting.services import clarity as service


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
    kind, tablets = result.stdout.split("\n\n")[1:3]
    assert "to be looked at by a person" in tablets
    assert "which tablets to take" in tablets
    assert "to be looked at by a person" not in kind
    assert "with an F1 of 0." in result.stderr


def test_a_call_without_rules_says_what_to_give():
    result = run()
    assert result.exit_code == 2
    assert "Give a text file" in result.stderr


# --- what a person reads --------------------------------------------------------------------------------------------------

RULES = """1. Be kind to everyone. We ban whoever is not.
2. Please write about your own experience here in our calm place.
3. Please write about your own experience here in our calm place!
4. If you are in danger call 988, or Samaritans on 116 123.
5. You must be 18 or older.
6. You must be at least 16 to join us here.
7. suicide self-harm medical advice privacy harassment spam trigger warnings minors moderation helpline crisis
Last updated 3 May 2025
"""


def test_a_person_reads_all_that_the_lines_hold(tmp_path: Path):
    text, lines, out = tmp_path / "rules.txt", tmp_path / "rules.jsonl", tmp_path / "out.jsonl"
    text.write_text(RULES)
    told = [part[3:] for part in RULES.splitlines()[:6]]
    lines.write_text("".join(rule(str(place), one) + "\n" for place, one in enumerate(told)))
    assert run("--in", str(lines), "--out", str(out)).exit_code == 0
    blocks = run(str(text)).stdout.split("\n\n")[1:]
    for block, found in zip(blocks, map(json.loads, out.read_text().splitlines()), strict=False):
        for topic in found["topics"]:
            assert f"{topic['topic']}: {('mentioned', 'specified')[topic['level'] - 1]}" in block
            assert f"“{topic['quote']}”" in block
        assert ("states a consequence" in block) == found["states_consequence"]
        assert ("gives a way to urgent help" in block) == found["gives_crisis_resource"]
        assert ("inverted" in block) == found["inverted"]
    assert "988 Suicide and Crisis Lifeline (US, CA), Samaritans (GB, IE)" in blocks[3]
    assert "not found in this rule's text: a consequence" in blocks[3]
    assert "a heap of keywords" in blocks[6]


def test_a_person_reads_what_only_the_whole_set_tells(tmp_path: Path):
    text = tmp_path / "rules.txt"
    text.write_text(RULES)
    told = run(str(text)).stdout.partition("The rules together\n")[2]
    assert "rule 5: “You must be 18 or older.”\n      rule 6: “You must be at least 16" in told
    assert "3 says the same as 2" in told
    assert "last changed on, as the rules say: 3 May 2025" in told
    assert "years of school needed to read them: " in told
    assert "rules that are heaps of keywords: 7" in told
    assert "appeal: not found in the rules' text" in told
    assert "rules inverted: not found in the rules' text" in told


def test_what_was_not_found_is_never_said_not_to_be_there(tmp_path: Path):
    text = tmp_path / "rules.txt"
    text.write_text("Be kind.\n")
    told = run(str(text)).stdout
    assert "years of school needed to read them: fewer than 60 words" in told
    assert "rules told twice: not found in the rules' text" in told
    for word in ("absent", "False", "None"):
        assert word not in told


@pytest.mark.parametrize(
    "name", ["nofile.txt", "./rules.md", "docs/rules", "docs/rules.txt", "/no/such/rules", "HOUSE.MD"]
)
def test_a_missing_file_is_told_and_looked_up_nowhere(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "of_group", lambda *_: pytest.fail("asked the network"))
    result = run(name)
    assert result.exit_code == 1
    what, remedy = result.stderr.splitlines()
    assert what.startswith("There is no file ")
    assert "https://" in remedy


@pytest.mark.parametrize(
    "address", ["r/quietharbour", "harbour.example", "lemmy.example/c/quiet", "https://a.example/b.txt"]
)
def test_an_address_stays_an_address(address: str):
    assert not service.names_a_file(address)


def test_a_folder_is_told_to_be_one(tmp_path: Path):
    result = run(str(tmp_path))
    assert (result.exit_code, result.stderr.splitlines()[0]) == (1, f"{tmp_path} is a folder.")


def test_a_reader_who_has_seen_enough_ends_it_quietly(tmp_path: Path):
    text = tmp_path / "rules.txt"
    text.write_text("\n".join(f"{n}. Be kind to each other, member {n}." for n in range(1, 40)))
    seen, written = os.pipe()
    os.close(seen)
    try:
        command = [sys.executable, "-m", "vetting", "clarity", "read", str(text)]
        done = subprocess.run(command, stdout=written, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(written)
    assert done.stderr == ""


# --- lines ----------------------------------------------------------------------------------------------------------------


def test_lines_that_are_not_utf_8_are_named(tmp_path: Path):
    rules, out = tmp_path / "rules.jsonl", tmp_path / "out.jsonl"
    rules.write_bytes(rule("a", "Be kind.").encode() + b'\n{"id": "b", "text": "Soyez gentils, s\xe9rieusement."}\n')
    result = run("--in", str(rules), "--out", str(out))
    assert result.exit_code == 1
    what, remedy = result.stderr.splitlines()
    assert "Line 2 of the input is not text in UTF-8" in what
    assert "save it as UTF-8" in remedy
    assert not out.exists()


def test_a_mark_at_the_start_is_passed_over(tmp_path: Path):
    rules, out = tmp_path / "rules.jsonl", tmp_path / "out.jsonl"
    rules.write_bytes(b"\xef\xbb\xbf" + rule("a", "Be kind to everyone here.").encode())
    assert run("--in", str(rules), "--out", str(out)).exit_code == 0
    assert json.loads(out.read_text())["id"] == "a"


def test_half_of_a_surrogate_pair_comes_out_as_it_came(tmp_path: Path):
    rules, out = tmp_path / "rules.jsonl", tmp_path / "out.jsonl"
    rules.write_text('{"id": "x\\ud800", "text": "Be kind to everyone here."}')
    result = run("--in", str(rules), "--out", str(out))
    assert result.exit_code == 0, result.output
    assert json.loads(out.read_text())["id"] == "x\ud800"
