"""All rules of a pack as one function. A finding holds nothing of the group, so each is made once and looked up from then on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from rules.conditions import UNKNOWN, Truth, Values
from rules.findings import Finding
from rules.rule import Rule, Verdict
from rules.vocabulary import Vocabulary

_ANY_TIME = datetime.min.replace(tzinfo=UTC)


class Panel:
    """`panel(values, at)` gives every rule's finding, in the order of the rules.

    A rule about facts of few values finds its answer under these values themselves. Any other asks its conditions one after
    the other, no further than it must, and finds its answer under their truths.
    """

    def __init__(self, rules: Sequence[Rule], vocabulary: Vocabulary) -> None:
        plain = [rule for rule in rules if rule.reads and all(vocabulary[name].few_values for name in rule.reads)]
        others = [rule for rule in rules if rule not in plain]
        places = {rule.id: place for place, rule in enumerate([*plain, *others])}
        self._blank = dict.fromkeys(sorted(frozenset[str]().union(*(rule.reads for rule in rules))), UNKNOWN)
        self._tables = [(itemgetter(*sorted(rule.reads)), _Table(rule)) for rule in plain]
        self._walks = [([condition.test for condition in rule.conditions], _Step(_Findings(rule))) for rule in others]
        self._order = [places[rule.id] for rule in rules]

    def __call__(self, values: Values, at: datetime) -> tuple[Finding, ...]:
        complete = {**self._blank, **values}
        found = [table[key(complete)] for key, table in self._tables]
        for tests, step in self._walks:
            answer: Any = step
            for test in tests:
                answer = answer[test(complete, at)]
                if answer.__class__ is Finding:
                    break
            found.append(answer)  # the last condition always decides
        return tuple([found[place] for place in self._order])


class _Findings(dict[Verdict, Finding]):
    """The findings of one rule, by verdict."""

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self.rule = rule

    def __missing__(self, verdict: Verdict) -> Finding:
        rule, (result, fraction, possible) = self.rule, verdict
        self[verdict] = finding = Finding(
            rule=rule.id,
            question=rule.question,
            dimension=rule.dimension,
            result=result,
            weight=rule.weight,
            fraction=fraction,
            possible=possible,
            template=rule.messages.get(result, ""),
            decisive=rule.decisive,
            remedy=rule.remedy,
            effort=rule.effort,
            source=rule.source,
            source_url=rule.source_url,
        )
        return finding


class _Table(dict[Any, Finding]):
    """The findings of a rule by the values of what it reads: by the value itself where that is one fact, else by the tuple."""

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self._names, self._findings = sorted(rule.reads), _Findings(rule)

    def __missing__(self, key: Any) -> Finding:
        values = dict(zip(self._names, key if len(self._names) > 1 else [key], strict=True))
        self[key] = finding = self._findings[self._findings.rule.verdict(values, _ANY_TIME)]  # no moment is among them
        return finding


class _Step(dict[Truth, "_Step | Finding"]):
    """A rule's conditions as a tree: under the truth of the next one stands a finding, or the step to the one after it."""

    def __init__(self, findings: _Findings, truths: tuple[Truth, ...] = ()) -> None:
        super().__init__()
        self._findings, self._truths = findings, truths

    def __missing__(self, truth: Truth) -> _Step | Finding:
        truths, rule = (*self._truths, truth), self._findings.rule
        answer = self._findings[rule.weigh(truths)] if rule.is_decided(truths) else _Step(self._findings, truths)
        self[truth] = answer
        return answer
