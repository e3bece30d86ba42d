"""In which language a text is written, from its commonest words. Short texts cannot be told and say so."""

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
_ENOUGH = 2  # common words that must be seen
_ENOUGH_FOREIGN = 3  # for a language without lexicon, whose words are sooner met by chance
_LEAD = 1.15  # how far the first language must be ahead of the second
_LATIN_SHARE = 0.5


@cache
def _all_common_words() -> Mapping[str, frozenset[str]]:
    document = yaml.safe_load(_FILE.read_text("utf-8"))
    return {language: frozenset(words(line)) for language, line in document.items()}


def common_words(language: str) -> frozenset[str]:
    """The commonest words of one of LANGUAGES, in plain form."""
    return _all_common_words()[language]


def recognise(text: str) -> str:
    """One of LANGUAGES, "other" for any other language, or "unknown" where there is too little to tell."""
    letters = [char for char in text[:20_000] if char.isalpha()]
    if not letters:
        return UNKNOWN
    latin = sum(unicodedata.name(char, "").startswith("LATIN") for char in letters[:2000])
    if latin < _LATIN_SHARE * len(letters[:2000]):
        return OTHER
    counts = Counter(words(text[:20_000]))
    scores = {
        language: sum(count for word, count in counts.items() if word in known)
        for language, known in _all_common_words().items()
    }
    ranked = sorted(scores, key=lambda language: (scores[language], language in LANGUAGES), reverse=True)
    first, second = ranked[:2]
    best = scores[first]
    kin = first in LANGUAGES and second not in LANGUAGES  # a neighbour without lexicon (Catalan, Danish) does not block
    if best < _ENOUGH or (best < _LEAD * scores[second] and not kin):
        return UNKNOWN
    if first in LANGUAGES:
        return first
    return OTHER if best >= _ENOUGH_FOREIGN else UNKNOWN
