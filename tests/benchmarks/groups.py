"""Generated groups to judge: any number, of one stream that is the same each time, in the form in which facts are stored."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from rules.document import canonical_json, facts_document
from rules.facts import Evidence, Fact, Facts, Incident, Knowledge
from rules.rehearse import Stored
from rules.vocabulary import Kind, Question, standard

AT = datetime(2026, 6, 1, tzinfo=UTC)
KNOWN, UNKNOWN = 0.80, 0.15  # shares of the facts; what is left can never be observed
WITH_INCIDENT = 0.1
RARE = {"takeover_signs": 0, "credential_contradicted": False, "credential_excluded": False}  # with the usual answer
USUAL = 0.97


def groups(count: int, *, all_known: bool = False) -> Iterator[Facts]:
    """So many groups, made one by one; with `all_known` each fact has a value."""
    chance = random.Random(2026)  # noqa: S311 - the same groups in every run are what is wanted
    for _ in range(count):
        values = {name: _fact(question, chance, all_known=all_known) for name, question in standard().questions.items()}
        harmed = chance.random() < WITH_INCIDENT
        yield Facts(values, (_incident(chance),) if harmed else (), read_at=AT)


def stored(count: int, different: int = 500) -> Iterator[Stored]:
    """So many stored groups, of which `different` differ; a fact has one piece of evidence, as most have."""
    documents = [canonical_json(facts_document(group)) for group in groups(different)]
    for number, document in enumerate(islice(cycle(documents), count)):
        yield Stored(f"{number:016}", AT, document)


def _fact(question: Question, chance: random.Random, *, all_known: bool) -> Fact:
    luck = 0.0 if all_known else chance.random()
    if luck >= KNOWN:
        return Fact(question.name, Knowledge.UNKNOWN if luck < KNOWN + UNKNOWN else Knowledge.NOT_OBSERVABLE)
    source = Evidence("capture", f"{chance.getrandbits(256):064x}", "https://calm.example/rules", "main", at=AT)
    return Fact(question.name, Knowledge.KNOWN, _value(question, chance), (source,), "", AT)


def _value(question: Question, chance: random.Random) -> Any:
    if question.name in RARE and chance.random() < USUAL:
        return RARE[question.name]
    values: dict[Kind, Any] = {
        Kind.BOOLEAN: chance.random() < 0.5,
        Kind.INTEGER: chance.randrange(30),
        Kind.NUMBER: chance.random() * 30,
        Kind.MOMENT: AT - timedelta(days=chance.randrange(2500)),
        Kind.NAMES: (),
    }
    return values[question.kind] if question.kind in values else chance.choice(question.options)


def _incident(chance: random.Random) -> Incident:
    latest = AT - timedelta(days=chance.randrange(900))
    return Incident("i", "harassment", chance.randint(1, 4), "substantiated", "acknowledged", latest)
