"""The published format, its schema, its check and its reader say the same; and a group is told what to change."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema_rs
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from scrapers.self_description import MAX_ITEMS, MAX_TEXT, read_self_description
from scrapers.self_description import PATH as READ_FROM
from scrapers.self_description import ROLES as READ_ROLES
from tests.vetting.reading import capture
from vetting.cli import main
from vetting.errors import GroupUnreadable
from vetting.services import self_descriptions
from vetting.services.context import Context
from vetting.services.fetching import _fetcher
from vetting.services.gate import DatabaseGate
from vetting.services.self_descriptions import EXAMPLE, LONGEST_TEXT, MOST_ITEMS, PATH, ROLES, check

GOOD = {"version": 1, "url": "https://quiet.example/"}
WRONG = {
    "version": 2,
    "url": "quiet.example",
    "name": "",
    "purpose": 5,
    "language": "English please",
    "founded": "April 2019",
    "run_by": [{"name": "wren", "role": "king"}],
    "rules": "/rules",
    "contact": ["team@quiet.example"],
    "proof": "group-proof-me",
}


def fields(document) -> set[str]:
    return {problem.field for problem in check(json.dumps(document))}


def by_schema(document) -> bool:
    return jsonschema_rs.is_valid(json.loads(self_descriptions.schema()), document)


def test_the_example_is_sound_and_read_whole():
    assert check(self_descriptions.example()) == ()
    assert by_schema(EXAMPLE)
    read = read_self_description(capture("x", self_descriptions.example().encode()), "https://quiet.example/")
    assert all(getattr(read, name).value for name in ("name", "purpose", "language", "founded", "run_by", "rules"))
    assert all(getattr(read, name).value for name in ("hours", "urgent_help", "contact", "funding"))


def test_check_and_reader_have_the_same_limits():
    assert (PATH, set(ROLES), LONGEST_TEXT, MOST_ITEMS) == (READ_FROM, READ_ROLES, MAX_TEXT, MAX_ITEMS)


@pytest.mark.parametrize("field", WRONG)
def test_each_wrong_field_is_named_alone_and_the_schema_agrees(field):
    document = {**GOOD, field: WRONG[field]}
    (found,) = fields(document)
    assert found.split(", ")[0] == field
    assert not by_schema(document)


values = st.one_of(
    st.none(), st.integers(), st.text(max_size=8), st.sampled_from(["https://quiet.example/", "2019-04", "en"])
)
known = st.sampled_from(sorted({*WRONG, "hours", "urgent_help", "funding", "unknown"}))


@given(st.dictionaries(known, st.one_of(values, st.lists(values, max_size=2))), st.booleans())
def test_whatever_is_checked_the_schema_says_the_same(document, begun):
    document = {**document, **GOOD} if begun else document
    if document.get("founded") in ("0000", "2019-13"):  # the calendar is beyond a schema
        return
    assert (check(json.dumps(document)) == ()) == by_schema(document)


def test_a_day_that_is_none_is_found():
    assert fields({**GOOD, "founded": "2019-02-30"}) == {"founded"}
    assert fields({**GOOD, "run_by": [{"name": "a", "role": "owner"}, {"role": "owner"}]}) == {"run_by, number 2, name"}


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "[" * 100_000, "x" * 60_000, '{"a": NaN'])
def test_what_is_no_description_is_one_problem_of_the_whole(text):
    (problem,) = check(text)
    assert problem.field == ""


def test_the_command_line_says_what_is_wrong_by_field(tmp_path):
    good, bad, odd = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "odd.json"
    good.write_text(self_descriptions.example())
    bad.write_text(json.dumps({**GOOD, "name": ""}))
    odd.write_bytes(b"\xff\xfe{")
    run = CliRunner().invoke
    assert run(main, ["self-description", "check", str(good)]).output == "The description is sound.\n"
    wrong = run(main, ["self-description", "check", str(bad)])
    assert (wrong.exit_code, wrong.output.startswith("name: ")) == (1, True)
    assert run(main, ["self-description", "check", str(odd)]).exit_code == 1
    assert run(main, ["self-description", "check", str(tmp_path / "none.json")]).exit_code == 1


def test_a_sites_file_is_fetched_like_any_page(settings, database, httpserver, monkeypatch):
    monkeypatch.setattr(DatabaseGate, "enter", lambda *_: None)
    httpserver.expect_request("/robots.txt").respond_with_data("", 404)
    httpserver.expect_request(PATH).respond_with_data(self_descriptions.example(), content_type="application/json")
    _fetcher.cache_clear()
    with Context.open(replace(settings, allow_loopback=True)) as context:
        content = self_descriptions.fetched(context, httpserver.url_for("/"))
        assert check(self_descriptions.text_of(content)) == ()
        with pytest.raises(GroupUnreadable, match="did not answer"):
            self_descriptions.fetched(context, "http://127.0.0.1:1/")
    _fetcher.cache_clear()
