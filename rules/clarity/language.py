"""In which language a text is written, from its commonest words. A text without one that tells languages apart says so."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from rules.clarity.lexicon import LANGUAGES
from rules.clarity.words import words

_FILE = Path(__file__).parent / "lexicons" / "stopwords.yaml"
OTHER = "other"
UNKNOWN = "unknown"
_ENOUGH = 0.95  # one word of that language alone, or several it shares
_ENOUGH_FOREIGN = 1.5  # for a language without lexicon, whose words are sooner met by chance
_LEAD = 1.15  # how far the first language must be ahead of the second
_LATIN_SHARE = 0.5
_LETTERS = {"es": "ñ¿¡", "pt": "ãõ", "de": "ß", "fr": "œ"}  # hardly met in any other language of these


@cache
def _all_common_words() -> Mapping[str, frozenset[str]]:
    document = yaml.safe_load(_FILE.read_text("utf-8"))
    return {language: frozenset(words(line)) for language, line in document.items()}


def common_words(language: str) -> frozenset[str]:
    """The commonest words of one of LANGUAGES, in plain form."""
    return _all_common_words()[language]


@cache
def _shares() -> Mapping[str, Mapping[str, float]]:
    """Word -> what it tells for each language that knows it: less, the more of them do."""
    known: dict[str, list[str]] = {}
    for language, common in _all_common_words().items():
        for word in common:
            known.setdefault(word, []).append(language)
    return {word: dict.fromkeys(languages, 1 / len(languages)) for word, languages in known.items()}


def recognise(text: str) -> str:
    """One of LANGUAGES, "other" for any other language, or "unknown" where there is too little to tell."""
    letters = [char for char in text[:20_000] if char.isalpha()]
    if not letters:
        return UNKNOWN
    latin = sum(unicodedata.name(char, "").startswith("LATIN") for char in letters[:2000])
    if latin < _LATIN_SHARE * len(letters[:2000]):
        return OTHER
    scores = _scores(text[:20_000].lower())
    ranked = sorted(scores, key=lambda language: (scores[language], language in LANGUAGES), reverse=True)
    first, second = ranked[:2]
    best = scores[first]
    kin = first in LANGUAGES and second not in LANGUAGES  # a neighbour without lexicon (Catalan, Danish) does not block
    if best < _ENOUGH or (best < _LEAD * scores[second] and not kin):
        return UNKNOWN
    if first in LANGUAGES:
        return first
    return OTHER if best >= _ENOUGH_FOREIGN else UNKNOWN


def _scores(text: str) -> Mapping[str, float]:
    scores = {language: float(sum(map(text.count, _LETTERS.get(language, "")))) for language in _all_common_words()}
    for word, count in Counter(words(text)).items():
        for language, share in _shares().get(word, {}).items():
            scores[language] += count * share
    return scores
