"""Requests out, captures in: the only two things that travel between an adapter and the network."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property


class Outcome(StrEnum):
    """How a request ended. Only banned, quarantined, private, gated and not_found can say something of a group."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    NOT_FOUND = "not_found"
    PRIVATE = "private"
    QUARANTINED = "quarantined"
    GATED = "gated"
    BANNED = "banned"
    LOGIN_WALL = "login_wall"
    CHALLENGE = "challenge"
    RATE_LIMITED = "rate_limited"
    ROBOTS_DISALLOWED = "robots_disallowed"
    NEEDS_AUTH = "needs_auth"
    UNAVAILABLE = "unavailable"
    PARSE_ERROR = "parse_error"


@dataclass(frozen=True)
class Request:
    """What an adapter asks for.

    `auth` names a credential of the operator's (an adapter's `auth_schemes`); without it the answer is `needs_auth`.
    `purpose` says in two or three words what is read ("rules", "team page"), for progress and logs. `delay` is the least
    time between two requests to that host, in seconds, where it must be longer than the platform's.
    """

    url: str
    purpose: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    auth: str | None = None
    delay: float = 0.0


@dataclass(frozen=True)
class Capture:
    """One fetched response, or the reason why there is none.

    `url` is what was asked for and `final_url` what answered after redirects; `status` is None when nothing answered; header
    names are lower case; `body` is decoded from its transfer and content encoding, not from its charset; `at` is UTC;
    `detail` is a code that tells apart causes of one outcome ("private_address", "too_large", "timeout").
    """

    url: str
    final_url: str
    outcome: Outcome
    at: datetime
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    detail: str = ""
    method: str = "GET"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the body, hex: the name under which it is stored and cited."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def ok(self) -> bool:
        return self.outcome is Outcome.OK

    @property
    def content_type(self) -> str:
        """Media type in lower case without parameters; empty if none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()
