"""The rows the heads learn from, each with its topics.

Four sources: the labelled rules; labels.tsv, our own labels by id of rules in the unlabelled set; examples.tsv, sentences written
by us for this purpose; and inverted.tsv, rules by several writers that permit a harm, with sound ones that sound like them. In the
TSV files a letter stands for a topic (LETTERS), X for an inverted rule, "-" for none.
Nothing is learned from facts.tsv and facts_written.tsv, which label facts finer than the topics to measure them by (facts.py).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rules.clarity.heads import INVERTED
from rules.clarity.lexicon import TOPICS
from rules.clarity.readings import RuleText

HERE = Path(__file__).parent
HELD_OUT = HERE / "held_out.tsv"
LETTERS = dict(zip("CMRVWPSNDEITOAX", (*TOPICS, INVERTED), strict=True))
INVERTED_IDS = frozenset(
    f"s{number:03d}" for number in range(41, 53)
)  # of the constructed rows, those that permit the harm
LABELLED, LABELLED_BY_US = "labelled", "labelled by us"
WRITTEN_BY_US, ON_INVERTING = "written by us", "written by us, on inverting"
KNOWN = (LABELLED, ON_INVERTING)  # sources of rows that readers are measured by
WEIGHTS = {LABELLED: 1.0, LABELLED_BY_US: 0.3, WRITTEN_BY_US: 1.0, ON_INVERTING: 1.0}


@dataclass(frozen=True)
class Row:
    """One rule with the topics it governs; `origin` is recorded, reworded or constructed for labelled rows."""

    id: str
    community: str
    rule: RuleText
    topics: frozenset[str]
    source: str
    origin: str = ""
    labels: Any = None


def folder() -> Path:
    """Where the labelled and unlabelled rules lie: $VETTING_SHARED_DATA, or ../shared/data beside the project."""
    root = Path(__file__).resolve().parents[3]
    return Path(os.environ.get("VETTING_SHARED_DATA") or root.parent / "shared" / "data") / "rules"


def labelled() -> list[Row]:
    """The labelled rules in the order of their file."""
    return [
        Row(one["id"], _community(one), _rule(one), _labels(one), LABELLED, one["origin"], one)
        for one in _lines("labelled.jsonl")
    ]


def training_rows() -> tuple[list[Row], int]:
    """All rows the heads learn from, those that figures are told about (labelled, not constructed) first, and their number; then
    the others of KNOWN sources.
    """
    known = labelled()
    natural = [row for row in known if row.origin != "constructed"]
    constructed = [row for row in known if row.origin == "constructed"]
    return [*natural, *constructed, *on_inverting(), *labelled_by_us(), *written_by_us()], len(natural)


def unlabelled() -> Iterator[dict[str, Any]]:
    """The unlabelled rules as they stand in their file."""
    yield from _lines("unlabelled.jsonl")


def labelled_by_us() -> list[Row]:
    """Rules of the unlabelled set that we read and labelled, sorted by id."""
    topics = dict(_pairs("labels.tsv"))
    rows = [
        Row(one["id"], one["community"], _rule(one), topics[one["id"]], LABELLED_BY_US)
        for one in unlabelled()
        if one["id"] in topics
    ]
    return sorted(rows, key=lambda row: row.id)


def written_by_us() -> list[Row]:
    """Sentences of our own, each governing what its letters say."""
    lines = (HERE / "examples.tsv").read_text("utf-8").splitlines()
    split = [line.split("\t") for line in lines]
    return [
        Row(f"own{place}", f"own{place}", RuleText("", text), _topics(letters), WRITTEN_BY_US)
        for place, (letters, text) in enumerate(split)
    ]


def on_inverting() -> list[Row]:
    """Rules that permit a harm and sound ones like them; a community is a writer: no fold learns from whom it is asked about."""
    lines = (HERE / "inverted.tsv").read_text("utf-8").splitlines()
    return [
        Row(f"inverting{place}", writer, RuleText("", text), _topics(letters), ON_INVERTING)
        for place, (writer, letters, text) in enumerate(line.split("\t") for line in lines)
    ]


def held_out_probabilities() -> dict[str, list[float]]:
    """Id of a row of KNOWN sources -> what an encoder that saw no rule of its community says of it, see encoder.py."""
    lines = (line.split("\t") for line in HELD_OUT.read_text("utf-8").splitlines())
    return {key: [int(thousandths) / 1000 for thousandths in rest] for key, *rest in lines}


def _pairs(name: str) -> Iterator[tuple[str, frozenset[str]]]:
    for line in (HERE / name).read_text("utf-8").splitlines():
        key, letters = line.split("\t")
        yield key, _topics(letters)


def _topics(letters: str) -> frozenset[str]:
    return frozenset(LETTERS[letter] for letter in letters if letter != "-")


def _community(row: dict[str, Any]) -> str:
    """Constructed rules are of no community: each stands for itself."""
    return str(row["id"] if row["origin"] == "constructed" else row["community"])


def _labels(row: dict[str, Any]) -> frozenset[str]:
    return frozenset(row["topics"]) | ({INVERTED} if row["inverted"] or row["id"] in INVERTED_IDS else set())


def _rule(row: dict[str, Any]) -> RuleText:
    return RuleText(row["title"] or "", row["text"] or "")


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (folder() / name).open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
