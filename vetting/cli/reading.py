"""What a text of rules covers, in lines for a person: all that the JSON lines hold, and what only the whole set tells."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from rules.clarity import Answer, ClarityReading, Quote, Resource, RuleReading, RuleText
from rules.clarity.answers import NOT_FOUND
from rules.clarity.language import OTHER, UNKNOWN
from rules.clarity.reader import LONGEST_RULE
from rules.clarity.resources import resources
from rules.clarity.words import sentences
from rules.wording import in_words
from vetting.cli.text import WIDTH, plain, wrapped
from vetting.report import LANGUAGES

LOOK = "to be looked at by a person: does it permit what it should guard against?"
PERMITS = "permits or encourages what it should guard against"
HEAP = "a heap of keywords, which governs nothing"
CUT = "The text is longer than is read: nothing is told of the rest."
FACTS = {
    "rules_updated_on": "last changed on, as the rules say",
    "rules_readability": "years of school needed to read them",
    "rules_stuffed": "a heap of keywords as a whole",
}
_UNREADABLE = {OTHER: "a language that this reader does not know", UNKNOWN: "a language that cannot be told"}
_SHORT = 60  # characters of a rule by which it is told apart


def shown(reading: ClarityReading) -> Iterator[str]:
    """The reading, a line each: the rules one by one, then what they say together."""
    yield f"{_counted(len(reading.rules), 'rule')}, {_counted(reading.words, 'word')}, in {_language(reading.language)}"
    if not reading.read_whole:
        yield CUT
    for place, (rule, found) in enumerate(zip(reading.rules, reading.readings, strict=True)):
        yield ""
        yield from _rule(place, rule, found, reading)
    yield from ("", "The rules together")
    yield from _together(reading)
    if reading.platform_answers:
        yield from ("", "The rules of the whole platform")
        for answer in reading.platform_answers:
            yield from _answer(answer)


# --- one rule ----------------------------------------------------------------------------------------------------------


def _rule(place: int, rule: RuleText, found: RuleReading, reading: ClarityReading) -> Iterator[str]:
    platform = " (of the whole platform)" if rule.platform_wide else ""
    other = "" if found.language == reading.language else f" (in {_language(found.language)})"
    yield f"{place + 1}. {_beginning(rule)}{platform}{other}"
    if found.stuffed:
        yield f"   {HEAP}"
        return
    for topic in found.topics:
        yield f"   {topic.topic}: {topic.level.word}"
        yield from _quoted(topic.quote)
    if found.states_consequence:
        yield "   states a consequence"
    if found.gives_crisis_resource:
        helps = _resources(resources(sentences(rule.whole[:LONGEST_RULE])))
        yield from wrapped(f"gives a way to urgent help: {helps}", "   ", "      ")
    if found.inverted:
        yield f"   inverted: {PERMITS if found.plainly else LOOK}"
        yield f"      “{textwrap.shorten(plain(rule.whole), WIDTH - 8, placeholder=' ...')}”"
    if lacking := _lacking(found):
        yield from wrapped(f"not found in this rule's text: {', '.join(lacking)}", "   ", "      ")


def _lacking(found: RuleReading) -> list[str]:
    parts = {
        "a topic": found.topics,
        "a consequence": found.states_consequence,
        "a way to urgent help": found.gives_crisis_resource,
        "words that permit harm": found.inverted,
    }
    return [name for name, there in parts.items() if not there]


def _resources(found: Iterable[Resource]) -> str:
    return ", ".join(dict.fromkeys(map(_resource, found)))


def _resource(resource: Resource) -> str:
    return f"{resource.name} ({', '.join(resource.countries) or 'of no one country'})"


# --- all of them -------------------------------------------------------------------------------------------------------


def _together(reading: ClarityReading) -> Iterator[str]:
    for answer in reading.answers:
        yield from _answer(answer)
    yield from _line("ways to urgent help", _resources(reading.resources))
    heaps = [str(place + 1) for place, found in enumerate(reading.readings) if found.stuffed]
    yield from _line("rules that are heaps of keywords", ", ".join(heaps))
    twins = [f"{later + 1} says the same as {earlier + 1}" for earlier, later in reading.duplicates]
    yield from _line("rules told twice", ", ".join(twins))
    pairs = _counted(len(reading.contradictions), "pair") if reading.contradictions else ""
    yield from _line("rules that gainsay each other", pairs)
    for one, other in reading.contradictions:
        for quote in (one, other):
            yield from wrapped(f"rule {quote.rule + 1}: “{quote.text}”", "      ", "         ")


def _answer(answer: Answer) -> Iterator[str]:
    yield from _line(FACTS.get(answer.name, answer.name.replace("_", " ")), _value(answer))
    for quote in dict.fromkeys(answer.quotes):
        yield from _quoted(quote)


def _value(answer: Answer) -> str:
    """Silence by its reason, which is never that a group does not do something."""
    if answer.value is None or answer.reason:
        return answer.reason
    if answer.name == "language":
        return _language(str(answer.value))
    return str(answer.value) if isinstance(answer.value, str) else in_words(answer.value)


def _line(name: str, value: str) -> list[str]:
    return wrapped(f"{name}: {value or NOT_FOUND}", "   ", "      ")


def _quoted(quote: Quote) -> list[str]:
    return wrapped(f"“{quote.text}”", "      ", "       ")


def _beginning(rule: RuleText) -> str:
    return textwrap.shorten(plain(rule.whole), _SHORT, placeholder=" ...")


def _language(code: str) -> str:
    return _UNREADABLE.get(code) or LANGUAGES.get(code, code)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
