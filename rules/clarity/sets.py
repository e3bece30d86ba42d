"""Reads a whole set of rules: every fact of the vocabulary that can be answered from their text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from rules.clarity.answers import (
    AHEAD,
    LEVELS,
    MOST_QUOTES,
    NO_TEXT,
    NOT_FOUND,
    NOT_IN_DESCRIPTION,
    NOT_IN_PART,
    NOT_READABLE,
    NOT_TOLD,
    Layer,
    flag,
    levels,
    local_help,
    unknown,
    yes_no,
)
from rules.clarity.contradictions import contradictions, duplicates
from rules.clarity.dates import has_come, stated_updates
from rules.clarity.language import OTHER, UNKNOWN, recognise
from rules.clarity.readability import grade
from rules.clarity.reader import LONGEST_RULE, Examined, examine, inverting, read_examined
from rules.clarity.readings import Answer, ClarityReading, Level, Quote, RuleText
from rules.clarity.split import split
from rules.clarity.stuffing import is_heap

LONGEST_SET = 200_000  # characters; the rest of a longer text is not read
_WORDLESS = 10  # words without one that tells a language: such a text is hardly English
_SILENT = frozenset({NOT_FOUND, NOT_IN_DESCRIPTION})
_YES_NO = ("claims_of_cure", "purpose_stated", "topic_self_harm", "offers_anonymity")


def read(rules: Sequence[RuleText] | str, description: str = "", at: datetime | None = None) -> ClarityReading:
    """What `rules` say and how clearly. A text is split into rules first; `description` is the group's own words about
    itself, which may also carry urgent help, its purpose, whom it is for, or a promise of a cure. A date after `at`, the moment
    of reading, is not when the rules were changed. Never raises, whatever the text.
    """
    kept = _bounded(split(rules[:LONGEST_SET]) if isinstance(rules, str) else rules)
    whole = _is_whole(rules, kept, description)
    language = language_of(kept, description)
    examined = [examine(rule, place, language) for place, rule in enumerate(kept)]
    own = [rule for rule in examined if not rule.rule.platform_wide]
    platform = [rule for rule in examined if rule.rule.platform_wide]
    described = examine(RuleText("", description), -1, language) if description else None
    readings = [read_examined(rule) for rule in examined]
    layer = Layer(own, [readings[rule.place] for rule in own], described)
    below = Layer(platform, [readings[rule.place] for rule in platform])
    stuffed = _stuffed(own)
    answers = [*_answers(layer, language, stuffed), _updated(layer, at)]
    return ClarityReading(
        language=language,
        rules=tuple(kept),
        readings=tuple(readings),
        words=_words(own),
        readability=_grade(own, language),
        stuffed=stuffed,
        contradictions=contradictions((rule.place, sentence) for rule in own for sentence in rule.sentences),
        duplicates=duplicates([rule.whole for rule in kept]),
        resources=layer.resources,
        answers=_told(answers, whole),
        platform_answers=_told(levels(below), whole) if platform else (),
        read_whole=whole,
    )


def language_of(rules: Sequence[RuleText], description: str = "") -> str:
    """The language of the rules, see `recognise`; that of the description only where theirs cannot be told."""
    language = recognise("\n".join(rule.whole for rule in rules))
    return language if language != UNKNOWN else recognise(description)


def _bounded(rules: Iterable[RuleText]) -> list[RuleText]:
    """As much of the rules as fits into LONGEST_SET characters; the last of them may be cut."""
    kept: list[RuleText] = []
    room = LONGEST_SET
    for rule in rules:
        if room <= 0:
            break
        title = rule.title[:room]
        kept.append(replace(rule, title=title, text=rule.text[: room - len(title)]))
        room -= len(rule.title) + len(rule.text)
    return kept


def _is_whole(given: Sequence[RuleText] | str, kept: Sequence[RuleText], description: str) -> bool:
    """Whether all that was given is read: neither the set nor one rule of it, nor the description, is longer than is read."""
    all_kept = len(given) <= LONGEST_SET if isinstance(given, str) else list(given) == list(kept)
    return all_kept and all(len(text) <= LONGEST_RULE for text in (description, *(rule.whole for rule in kept)))


def _told(answers: Iterable[Answer], whole: bool) -> tuple[Answer, ...]:  # noqa: FBT001 - as `read_whole`
    """Where a part was not read, nothing is said of the whole."""
    if whole:
        return tuple(answers)
    return tuple(replace(one, reason=NOT_IN_PART) if one.reason in _SILENT else one for one in answers)


def _answers(layer: Layer, language: str, stuffed: bool) -> list[Answer]:  # noqa: FBT001 - one flag among the facts
    found = [_language(language), *_counts(layer, language, stuffed)]
    finer = (*LEVELS, "urgent_help_local", *_YES_NO)
    if not layer.rules and layer.description is None:
        return found + unknown((*finer, "rules_explained", "rules_inverted"), NO_TEXT)
    if language == OTHER or _mostly_unreadable(layer.rules):
        return found + unknown((*finer, "rules_explained", "rules_inverted"), NOT_READABLE)
    if language == UNKNOWN and not stuffed and _says_nothing(layer):
        return found + unknown((*finer, "rules_explained", "rules_inverted"), NOT_TOLD)
    read_layer = Layer([], [], None) if stuffed else layer
    said = [*levels(read_layer), local_help(read_layer), *(yes_no(read_layer, fact) for fact in _YES_NO)]
    return [*found, *(said if layer.rules else map(_of_description, said)), _explained(layer), _inverted(layer)]


def _of_description(answer: Answer) -> Answer:
    """Of a group without rules: what its description does not say either is not "not found in the rules' text"."""
    if answer.reason != NOT_FOUND:
        return answer
    unsaid = answer.value == Level.ABSENT.word
    return Answer(answer.name, None, (), NO_TEXT) if unsaid else replace(answer, reason=NOT_IN_DESCRIPTION)


def _inverted(layer: Layer) -> Answer:
    """Whether a rule plainly permits harm. What the learned heads alone suspect is for a reviewer and is no fact."""
    flagged = zip(layer.rules, layer.readings, strict=True)
    quotes = [rule.quote(inverting(rule).sentence) for rule, reading in flagged if reading.plainly]
    return flag("rules_inverted", bool(quotes), quotes)


def _language(language: str) -> Answer:
    if language == UNKNOWN:
        return Answer("language", None, (), "too little text to tell the language")
    return Answer("language", language)


def _counts(layer: Layer, language: str, stuffed: bool) -> list[Answer]:  # noqa: FBT001 - one flag among the facts
    readability = _grade(layer.rules, language)
    too_little = "fewer than 60 words" if language in {"en", UNKNOWN} else "school grades are only known for English"
    return [
        Answer("rules_published", value=bool(layer.rules), reason="" if layer.rules else NO_TEXT),
        Answer("rules_count", len(layer.rules)),
        Answer("rules_words", _words(layer.rules)),
        Answer("rules_readability", readability, (), "" if readability is not None else too_little),
        Answer("rules_stuffed", stuffed) if layer.rules else Answer("rules_stuffed", None, (), NO_TEXT),
    ]


def _updated(layer: Layer, at: datetime | None) -> Answer:
    found = [(*stated, rule) for rule in layer.rules for stated in stated_updates(rule.rule.whole[:LONGEST_RULE])]
    past = [one for one in found if has_come(one[0], at)]
    if not past:
        return Answer("rules_updated_on", None, (), AHEAD if found else NOT_FOUND)
    moment, start, end, rule = max(past, key=lambda one: one[0])
    return Answer("rules_updated_on", moment, (Quote(rule.rule.whole[start:end], start, end, rule.place),))


def _mostly_unreadable(rules: Sequence[Examined]) -> bool:
    """Whether more than half of the words stand in rules of a language without lexicon: silence would mean nothing."""
    return 2 * _words([rule for rule in rules if rule.language == OTHER]) > _words(rules) > 0


def _says_nothing(layer: Layer) -> bool:
    """Whether rules of some length were read as English for want of a better guess, and in vain: silence would mean nothing."""
    found = any(reading.topics or reading.inverted for reading in layer.readings)
    return not found and _words(layer.rules) >= _WORDLESS


def _explained(layer: Layer) -> Answer:
    """Share of rules that give a purpose or an example."""
    explained = [rule for rule in layer.rules if any(mark.has("yes", "rules_explained") for mark in rule.marks)]
    if not layer.rules:
        return Answer("rules_explained", None, (), NO_TEXT)
    quotes = [
        rule.quote(next(mark.sentence for mark in rule.marks if mark.has("yes", "rules_explained")))
        for rule in explained
    ]
    return Answer("rules_explained", round(len(explained) / len(layer.rules), 3), tuple(quotes[:MOST_QUOTES]))


def _stuffed(rules: Sequence[Examined]) -> bool:
    """Whether most of the words stand in heaps, or the whole set is one."""
    total = sum(_words([rule]) for rule in rules)
    heaped = sum(_words([rule]) for rule in rules if rule.stuffed)
    return bool(total) and (2 * heaped > total or is_heap([sentence for rule in rules for sentence in rule.sentences]))


def _words(rules: Sequence[Examined]) -> int:
    return sum(len(sentence.words) for rule in rules for sentence in rule.sentences)


def _grade(rules: Sequence[Examined], language: str) -> float | None:
    return grade([sentence for rule in rules for sentence in rule.sentences]) if language == "en" else None
