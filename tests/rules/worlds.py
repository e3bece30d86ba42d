"""Groups to judge: a small pack for pencil and paper, facts written in one line, and random facts of the whole vocabulary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from rules.document import evaluation_document
from rules.engine import evaluate
from rules.facts import Fact, Facts, Incident, Knowledge, Standing, Value
from rules.findings import Evaluation, Result
from rules.pack import Pack
from rules.vocabulary import Kind, Question, standard

AT = datetime(2026, 6, 1, tzinfo=UTC)
SMALL = Path(__file__).with_name("packs") / "small"
CORE = Path(__file__).parents[2] / "rules" / "packs" / "core"

# All of the small pack's rules pass with these.
GOOD: dict[str, Value] = {
    "stewards_listed": True,
    "credential_excluded": False,
    "rules_published": True,
    "reporting": "specified",
    "topic_self_harm": True,
    "harm_content": "specified",
    "urgent_help": "specified",
    "created_on": datetime(2020, 1, 1, tzinfo=UTC),
    "name_changed": False,
    "takeover_signs": 0,
}


@cache
def pack(folder: Path = SMALL) -> Pack:
    return Pack.load(folder)


def facts(values: dict[str, Any], *, hidden: tuple[str, ...] = (), **more: Any) -> Facts:
    """`values` known, `hidden` not observable, all else unknown."""
    known = {name: Fact(name, Knowledge.KNOWN, value) for name, value in values.items() if value is not None}
    unseen = {name: Fact(name, Knowledge.NOT_OBSERVABLE) for name in hidden}
    return Facts({**known, **unseen}, **{"read_at": AT, **more})


def good(*, hidden: tuple[str, ...] = (), more: dict[str, Any] | None = None, **changes: Any) -> Facts:
    """A group that passes everything, but for `changes` (None is unknown)."""
    return facts({**GOOD, **changes}, hidden=hidden, **(more or {}))


def judged(given: Facts, at: datetime = AT, folder: Path = SMALL) -> Evaluation:
    return evaluate(pack(folder), given, at)


def published(evaluation: Evaluation) -> Standing:
    """What the service keeps of an evaluation and hands to the next."""
    return Standing(evaluation.grade, evaluation.headline, evaluation.at, evaluation_document(evaluation))


def incident(severity: int = 4, **changes: Any) -> Incident:
    plain = {"id": "i1", "category": "harassment", "corroboration": "substantiated", "response": "none", "latest": AT}
    return Incident(severity=severity, **{**plain, **changes})


# --- random groups ------------------------------------------------------------------------------------------------

MOMENTS = st.integers(-40, 2500).map(lambda days: AT - timedelta(days=days))


def values_of(question: Question) -> st.SearchStrategy[Any]:
    kinds: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.INTEGER: st.integers(0, 500) | st.integers(),
        Kind.NUMBER: st.floats(0, 30) | st.floats(allow_nan=False, allow_infinity=False),
        Kind.MOMENT: MOMENTS,
        Kind.NAMES: st.lists(st.text(max_size=5), max_size=2).map(tuple),
    }
    return kinds[question.kind]


@cache
def facts_about(question: Question) -> st.SearchStrategy[Fact]:
    """Mostly known, sometimes unknown, now and then not observable. Facts of few values are drawn at once: it is cheaper."""
    others = [Fact(question.name, Knowledge.UNKNOWN), Fact(question.name, Knowledge.NOT_OBSERVABLE)]
    if question.few_values:
        known = [Fact(question.name, Knowledge.KNOWN, value) for value in question.options or (True, False)]
        return st.sampled_from(known * max(1, 6 // len(known)) + others)
    drawn = values_of(question).map(lambda value: Fact(question.name, Knowledge.KNOWN, value))
    return st.one_of(drawn, drawn, drawn, st.sampled_from(others))


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    latest = draw(MOMENTS)
    return Incident(
        id=draw(st.sampled_from("abcdef")),
        category=draw(st.sampled_from(["harassment", "exploitation"])),
        severity=draw(st.integers(1, 4)),
        corroboration=draw(st.sampled_from(["unsubstantiated", "partially_corroborated", "disputed", "substantiated"])),
        response=draw(st.sampled_from(["none", "acknowledged", "remediated", "remediation_verified", "denied"])),
        latest=latest,
        resolved_at=draw(st.none() | st.integers(0, 900).map(lambda days: latest + timedelta(days=days))),
    )


def groups(folder: Path = SMALL) -> st.SearchStrategy[Facts]:
    """Facts that the pack's rules and caps read, in any state, with incidents and vouches."""
    names = {name for rule in pack(folder).rules for name in rule.reads}
    names |= {name for cap in pack(folder).caps if cap.when for name in cap.when.reads} | set(pack(folder).must_know)
    values = st.fixed_dictionaries({name: facts_about(standard()[name]) for name in sorted(names)})
    return st.builds(
        Facts,
        values=values,
        incidents=st.lists(incidents(), max_size=3).map(tuple),
        vouches=st.integers(0, 12),
        objections=st.integers(0, 3),
        read_at=st.none() | st.integers(0, 250).map(lambda days: AT - timedelta(days=days)) | st.just(AT),
    )


def remembered(folder: Path = SMALL) -> st.SearchStrategy[Facts]:
    """Groups of which an earlier reading was published, some days before."""

    def with_past(now: Facts, then: Facts, days: int) -> Facts:
        earlier = Facts(then.values, then.incidents, read_at=AT - timedelta(days=days))
        standing = published(judged(earlier, AT - timedelta(days=days), folder))
        return Facts(now.values, now.incidents, now.vouches, now.objections, standing, now.read_at)

    return st.builds(with_past, groups(folder), groups(folder), st.integers(1, 40))


def best_of(folder: Path) -> dict[str, Any]:
    """Facts that pass rule after rule of a pack: each rule's own example, where no earlier rule has spoken for a fact."""
    values: dict[str, Any] = {}
    for rule in pack(folder).rules:
        shown = next(example for example in rule.examples if example.outcome is Result.PASSED)
        values = {**shown.values, **values}
    return values


@st.composite
def nearly_good(draw: st.DrawFn, folder: Path = SMALL) -> Facts:
    """Groups that pass but for one to three facts: where a single cap or rule makes all the difference."""
    best = GOOD if folder == SMALL else best_of(folder)
    names = draw(st.lists(st.sampled_from(sorted(best)), min_size=1, max_size=3, unique=True))
    changed = {name: draw(facts_about(standard()[name])) for name in names}
    return Facts({**facts(best).values, **changed}, read_at=AT)
