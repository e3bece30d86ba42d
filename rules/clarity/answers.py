"""From the readings of a set of rules to the vocabulary's facts. Silence is "not found in the rules' text", never more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rules.clarity.lexicon import Marks
from rules.clarity.reader import Examined
from rules.clarity.readings import Answer, Level, Quote, Resource, RuleReading
from rules.clarity.resources import GENERIC
from rules.clarity.words import Sentence

NOT_FOUND = "not found in the rules' text"
NOT_IN_DESCRIPTION = "not found in the description, and there is no text of rules"
NOT_IN_PART = "not found in the part of the text that was read; it is longer than is read"
AHEAD = "the rules give no date of a change but one that is still to come"
NOT_READABLE = "rules are in a language this reader does not know"
NO_TEXT = "there is no text of rules"
NOT_TOLD = "the language of the rules cannot be told, and nothing was found in them"
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
    "anonymity": "anonymity",
}
# Facts finer than the topics, read from the lexicon alone.
FINER_FACTS = (
    "risk_response",
    "moderated_hours",
    "harm_encouragement",
    "team_statement",
    "peer_statement",
    "funding_stated",
    "who_may_join",
    "appeal",
    "inclusion",
    "research_and_press",
    "reporting",
    "consequences",
)
ALSO_IN_DESCRIPTION = frozenset(
    {"not_a_crisis_service", "team_statement", "peer_statement", "funding_stated", "who_may_join", "moderated_hours"}
)
# Those read from more than the lexicon.
JOINED_FACTS = ("moderators_named", "harm_content", "not_a_crisis_service", "urgent_help")
LEVELS = (*FACT_OF_TOPIC.values(), *FINER_FACTS, *JOINED_FACTS)
ACCUSING = frozenset({"claims_of_cure"})  # true only of what the group itself says, never of what it forbids
NEAR = 2  # sentences before and after, in which what completes a mention may stand
_ADDRESS = re.compile(r"(?<![\w.!@+-])[\w.+-]{1,64}@[\w-]{1,63}\.\w")  # of e-mail, unlike "!group@server"
_WRITE = frozenset({"write", "writing", "email", "mail", "contact", "reach", "message", "send"})

_ALLOWING = frozenset(
    {"allow", "allowed", "permit", "permitted", "tolerate", "tolerated", "acceptable", "welcome"}
    | {"disallowed", "unacceptable", "unwelcome", "prohibited", "forbidden", "beware"}
)


@dataclass(frozen=True)
class Layer:
    """One layer of rules (the group's own, or the platform's) with their readings, and the group's description."""

    rules: Sequence[Examined]
    readings: Sequence[RuleReading]
    description: Examined | None = None

    @property
    def resources(self) -> tuple[Resource, ...]:
        described = self.description.resources if self.description else ()
        sound = [rule for rule, reading in zip(self.rules, self.readings, strict=True) if not reading.plainly]
        return (*(one for rule in sound if not rule.stuffed for one in rule.resources), *described)

    def texts(self, *, described: bool) -> list[Examined]:
        """Rules that are neither a heap nor inverted; with the description, where that counts too."""
        pairs = zip(self.rules, self.readings, strict=True)
        sound = [rule for rule, reading in pairs if not (rule.stuffed or reading.plainly)]
        if described and self.description and not self.description.stuffed:
            sound.append(self.description)
        return sound


def levels(layer: Layer) -> list[Answer]:
    """Every fact of type level, with the sentences it rests on."""
    found = [_topic_answer(layer, topic, fact) for topic, fact in FACT_OF_TOPIC.items()]
    found += [_finer_answer(layer, fact) for fact in FINER_FACTS]
    return [*found, _moderators_named(layer), _harm_content(layer), _not_a_crisis_service(layer), _urgent_help(layer)]


def unknown(names: Iterable[str], reason: str) -> list[Answer]:
    return [Answer(name, None, (), reason) for name in names]


def flag(name: str, value: bool, quotes: Iterable[Quote] = ()) -> Answer:  # noqa: FBT001 - the value of a yes/no fact
    return Answer(name, value, tuple(quotes)[:MOST_QUOTES], "" if value else NOT_FOUND)


def yes_no(layer: Layer, fact: str) -> Answer:
    """A fact of type boolean from its "yes" patterns, in rules and description."""
    texts = layer.texts(described=True)
    said = [(rule, mark) for rule in texts for mark in rule.marks if mark.has("yes", fact)]
    quotes = [rule.quote(mark.sentence) for rule, mark in said if fact not in ACCUSING or not _forbidden(mark)]
    return flag(fact, bool(quotes), quotes)


def _forbidden(mark: Marks) -> bool:
    """Whether the sentence speaks of what members may not do ("Posts that promise a cure are removed")."""
    return "consequence" in mark.labels or not _ALLOWING.isdisjoint(mark.sentence.words)


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


def _finer_answer(layer: Layer, fact: str) -> Answer:
    """Specified where one sentence says it, or two near each other do; mentioned where one touches it."""
    texts = layer.texts(described=fact in ALSO_IN_DESCRIPTION)
    marked = [(rule, mark) for rule in texts for mark in rule.marks]
    plain = [rule.quote(mark.sentence) for rule, mark in marked if _says(mark, fact)]
    joined = [rule.quote(mark.sentence) for rule in texts for pair in _joined(rule, fact) for mark in pair]
    if plain or joined:
        return _level(fact, Level.SPECIFIED, [*plain, *joined])
    touched = [rule.quote(mark.sentence) for rule, mark in marked if _touches(mark, fact)]
    return _level(fact, Level.MENTIONED if touched else Level.ABSENT, touched)


def _says(mark: Marks, fact: str) -> bool:
    return mark.has("specified", fact) and not mark.has("hedged", fact)


def _touches(mark: Marks, fact: str) -> bool:
    return mark.has("mentioned", fact) or mark.has("specified", fact)


def _joined(rule: Examined, fact: str) -> Iterator[tuple[Marks, Marks]]:
    """Each sentence that opens or mentions the matter with one near it that completes it ("Think we were wrong? Write to us.")."""
    for place, mark in enumerate(rule.marks):
        if mark.has("mentioned", fact) or mark.has("opens", fact):
            near = rule.marks[max(place - NEAR, 0) : place + NEAR + 1]
            yield from ((mark, other) for other in near if other.has("completes", fact))


def _moderators_named(layer: Layer) -> Answer:
    """An e-mail address to write to is a way to reach them, whatever the words around it."""
    named = _finer_answer(layer, "moderators_named")
    if named.value == Level.SPECIFIED.word:
        return named
    texts = layer.texts(described=False)
    given = [rule.quote(sentence) for rule in texts for sentence in rule.sentences if _gives_address(sentence)]
    return _level(named.name, Level.SPECIFIED, given) if given else named


def _gives_address(sentence: Sentence) -> bool:
    return not _WRITE.isdisjoint(sentence.words) and bool(_ADDRESS.search(sentence.text))


def _harm_content(layer: Layer) -> Answer:
    """Specified where it is named what may not be shown, mentioned where such content is governed at all, as the topic is read."""
    named = _finer_answer(layer, "harm_content")
    governed = _topic_answer(layer, "methods_detail_pro_ed_pro_selfharm", "harm_content")
    if named.value != Level.ABSENT.word or governed.value == Level.ABSENT.word:
        return named
    return _level("harm_content", Level.MENTIONED, governed.quotes)


def _not_a_crisis_service(layer: Layer) -> Answer:
    """Specified where the rules or the description also say, anywhere, where to turn in a crisis instead."""
    stated = _finer_answer(layer, "not_a_crisis_service")
    if stated.value == Level.ABSENT.word:
        return stated
    texts = layer.texts(described=True)
    named = any(resource.kind != GENERIC for resource in layer.resources)
    told = named or any(mark.has("completes", stated.name) for rule in texts for mark in rule.marks)
    return _level(stated.name, Level.SPECIFIED if told else Level.MENTIONED, stated.quotes)


def _urgent_help(layer: Layer) -> Answer:
    """Specified where a number, line or service is named, mentioned where only "emergency services" or the like are."""
    named = [resource.quote for resource in layer.resources if resource.kind != GENERIC]
    spoken = [resource.quote for resource in layer.resources]
    level = Level.SPECIFIED if named else Level.MENTIONED if spoken else Level.ABSENT
    return _level("urgent_help", level, named or spoken)
