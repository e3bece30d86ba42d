"""Facts in words: how a date, a number or a level stands in a sentence for a worried person."""

from __future__ import annotations

import re
from datetime import datetime

from rules.conditions import Truth, Values

PLACEHOLDER = re.compile(r"\{(\w*)\}")

_LEVEL_WORDS = {"absent": "not mentioned", "mentioned": "mentioned", "specified": "spelled out"}


def fill(template: str, values: Values) -> str:
    """The template with each {fact} in words. Values are inserted as they are: they are never read as a template."""
    if "{" not in template:
        return template
    return PLACEHOLDER.sub(lambda match: in_words(values.get(match[1])), template)


def in_words(value: object) -> str:
    """As in "3 May 2026", "12,345", "0.5", "yes", "spelled out", "could not confirm"; "unknown" where there is no value."""
    if value is None or isinstance(value, Truth):
        return "unknown"
    if isinstance(value, datetime):
        return f"{value.day} {value:%B} {value.year}"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, tuple):
        return ", ".join(value)
    return _LEVEL_WORDS.get(str(value), str(value).replace("_", " "))


def _number(value: float) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.1f}".removesuffix(".0")


def placeholder_problems(text: str, name: str, reads: frozenset[str]) -> list[str]:
    """What is wrong with the {placeholders} of one message: it may show only facts that its condition reads."""
    problems = [
        f"message {name}: placeholder {{{fact}}} is not a fact it reads"
        for fact in PLACEHOLDER.findall(text)
        if fact not in reads
    ]
    if {"{", "}"} & set(PLACEHOLDER.sub("", text)):
        problems.append(f"message {name}: a brace that is no placeholder")
    return problems
