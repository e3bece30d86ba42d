"""Rules as JSON lines in, readings as JSON lines out: the command `vetting clarity read`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from rules.clarity.reader import examine, read_examined
from rules.clarity.readings import RuleText
from rules.errors import RulesError


class LineInvalid(RulesError):
    """A line is not a rule; the message names the line and what it must be."""

    code = "line_invalid"


def read_lines(lines: Iterable[str]) -> Iterator[str]:
    """For each line {id, title, text, ...} (one rule) yields {id, topics: [{topic, level, quote}], states_consequence,
    gives_crisis_resource, inverted}; `level` is 1 (mentioned) or 2 (specified), a topic that is not listed was not found.
    Empty lines are passed over; LineInvalid names the first line that is not a rule.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield json.dumps(_read(number, line), ensure_ascii=False)


def _read(number: int, line: str) -> dict[str, Any]:
    row = _row(number, line)
    reading = read_examined(examine(RuleText(row.get("title") or "", row.get("text") or "")))
    return {
        "id": row["id"],
        "topics": [
            {"topic": found.topic, "level": int(found.level), "quote": found.quote.text} for found in reading.topics
        ],
        "states_consequence": reading.states_consequence,
        "gives_crisis_resource": reading.gives_crisis_resource,
        "inverted": reading.inverted,
    }


def _row(number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineInvalid(f"line {number}: not JSON ({error}); write one object a line") from error
    if not isinstance(row, dict) or "id" not in row:
        raise LineInvalid(f'line {number}: not an object with an "id"; write {{"id": ..., "title": ..., "text": ...}}')
    for name in ("title", "text"):
        if not isinstance(row.get(name), str | None):
            raise LineInvalid(f'line {number}: "{name}" is not text')
    return row
