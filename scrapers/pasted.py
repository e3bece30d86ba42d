"""The one link in what was pasted: a line of a mail, a Markdown link, an address in brackets or with a full stop behind it.

Several links are refused rather than one of them chosen: a report must not be of a group that was not meant.
"""

from __future__ import annotations

import re
from functools import cache

import tldextract

from scrapers.errors import AddressRefused

# Schemes in which platforms name a group without the web; adapters claim them from the text.
APP_SCHEMES = ("matrix", "tg")
OPENING = "([{'‘‚“„«‹*|,;:-–—"
CLOSING = "'’‘”“»›*|.,;:!?…。，、！？；："
PAIRS = {")": "(", "]": "[", "}": "{", "）": "（"}  # closing ones may belong to the address, if it opens them

suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
host_first = re.compile(r"^(?!!)[^\s/?#@]+\.[^\s/?#@]{2,}(?::\d+)?(?:[/?#]|$)")

_line = re.compile(r"[\r\n\v\f\u0085\u2028\u2029]+")
_between = re.compile(r"\]\(|[\s<>\"`]+")
_invisible = re.compile(r"[\u0000-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_label = re.compile(r"^[^./@#?%]*?(?=https?://)", re.IGNORECASE)
_with_scheme = re.compile(rf"^(?:[a-z][a-z0-9+.-]*://|//\S+\.|https?:/|(?:{'|'.join(APP_SCHEMES)}):)\S", re.IGNORECASE)
# Communities, people and rooms as their platforms write them, without the web.
_short = re.compile(
    r"^/?(?:r|u|user)/\w[\w+-]*(?:[/?#]|$)|^/?[cm]/\w+@\S+\.\S|^[@!][^\s/:@]+@\S+\.\S|^[#!][^\s:]+:\S+\.\S",
    re.IGNORECASE,
)


def link_in(pasted: str) -> str:
    """The link in the text, else the text itself. Raises AddressRefused where there are several, or where a line ends in it."""
    lines = [line for line in map(_tokens, _line.split(pasted)) if line]
    tokens = [token for line in lines for token in line]
    if len(tokens) == 1:
        return tokens[0]
    links = {_alike(token): token for token in reversed(tokens) if _is_link(token)}
    if len(links) > 1:
        raise AddressRefused(
            "There is more than one address in what was pasted.",
            code="several_addresses",
            remedy="Paste one address, of one group.",
        )
    if links and len(tokens) == len(lines) and _is_link(tokens[0]):
        raise AddressRefused(
            "There is a line break in what was pasted, and the address may go on behind it.",
            code="broken_address",
            remedy="Paste the whole address in one line.",
        )
    return next(iter(links.values()), _invisible.sub("", pasted).strip())


def _tokens(line: str) -> list[str]:
    return [token for token in map(trimmed, _between.split(_invisible.sub("", line.replace("\t", " ")))) if token]


def trimmed(token: str) -> str:
    """Without the label before a link ("see:https://…"), and without what a sentence or Markdown puts around it."""
    token = _label.sub("", token.lstrip(OPENING))
    while token and (token[-1] in CLOSING or _unopened(token)):
        token = token[:-1]
    return token


def _unopened(token: str) -> bool:
    opening = PAIRS.get(token[-1])
    return opening is not None and token.count(token[-1]) > token.count(opening)


def _is_link(token: str) -> bool:
    """True for what a reader of a sentence would take for a link."""
    if _with_scheme.match(token) or _short.match(token):
        return True
    host = re.match(r"[^\s/?#@:]+(?=[:/?#]|$)", token) if host_first.match(token) else None
    return host is not None and _has_suffix(host[0])


@cache
def _has_suffix(host: str) -> bool:
    return bool(suffixes(host).suffix)


def _alike(link: str) -> str:
    """One text for the spellings in which a link stands beside itself."""
    return re.sub(r"^(?:https?:)?//|^(?=[^/])", "", link, flags=re.IGNORECASE).removeprefix("www.").rstrip("/").lower()
