"""A figure fails the run exactly where its bar is missed."""

from __future__ import annotations

import json

from tests.benchmarks.figures import Figure, interleaved, tell


def test_each_figure_is_one_line_and_a_missed_bar_is_the_exit_status(capsys):
    good, bad = Figure("fast", 5.0, "pages/s", 10.0, 0.5), Figure("slow", 4.9, "pages/s", 10.0, 0.5)
    assert tell([good]) == 0
    assert tell([bad, good]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[1] == {
        "name": "slow",
        "value": 4.9,
        "unit": "pages/s",
        "limit": 10.0,
        "ratio": 0.49,
        "bar": 0.5,
        "ok": False,
    }
    assert [line["ok"] for line in lines] == [True, False, True]


def test_ways_take_turns():
    turns: list[str] = []
    taken = interleaved({"a": lambda: turns.append("a"), "b": lambda: turns.append("b")}, rounds=2, least=0.0)
    assert turns == ["a", "b", "a", "b"]
    assert set(taken) == {"a", "b"}
