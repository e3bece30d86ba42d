"""What reading a rule, or a whole set of rules, yields: plain values, each with the words it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

FactValue = bool | int | float | str | datetime


class Level(IntEnum):
    """How far a text governs a topic. ABSENT means "not found in the rules' text", never "not covered"."""

    ABSENT = 0
    MENTIONED = 1  # governed in a bare word or two ("Be kind."), or the reader is not sure
    SPECIFIED = 2  # a sentence says what to do, what is allowed, or what happens

    @property
    def word(self) -> str:
        """The vocabulary's spelling: absent, mentioned or specified."""
        return self.name.lower()


@dataclass(frozen=True)
class Quote:
    """Words of the text that a reading rests on: `text[start:end]`, in characters of the rule's title + newline + text."""

    text: str
    start: int
    end: int
    rule: int = 0  # position of the rule in its set; -1 for the group's description


@dataclass(frozen=True)
class Quality:
    """`f1`: micro-F1 over the topics of English rules, of communities that the reader never saw; `encoded`: with the encoder."""

    f1: float
    encoded: bool


@dataclass(frozen=True)
class RuleText:
    """One rule as published; `platform_wide` marks a rule of the whole platform or server, not of the group."""

    title: str
    text: str
    platform_wide: bool = False

    @property
    def whole(self) -> str:
        """Title and text as one, the way quotes count their characters."""
        return f"{self.title}\n{self.text}" if self.title and self.text else self.title or self.text


@dataclass(frozen=True)
class TopicReading:
    """That a rule governs `topic` (a codebook name), how far, and the sentence that says so."""

    topic: str
    level: Level
    quote: Quote


@dataclass(frozen=True)
class RuleReading:
    """What one rule governs. `inverted`: it may permit or encourage the harm it should guard against, and a person should look at
    it; `plainly`: a pattern of the lexicon says so, and until then the rule earns nothing. The learned heads alone only raise
    the question: most of what they flag is innocent, as few rules are inverted, and nobody is accused on such a guess.
    `stuffed`: a heap of keywords, which governs nothing.
    """

    topics: tuple[TopicReading, ...]
    states_consequence: bool
    gives_crisis_resource: bool
    inverted: bool
    plainly: bool = False
    stuffed: bool = False
    language: str = "en"

    def level(self, topic: str) -> Level:
        return next((found.level for found in self.topics if found.topic == topic), Level.ABSENT)


@dataclass(frozen=True)
class Answer:
    """One vocabulary fact read from the text: a value with its quotes, or None with the reason."""

    name: str
    value: FactValue | None
    quotes: tuple[Quote, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Resource:
    """A way to urgent help named in the text; `countries` are ISO 3166 codes, empty where it is not tied to one."""

    name: str
    kind: str  # number, text_line, emergency, service
    countries: tuple[str, ...]
    quote: Quote


@dataclass(frozen=True)
class ClarityReading:
    """What a whole set of rules says and how clearly. `platform_answers` is the layer of platform-wide rules, read apart."""

    language: str
    rules: tuple[RuleText, ...]
    readings: tuple[RuleReading, ...]
    words: int
    readability: float | None
    stuffed: bool
    contradictions: tuple[tuple[Quote, Quote], ...]
    duplicates: tuple[tuple[int, int], ...]
    resources: tuple[Resource, ...]
    answers: tuple[Answer, ...]
    platform_answers: tuple[Answer, ...] = ()
    read_whole: bool = True  # False where the text was longer than is read

    def facts(self) -> Mapping[str, tuple[FactValue | None, tuple[Quote, ...], str]]:
        """Vocabulary name -> (value or None, quotes, reason)."""
        return {answer.name: (answer.value, answer.quotes, answer.reason) for answer in self.answers}
