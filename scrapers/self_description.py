"""`/.well-known/support-group.json`: what a group says of itself, in the open format that we document here.

    {
      "version": 1,
      "url": "https://quiet.example/",            the group that it speaks of (required)
      "name": "Quiet Harbour",
      "purpose": "Peer support for …",
      "language": "en",
      "founded": "2019-04",                       year, month or day
      "run_by": [{"name": "Jo Doe", "role": "moderator", "credentials": "LCSW, Oregon, L1234"}],
      "rules": "https://quiet.example/rules",     address of the rules
      "hours": "Moderators are here 18:00-22:00 UTC.",
      "urgent_help": "In danger, call …",         what members are told to do in an emergency
      "contact": ["mailto:team@quiet.example"],
      "funding": "Member donations.",
      "proof": "group-proof-…"                    only while whoever runs the group proves it
    }

Everything but `version` and `url` may be left out; unknown fields are ignored. `support-group.schema.json` beside this file says
the same to programs. `role` is owner, admin, moderator, organizer or contact.
Every statement is a claim of the group's own, to be checked: its source kind is `declared`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scrapers.capture import Capture
from scrapers.errors import AddressRefused
from scrapers.metadata import as_date
from scrapers.parse import JsonDocument, ParseFailed, as_text
from scrapers.snapshot import Reading, SourceKind, Steward
from scrapers.text import clean
from scrapers.urls import Url

PATH = "/.well-known/support-group.json"
ROLES = frozenset({"owner", "admin", "moderator", "organizer", "contact"})
MAX_TEXT = 5_000
MAX_ITEMS = 50


@dataclass(frozen=True)
class SelfDescription:
    name: Reading[str]
    purpose: Reading[str]
    language: Reading[str]
    founded: Reading[datetime]
    run_by: Reading[tuple[Steward, ...]]
    rules: Reading[str]
    hours: Reading[str]
    urgent_help: Reading[str]
    contact: Reading[tuple[str, ...]]
    funding: Reading[str]


def read_self_description(capture: Capture, page: str) -> SelfDescription | None:
    """The description if the capture holds one that speaks of the group at `page`; None otherwise."""
    if not capture.ok:
        return None
    try:
        document = JsonDocument(capture, SourceKind.DECLARED)
    except ParseFailed:
        return None
    if document.get("version") != 1 or not _speaks_of(document.get("url"), page):
        return None
    return SelfDescription(
        name=document.optional("name", _text),
        purpose=document.optional("purpose", _text),
        language=document.optional("language", _text),
        founded=document.optional("founded", as_date),
        run_by=document.optional("run_by", _stewards),
        rules=document.optional("rules", _text),
        hours=document.optional("hours", _text),
        urgent_help=document.optional("urgent_help", _text),
        contact=document.optional("contact", _texts),
        funding=document.optional("funding", _text),
    )


def _speaks_of(declared: Any, page: str) -> bool:
    """The page stands at or below the declared address: a host may carry many groups."""
    try:
        group, read = Url.parse(declared if isinstance(declared, str) else ""), Url.parse(page)
    except AddressRefused:
        return False
    folder = group.path.rstrip("/") + "/"
    return group.bare_host == read.bare_host and group.port == read.port and f"{read.path}/".startswith(folder)


def _text(value: Any) -> str | None:
    text = as_text(value)
    return clean(text)[:MAX_TEXT] or None if text else None


def _texts(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple(text for each in value[:MAX_ITEMS] if (text := _text(each))) or None


def _stewards(value: Any) -> tuple[Steward, ...] | None:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple(_steward(each) for each in value[:MAX_ITEMS] if _text(each.get("name"))) or None


def _steward(person: dict[str, Any]) -> Steward:
    name, role, credentials = (_text(person.get(key, "")) or "" for key in ("name", "role", "credentials"))
    return Steward(
        name, role if role in ROLES else "contact", name, role, bio=f"{name}, {credentials}" if credentials else ""
    )
