"""How old a reading is now. What is stored was true when it was written; how fresh it is, is told by the moment of serving.

Invented groups are read by nobody and cannot be read again: theirs age, and keep their grade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from rules.grading import UNGRADED
from vetting.report import SUMMARIES
from vetting.report.verdict import warning

AGEING, STALE = timedelta(days=30), timedelta(days=180)  # as in the pack that comes with the project
WORDS = ("ageing", "stale")
TOO_OLD = "The group has not been read for more than half a year."  # as a judgement of such a reading says it


def freshness(read_at: datetime, now: datetime, *, is_demo: bool) -> str:
    """Either "ageing", "stale" or "" for neither."""
    age = now - read_at
    if age > STALE and not is_demo:
        return "stale"
    return "ageing" if age > AGEING else ""


def changed_at(read_at: datetime, word: str) -> datetime:
    """When a reading became "ageing" or "stale"."""
    return read_at + (STALE if word == "stale" else AGEING)


def overtaken(flags: Iterable[str], word: str) -> bool:
    """Whether `word` says more than the flags of the judgement: a judgement never grows younger."""
    told = max((WORDS.index(flag) for flag in flags if flag in WORDS), default=-1)
    return bool(word) and WORDS.index(word) > told


def with_flag(flags: Iterable[str], word: str) -> list[str]:
    """The flags with this freshness in the place of another; a reading too old to grade by awaits no second one."""
    gone = {*WORDS, "pending_downgrade"} if word == "stale" else set(WORDS)
    return [*(flag for flag in flags if flag not in gone), word]


def as_of_now(document: Mapping[str, Any], word: str) -> dict[str, Any]:
    """The report ("report/1") of a reading that has become `word` since: its figures stay, and one that is too old to grade by
    has no grade but the last known one with its date.
    """
    told = {**document, "flags": with_flag(document.get("flags", ()), word), "freshness": word}
    return told if word != "stale" else {**told, **_ungraded(document)}


def _ungraded(document: Mapping[str, Any]) -> dict[str, Any]:
    graded = document["grade"] != UNGRADED
    reasons = [TOO_OLD] if graded else [*document["grade_reasons"], TOO_OLD]
    last = {"grade": document["grade"], "at": document["assessed_at"]} if graded else document["last_known"]
    return {
        "grade": UNGRADED,
        "summary": document["summary"] if warning(document.get("flags", ())) else SUMMARIES[UNGRADED],
        "grade_reasons": reasons,
        "last_known": last,
        "urgent_help": {"shown": True},
    }
