"""Rules with the facts finer than a topic that we read in them, for measuring answers.py and the lexicon behind it.

facts.tsv: id (of a labelled or an unlabelled rule), half, facts. facts_written.tsv: half, facts, and a sentence of ours. Facts are
`name=level` with a comma between, the level mentioned, specified, or yes for a yes/no fact; "-" where there is none. A rule is
labelled as if it were the whole set. The halves share no community; the lexicon is improved with DEV in view, HELD_OUT is for
figures alone. Two limits of those: one reader labelled both halves, and wrote the sentences and the lexicon.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules.clarity.answers import Layer, levels, yes_no
from rules.clarity.reader import examine, read_examined
from rules.clarity.readings import Answer, Level, RuleText
from rules.clarity.training.data import HERE, labelled, unlabelled

YES_NO = ("rules_explained", "claims_of_cure", "purpose_stated", "offers_anonymity")


@dataclass(frozen=True)
class Stated:
    """One rule with the facts it states, each as `name=level`; `community` is empty for a sentence of ours."""

    rule: RuleText
    facts: frozenset[str]
    community: str = ""


def stated(half: str) -> list[Stated]:
    """The labelled rules and our own sentences of that half."""
    return [*_recorded(half), *_written(half)]


def told(rule: RuleText) -> frozenset[str]:
    """What the reader makes of one English rule, as Stated.facts."""
    examined = examine(rule, language="en")
    layer = Layer([examined], [read_examined(examined)])
    answers = [*levels(layer), *(yes_no(layer, fact) for fact in YES_NO)]
    return frozenset(f"{answer.name}={_word(answer)}" for answer in answers if _word(answer))


def _word(answer: Answer) -> str:
    if isinstance(answer.value, bool):
        return "yes" if answer.value else ""
    return "" if answer.value == Level.ABSENT.word else str(answer.value)


def _recorded(half: str) -> Iterator[Stated]:
    facts = {key: _facts(listed) for key, own_half, listed in _table("facts.tsv") if own_half == half}
    yield from (Stated(row.rule, facts[row.id], row.community) for row in labelled() if row.id in facts)
    for one in unlabelled():
        if one["id"] in facts:
            yield Stated(RuleText(one["title"] or "", one["text"] or ""), facts[one["id"]], one["community"])


def _written(half: str) -> Iterator[Stated]:
    for own_half, listed, text in _table("facts_written.tsv"):
        if own_half == half:
            yield Stated(RuleText("", text), _facts(listed))


def _facts(listed: str) -> frozenset[str]:
    return frozenset() if listed == "-" else frozenset(listed.split(","))


def _table(name: str) -> Iterator[list[str]]:
    for line in (HERE / name).read_text("utf-8").splitlines():
        yield line.split("\t")
