"""The lexicons: per language, what words show that a sentence governs a topic or answers one of the finer questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from rules.clarity.patterns import PatternSet
from rules.clarity.words import Sentence

FOLDER = Path(__file__).parent / "lexicons"
LANGUAGES = ("en", "es", "fr", "de", "pt")  # those with a lexicon; in any other language nothing can be told
TOPICS = (  # the codebook's names
    "crisis_selfharm_protocol",
    "no_medical_advice",
    "respect_harassment_hate",
    "privacy_confidentiality_doxxing",
    "content_trigger_warnings",
    "promotion_solicitation_fundraising_research",
    "misinformation",
    "minors_age_limits",
    "private_messages_dating_predatory",
    "reporting_enforcement_appeal",
    "illegal_content_drugs",
    "methods_detail_pro_ed_pro_selfharm",
    "moderator_conduct_contact",
    "anonymity",
)


@dataclass(frozen=True)
class Marks:
    """What the lexicon finds in one sentence: labels "governs/<topic>", "cues/<topic>", "not/<topic>", "<tier>/<fact>",
    directive, consequence, inverted; and, for the learned heads, which single patterns matched ("<label>#<line>").
    """

    sentence: Sentence
    labels: frozenset[str]
    patterns: frozenset[str]

    def governs(self, topic: str) -> bool:
        """Whether the sentence governs `topic` by the lexicon alone: a plain pattern, or a cue that comes with a directive."""
        if f"not/{topic}" in self.labels:
            return False
        return f"governs/{topic}" in self.labels or (f"cues/{topic}" in self.labels and "directive" in self.labels)

    def has(self, tier: str, fact: str) -> bool:
        return f"{tier}/{fact}" in self.labels and f"not/{fact}" not in self.labels


@cache
def lexicon(language: str) -> PatternSet:
    """All patterns of one of LANGUAGES, each labelled "<label>#<line>"."""
    topics = _document(f"topics.{language}.yaml")
    labelled: dict[str, list[str]] = {name: topics[name] for name in ("directive", "consequence", "inverted")}
    facts = dict(_document(f"facts.{language}.yaml"))
    sets = {**topics["sets"], **facts.pop("sets", {})}
    for name, tiers in (*topics["topics"].items(), *facts.items()):
        labelled.update({f"{tier}/{name}": patterns for tier, patterns in tiers.items()})
    single = {
        f"{label}#{place}": [line] for label, lines in labelled.items() for place, line in enumerate(_lines(lines))
    }
    return PatternSet(single, sets)


def marks(language: str, sentences: Iterable[Sentence]) -> list[Marks]:
    """Marks of each sentence, in the order of the text."""
    own = lexicon(language)
    found = []
    for sentence in sentences:
        patterns = own.search(sentence.words, sentence.line)
        found.append(Marks(sentence, frozenset(pattern.partition("#")[0] for pattern in patterns), patterns))
    return found


def _lines(listed: list[str]) -> Iterable[str]:
    """A bare list of words (the directives) is one pattern of alternatives."""
    return ["/".join(listed)] if all(" " not in line for line in listed) else listed


def _document(name: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] = yaml.load((FOLDER / name).read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    return document


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C loader reads the lexicons ten times as fast
