"""Strict reading: a field is handled, ignored by name, or reported. What is not understood is unread, never guessed.

`JsonDocument` is for APIs and `HtmlDocument` for pages; both turn places in a capture into Readings that say where they
stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from bs4 import BeautifulSoup, Tag
from bs4.dammit import UnicodeDammit

from scrapers.capture import Capture, Outcome
from scrapers.errors import GroupUnreadable, ScrapersError
from scrapers.snapshot import Reading, Source, SourceKind, State
from scrapers.urls import Url

T = TypeVar("T")

MISSING: Any = object()
LARGEST = 2**53  # the last whole number that JSON carries exactly; nothing countable here comes near it
EARLIEST = 1e8  # seconds: 1973; a smaller number is a count or an unset field, not a time
LATEST = datetime(2100, 1, 1, tzinfo=UTC)  # later ones stand for "never"
CONSENT_WALL = "consent_wall"  # the reason where a page comes only after agreeing to something
MAX_HTML = 2_000_000  # characters handed to the HTML parser; no page about a group needs more
_unstorable = re.compile("[\x00\ud800-\udfff]")
_xml_declaration = re.compile(r"^\s*<\?xml[^>]*>")  # of XHTML served as HTML; bs4 would warn about it
_charset = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)


class ParseFailed(ScrapersError):
    """The body is not what the platform serves: not JSON, not HTML, another shape, too deep."""

    code = "parse_error"
    remedy = "The platform may have changed its pages; the reading will be tried again."


class JsonDocument:
    """A JSON capture read by path. `warnings` collects what differs from the shape that the adapter knows."""

    def __init__(self, capture: Capture, kind: SourceKind = SourceKind.API) -> None:
        """Raises ParseFailed for a body that is no JSON or nests deeper than any platform's."""
        self.capture, self.kind = capture, kind
        self.warnings: list[str] = []
        try:
            self.root: Any = json.loads(decoded(capture))
        except (ValueError, RecursionError) as error:
            raise ParseFailed("The answer is not the JSON that the platform serves.") from error

    def source(self, path: str = "") -> Source:
        return Source(
            self.capture.digest, self.capture.final_url, self.capture.at, self.kind, f"$.{path}" if path else "$"
        )

    def get(self, path: str) -> Any:
        """The raw value at a dotted path ("data.children.0.name"), MISSING if a step does not exist."""
        value = self.root
        for step in path.split(".") if path else ():
            if isinstance(value, dict) and step in value:
                value = value[step]
            elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            else:
                return MISSING
        return value

    def read(self, path: str, convert: Callable[[Any], T | None]) -> Reading[T]:
        """Value where `convert` gives one; absent for null or None; unread, with a warning, for a missing or odd one."""
        value = self.get(path)
        if value is MISSING:
            self.warnings.append(f"missing field {path}")
            return Reading.unread("missing", self.source(path))
        try:
            converted = None if value is None else convert(value)
        except (TypeError, ValueError, LookupError, AttributeError, OverflowError, OSError, ScrapersError):
            self.warnings.append(f"unexpected value in {path}")
            return Reading.unread("parse_error", self.source(path))
        return Reading.absent(self.source(path)) if converted is None else Reading.of(converted, self.source(path))

    def optional(self, path: str, convert: Callable[[Any], T | None]) -> Reading[T]:
        """As `read`, for a field that the platform leaves out where there is nothing to say: then it is absent."""
        parent, _, leaf = path.rpartition(".")
        holder = self.get(parent)
        if isinstance(holder, dict) and leaf not in holder:
            return Reading.absent(self.source(parent))
        return self.read(path, convert)

    def text(self, path: str) -> Reading[str]:
        return self.read(path, as_text)

    def integer(self, path: str) -> Reading[int]:
        return self.read(path, as_integer)

    def flag(self, path: str) -> Reading[bool]:
        return self.read(path, as_flag)

    def moment(self, path: str) -> Reading[datetime]:
        return self.read(path, as_moment)

    def expect(self, path: str, *, handled: Iterable[str], ignored: Iterable[str] = ()) -> None:
        """Reports fields of the object at `path` that the adapter neither handles nor ignores by name."""
        value = self.get(path)
        if not isinstance(value, dict):
            self.warnings.append(f"{path or '$'} is not an object")
            return
        unknown = sorted(set(value) - set(handled) - set(ignored))
        self.warnings.extend(f"unknown field {path + '.' if path else ''}{name}" for name in unknown)


class NoDocument(JsonDocument):
    """Stands in for a document that did not come: whatever is read from it has no value, for the capture's reason."""

    def __init__(self, capture: Capture, reason: str = "") -> None:
        self.capture, self.kind = capture, SourceKind.API
        self.warnings: list[str] = []
        self.root: Any = MISSING
        self.reason = reason or str(capture.outcome)

    def read(self, path: str, convert: Callable[[Any], T | None]) -> Reading[T]:  # noqa: ARG002
        return gap(self.reason)

    def expect(self, path: str, *, handled: Iterable[str], ignored: Iterable[str] = ()) -> None:
        """Nothing came, so nothing can look different."""


def opened(capture: Capture) -> JsonDocument:
    """The capture as a JSON object or array; a `NoDocument` where it is none."""
    if not capture.ok:
        return NoDocument(capture)
    try:
        document = JsonDocument(capture)
    except ParseFailed:
        return NoDocument(capture, Outcome.PARSE_ERROR)
    return document if isinstance(document.root, (dict, list)) else NoDocument(capture, Outcome.PARSE_ERROR)


def gap(reason: str) -> Reading[Any]:
    """The reading of a field whose document did not come: withheld where it was refused to us, else unread."""
    return Reading.withheld(reason) if reason in REFUSALS else Reading.unread(reason)


def unreadable(outcome: Outcome | str, title: str, settings: Iterable[str] = ()) -> GroupUnreadable:
    """The error for a group of which nothing came; its code is the outcome, its words name the platform, and the operator's
    settings that would open it.
    """
    message, remedy = UNREADABLE.get(str(outcome), UNREADABLE[Outcome.UNAVAILABLE])
    by = " and ".join(settings) or "an account"
    return GroupUnreadable(message.format(title=title), code=str(outcome), remedy=remedy.format(title=title, by=by))


def joined(*texts: Reading[str]) -> Reading[str]:
    """The texts that have come, one after the other, with all their sources; as `first_of` where none has."""
    known = [text for text in texts if text.state is State.VALUE]
    if len(known) < 2:
        return known[0] if known else first_of(*texts)
    return Reading.of("\n\n".join(str(text.value) for text in known), *(s for text in known for s in text.sources))


def first_of(*readings: Reading[T]) -> Reading[T]:
    """The first reading with a value, else the first that is known, else the first."""
    for wanted in (State.VALUE, State.ABSENT):
        for reading in readings:
            if reading.state is wanted:
                return reading
    return readings[0]


def drift(**documents: JsonDocument | HtmlDocument) -> tuple[str, ...]:
    """The warnings of several documents, each with the document's name, each once."""
    found = (f"{name}: {warning}" for name, document in documents.items() for warning in document.warnings)
    return tuple(dict.fromkeys(found))


class HtmlDocument:
    """An HTML capture: decoded by its bytes first, parsed by lxml, read by CSS selector."""

    def __init__(self, capture: Capture, kind: SourceKind = SourceKind.HTML) -> None:
        """Raises ParseFailed for a body that holds no HTML element."""
        self.capture, self.kind = capture, kind
        self.warnings: list[str] = []
        try:
            self.soup = BeautifulSoup(_xml_declaration.sub("", decoded(capture)[:MAX_HTML]), "lxml")
        except (ValueError, RecursionError, AssertionError) as error:
            raise ParseFailed("The page could not be parsed.") from error
        if self.soup.find() is None:
            raise ParseFailed("The answer is not a web page.")

    def source(self, locator: str) -> Source:
        return Source(self.capture.digest, self.capture.final_url, self.capture.at, self.kind, locator)

    def first(self, selector: str) -> Tag | None:
        return self.soup.select_one(selector)

    def text(self, selector: str, attribute: str = "") -> Reading[str]:
        """Text (or an attribute) of the first match; absent where the element is empty; unread without a match."""
        element = self.first(selector)
        if element is None:
            return Reading.unread("missing", self.source(selector))
        value = str(element.get(attribute) or "") if attribute else element.get_text(" ")
        value = one_line(value)
        return Reading.of(value, self.source(selector)) if value else Reading.absent(self.source(selector))


def looked_at(page: Capture) -> HtmlDocument:
    """The page parsed once for everyone who looks for marks in it; nobody may change it. Raises ParseFailed."""
    kept: dict[str, Any] = vars(page)  # beside the capture's fields, and gone with it
    if "looked_at" not in kept:
        kept["looked_at"] = HtmlDocument(page)
    document: HtmlDocument = kept["looked_at"]
    return document


def api_root(page: Capture, landmarks: Mapping[str, str]) -> Url | None:
    """Where the software stands whose API gave this answer; None if it did not.

    `landmarks` maps a path that only this software answers to a field that the answer must hold.
    """
    url = Url.parse(page.final_url)
    path = next((path for path in landmarks if url.path.rstrip("/").endswith(path)), None)
    if path is None or not page.ok:
        return None
    try:
        document = JsonDocument(page)
    except ParseFailed:
        return None
    root = url.path.rstrip("/").removesuffix(path) + "/"
    return None if document.get(landmarks[path]) is MISSING else replace(url, path=root, query="")


def decoded(capture: Capture) -> str:
    """The body as text: UTF-8 where the bytes are, then what header and page declare, then a guess. Never raises.

    Of 101 saved forum pages 27 declare a Latin charset over bytes that are valid UTF-8, so bytes come first.
    """
    try:
        return capture.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = _charset.search(capture.headers.get("content-type", ""))
        known = [declared[1]] if declared else []
        guess = UnicodeDammit(capture.body, known, is_html=True)
        return guess.unicode_markup or capture.body.decode("utf-8", "replace")


def as_text(value: Any) -> str | None:
    """A string without surrounding space; None where it is empty. Numbers and objects are no text.

    NUL and lone surrogates, which JSON can carry but neither UTF-8 nor a database can, become U+FFFD.
    """
    if not isinstance(value, str):
        raise TypeError("not a string")
    return _unstorable.sub("\ufffd", value).strip() or None


def as_integer(value: Any) -> int:
    """A whole number of at least 0, also as a string of digits (Mastodon's weekly counts)."""
    if isinstance(value, bool) or not isinstance(value, (int, str, float)):
        raise TypeError("not a number")
    number = int(value)
    if not 0 <= number <= LARGEST or (isinstance(value, float) and value != number):
        raise ValueError("not a count")
    return number


def as_flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("not a boolean")
    return value


def as_moment(value: Any) -> datetime:
    """UTC time from seconds, milliseconds or ISO 8601 with any number of fraction digits, with or without zone."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError("not a time")
    moment = _written(value) if isinstance(value, str) else _counted(value)
    if moment >= LATEST:
        raise ValueError("not a time of the web's")
    return moment


def _written(value: str) -> datetime:
    moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value.strip()))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _counted(value: float) -> datetime:
    if value < EARLIEST:
        raise ValueError("not a time of the web's")
    return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


# Outcomes that say "it may be there, but not for us"; any other leaves a field unread.
REFUSALS = frozenset(
    {
        Outcome.NEEDS_AUTH,
        Outcome.LOGIN_WALL,
        Outcome.ROBOTS_DISALLOWED,
        Outcome.RATE_LIMITED,
        Outcome.CHALLENGE,
        Outcome.PRIVATE,
        Outcome.QUARANTINED,
        Outcome.GATED,
        Outcome.BANNED,
        CONSENT_WALL,
    }
)

_LATER = "Try again later."
_CAPTURE = "Ask a member or moderator of the group to contribute what they see, or give a capture file of its pages."
# Outcome -> what the person who pasted the address is told, and what can be done.
UNREADABLE: dict[str, tuple[str, str]] = {
    Outcome.NOT_FOUND: ("There is no such group on {title}.", "Check the spelling of the address."),
    Outcome.PRIVATE: ("The group on {title} is private: only its members can see it.", _CAPTURE),
    Outcome.NEEDS_AUTH: (
        "{title} shows this group only to clients that it has approved.",
        "The operator of this service can add access to {title} by {by}; until then, give a capture file of its pages.",
    ),
    Outcome.LOGIN_WALL: ("{title} shows this group only to people who are logged in.", _CAPTURE),
    Outcome.CHALLENGE: ("{title} asks visitors to prove that they are human; we do not get around that.", _CAPTURE),
    Outcome.GATED: (
        "{title} asks visitors to confirm something first, such as their age; we do not answer for them.",
        _CAPTURE,
    ),
    CONSENT_WALL: (
        "{title} asks visitors to agree to something first, such as cookies; we do not agree in anybody's name.",
        _CAPTURE,
    ),
    Outcome.ROBOTS_DISALLOWED: (
        "{title} asks automated readers to stay away from these pages; we respect that.",
        _CAPTURE,
    ),
    Outcome.RATE_LIMITED: ("{title} has asked us to slow down.", "Try again in an hour."),
    Outcome.PARSE_ERROR: (
        "{title} answered in a form that we do not know.",
        "It will be read again after an update.",
    ),
    Outcome.UNAVAILABLE: ("{title} did not answer.", _LATER),
}
