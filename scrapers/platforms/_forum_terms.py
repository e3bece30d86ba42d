"""Terms of use that forum software comes with: they stand on most of its forums, and nobody of the group has written them.

They are known sentence by sentence, by words that stand together in one and by its length: a sentence to which a group has added
is the group's. Where enough of them stand on a page, what is left of it is the group's own; without them the page is its own whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from scrapers.platforms import _forum_words as words

ENOUGH = 4  # sentences of the software's; fewer may stand in anybody's rules
LEAST_WORDS = 3  # of a sentence that says something
LEAST = 12  # characters in all; less is a button

_end = re.compile(r"(?<=[.!?])[\"”’)]*\s+")
_gaps = re.compile(r"\n{3,}")
_word = re.compile(r"[^\W_]+")
_heading = re.compile(rf"(?:^|.*\W)(?:{words.TERMS}|{words.RULES})(?:\W.{{0,30}})?", re.IGNORECASE)


@dataclass(frozen=True)
class Terms:
    """One software's. `sentences`: words that one sentence holds in any order, and how many words it has at most.

    `translated` is a paragraph of them that is known in any language, and `paragraphs` how many they are with their heading.
    """

    sentences: tuple[tuple[frozenset[str], int], ...]
    translated: re.Pattern[str] = re.compile(r"(?!)")
    paragraphs: int = 0

    def without(self, text: str) -> str:
        """What of the text is not the software's own; nothing where it says nothing."""
        lines = [list(map(str.strip, _end.split(line))) for line in text.splitlines()]
        kept = [[sentence for sentence in line if not self._has(sentence)] for line in lines]
        if sum(map(len, lines)) - sum(map(len, kept)) < ENOUGH:
            return "" if self._is_translated(text) else text
        own = [" ".join(line) for line in kept]
        return _gaps.sub("\n\n", "\n".join(own)).strip() if _says_something(own) else ""

    def _has(self, sentence: str) -> bool:
        found = [word.lower() for word in _word.findall(sentence)]
        return any(needed <= set(found) and len(found) <= most for needed, most in self.sentences)

    def _is_translated(self, text: str) -> bool:
        paragraphs = [line for line in text.splitlines() if line.strip()]
        return len(paragraphs) <= self.paragraphs and any(map(self.translated.search, paragraphs))


def _says_something(lines: Iterable[str]) -> bool:
    """True where more is left than a heading, a name or a button."""
    said = [line for line in lines if len(_word.findall(line)) >= LEAST_WORDS and not _heading.fullmatch(line)]
    return sum(map(len, said)) >= LEAST


def _sentences(*told: tuple[int, str]) -> tuple[tuple[frozenset[str], int], ...]:
    return tuple((frozenset(needed.split()), most) for most, needed in told)


PHPBB = Terms(
    _sentences(
        (50, "accessing hereinafter agree legally bound"),
        (40, "not agree legally bound access"),
        (65, "change informing prudent review continued"),
        (60, "powered phpbb hereinafter bulletin board"),
        (35, "facilitates internet discussions not responsible"),
        (20, "further information phpbb"),
        (55, "abusive obscene vulgar slanderous hateful threatening"),
        (30, "immediately permanently banned notification internet provider"),
        (20, "ip address posts recorded enforcing"),
        (35, "right remove edit move close topic"),
        (20, "information entered stored database"),
        (50, "not disclosed third party hacking compromised"),
    ),
    translated=re.compile(r"phpBB (?:Limited|Group|Teams).*\bGPL\b", re.IGNORECASE | re.DOTALL),
    paragraphs=4,
)
XENFORO = Terms(
    _sentences(
        (40, "providers service not responsible user generated content"),
        (15, "content submitted express views author"),
        (20, "service only available users least years old"),
        (20, "younger years not register service"),
        (25, "register service represent age older"),
        (30, "content submit upload reviewed staff"),
        (30, "content sent third party verification spam"),
        (20, "not submit content private confidential"),
        (55, "agree not submit defamatory abusive hateful threatening objectionable copyright"),
        (30, "entirely responsible content harm resulting conduct"),
        (25, "remove modify content without cause notice"),
        (20, "requests content removed modified discretion"),
        (30, "terminate access service without cause notice"),
        (35, "granting exclusive permanent irrevocable unlimited publish"),
        (10, "retain copyright content"),
        (12, "terms changed time without notice"),
        (20, "not agree terms not register use service"),
        (12, "use service constitutes acceptance terms"),
        (15, "wish close account contact"),
    )
)
