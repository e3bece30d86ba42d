"""What a text of community rules covers and how clearly it says so: text in, facts out.

`read_rule` reads one rule, `read` a whole set. Both are total (any text, no exception), deterministic, and bounded in time.
What is not found is "not found in the rules' text"; it is never said that a group does not do it.
"""

from __future__ import annotations

from rules.clarity.heads import quality
from rules.clarity.reader import examine, read_examined
from rules.clarity.readings import (
    Answer,
    ClarityReading,
    Level,
    Quality,
    Quote,
    Resource,
    RuleReading,
    RuleText,
    TopicReading,
)
from rules.clarity.sets import read
from rules.clarity.split import split

__all__ = [
    "Answer",
    "ClarityReading",
    "Level",
    "Quality",
    "Quote",
    "Resource",
    "RuleReading",
    "RuleText",
    "TopicReading",
    "quality",
    "read",
    "read_rule",
    "split",
]


def read_rule(title: str, text: str) -> RuleReading:
    """What one rule governs, with the sentence for each topic; see RuleReading."""
    return read_examined(examine(RuleText(title, text)))
