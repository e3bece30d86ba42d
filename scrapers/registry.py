"""Every platform we can read, found by looking into `scrapers.platforms`; and the one way from an address to a GroupRef."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import scrapers.platforms
from scrapers.adapter import Adapter
from scrapers.capture import Capture
from scrapers.errors import AddressRefused
from scrapers.refs import GroupRef
from scrapers.urls import Address

FALLBACK = "web"


@cache
def adapters() -> dict[str, Adapter]:
    """Platform name -> adapter, by name, the generic web page last."""
    found = [
        _load(module.name) for module in pkgutil.iter_modules(scrapers.platforms.__path__) if module.name[0] != "_"
    ]
    return {adapter.platform: adapter for adapter in sorted(found, key=lambda a: (a.platform == FALLBACK, a.platform))}


def resolve(address: str) -> GroupRef:
    """Any spelling of a group's address -> the GroupRef, without asking the network.

    On hosts nobody knows, the answer is a web page's; `collect` looks at the page's markers and may find a better one.
    Raises AddressRefused.
    """
    parsed = Address.parse(address)
    for adapter in adapters().values():
        ref = adapter.claim(parsed)
        if ref is not None:
            return ref
    if parsed.url and parsed.url.route:
        raise AddressRefused(
            "What stands behind the # sign in this address is shown only by the site's own program, which we do not run.",
            code="page_needs_script",
            remedy="If the group has a page with an address of its own, without a # sign, paste that one.",
        )
    raise AddressRefused("This is not the address of a group that we know how to read.", code="address_not_recognised")


def possible(address: str) -> list[GroupRef]:
    """The groups whose page an address on a host nobody knows may be, the smallest first: to be looked for among those on record.
    One that looked like a platform's may have been read as a page. Raises AddressRefused.
    """
    url = Address.parse(address).url
    if url is None or url.central or url.route:
        return []
    page = adapters()[FALLBACK].claim(Address(address, url))
    found = [ref for adapter in adapters().values() for ref in adapter.possible(url)]
    found += [page] if page else []
    return sorted(found, key=lambda ref: -len(ref.key))


def recognise(page: Capture) -> GroupRef | None:
    """The GroupRef behind a page whose markers show a platform's software; None for an ordinary page."""
    for adapter in adapters().values():
        ref = adapter.recognise(page)
        if ref is not None:
            return ref
    return None


def _load(name: str) -> Adapter:
    adapter = importlib.import_module(f"scrapers.platforms.{name}").ADAPTER
    if not isinstance(adapter, Adapter):
        raise TypeError(f"scrapers.platforms.{name}.ADAPTER is not an Adapter")
    return adapter
