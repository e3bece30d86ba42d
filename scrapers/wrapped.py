"""Addresses that carry another one: archived copies, AMP copies, doors to log in at, links that count clicks.

What they lead to is the page that a person means, so only that page's address counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

from scrapers.errors import AddressRefused

if TYPE_CHECKING:
    from scrapers.urls import Url

ARCHIVES = ("web.archive.org", "archive.org")
TODAY = tuple(f"archive.{end}" for end in ("today", "ph", "is", "li", "fo", "vn", "md"))
# Hosts, paths (all of it) and parameters in which they name where they lead to; google.com stands for all of Google's.
DOORS = (
    (("facebook.com", "fb.com"), r"/(?:login(?:/.*|\.php)?|l\.php|flx/warn/?)", ("next", "u")),
    (("l.instagram.com", "l.threads.net", "l.threads.com"), r"/", ("u",)),
    (("out.reddit.com",), r"/.*", ("url",)),
    (("reddit.com",), r"/(?:(?:account/)?(?:login|register)|over18)/?", ("dest",)),
    (("google.com",), r"/url", ("q", "url")),
    (("accounts.google.com",), r"/.*", ("continue",)),
    (("youtube.com",), r"/redirect", ("q",)),
    (("safelinks.protection.outlook.com",), r"/", ("url",)),
)

_archived = re.compile(
    r"/(?:web|save)/(?:(?:\d{1,14}\*?|\*)(?:[a-z]{2}_)?/|(?=https?:))(?P<inner>.+)", re.DOTALL | re.IGNORECASE
)
_today = re.compile(r"/(?:o/\w+/|\d[\d.-]{3,19}/|newest/|oldest/|(?=https?:))(?P<inner>.+)", re.DOTALL | re.IGNORECASE)
_code = re.compile(r"/\w{4,6}")
_amp = re.compile(r"/(?:amp|c|v|i|wp)/(?P<s>s/)?(?P<inner>[^/]+\..+)", re.DOTALL)
_google = re.compile(r"^(?:www\.)?google\.(?:[a-z]{2,3}|com?\.[a-z]{2})$")
_encoded = re.compile(r"https?%3a", re.IGNORECASE)
_collapsed = re.compile(r"^(https?):/*", re.IGNORECASE)
_old_google_group = re.compile(r"!(?:forum|topic|topicsearchin|search(?:in)?)/(?P<name>[^/?]+)")


def inner(url: Url) -> str | None:
    """The address that this one carries; None where it carries none. Raises AddressRefused where it hides one."""
    for found in (_in_archive(url), _in_amp(url), _behind_door(url), _google_group(url)):
        if found:
            return _repaired(found)
    return None


def _in_archive(url: Url) -> str | None:
    if url.on(*TODAY):
        if _code.fullmatch(url.path):
            raise AddressRefused(
                "This short link leads to an archived copy, and hides of which page.",
                code="short_link",
                remedy="Open it and paste the address of the page itself.",
            )
        found = _today.fullmatch(url.path)
    else:
        found = _archived.fullmatch(url.path) if url.host.removeprefix("www.") in ARCHIVES else None
    if found is None:
        return None
    query, fragment = (f"{sign}{part}" if part else "" for sign, part in (("?", url.query), ("#", url.fragment)))
    return f"{found['inner']}{query}{fragment}".rstrip("*")


def _in_amp(url: Url) -> str | None:
    """google.com/amp/s/HOST/…, HOST.cdn.ampproject.org/c/s/HOST/…: with "s" for https."""
    is_amp = (_google.match(url.host) and url.path.startswith("/amp/")) or url.on("cdn.ampproject.org")
    found = _amp.fullmatch(url.path) if is_amp else None
    if found is None:
        return None
    scheme, query = "https" if found["s"] else "http", f"?{url.query}" if url.query else ""
    return f"{scheme}://{found['inner']}{query}"


def _behind_door(url: Url) -> str | None:
    for hosts, path, names in DOORS:
        is_door = url.on(*hosts) or ("google.com" in hosts and _google.match(url.host))
        if is_door and re.fullmatch(path, url.path):
            there = next(filter(None, map(url.parameters.get, names)), "")
            return urljoin(url.href, there) if there.startswith(("/", "http:", "https:")) else None
    return None


def _google_group(url: Url) -> str | None:
    """groups.google.com/forum/#!forum/NAME is by now groups.google.com/g/NAME; of an organisation's, below /a/DOMAIN."""
    place = re.fullmatch(r"(?P<of>(?:/a/[^/]+)?)/forum/?", url.path) if url.host == "groups.google.com" else None
    named = _old_google_group.match(url.fragment)
    return f"https://groups.google.com{place['of']}/g/{named['name']}" if place and named else None


def _repaired(address: str) -> str:
    """With its scheme, of which servers and people lose a slash or all of it."""
    plain = unquote(address) if _encoded.match(address) else address
    return _collapsed.sub(r"\1://", plain) if _collapsed.match(plain) else f"http://{plain.lstrip('/')}"
