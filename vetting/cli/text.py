"""A report as plain text, from the one document that every face shows."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 100
SIGNS = {"passed": "+", "partial": "~", "failed": "-", "cant_tell": "?"}


def render(report: Mapping[str, Any]) -> str:
    """Verdict, dimensions, and every finding that counts, with what would help where something is missing."""
    return "\n".join([*_verdict(report), "", *_dimensions(report)]) + "\n"


def _verdict(report: Mapping[str, Any]) -> Iterator[str]:
    group = report["group"]
    yield f"{plain(group['name'])}  ({plain(group['url'])})"
    yield f"Grade {report['grade']}   {report['low']:g} to {report['high']:g} of 100, {report['coverage']:.0%} known"
    yield from textwrap.wrap(report["summary"], WIDTH)


def _dimensions(report: Mapping[str, Any]) -> Iterator[str]:
    for dimension in report["dimensions"]:
        yield f"{dimension['title']}: {dimension['low']:g} to {dimension['high']:g}"
        for finding in report["findings"]:
            if finding["dimension"] == dimension["id"] and finding["result"] in SIGNS:
                yield from _finding(finding)
        yield ""


def _finding(finding: Mapping[str, Any]) -> Iterator[str]:
    first = f"  {SIGNS[finding['result']]} {plain(finding['message'])}"
    yield from textwrap.wrap(first, WIDTH, subsequent_indent="    ")
    if finding["result"] in ("failed", "partial") and finding["remedy"]:
        yield from textwrap.wrap(f"    What helps: {finding['remedy']}", WIDTH, subsequent_indent="    ")


def plain(text: str) -> str:
    """Without characters that could steer a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)
