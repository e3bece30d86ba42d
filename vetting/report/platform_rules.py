"""What a platform asks of everyone on it: a layer of its own, which is no merit of a group's."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rules.clarity import RuleText, read
from rules.vocabulary import standard
from scrapers.snapshot import GroupRule, Snapshot
from vetting.probes.sheet import MAX_QUOTE, cite
from vetting.report.shown import evidence, shortened

MOST_RULES = 30
SHORT_RULE = 300  # characters


def asked(snapshot: Snapshot) -> dict[str, Any] | None:
    """What the platform asks of everyone on it, and which of our questions that answers. It is no merit of the group's."""
    reading = snapshot.platform_rules
    if not reading.value:
        return None
    return {
        "rules": [_short_rule(rule) for rule in reading.value[:MOST_RULES]],
        "count": len(reading.value),
        "answers": list(_answers(reading.value)),
        "sources": [evidence(item) for item in cite(reading)],
    }


def _short_rule(rule: GroupRule) -> dict[str, str]:
    return {"title": rule.title, "text": shortened(rule.text, SHORT_RULE)}


@lru_cache(maxsize=64)  # the groups of a platform share its rules
def _answers(rules: tuple[GroupRule, ...]) -> tuple[dict[str, str], ...]:
    answers = read([RuleText(rule.title, rule.text, platform_wide=True) for rule in rules]).platform_answers
    return tuple(
        {"fact": answer.name, "question": standard()[answer.name].text, "quote": quote.text[:MAX_QUOTE]}
        for answer in answers
        for quote in answer.quotes[:1]
    )
