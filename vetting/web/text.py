"""How values become words on a page, and how scraped text is kept from doing anything but being read."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

# Characters that nobody sees but that change what is seen: controls, bidirectional overrides, zero-width spaces, tags.
# Zero-width joiner and non-joiner stay: emoji and several scripts need them.
_deceptive = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def harmless(value: Any) -> Any:
    """Text with every invisible or direction-changing character replaced by a visible sign; anything else as it is.

    The templates' `finalize`: every printed expression passes through it, so that none can be forgotten.
    """
    if isinstance(value, str) and not isinstance(value, Markup):
        return _deceptive.sub(REPLACEMENT, value)
    return value


def outward(url: Any) -> str | None:
    """The address if it is one of the web that may be linked to; None for every other scheme and for what is no address."""
    text = url.strip() if isinstance(url, str) else ""
    if _deceptive.search(text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme.lower() in {"http", "https"} and parts.netloc else None


def day(value: str | datetime | None) -> str:
    """2026-11-20T09:12:44Z -> 20 November 2026."""
    moment = _moment(value)
    return f"{moment.day} {moment:%B %Y}" if moment else "at an unknown time"


def minute(value: str | datetime | None) -> str:
    """2026-11-20T09:12:44Z -> 20 November 2026, 09:12 UTC."""
    moment = _moment(value)
    return f"{day(moment)}, {moment:%H:%M} UTC" if moment else "at an unknown time"


def month(value: str | None) -> str:
    """2026-06 -> June 2026; whatever else is given stays."""
    moment = _moment(f"{value}-01")
    return f"{moment:%B %Y}" if moment else str(value or "")


def points(value: float | None, places: int = 2) -> str:
    """A figure with at most so many decimals and no zeros that say nothing: 64.33, 75, 0.5."""
    return "–" if value is None else f"{value:.{places}f}".rstrip("0").rstrip(".")


def percent(share: float | None) -> str:
    """0.8521 -> 85 %. Rounded down, so that it never promises more than is known."""
    return "–" if share is None else f"{int(share * 100 + 1e-9)} %"


def size(count: int | None) -> str:
    """Bytes in words: 812 bytes, 18.2 kB."""
    if count is None:
        return "–"
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1e3:.1f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def words(code: str | None) -> str:
    """A code as words: remediation_verified -> remediation verified."""
    return (code or "").replace("_", " ")


def _moment(value: str | datetime | None) -> datetime | None:
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
