"""Since when certificates were issued for a domain, by the public logs (crt.sh). Slow and often out of order: a last resort."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from scrapers.capture import Capture, Outcome, Request
from scrapers.parse import JsonDocument, ParseFailed, as_moment, gap
from scrapers.snapshot import Reading, Source, SourceKind

ADDRESS = "https://crt.sh/"
DELAY = 10.0  # seconds; no limit is published, and the service is often overloaded


def request(domain: str) -> Request:
    return Request(f"{ADDRESS}?{urlencode({'q': domain, 'output': 'json'})}", "certificates", delay=DELAY)


def read_log(capture: Capture, domain: str) -> Reading[datetime]:
    """When the first certificate for `domain` or a name below it began; absent where the logs hold none."""
    if not capture.ok:
        return gap(str(capture.outcome))
    try:
        rows = JsonDocument(capture).root
    except ParseFailed:
        return Reading.unread(Outcome.PARSE_ERROR)
    if not isinstance(rows, list):
        return Reading.unread(Outcome.PARSE_ERROR)
    source = Source(capture.digest, capture.final_url, capture.at, SourceKind.API, "$")
    begun = [at for at in (_begun(row, domain) for row in rows) if at]
    return Reading.of(min(begun), source) if begun else Reading.absent(source)


def _begun(row: object, domain: str) -> datetime | None:
    if not isinstance(row, dict) or not _covers(str(row.get("name_value")), domain):
        return None
    try:
        return as_moment(row.get("not_before"))
    except (TypeError, ValueError, OverflowError):
        return None


def _covers(names: str, domain: str) -> bool:
    return any(name == domain or name.endswith(f".{domain}") for name in names.lower().split("\n"))
