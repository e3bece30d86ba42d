"""How well and how fast rules are read, on communities the reader never saw: three folds by community over the labelled rules.

Beside the whole reader stand the same reader without its encoder, the encoder without the heads, the lexicon alone, and a plain
linear reader of words. Heads are fitted anew in each fold by the code that made the shipped ones; what encoders said that were
taught without the fold is kept in rules/clarity/training/held_out.tsv. Two annotators agree with each other at micro-F1 .91.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np

from rules.clarity import RuleText, read, read_rule
from rules.clarity.heads import INVERTED, heads
from rules.clarity.lexicon import TOPICS, marks
from rules.clarity.training import data, facts
from rules.clarity.training.data import INVERTED_IDS, Row, folder, training_rows
from rules.clarity.training.fit import Corpus, fold, held_out
from rules.clarity.training.held_out import Topics, f1, governed, inverted, scores
from rules.clarity.training.languages import HELD_OUT, by_language
from rules.clarity.words import sentences
from tests.benchmarks.figures import Figure, tell

BARS = {"micro": 0.83, "macro": 0.79, "reworded": 0.70, "crisis": 0.82, "private contact": 0.72, "coverage": 0.88}
STUFFED_IDS = frozenset(f"s{number:03d}" for number in range(10))  # of the constructed rows, the heaps of keywords
LANGUAGES = {"es": "Spanish", "fr": "French", "de": "German", "pt": "Portuguese"}
FEWEST_RULES = 5  # of a community whose coverage is compared
WORDS_ALONE_THRESHOLD = 0.33
ENCODER_ALONE_THRESHOLD = 0.4
UNREAD_TENTHS = 3
HEAP_WORDS = [
    "crisis",
    "hotline",
    "988",
    "suicide",
    "privacy",
    "confidential",
    "respect",
    "harassment",
    "diagnosis",
    "medication",
    "trigger",
    "warning",
    "minors",
    "misinformation",
    "moderators",
    "report",
    "appeal",
    "anonymous",
    "spam",
    "doxxing",
    "hate",
    "self-harm",
    "helpline",
    "safe",
    "support",
    "bullying",
]


def main() -> int:
    if not folder().is_dir():
        sys.stderr.write("the labelled rules are not here (set VETTING_SHARED_DATA to their folder)\n")
        return 0
    rows, count = training_rows()
    constructed = [row for row in rows if row.origin == "constructed"]
    natural = rows[:count]
    return tell(
        chain(
            quality(rows, count),
            alone(natural),
            guards(constructed, natural),
            languages(),
            finer_facts(),
            speed(natural),
        )
    )


def quality(rows: Sequence[Row], count: int) -> Iterator[Figure]:
    """F1 of each reader on held-out communities; only the whole reader has bars."""
    corpus, natural = Corpus(rows), rows[:count]
    known = [row for row in rows if row.source in data.KNOWN]  # they stand first, those on inverting last among them
    found, least = scores(corpus, len(known)), heads().thresholds
    said = data.held_out_probabilities()
    likely = np.array([said[row.id] for row in natural])
    yield from table("whole reader", natural, governed(found["encoded"][:count], least["encoded"][0]), BARS)
    others = {
        "without encoder": governed(found["alone"][:count], least["alone"][0]),
        "encoder alone": governed(likely, ENCODER_ALONE_THRESHOLD),
        "lexicon alone": [by_lexicon(row.rule) for row in natural],
        "linear on words": governed(words_alone(corpus, count), WORDS_ALONE_THRESHOLD),
    }
    for name, topics in others.items():
        yield from table(name, natural, topics, {})
    yield from polarity(known, found["encoded"] - np.array(least["encoded"]))


def polarity(known: Sequence[Row], margins: np.ndarray) -> Iterator[Figure]:
    """Inverted rules flagged by the held-out readers alone (the lexicon's patterns were written with the constructed ones in
    view), the constructed ones and those of each writer of whom the reader saw nothing; and rules that are not inverted and that
    neither flags, of real communities and of the same writers, whose sound rules were made to sound inverted.
    """
    learned = dict(zip((row.id for row in known), map(inverted, margins.tolist()), strict=True))
    quiet = {row.id: not (learned[row.id] or read_by_lexicon(row.rule)) for row in known}
    harmful = [row for row in known if INVERTED in row.topics]
    sound = [row for row in known if INVERTED not in row.topics]
    constructed = share(learned[row.id] for row in harmful if row.id in INVERTED_IDS)
    yield at_least("inverted rules flagged", constructed, "share", 0.60)
    for writer in writers(known):
        flagged = share(learned[row.id] for row in harmful if row.community == writer)
        yield at_least(f"inverted rules flagged, {writer}", flagged, "share", None)
    real = share(quiet[row.id] for row in sound if row.origin in ("recorded", "reworded"))
    yield at_least("other rules not flagged", real, "share", 0.99)
    alike = share(quiet[row.id] for row in sound if row.source == data.ON_INVERTING)
    yield at_least("sound rules that sound inverted, not flagged", alike, "share", None)


def writers(known: Sequence[Row]) -> list[str]:
    return sorted({row.community for row in known if row.source == data.ON_INVERTING})


def read_by_lexicon(rule: RuleText) -> bool:
    return any(INVERTED in mark.labels for mark in marks("en", sentences(rule.whole)))


def table(name: str, rows: Sequence[Row], found: Sequence[Topics], bars: dict[str, float]) -> Iterator[Figure]:
    wanted = [row.topics for row in rows]
    reworded = [place for place, row in enumerate(rows) if row.origin == "reworded"]
    unread = [place for place, row in enumerate(rows) if never_read(row.community)]
    values = {
        "micro": f1(wanted, found, TOPICS),
        "macro": sum(f1(wanted, found, [topic]) for topic in TOPICS) / len(TOPICS),
        "reworded": f1([wanted[place] for place in reworded], [found[place] for place in reworded], TOPICS),
        "unread, micro": f1([wanted[place] for place in unread], [found[place] for place in unread], TOPICS),
        "crisis": f1(wanted, found, ["crisis_selfharm_protocol"]),
        "private contact": f1(wanted, found, ["private_messages_dating_predatory"]),
        "coverage": coverage(rows, found),
    }
    for measure, value in values.items():
        yield at_least(f"{name}, {measure}", value, "F1", bars.get(measure))


def never_read(community: str) -> bool:
    """Three communities of ten, whose errors nobody went through while the lexicon and the examples were written: the nearest
    there is to texts of strangers, though threshold and weights were chosen on all. The other seven were read, which flatters
    the lexicon there.
    """
    return fold(community, 10) < UNREAD_TENTHS


def alone(natural: Sequence[Row]) -> Iterator[Figure]:
    """The two yes/no readings that come from the lexicon and the directory of resources; written without folds."""
    readings = [read_rule(row.rule.title, row.rule.text) for row in natural]
    for name in ("states_consequence", "gives_crisis_resource"):
        wanted = [frozenset({name} if row.labels[name] else ()) for row in natural]
        found = [frozenset({name} if getattr(reading, name) else ()) for reading in readings]
        yield at_least(name, f1(wanted, found, [name]), "F1", None)


def guards(constructed: Sequence[Row], natural: Sequence[Row]) -> Iterator[Figure]:
    """Heaps of keywords earn nothing, real rules are kept. The ten constructed heaps were in view when the gate was written,
    those of invented_heaps were not.
    """
    heaps = [row.rule for row in constructed if row.id in STUFFED_IDS] + invented_heaps(200)
    readings = [read_rule(row.rule.title, row.rule.text) for row in natural]
    yield at_least("heaps refused", share(not read_rule(heap.title, heap.text).topics for heap in heaps), "share", 0.90)
    yield at_least("real rules kept", share(not reading.stuffed for reading in readings), "share", 0.995)


def languages() -> Iterator[Figure]:
    """F1 in the languages that are read by their lexicons alone, on communities and sentences set aside while those were written."""
    held = by_language(HELD_OUT)
    for code, title in LANGUAGES.items():
        rows = held[code]
        wanted = [row.topics for row in rows]
        readings = [read_rule(row.rule.title, row.rule.text) for row in rows]
        found = [frozenset(one.topic for one in reading.topics) for reading in readings]
        recorded = sum(row.source == data.LABELLED_BY_US for row in rows)  # they stand first, our own sentences last
        values = {
            "micro": f1(wanted, found, TOPICS),
            "macro": sum(f1(wanted, found, [topic]) for topic in TOPICS) / len(TOPICS),
            "recorded, micro": f1(wanted[:recorded], found[:recorded], TOPICS),
            "written, micro": f1(wanted[recorded:], found[recorded:], TOPICS),
        }
        for measure, value in values.items():
            yield at_least(f"in {title}, {measure}", value, "F1", None)
        yield at_least(f"in {title}, language told", share(one.language == code for one in readings), "share", None)


def finer_facts() -> Iterator[Figure]:
    """Facts finer than the topics, on the half nobody looked at while the lexicon was improved; each counts at its level only.
    Left out is what a topic alone answers: the heads were fitted on the topics of some of these rules.
    """
    held = facts.stated(HELD_OUT)
    wanted, found = [row.facts for row in held], [facts.told(row.rule) for row in held]
    names = sorted({one.partition("=")[0] for row in wanted for one in row} - {"confidentiality"})
    labels = {name: [f"{name}={level}" for level in ("mentioned", "specified", "yes")] for name in names}
    yield at_least("finer facts, micro", f1(wanted, found, list(chain.from_iterable(labels.values()))), "F1", None)
    yield at_least(
        "finer facts, macro", sum(f1(wanted, found, one) for one in labels.values()) / len(names), "F1", None
    )


def speed(natural: Sequence[Row]) -> Iterator[Figure]:
    """Texts of thirty rules read in a second of one core, after warm-up; the bar is one in .15 s."""
    recorded = [row.rule for row in natural if row.origin == "recorded"]
    sets = [recorded[start : start + 30] for start in range(0, 300, 30)]
    read(sets[0])
    began = time.process_time()
    for one in sets:
        read(one)
    yield at_least("texts of 30 rules", len(sets) / (time.process_time() - began), "1/s", 1 / 0.15)


def by_lexicon(rule: RuleText) -> Topics:
    marked = marks("en", sentences(rule.whole))
    return frozenset(topic for topic in TOPICS if any(mark.governs(topic) for mark in marked))


def words_alone(corpus: Corpus, count: int) -> np.ndarray:
    """Held-out scores of the same heads when they see nothing but the words and their pairs."""
    kernel = np.zeros((len(corpus.rows), len(corpus.rows)), np.float32)
    for name, (rows, values) in corpus.postings.items():
        if name.startswith(("w ", "b ")):
            kernel[np.ix_(rows, rows)] += np.outer(values, values)
    return held_out(corpus, kernel, count)


def coverage(rows: Sequence[Row], found: Sequence[Topics]) -> float:
    """F1 of the topics that a community's rules cover taken together, over communities with five or more rules."""
    places: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(row.community, []).append(place)
    large = [held for held in places.values() if len(held) >= FEWEST_RULES]
    wanted = [frozenset[str]().union(*(rows[place].topics for place in held)) for held in large]
    return f1(wanted, [frozenset[str]().union(*(found[place] for place in held)) for held in large], TOPICS)


def invented_heaps(count: int) -> list[RuleText]:
    """Heaps of the kinds people write to please a checker: lists, hashtags, one-word sentences, "no" before each, repetition."""
    dice = random.Random(14)  # noqa: S311 - repeatable, not secret
    forms = (", ".join, " ".join, ". ".join, " | ".join)
    heaps = []
    for number in range(count):
        chosen = [dice.choice(HEAP_WORDS) for _ in range(dice.randint(8, 30))]
        if number % 5 == 1:
            chosen = [f"no {word}" for word in chosen]
        if number % 5 == 2:
            chosen = [f"#{word}" for word in chosen]
        heaps.append(RuleText("Rules" if number % 2 else "", forms[number % len(forms)](chosen)))
    return heaps


def share(answers: Iterable[bool]) -> float:
    held = list(answers)
    return sum(held) / len(held)


def at_least(name: str, value: float, unit: str, bar: float | None) -> Figure:
    """A figure that must reach `bar`; without one it is only told."""
    return Figure(name, value, unit, bar or 1.0, 1.0 if bar else 0.0)


if __name__ == "__main__":
    sys.exit(main())
