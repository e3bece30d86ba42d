"""From the readings of a set of rules to the vocabulary's facts. Silence is "not found in the rules' text", never more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rules.clarity.lexicon import Marks
from rules.clarity.reader import Examined
from rules.clarity.readings import Answer, Level, Quote, Resource, RuleReading
from rules.clarity.resources import GENERIC

NOT_FOUND = "not found in the rules' text"
NOT_READABLE = "rules are in a language this reader does not know"
NO_TEXT = "there is no text of rules"
MOST_QUOTES = 3

FACT_OF_TOPIC = {
    "no_medical_advice": "medical_advice",
    "respect_harassment_hate": "respect",
    "privacy_confidentiality_doxxing": "confidentiality",
    "content_trigger_warnings": "content_warnings",
    "promotion_solicitation_fundraising_research": "promotion",
    "misinformation": "misinformation",
    "minors_age_limits": "minors",
    "private_messages_dating_predatory": "private_contact",
    "illegal_content_drugs": "illegal_content",
    "methods_detail_pro_ed_pro_selfharm": "harm_content",
    "anonymity": "anonymity",
}
# Finer facts, each with the topic that must be governed somewhere in the set before its patterns count (none: always).
FINER_FACTS = {
    "not_a_crisis_service": "crisis_selfharm_protocol",
    "risk_response": "crisis_selfharm_protocol",
    "moderated_hours": "",
    "harm_encouragement": "methods_detail_pro_ed_pro_selfharm",
    "team_statement": "",
    "peer_statement": "",
    "funding_stated": "",
    "who_may_join": "",
    "appeal": "reporting_enforcement_appeal",
    "inclusion": "respect_harassment_hate",
    "research_and_press": "promotion_solicitation_fundraising_research",
    "reporting": "reporting_enforcement_appeal",
    "moderators_named": "",
}
ALSO_IN_DESCRIPTION = frozenset(
    {"not_a_crisis_service", "team_statement", "peer_statement", "funding_stated", "who_may_join", "moderated_hours"}
)
LEVELS = (*FACT_OF_TOPIC.values(), *FINER_FACTS, "consequences", "urgent_help")


@dataclass(frozen=True)
class Layer:
    """One layer of rules (the group's own, or the platform's) with their readings, and the group's description."""

    rules: Sequence[Examined]
    readings: Sequence[RuleReading]
    description: Examined | None = None

    @property
    def resources(self) -> tuple[Resource, ...]:
        described = self.description.resources if self.description else ()
        sound = [rule for rule, reading in zip(self.rules, self.readings, strict=True) if not reading.inverted]
        return (*(one for rule in sound if not rule.stuffed for one in rule.resources), *described)

    def governs(self, topic: str) -> bool:
        return any(reading.level(topic) for reading in self.readings)

    def counted(self) -> Iterator[tuple[Examined, Marks]]:
        """Sentences of rules that are neither a heap nor inverted."""
        for rule, reading in zip(self.rules, self.readings, strict=True):
            if not (rule.stuffed or reading.inverted):
                yield from ((rule, mark) for mark in rule.marks)

    def described(self) -> Iterator[tuple[Examined, Marks]]:
        if self.description and not self.description.stuffed:
            yield from ((self.description, mark) for mark in self.description.marks)


def levels(layer: Layer) -> list[Answer]:
    """Every fact of type level, with the sentences it rests on."""
    found = [_topic_answer(layer, topic, fact) for topic, fact in FACT_OF_TOPIC.items()]
    found += [_finer_answer(layer, fact, topic) for fact, topic in FINER_FACTS.items()]
    return [*found, _consequences(layer), _urgent_help(layer)]


def unknown(names: Iterable[str], reason: str) -> list[Answer]:
    return [Answer(name, None, (), reason) for name in names]


def flag(name: str, value: bool, quotes: Iterable[Quote] = ()) -> Answer:  # noqa: FBT001 - the value of a yes/no fact
    return Answer(name, value, tuple(quotes)[:MOST_QUOTES], "" if value else NOT_FOUND)


def yes_no(layer: Layer, fact: str) -> Answer:
    """A fact of type boolean from its "yes" patterns, in rules and description."""
    quotes = [
        rule.quote(mark.sentence) for rule, mark in (*layer.counted(), *layer.described()) if mark.has("yes", fact)
    ]
    return flag(fact, bool(quotes), quotes)


def local_help(layer: Layer) -> Answer:
    """Whether the ways to urgent help belong to a named country or to several."""
    local = [resource for resource in layer.resources if resource.countries]
    return flag("urgent_help_local", bool(local), (resource.quote for resource in local))


def _level(name: str, level: Level, quotes: Sequence[Quote]) -> Answer:
    unique = tuple(dict.fromkeys(quotes))[:MOST_QUOTES]
    return Answer(name, level.word, unique, "" if level else NOT_FOUND)


def _topic_answer(layer: Layer, topic: str, fact: str) -> Answer:
    found = [topical for reading in layer.readings for topical in reading.topics if topical.topic == topic]
    level = max((topical.level for topical in found), default=Level.ABSENT)
    return _level(fact, level, [topical.quote for topical in found if topical.level == level])


def _finer_answer(layer: Layer, fact: str, topic: str) -> Answer:
    if topic and not layer.governs(topic) and fact not in ALSO_IN_DESCRIPTION:
        return _level(fact, Level.ABSENT, ())
    sources = [*layer.counted(), *(layer.described() if fact in ALSO_IN_DESCRIPTION else ())]
    for level, tier in ((Level.SPECIFIED, "specified"), (Level.MENTIONED, "mentioned")):
        quotes = [rule.quote(mark.sentence) for rule, mark in sources if mark.has(tier, fact)]
        if quotes:
            return _level(fact, level, quotes)
    return _level(fact, Level.ABSENT, ())


def _consequences(layer: Layer) -> Answer:
    """Specified where a sanction on members is named, mentioned where only removal of what they wrote is."""
    stated = [(rule, mark) for rule, mark in layer.counted() if "consequence" in mark.labels]
    named = [(rule, mark) for rule, mark in stated if mark.has("specified", "consequences")]
    level = Level.SPECIFIED if named else Level.MENTIONED if stated else Level.ABSENT
    return _level("consequences", level, [rule.quote(mark.sentence) for rule, mark in named or stated])


def _urgent_help(layer: Layer) -> Answer:
    """Specified where a number, line or service is named, mentioned where only "emergency services" or the like are."""
    named = [resource.quote for resource in layer.resources if resource.kind != GENERIC]
    spoken = [resource.quote for resource in layer.resources]
    level = Level.SPECIFIED if named else Level.MENTIONED if spoken else Level.ABSENT
    return _level("urgent_help", level, named or spoken)
