"""The index of a web archive (CDX), in the dialects of its two servers, and the pages it replays (Memento, RFC 7089).

The Internet Archive answers with a JSON array of arrays under a header row, or with lines of columns; pywb with one JSON object
a line, or with lines that end in one. The names of the columns differ, and how one asks for the last. Both answer with an empty
body where they have nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from scrapers.capture import Capture
from scrapers.parse import ParseFailed, decoded

LIMIT = 1000  # rows of one answer; one a month, so more than there can be
COLUMNS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
# pywb's names -> the Internet Archive's
NAMES = {"url": "original", "status": "statuscode", "mime": "mimetype"}

_replayed = re.compile(r"/\d{1,14}(?:[a-z]{2}_)?/(?P<original>.+)$", re.DOTALL)
_blocked = re.compile(rb"AdministrativeAccessControlException|Blocked Site Error")


@dataclass(frozen=True)
class Row:
    """One capture in an archive's index. `status` is None where the archive kept no response of its own, but a note that the
    page had not changed.
    """

    at: datetime
    original: str
    status: int | None
    digest: str


@dataclass(frozen=True)
class Index:
    """Rows as the archive gives them; `resume_key` is not empty where it has more."""

    rows: tuple[Row, ...]
    resume_key: str = ""

    @property
    def shown(self) -> tuple[Row, ...]:
        """The captures that show the page, oldest first: good answers, and notes that such an answer had not changed."""
        good = {row.digest for row in self.rows if row.status == 200}
        kept = [row for row in self.rows if row.status == 200 or (row.status is None and row.digest in good)]
        return tuple(sorted(kept, key=lambda row: row.at))


@dataclass(frozen=True)
class Dialect:
    """How one archive is asked: where its index is, where it replays, and the parameters that its software knows."""

    name: str
    index: str
    replays: str
    monthly: Mapping[str, str]
    newest: Mapping[str, str]

    def listing(self, page: str) -> str:
        """Address of the list of good captures of a page, one a month, oldest first."""
        return self._ask(page, self.monthly)

    def last(self, page: str) -> str:
        """Address of the same list's last row, for where the list is cut off."""
        return self._ask(page, self.newest)

    def replay(self, row: Row) -> str:
        """Address of the bytes as they were archived, without the archive's own frame."""
        return f"{self.replays}/{row.at:%Y%m%d%H%M%S}id_/{row.original}"

    def _ask(self, page: str, parameters: Mapping[str, str]) -> str:
        return f"{self.index}?{urlencode({'url': page, 'output': 'json', **parameters})}"


_FIELDS = {"fl": "timestamp,original,statuscode,digest", "filter": "statuscode:200"}
INTERNET_ARCHIVE = Dialect(
    "internet_archive",
    index="https://web.archive.org/cdx/search/cdx",
    replays="https://web.archive.org/web",
    monthly={**_FIELDS, "collapse": "timestamp:6", "limit": str(LIMIT), "showResumeKey": "true"},
    newest={**_FIELDS, "limit": "-1"},
)


def pywb(collection: str) -> Dialect:
    """A collection of a pywb server, by its address ("https://archive.example/groups")."""
    fields = {"fl": "timestamp,url,status,digest", "filter": "=status:200"}
    return Dialect(
        "pywb",
        index=f"{collection}/cdx",
        replays=collection,
        monthly={**fields, "collapseTime": "6", "limit": str(LIMIT)},
        newest={**fields, "limit": "1", "sort": "reverse"},
    )


def read_index(capture: Capture) -> Index:
    """What an index answered, in whichever dialect. Rows that cannot be read are left out.

    Raises ParseFailed where the body holds something, but not one row.
    """
    text = decoded(capture).strip()
    entries, resume_key = _table(text) if text.startswith("[") else _lines(text)
    rows = tuple(row for row in map(_row, entries) if row)
    if text and not rows and not resume_key and text.replace(" ", "") != "[]":
        raise ParseFailed("The answer is not the index of an archive.")
    return Index(rows, resume_key)


def is_blocked(capture: Capture) -> bool:
    """True where the archive says that it shows this site to nobody, at its owner's wish."""
    return capture.status == 403 and _blocked.search(capture.body[:2000]) is not None


@dataclass(frozen=True)
class Memento:
    """An archived response: when it was archived, of which address, and the status it had then."""

    at: datetime
    original: str
    status: int


def memento(capture: Capture) -> Memento | None:
    """The archived response that a capture replays; None where the archive speaks for itself.

    An archived 404 or 429 is replayed as one: only the header `Memento-Datetime` tells it from the archive's own.
    """
    try:
        at = parsedate_to_datetime(capture.headers.get("memento-datetime", ""))
    except ValueError:
        return None
    place = _replayed.search(capture.headers.get("content-location", "") or capture.final_url)
    if place is None or capture.status is None:
        return None
    return Memento(
        at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC), place["original"], capture.status
    )


def moment(timestamp: Any) -> datetime | None:
    """The UTC time that 14 digits write; None for anything else."""
    try:
        return datetime.strptime(str(timestamp), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


Entry = Mapping[str, Any]


def _table(text: str) -> tuple[list[Entry], str]:
    """The Internet Archive's JSON: a header row, rows, and after an empty row the resume key."""
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseFailed("The index is not the JSON that the archive serves.") from error
    rows = [row for row in rows if isinstance(row, list)]
    header = [str(name) for name in rows[0]] if rows else []
    key = rows[-1][0] if len(rows) > 2 and rows[-2] == [] and len(rows[-1]) == 1 else ""
    return [dict(zip(header, row, strict=True)) for row in rows[1:] if len(row) == len(header)], str(key)


def _lines(text: str) -> tuple[list[Entry], str]:
    lines = text.splitlines()
    key = lines[-1].strip() if len(lines) > 2 and not lines[-2].strip() else ""
    return [entry for entry in map(_line, lines) if entry], key


def _line(line: str) -> Entry | None:
    """A row of pywb's (JSON, alone or after two columns) or of the Internet Archive's (columns)."""
    before, brace, rest = line.partition("{")
    if not brace or len(before.split()) > 2:
        columns = line.split()
        return dict(zip(COLUMNS, columns, strict=False)) if len(columns) >= len(COLUMNS) else None
    try:
        entry = json.loads(brace + rest)
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict):
        return None
    named = {NAMES.get(str(name), str(name)): value for name, value in entry.items()}
    return {**dict(zip(COLUMNS, before.split(), strict=False)), **named}


def _row(entry: Entry) -> Row | None:
    at, original, status = moment(entry.get("timestamp")), entry.get("original"), str(entry.get("statuscode") or "-")
    if at is None or not isinstance(original, str) or not (status == "-" or (status.isascii() and status.isdigit())):
        return None
    return Row(at, original, None if status == "-" else int(status[:3]), str(entry.get("digest") or ""))


def months(rows: Iterable[Row]) -> int:
    """In how many months there is a capture."""
    return len({(row.at.year, row.at.month) for row in rows})
