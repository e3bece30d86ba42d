"""Rules in Spanish, French, German and Portuguese with the topics we read in them, for measuring the lexicons.

languages.tsv: id (of a rule in the unlabelled set), language, half, letters. languages_written.tsv: language, half, letters, and
a sentence of ours. A letter stands for a topic (data.LETTERS). The halves share no community; lexicons are improved with DEV in
view, HELD_OUT is for figures alone. Two limits of those: one reader labelled both halves, and wrote the sentences and lexicons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from rules.clarity.readings import RuleText
from rules.clarity.training.data import HERE, LABELLED_BY_US, LETTERS, WRITTEN_BY_US, Row, unlabelled

DEV, HELD_OUT = "dev", "held_out"


def by_language(half: str) -> Mapping[str, Sequence[Row]]:
    """Language -> the labelled rules and our own sentences of that half."""
    found: dict[str, list[Row]] = defaultdict(list)
    for language, row in (*_recorded(half), *_written(half)):
        found[language].append(row)
    return found


def _recorded(half: str) -> Iterator[tuple[str, Row]]:
    labels = {key: rest for key, *rest in _table("languages.tsv")}
    for one in unlabelled():
        language, own_half, letters = labels.get(one["id"], ("", "", ""))
        if own_half == half:
            rule = RuleText(one["title"] or "", one["text"] or "")
            yield language, Row(one["id"], one["community"], rule, _topics(letters), LABELLED_BY_US)


def _written(half: str) -> Iterator[tuple[str, Row]]:
    for place, (language, own_half, letters, text) in enumerate(_table("languages_written.tsv")):
        if own_half == half:
            key = f"{language}{place}"
            yield language, Row(key, key, RuleText("", text), _topics(letters), WRITTEN_BY_US)


def _table(name: str) -> Iterator[list[str]]:
    for line in (HERE / name).read_text("utf-8").splitlines():
        yield line.split("\t")


def _topics(letters: str) -> frozenset[str]:
    return frozenset(LETTERS[letter] for letter in letters if letter != "-")
