"""The model sentences in the remedies: whoever takes one over must be found to have done what was asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from rules import clarity
from rules.clarity import encoder
from rules.findings import Result
from rules.rule import Rule
from rules.vocabulary import standard
from tests.rules.worlds import CORE, pack

SENTENCES = re.compile(r"“([^”]*[.!?…])”")  # what is quoted without an end is part of a sentence
READ = frozenset(clarity.read("").facts()) & frozenset(standard().questions)
# What follows from a date in the text, and from there being a text at all: no question to the reader.
FOLLOWS = {"rules_dated", "rules_in_one_place"}
IN_PART = {"clarity-changes-dated"}  # its dates are found, but not that they make a list


def model_sentences() -> Iterator[tuple[Rule, str]]:
    for rule in pack(CORE).rules:
        if rule.reads & (READ | FOLLOWS):
            yield from ((rule, quoted) for quoted in SENTENCES.findall(rule.remedy))


CASES = list(model_sentences())


def answered(text: str) -> dict[str, object]:
    """The facts of a group whose rules and description say `text` and nothing else."""
    found = {name: value for name, (value, _, _) in clarity.read(text, text).facts().items() if value is not None}
    dated = "mentioned" if "rules_updated_on" in found else "absent"
    return {**found, "rules_dated": dated, "rules_in_one_place": found["rules_published"]}


def test_there_are_model_sentences() -> None:
    assert len(CASES) > 30


@pytest.mark.parametrize("encoded", [True, False], ids=["encoder", "heads alone"])
@pytest.mark.parametrize(("rule", "sentence"), CASES, ids=[rule.id for rule, _ in CASES])
def test_a_model_sentence_does_what_its_rule_asks_for(
    rule: Rule, sentence: str, encoded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not encoded:
        monkeypatch.setattr(encoder, "_model", lambda: None)
    lacking = next(one for one in rule.examples if one.outcome is Result.FAILED)
    now = {**lacking.values, **{name: value for name, value in answered(sentence).items() if name in rule.reads}}
    result = rule.verdict(now, lacking.at)[0]
    assert result is (Result.PARTIAL if rule.id in IN_PART else Result.PASSED)
