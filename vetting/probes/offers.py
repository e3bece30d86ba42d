"""What the group is about and what it offers: purpose, language, cost, who sees and who may join."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from importlib import resources

import yaml

from rules.clarity.language import UNKNOWN, recognise
from rules.clarity.words import Sentence
from scrapers.snapshot import State
from vetting.probes.known import Known
from vetting.probes.prose import OF_ITSELF, labels, told
from vetting.probes.sheet import Sheet, cite

LANGUAGES = ("en", "es", "fr", "de", "pt")
PURPOSE_WORDS = 5
_taking_part = re.compile(
    r"\b(?:join|member|fee|dues\b|subscri|ticket|price|attend|session|meeting|particip|beitr|gebühr|mitglied|teilnahm|sitzung"
    r"|cuota|precio|sesi[oó]n|cotisation|tarif|séance|adhésion|mensalidade|sessão)",
    re.IGNORECASE,
)
_amount = re.compile(
    r"[€$£]\s?[1-9]|\b[1-9][\d.,]*\s?(?:€|\$|£|(?:euros?|eur|dollars?|usd|pounds?|gbp|chf)\b)"
    r"|\b[1-9][\d.,]*\s(?:an?|per|each|pro|im|al|por|par|ao)\s(?:month|year|week|session|meeting|monat|jahr|sitzung|mes|mês|año|ano"
    r"|sesión|mois|an|séance|sessão)\b",
    re.IGNORECASE,
)


def probe(known: Known, sheet: Sheet, at: datetime) -> None:  # noqa: ARG001 - every family has one signature
    sheet.answer("purpose_stated", "description", lambda text: len(text.split()) >= PURPOSE_WORDS, absent=False)
    sheet.answer("adult_marked", "adult", bool, absent=False)
    sheet.answer("visibility", "visibility", str)
    sheet.answer("joining", "joining", str)
    _cost(sheet)
    if known.pseudonymous:
        sheet.known("offers_anonymity", True)
    else:
        sheet.unknown("offers_anonymity", "not_stated")
    _language(sheet)
    _deals_with_self_harm(sheet)


def _cost(sheet: Sheet) -> None:
    """What costs most is told: a group that is free to join and asks for donations takes money all the same."""
    if sheet.snapshot.joining.value == "paid":
        sheet.known("cost", "paid", cite(sheet.snapshot.joining))
        return
    said = [(_price(sentence), reading, sentence) for reading, sentence in told(sheet.snapshot, OF_ITSELF)]
    said += [(_free_or_donation(sentence), reading, sentence) for reading, sentence in told(sheet.snapshot)]
    for cost in ("paid", "donation", "free"):
        for found, reading, sentence in said:
            if found == cost:
                sheet.known("cost", cost, cite(reading, sentence.text)[:1])
                return
    sheet.unknown("cost", "not_stated")


def _price(sentence: Sentence) -> str:
    """A price for taking part. Rules are not asked: what they say of prices is about members who sell."""
    speaks_of_joining = _taking_part.search(sentence.text) and _amount.search(sentence.text)
    return "paid" if speaks_of_joining and not labels("cost", sentence) & {"aside", "not_price"} else ""


def _free_or_donation(sentence: Sentence) -> str:
    said = labels("cost", sentence)
    if "donation" in said and "no_donation" not in said:
        return "donation"
    free = "free" in said or ("loosely_free" in said and "other_free" not in said)
    return "free" if free and "aside" not in said else ""


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
