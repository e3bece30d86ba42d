"""Reads one rule: which topics it governs and how far, whether it threatens a consequence, names urgent help, or is inverted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.clarity.heads import INVERTED, governed, speaks_inverted, strongest
from rules.clarity.language import OTHER, UNKNOWN, recognise
from rules.clarity.lexicon import LANGUAGES, TOPICS, Marks, marks
from rules.clarity.readings import Level, Quote, Resource, RuleReading, RuleText, TopicReading
from rules.clarity.resources import resources
from rules.clarity.stuffing import is_heap
from rules.clarity.words import Sentence, sentences

LONGEST_RULE = 10_000  # characters; the rest of a longer rule is not read
MOST_ENCODED = 400  # rules of a set that the encoder is asked about, some milliseconds each
_BARE = 4  # words; a sentence of fewer only names its topic


@dataclass(frozen=True)
class Examined:
    """One rule taken apart, before anything is decided about it."""

    rule: RuleText
    place: int
    language: str
    sentences: tuple[Sentence, ...]
    marks: tuple[Marks, ...]
    resources: tuple[Resource, ...]
    stuffed: bool

    def quote(self, sentence: Sentence) -> Quote:
        return Quote(sentence.text, sentence.start, sentence.end, self.place)


def examine(rule: RuleText, place: int = 0, language: str = "") -> Examined:
    """Takes `rule` apart; `language` is that of its set, used where the rule alone is too short to tell."""
    whole = rule.whole[:LONGEST_RULE]
    told = recognise(whole)
    own = told if told != UNKNOWN else language or "en"
    found = tuple(sentences(whole))
    marked = marks(own, found) if own in LANGUAGES else []
    return Examined(rule, place, own, found, tuple(marked), tuple(resources(found, place)), is_heap(found))


def read_examined(rule: Examined) -> RuleReading:
    """The reading of a rule that was taken apart; in a language without lexicon it is empty, with that language as the reason."""
    if rule.stuffed or rule.language == OTHER:
        return RuleReading((), False, False, False, stuffed=rule.stuffed, language=rule.language)
    learned: Mapping[str, float] = {}
    if rule.language == "en" and rule.marks:
        learned = governed(rule.rule, rule.marks, encoded=rule.place < MOST_ENCODED)
    plainly = any(INVERTED in mark.labels for mark in rule.marks)
    return RuleReading(
        () if plainly else tuple(_topics(rule, learned)),
        states_consequence=any("consequence" in mark.labels for mark in rule.marks),
        gives_crisis_resource=bool(rule.resources),
        inverted=plainly or speaks_inverted(learned),
        plainly=plainly,
        language=rule.language,
    )


def inverting(rule: Examined) -> Marks:
    """The sentence for which a rule was read as inverted."""
    plainly = [mark for mark in rule.marks if INVERTED in mark.labels]
    return plainly[0] if plainly else strongest(rule.marks, INVERTED)


def _topics(rule: Examined, learned: Mapping[str, float]) -> Iterator[TopicReading]:
    """English is read by the learned heads (which weigh the lexicon too), the other languages by their lexicon alone."""
    for topic in TOPICS:
        shown = [mark for mark in rule.marks if mark.governs(topic)]
        if learned.get(topic, 0.0 if shown else -1.0) >= 0:
            yield _topic(rule, topic, shown or [strongest(rule.marks, topic)])


def _topic(rule: Examined, topic: str, shown: Sequence[Marks]) -> TopicReading:
    """Specified where a sentence says something of the topic; a heading of a word or two only mentions it."""
    telling = [mark.sentence for mark in shown if len(mark.sentence.words) >= _BARE]
    level = Level.SPECIFIED if telling else Level.MENTIONED
    return TopicReading(topic, level, rule.quote(telling[0] if telling else shown[0].sentence))
