"""Strict reading: a field is handled, ignored by name, or reported. What is not understood is unread, never guessed.

`JsonDocument` is for APIs and `HtmlDocument` for pages; both turn places in a capture into Readings that say where they stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

from bs4 import BeautifulSoup, Tag
from bs4.dammit import UnicodeDammit

from scrapers.capture import Capture
from scrapers.errors import ScrapersError
from scrapers.snapshot import Reading, Source, SourceKind

T = TypeVar("T")

MISSING: Any = object()
MAX_DEPTH = 200
MAX_HTML = 2_000_000  # characters handed to the HTML parser; no page about a group needs more
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
        return Source(self.capture.digest, self.capture.final_url, self.capture.at, self.kind, f"$.{path}" if path else "$")

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
        """Value where `convert` gives one; absent for null or None; unread, with a warning, for a missing or odd field."""
        value = self.get(path)
        if value is MISSING:
            self.warnings.append(f"missing field {path}")
            return Reading.unread("missing", self.source(path))
        try:
            converted = None if value is None else convert(value)
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError, OSError):
            self.warnings.append(f"unexpected value in {path}")
            return Reading.unread("parse_error", self.source(path))
        return Reading.absent(self.source(path)) if converted is None else Reading.of(converted, self.source(path))

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


class HtmlDocument:
    """An HTML capture: decoded by its bytes first, parsed by lxml, read by CSS selector."""

    def __init__(self, capture: Capture, kind: SourceKind = SourceKind.HTML) -> None:
        """Raises ParseFailed for a body that holds no HTML element."""
        self.capture, self.kind = capture, kind
        self.warnings: list[str] = []
        try:
            self.soup = BeautifulSoup(decoded(capture)[:MAX_HTML], "lxml")
        except (ValueError, RecursionError, AssertionError) as error:
            raise ParseFailed("The page could not be parsed.") from error
        if self.soup.find(True) is None:
            raise ParseFailed("The answer is not a web page.")

    def source(self, locator: str) -> Source:
        return Source(self.capture.digest, self.capture.final_url, self.capture.at, self.kind, locator)

    def first(self, selector: str) -> Tag | None:
        return self.soup.select_one(selector)

    def text(self, selector: str, attribute: str = "") -> Reading[str]:
        """Text (or an attribute) of the first match; absent where the element is empty; unread where there is no match."""
        element = self.first(selector)
        if element is None:
            return Reading.unread("missing", self.source(selector))
        value = str(element.get(attribute) or "") if attribute else element.get_text(" ")
        value = one_line(value)
        return Reading.of(value, self.source(selector)) if value else Reading.absent(self.source(selector))


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
    """A string without surrounding space; None where it is empty. Numbers and objects are no text."""
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value.strip() or None


def as_integer(value: Any) -> int:
    """A whole number of at least 0, also as a string of digits (Mastodon's weekly counts)."""
    if isinstance(value, bool) or not isinstance(value, (int, str, float)):
        raise TypeError("not a number")
    number = int(value)
    if number < 0 or (isinstance(value, float) and value != number):
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
    if isinstance(value, str):
        text = re.sub(r"(\.\d{6})\d+", r"\1", value.strip())
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
