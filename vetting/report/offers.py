"""What a group offers and to whom, as far as it is known."""

from __future__ import annotations

from collections.abc import Mapping

from rules.facts import Facts, Knowledge
from rules.wording import in_words
from scrapers.snapshot import Snapshot
from vetting.report.shown import shortened

LANGUAGES = {"en": "English", "es": "Spanish", "fr": "French", "de": "German", "pt": "Portuguese"}
# What a group offers and to whom: label, the fact whose value tells it, the fact whose sentence does. Either may be missing.
OFFERS = (
    ("For whom", "", "who_may_join"),
    ("Age, and how minors are protected", "", "minors"),
    ("Marked as for adults only", "adult_marked", ""),
    ("Language", "language", ""),
    ("Cost", "cost", "cost"),
    ("Taking part without your name", "offers_anonymity", "anonymity"),
    ("When moderators are there", "", "moderated_hours"),
    ("Joining", "joining", ""),
    ("Who can read it", "visibility", ""),
    ("Members", "members", ""),
)
OFFERED: Mapping[str, Mapping[str, str]] = {
    "language": {**LANGUAGES, "other": "another than we can read"},
    "cost": {"donation": "by donation"},
    "joining": {
        "open": "open to everyone",
        "approval": "those who run it decide",
        "invite": "by invitation",
        "knock": "by asking to be let in",
        "closed": "not open to new members",
        "paid": "for a fee",
    },
    "visibility": {
        "public": "everyone",
        "restricted": "only some people",
        "private": "members only",
        "unlisted": "whoever has the address",
    },
}
SHORT_QUOTE = 160  # characters
MOST_TOPICS = 8


def known(facts: Facts, snapshot: Snapshot) -> list[dict[str, str]]:
    """What the group offers and to whom, as far as it is known: said before what it lacks. {label, value, quote}, where either
    of the last two may be empty.
    """
    told = [
        {"label": label, "value": _value(facts, value), "quote": _quote(facts, said)} for label, value, said in OFFERS
    ]
    topics = ", ".join((snapshot.topics.value or ())[:MOST_TOPICS])
    if facts.get("topic_self_harm").value:
        about = {"value": "self-harm, suicide or eating disorders", "quote": _quote(facts, "topic_self_harm")}
        told.insert(1, {"label": "Deals with", **about})
    told.insert(1, {"label": "Topics", "value": topics, "quote": ""})
    return [offer for offer in told if offer["value"] or offer["quote"]]


def _value(facts: Facts, name: str) -> str:
    fact = facts.get(name)
    if fact.knowledge is not Knowledge.KNOWN:
        return ""
    return OFFERED.get(name, {}).get(str(fact.value)) or in_words(fact.value)


def _quote(facts: Facts, name: str) -> str:
    """The first sentence that tells it, shortened; empty where none does."""
    fact = facts.get(name)
    if fact.knowledge is not Knowledge.KNOWN or fact.value == "absent":
        return ""
    said = next((item.quote for item in fact.evidence if item.quote), "")
    return shortened(said, SHORT_QUOTE)
