"""A rule's file: read, and proven to be sound before any group is judged by it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from rules.conditions import NOT_OBSERVABLE
from rules.errors import FactInvalid
from rules.findings import Result
from rules.reading import Section, content_digest, read_yaml
from rules.rule import Example, Partial, Rule
from rules.vocabulary import Vocabulary, read_moment
from rules.wording import placeholder_problems

EFFORTS = ("low", "medium", "high")
EXAMPLES_AT = datetime(2026, 1, 1, tzinfo=UTC)  # an example that says nothing else is judged at this moment
MOST_CASES = 50_000  # a rule that reads so many facts that it has more cases cannot be proven, nor explained


def read_rule(path: Path, vocabulary: Vocabulary, problems: list[str]) -> Rule | None:
    """The rule in `path`; every problem found goes to `problems`. None where the file holds no mapping."""
    raw = read_yaml(path, problems)
    if not isinstance(raw, dict):
        problems.append(f"{path.name}: holds no rule")
        return None
    known = len(problems)
    section = Section(raw, f"{path.name}: {raw.get('id', '?')}", problems)
    rule = _read(section, vocabulary, content_digest(raw))
    if rule.id != path.stem:
        section.problem(f"id {rule.id} is not the file's name")
    if len(problems) == known:
        _prove(rule, section)
    return rule


def _read(section: Section, vocabulary: Vocabulary, digest: str) -> Rule:
    remedy, source = section.section("remedy"), section.section("source")
    rule = Rule(
        id=section.text("id"),
        version=section.take("version", int),
        question=section.text("question"),
        dimension=section.text("dimension"),
        weight=float(section.number("weight")),
        applies=section.condition("applies", vocabulary, None),
        expect=section.condition("expect", vocabulary),
        partials=tuple(_partial(one, vocabulary) for one in section.sections("partial", [])),
        messages=_messages(section),
        remedy=remedy.text("text"),
        effort=remedy.text("effort"),
        source=source.text("name"),
        source_url=source.text("url", ""),
        examples=tuple(filter(None, (_example(one, vocabulary) for one in section.sections("examples")))),
        digest=digest,
    )
    if rule.version < 1:
        section.problem("version must be 1 or more")
    if rule.effort not in EFFORTS:
        remedy.problem(f"effort must be one of {', '.join(EFFORTS)}")
    for part in (remedy, source, section):
        part.close()
    return rule


def _partial(section: Section, vocabulary: Vocabulary) -> Partial:
    condition, earns = section.condition("when", vocabulary), float(section.number("earns"))
    if not 0 < earns < 1:
        section.problem(f"earns must lie between 0 and 1, not be {earns:g}")
    section.close()
    return condition, earns


def _messages(section: Section) -> dict[Result, str]:
    part = section.section("messages")
    messages = {result: part.text(result) for result in Result if result in part.raw}
    part.close()
    return messages


def _example(section: Section, vocabulary: Vocabulary) -> Example | None:
    outcome = section.text("outcome")
    at = section.raw.pop("at", EXAMPLES_AT)
    given = section.take("facts", dict, {})
    unknown, hidden = section.take("unknown", list, []), section.take("not_observable", list, [])
    section.close()
    values: dict[str, Any] = dict.fromkeys(hidden, NOT_OBSERVABLE)
    strangers = [name for name in (*unknown, *hidden, *given) if name not in vocabulary]
    if strangers:
        section.problem(f"unknown fact {', '.join(strangers)}")
        return None
    try:
        values |= {name: vocabulary[name].read(value) for name, value in given.items()}
        return Example(Result(outcome), values, read_moment(at))
    except (FactInvalid, ValueError) as error:
        section.problem(str(error))
        return None


def _prove(rule: Rule, section: Section) -> None:
    _check_placeholders(rule, section)
    reachable = _reachable(rule)
    if reachable is None:
        section.problem("reads too many facts to be proven: split it")
        return
    shown = {example.outcome for example in rule.examples}
    for result in Result:
        if result in reachable and result not in rule.messages:
            section.problem(f"missing message for {result}")
        if result in reachable and result not in shown:
            section.problem(f"missing example for {result}")
        if result not in reachable and (result in rule.messages or result in _declared(rule)):
            section.problem(f"unreachable outcome {result}")
    for number, example in enumerate(rule.examples):
        result = rule.verdict(example.values, example.at)[0]
        if result is not example.outcome:
            section.problem(f"examples[{number}] gives {result}, not {example.outcome}")


def _declared(rule: Rule) -> set[Result]:
    """Outcomes that the rule's form promises whether or not it has words for them."""
    return {Result.PASSED, Result.FAILED} | ({Result.PARTIAL} if rule.partials else set())


def _reachable(rule: Rule) -> set[Result] | None:
    cases = list(islice(rule.cases(EXAMPLES_AT), MOST_CASES + 1))
    if len(cases) > MOST_CASES:
        return None
    return {rule.verdict(case, EXAMPLES_AT)[0] for case in cases}


def _check_placeholders(rule: Rule, section: Section) -> None:
    for result, text in rule.messages.items():
        for problem in placeholder_problems(text, result, rule.reads):
            section.problem(problem)
