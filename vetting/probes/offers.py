"""What the group is about and what it offers: purpose, language, cost, who sees and who may join."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from importlib import resources

import yaml

from rules.clarity.language import UNKNOWN, recognise
from scrapers.snapshot import State
from vetting.probes.known import Known
from vetting.probes.sheet import Sheet, cite

LANGUAGES = ("en", "es", "fr", "de", "pt")
PURPOSE_WORDS = 5


def probe(known: Known, sheet: Sheet, at: datetime) -> None:  # noqa: ARG001 - every family has one signature
    sheet.answer("purpose_stated", "description", lambda text: len(text.split()) >= PURPOSE_WORDS, absent=False)
    sheet.answer("adult_marked", "adult", bool, absent=False)
    sheet.answer("visibility", "visibility", str)
    sheet.answer("joining", "joining", str)
    if sheet.snapshot.joining.value == "paid":
        sheet.known("cost", "paid", cite(sheet.snapshot.joining))
    else:
        sheet.unknown("cost", "not_stated")
    if known.pseudonymous:
        sheet.known("offers_anonymity", True)
    else:
        sheet.unknown("offers_anonymity", "not_stated")
    _language(sheet)
    _deals_with_self_harm(sheet)


def _language(sheet: Sheet) -> None:
    declared, description = sheet.snapshot.language, sheet.snapshot.description
    code = (declared.value or "").lower()[:2] or recognise(description.value or "")
    if code != UNKNOWN:
        told = declared if declared.value else description
        sheet.known("language", code if code in LANGUAGES else "other", cite(told))
    else:
        sheet.missing("language", "language", declared)


def _deals_with_self_harm(sheet: Sheet) -> None:
    """By what the group says of itself: name, description, topics. Its rules name the subject even where it is forbidden."""
    snapshot = sheet.snapshot
    read = [
        reading for reading in (snapshot.name, snapshot.description, snapshot.topics) if reading.state is State.VALUE
    ]
    for reading in read:
        text = reading.value if isinstance(reading.value, str) else " ".join(reading.value or ())
        found = _self_harm().search(text)
        if found:
            sheet.known("topic_self_harm", True, cite(reading, found[0]))
            return
    if snapshot.description.known:
        sheet.known("topic_self_harm", False, cite(snapshot.description))
    else:
        sheet.missing("topic_self_harm", "description", snapshot.description)


@cache
def _self_harm() -> re.Pattern[str]:
    words = yaml.safe_load(resources.files("vetting.probes").joinpath("topics.yaml").read_text("utf-8"))["self_harm"]
    return re.compile(r"(?<!\w)(?:" + "|".join(word.replace(" ", r"[\s-]?") for word in words) + ")", re.IGNORECASE)
