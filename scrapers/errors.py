"""Everything that can go wrong between a pasted address and a snapshot, as one tree.

Each error has a stable `code` (what a caller may branch on), a `message` that is safe to show to the person who pasted the
address, and a `remedy` that says what to do. Causes are kept with `raise ... from`.
"""

from __future__ import annotations


class ScrapersError(Exception):
    """Base of all errors of this room."""

    code = "scrapers_error"
    remedy = "Try again later; if it stays, tell us the address."

    def __init__(self, message: str, *, code: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.remedy = remedy or type(self).remedy


class AddressRefused(ScrapersError):
    """The address itself cannot be one of a group that we may read."""

    code = "address_refused"
    remedy = "Paste the address of a group's page as your browser shows it."


class FetchRefused(ScrapersError):
    """A guard stopped the request: private address, scheme, port, credentials, redirect, size, time, decompression."""

    code = "fetch_refused"
    remedy = "Only public web addresses (http or https) can be read."


class GroupUnreadable(ScrapersError):
    """The address is good, but nothing about the group could be read; `code` is an `Outcome`."""

    code = "unavailable"


class CaptureError(ScrapersError):
    """A capture file is missing, damaged or holds nothing that fits."""

    code = "capture_unreadable"
    remedy = "Give a WARC file (.warc or .warc.gz) as written by `vetting evidence`."
