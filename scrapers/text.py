"""Hostile HTML and Markdown -> plain text that keeps what structure says: paragraphs, headings and lists on lines.

Nothing is executed or fetched. Scripts, styles and hidden elements are dropped; so are characters that only steer how
text is shown (controls, bidi overrides, zero-width spaces), because a reader of the text would not see what they do.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from lxml import etree
from markdown_it import MarkdownIt

from scrapers.snapshot import Link

MAX_CHARACTERS = 2_000_000  # of input; the rest is cut off
MAX_MARKDOWN = 30_000  # the parser is quadratic in hostile brackets; sidebars and rules are shorter
MAX_INDENT = 5
MAX_LINKS = 5_000

# fmt: off
SILENT = frozenset({
    "head", "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "embed", "canvas", "audio",
    "video", "select", "datalist", "textarea",
})
PARAGRAPHS = frozenset({
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "hr", "dl", "figure", "fieldset",
    "ul", "ol", "menu",
})
LINES = frozenset({
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "dialog", "div", "dt", "figcaption",
    "footer", "form", "header", "legend", "li", "main", "nav", "section", "summary", "tr",
})
# fmt: on
LISTS = frozenset({"ul", "ol", "menu"})
CELLS = frozenset({"td", "th", "option"})
SCHEMES = frozenset({"http", "https", "tel", "mailto", "sms"})

_unshown = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_space = re.compile(r"[\s\u00a0]+")
_hidden_style = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_markdown = MarkdownIt("commonmark", {"breaks": True}).enable(["table", "strikethrough"])


def html_to_text(html: str) -> str:
    """What a reader of the page or fragment sees, as lines. Never raises.

    Items of lists begin with "- " or "1. ", indented by two spaces a level; paragraphs, headings and lists are set
    apart by one blank line. It is plain text, not safe HTML: whoever shows it escapes it.
    """
    writer = _Writer()
    _feed(html, writer)
    return writer.text()


def markdown_to_text(markdown: str) -> str:
    """As `html_to_text`, for CommonMark with tables; line ends stay, HTML inside is read as HTML. Never raises."""
    return html_to_text(_markdown.render(markdown[:MAX_MARKDOWN]))


def links(html: str, base: str = "") -> tuple[Link, ...]:
    """Every shown link of the page in order, each address once, made absolute by `base` and the page's own <base>.

    Only addresses that a person may follow (http, https, tel, mailto, sms); `rel` is left to whoever knows the page.
    """
    anchors = _Anchors()
    _feed(html, anchors)
    base = _joined(base, anchors.base)
    found: dict[str, Link] = {}
    for href, label in anchors.found[:MAX_LINKS]:
        address = _joined(base, href)
        if address.partition(":")[0].lower() in SCHEMES and (address not in found or not found[address].text):
            found[address] = Link(address, clean(label)[:300])
    return tuple(found.values())


def markdown_links(markdown: str, base: str = "") -> tuple[Link, ...]:
    """As `links`, of a Markdown text. Never raises."""
    return links(_markdown.render(markdown[:MAX_MARKDOWN]), base)


def clean(text: str) -> str:
    """One line without unshown characters: for names, titles and attributes."""
    return _space.sub(" ", _unshown.sub("", text)).strip()


def _feed(html: str, target: _Seen) -> None:
    """Events instead of a tree: no nesting is too deep. libxml2 recovers from whatever is no HTML."""
    parser = etree.HTMLParser(encoding="utf-8", target=target)  # type: ignore[arg-type]  # stubs: text may be bytes
    etree.fromstring(f"<html>{html[:MAX_CHARACTERS]}".encode("utf-8", "replace"), parser)


def _joined(base: str, address: str) -> str:
    try:
        joined = urljoin(base, _unshown.sub("", address).strip())
        urlsplit(joined).port  # noqa: B018 - raises for the ports and hosts that are none
    except ValueError:
        return ""
    return joined


class _Seen(ABC):
    """Target of lxml's parser that is told only of what a reader would see."""

    def __init__(self) -> None:
        self._silenced = 0  # open elements since the outermost silent one

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._silenced or _silent(tag, attributes):
            self._silenced += 1
        else:
            self.open(tag, attributes)

    def end(self, tag: str) -> None:
        if self._silenced:
            self._silenced -= 1
        else:
            self.shut(tag)

    def data(self, text: str) -> None:
        if not self._silenced:
            self.write(text)

    def close(self) -> None:  # noqa: B027 - the parser wants it, and there is nothing to do
        """Called by the parser at the end."""

    @abstractmethod
    def open(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    @abstractmethod
    def shut(self, tag: str) -> None:
        """An element ends."""

    @abstractmethod
    def write(self, text: str) -> None:
        """Text, of which the parser may hand over a part at a time."""


class _Anchors(_Seen):
    """Collects links with what they say."""

    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.found: list[tuple[str, str]] = []
        self._open: tuple[str, list[str]] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "base":  # stands in the head, which is not shown
            self.base = self.base or attributes.get("href", "")
        super().start(tag, attributes)

    def open(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in {"a", "area"} and attributes.get("href"):
            self._open = attributes["href"], []
            self._label = attributes.get("title") or attributes.get("aria-label") or attributes.get("alt") or ""

    def shut(self, tag: str) -> None:
        if tag in {"a", "area"} and self._open:
            href, words = self._open
            self.found.append((href, "".join(words) if "".join(words).strip() else self._label))
            self._open = None

    def write(self, text: str) -> None:
        if self._open:
            self._open[1].append(text)


class _Writer(_Seen):
    """Collects lines: line breaks and list markers wait until there is text that needs them."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[str] = []
        self._breaks = 0
        self._marker = ""
        self._gap = False
        self._lists: list[int | None] = []
        self._preformatted = 0

    def open(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._separate(tag)
        if tag in LISTS:
            self._lists.append(_start(attributes) if tag == "ol" else None)
        elif tag == "li":
            self._marker = self._next_marker()
        elif tag == "br":
            self._breaks = min(self._breaks + 1, 2)
        self._preformatted += tag == "pre"

    def shut(self, tag: str) -> None:
        self._preformatted -= tag == "pre"
        if tag in LISTS and self._lists:
            self._lists.pop()
        if tag == "li":
            self._marker = ""
        self._separate(tag)

    def write(self, text: str) -> None:
        if not self._preformatted:
            self._word(text)
            return
        first, *rest = text.split("\n")
        self._word(first)
        for line in rest:
            self._breaks = min(self._breaks + 1, 2)
            self._word(line)

    def text(self) -> str:
        return "".join(self._pieces)

    def _separate(self, tag: str) -> None:
        if tag in PARAGRAPHS:
            # Inside a list, paragraphs and nested lists stay close to their item.
            self._breaks = max(self._breaks, (1 if self._lists else 2) if not self._marker else self._breaks)
        elif tag in LINES and not self._marker:
            self._breaks = max(self._breaks, 1)
        elif tag in CELLS:
            self._gap = True

    def _next_marker(self) -> str:
        indent = "  " * min(max(len(self._lists) - 1, 0), MAX_INDENT)
        number = self._lists[-1] if self._lists else None
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "

    def _word(self, text: str) -> None:
        words = _space.sub(" ", _unshown.sub("", text))
        if not words.strip():
            self._gap = self._gap or bool(words)
            return
        if self._breaks:
            self._pieces.append("\n" * self._breaks if self._pieces else "")
        elif (self._gap or words[0] == " ") and self._pieces and not self._marker:
            self._pieces.append(" ")
        self._pieces.append(self._marker + words.strip())
        self._breaks, self._marker, self._gap = 0, "", words[-1] == " "


def _silent(tag: str, attributes: Mapping[str, str]) -> bool:
    return tag in SILENT or "hidden" in attributes or bool(_hidden_style.search(attributes.get("style", "")))


def _start(attributes: Mapping[str, str]) -> int:
    start = attributes.get("start", "1")
    return int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
