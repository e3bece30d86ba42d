"""Caps: what no amount of good rules can make up for. A cap looks at facts or at incidents, never at both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rules.conditions import ALWAYS, TRUE, UNKNOWN, UNSURE, Condition, Values
from rules.facts import Incident
from rules.findings import AppliedCap
from rules.reading import Section
from rules.vocabulary import Vocabulary
from rules.wording import fill, placeholder_problems

_RESOLVED = {True: "resolved", False: "unresolved", None: "any"}


@dataclass(frozen=True, slots=True)
class Selector:
    """Which incidents a cap is about, and how many of them (of one category, if so said) make it hold.

    `resolved` None takes both. `days` counts back from the resolution where only resolved ones are meant, from the latest
    occurrence otherwise: a late remedy must not lengthen a window.
    """

    severity: frozenset[int]
    corroboration: frozenset[str]
    resolved: bool | None
    days: int | None
    count: int
    same_category: bool

    def holds(self, incidents: Iterable[Incident], at: datetime) -> bool:
        chosen = [incident.category for incident in incidents if self._selects(incident, at)]
        most = Counter(chosen).most_common(1)[0][1] if chosen and self.same_category else len(chosen)
        return most >= self.count

    def _selects(self, incident: Incident, at: datetime) -> bool:
        if incident.severity not in self.severity or incident.corroboration not in self.corroboration:
            return False
        if self.resolved is not None and incident.is_resolved(at) is not self.resolved:
            return False
        since = incident.settled_at if self.resolved else incident.latest
        return self.days is None or at - since <= timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Cap:
    """`when` or `incidents`; `limit` None suspends the rating. Where the condition is unknown the cap holds all the same, with
    `message_unknown`: otherwise hiding the fact would lift it. Where it can never be observed it does not.

    A cap about facts of few values is tried once for each of them, and looked up from then on.
    """

    id: str
    when: Condition | None
    incidents: Selector | None
    limit: float | None
    message: str
    message_unknown: str
    flag: str
    facts: tuple[str, ...]
    few_values: bool
    _tried: dict[tuple[Any, ...], AppliedCap | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def apply(self, values: Values, incidents: tuple[Incident, ...], at: datetime) -> AppliedCap | None:
        """The cap as it applies to one group, or None."""
        if self.incidents is not None:
            if not incidents or not self.incidents.holds(incidents, at):
                return None
            return AppliedCap(self.id, self.limit, self.message, (), flag=self.flag)
        if not self.few_values:
            return self._try(values, at)
        key = tuple([values.get(name) for name in self.facts])
        if key not in self._tried:
            self._tried[key] = self._try(values, at)
        return self._tried[key]

    def _try(self, values: Values, at: datetime) -> AppliedCap | None:
        truth = (self.when or ALWAYS).test(values, at)
        if truth not in (TRUE, UNKNOWN, UNSURE):
            return None
        text = fill(self.message if truth is TRUE else self.message_unknown, values)
        return AppliedCap(self.id, self.limit, text, self.facts, certain=truth is TRUE, flag=self.flag)


def read_cap(section: Section, vocabulary: Vocabulary) -> Cap:
    """A cap as pack.yaml writes it; problems go to the section."""
    by_facts = "when" in section.raw
    suspend = section.take("suspend", bool, default=False)
    when = section.condition("when", vocabulary) if by_facts else None
    cap = Cap(
        id=section.text("id"),
        when=when,
        incidents=None if by_facts else _selector(section.section("incidents")),
        limit=None if suspend else float(section.number("limit")),
        message=section.text("message"),
        message_unknown=section.text("message_unknown") if by_facts else "",
        flag=section.text("flag", ""),
        facts=tuple(sorted(when.reads)) if when else (),
        few_values=all(vocabulary[name].few_values for name in when.reads) if when else False,
    )
    if cap.limit is not None and not 0 <= cap.limit <= 100:
        section.problem("limit must be from 0 to 100")
    for name, text in (("message", cap.message), ("message_unknown", cap.message_unknown)):
        for problem in placeholder_problems(text, name, frozenset(cap.facts)):
            section.problem(problem)
    section.close()
    return cap


def _selector(section: Section) -> Selector:
    words: Mapping[str, bool | None] = {word: value for value, word in _RESOLVED.items()}
    state = section.text("state", "any")
    if state not in words:
        section.problem(f"state must be one of {', '.join(words)}")
    selector = Selector(
        severity=frozenset(section.take("severity", list)),
        corroboration=frozenset(section.take("corroboration", list)),
        resolved=words.get(state),
        days=section.take("days", int, None),
        count=section.take("count", int, 1),
        same_category=section.take("same_category", bool, default=False),
    )
    if not selector.severity or not selector.severity <= {1, 2, 3, 4}:
        section.problem("severity must list some of 1, 2, 3, 4")
    if selector.count < 1:
        section.problem("count must be 1 or more")
    section.close()
    return selector
