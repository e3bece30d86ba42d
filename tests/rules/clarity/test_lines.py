"""Rules as JSON lines: one reading a line, and an error that names the line."""

from __future__ import annotations

import json

import pytest

from rules.clarity.lines import LineInvalid, read_lines


def test_each_line_is_one_reading():
    lines = [
        json.dumps({"id": "a", "community": "harbour", "title": "", "text": "Be kind to all. Or you will be banned."}),
        "\n",
        json.dumps({"id": 7, "title": None, "text": "In danger? Call 112."}),
    ]
    first, second = [json.loads(line) for line in read_lines(lines)]
    assert set(first) == {"id", "topics", "states_consequence", "gives_crisis_resource", "inverted"}
    assert first["id"] == "a"
    assert first["states_consequence"] is True
    respect = next(found for found in first["topics"] if found["topic"] == "respect_harassment_hate")
    assert respect == {"topic": "respect_harassment_hate", "level": 2, "quote": "Be kind to all."}
    assert second["id"] == 7
    assert second["gives_crisis_resource"] is True


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 2: not JSON"),
        ("[]", 'line 2: not an object with an "id"'),
        ('{"text": "x"}', 'line 2: not an object with an "id"'),
        ('{"id": 1, "text": 5}', 'line 2: "text" is not text'),
        ("[" * 100_000, "line 2: not JSON"),
    ],
)
def test_an_error_names_its_line(line, words):
    with pytest.raises(LineInvalid, match=words):
        list(read_lines(['{"id": 1}', line]))
