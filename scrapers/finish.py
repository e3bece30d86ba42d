"""What holds for every snapshot, whichever adapter made it: links say why they matter, and dates can be true.

Texts are kept without the targets of their links; so the words of a group's description and rules are looked up again where they
were read, for the links in them that tell something. An adapter cannot forget that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from soupsieve import SelectorSyntaxError

from scrapers.capture import Capture, Outcome
from scrapers.pages import CRISIS_HOSTS, rel_of
from scrapers.parse import JsonDocument, ParseFailed, looked_at
from scrapers.recorded import UNDATED
from scrapers.snapshot import GroupRule, Link, Reading, Snapshot, Source, SourceKind, State
from scrapers.text import links, markdown_links
from scrapers.urls import Url

WORDS = ("description", "rules", "rules_text")  # the fields that hold the group's own words
MAX_ELEMENTS = 20  # of a page, at one place that a source names
MAX_FOUND = 100
CLOCKS_DIFFER = timedelta(days=1)
UNDATED_WARNING = "recorded without a date: ages and activity cannot be told from this reading alone"

_address = re.compile(
    rf"(?<![\w@./-])(?:https?://|(?:www\.)?(?={'|'.join(map(re.escape, CRISIS_HOSTS))}))[^\s<>()\[\]\"'`*|]+",
    re.IGNORECASE,
)


def finished(snapshot: Snapshot, captures: Iterable[Capture]) -> Snapshot:
    """The snapshot with links classified as in `Link.rel`, those of its words among them, and without impossible dates."""
    kept = tuple(captures)
    return _possible(_linked(snapshot, {capture.digest: capture for capture in kept if capture.body}), kept)


def _linked(snapshot: Snapshot, by_digest: Mapping[str, Capture]) -> Snapshot:
    page = Url.parse(snapshot.ref.canonical_url)
    own = snapshot.links
    told = {link.url: link if link.rel != "other" else _classified(link, page) for link in own.value or ()}
    sources = list(own.sources) if told else []
    for name in WORDS:
        reading: Reading[Any] = getattr(snapshot, name)
        found = [_classified(link, page) for link in _in_words(reading, by_digest)]
        new = {link.url: link for link in found if link.rel != "other" and link.url not in told}
        told |= dict(list(new.items())[:MAX_FOUND])
        sources += reading.sources if new else ()
    if not told:
        return snapshot
    return replace(snapshot, links=Reading.of(tuple(told.values()), *dict.fromkeys(sources)))


def _classified(link: Link, page: Url) -> Link:
    return replace(link, rel=rel_of(link, page))


def _in_words(reading: Reading[Any], by_digest: Mapping[str, Capture]) -> Iterator[Link]:
    """Links and bare addresses in the words of one field; bare names only of crisis lines."""
    if reading.state is not State.VALUE:
        return
    for source in reading.sources:
        capture = by_digest.get(source.digest)
        if capture is not None:
            yield from _at_place(capture, source)
    for text in _texts(reading.value):
        for match in _address.finditer(text):
            address = match[0].rstrip(".,;:!?")
            yield Link(address if "://" in address else f"https://{address}", "")


def _at_place(capture: Capture, source: Source) -> tuple[Link, ...]:
    try:
        if source.kind is SourceKind.HTML:
            found = looked_at(capture).soup.select(source.locator, limit=MAX_ELEMENTS)
            return tuple(link for element in found for link in links(str(element), capture.final_url))
        if source.kind is SourceKind.API:
            words = "\n\n".join(_texts(JsonDocument(capture).get(source.locator.lstrip("$."))))  # Markdown or HTML
            return (*links(words, source.url), *markdown_links(words, source.url))
    except (ParseFailed, SelectorSyntaxError, NotImplementedError):
        pass  # a place that is told to people, not to programs
    return ()


def _texts(value: Any) -> Iterator[str]:
    """Every string inside the value, however deep."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, (list, tuple)):
            waiting += reversed(item)
        elif isinstance(item, (dict, GroupRule)):
            waiting += reversed((item if isinstance(item, dict) else vars(item)).values())


def _possible(snapshot: Snapshot, captures: tuple[Capture, ...]) -> Snapshot:
    """Nothing began after it was read. A recording without a date is no moment to compare with, and says so."""
    if any(capture.at == UNDATED and capture.body for capture in captures):
        return replace(snapshot, warnings=(*snapshot.warnings, UNDATED_WARNING))
    created = snapshot.created
    if created.value is None or created.value.at <= snapshot.taken_at + CLOCKS_DIFFER:
        return snapshot
    return replace(
        snapshot,
        created=Reading.unread(Outcome.PARSE_ERROR, *created.sources),
        warnings=(*snapshot.warnings, "created: later than the reading"),
    )
