"""Authorization by the operator's credentials: a token that he has got himself, or one that his client credentials are changed
for (RFC 6749 §4.4).

Threat: a token or secret that ends up in a capture, a log or an error, or is sent to another site by a redirect.
Guard: the exchange is made here and its answer kept here; what leaves is one header for one origin. Errors carry codes and names
of settings only.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from scrapers.adapter import OAuthClient, ReadyToken, Scheme
from scrapers.capture import Outcome, Request
from scrapers.guards import Stopped
from scrapers.transport import Answer

# A token is renewed a little before it ends, so that it does not end on its way.
EARLY = timedelta(seconds=60)
DEFAULT_LIFE, LONGEST_LIFE = 3600.0, 86_400.0


@dataclass(frozen=True)
class ClientSecret:
    """An operator's registration with a platform. The secret is in no representation."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class AccessToken:
    """A token that the platform has given the operator. It is in no representation."""

    value: str = field(repr=False)


Credential = ClientSecret | AccessToken


@dataclass(frozen=True)
class _Token:
    value: str = field(repr=False)
    until: datetime


class Tokens:
    """Issued tokens by credential and place of issue, renewed when they end. `post` sends a request and returns its answer, or
    raises Stopped.
    """

    def __init__(
        self, credentials: Mapping[str, Credential], post: Callable[[Request], Answer], clock: Callable[[], datetime]
    ) -> None:
        self._credentials, self._post, self._clock = credentials, post, clock
        self._kept: dict[tuple[str, str], _Token] = {}
        self._lock = threading.Lock()

    def header(self, name: str, scheme: Scheme | None, *, renew: bool = False) -> str:
        """The Authorization header for the credential called `name`; `renew` gets another token where one is changed for.

        Raises Stopped: no_credential (with the names of the settings that would hold it) or token_refused (needs_auth), or what
        ended the exchange.
        """
        credential = self._credentials.get(name)
        if isinstance(scheme, ReadyToken) and isinstance(credential, AccessToken):
            return f"{scheme.kind} {credential.value}"
        if isinstance(scheme, OAuthClient) and isinstance(credential, ClientSecret):
            return f"Bearer {self._issued(name, scheme, credential, renew=renew)}"
        named = f":{','.join(scheme.settings)}" if scheme and scheme.settings else ""
        raise Stopped(f"no_credential{named}", Outcome.NEEDS_AUTH)

    def _issued(self, name: str, client: OAuthClient, credential: ClientSecret, *, renew: bool) -> str:
        key = (name, client.token_url)
        with self._lock:
            token = self._kept.get(key)
            if token is None or renew or token.until <= self._clock():
                token = self._kept[key] = self._exchange(credential, client)
        return token.value

    def _exchange(self, credential: ClientSecret, client: OAuthClient) -> _Token:
        answer = self._post(_token_request(credential, client))
        if answer.status >= 500:
            raise Stopped(f"token_http_{answer.status}")
        try:
            issued = json.loads(answer.body)
            value, life = issued["access_token"], float(issued.get("expires_in") or DEFAULT_LIFE)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise Stopped("token_refused", Outcome.NEEDS_AUTH) from None
        if answer.status != 200 or not isinstance(value, str) or not value.isascii() or not value.isprintable():
            raise Stopped("token_refused", Outcome.NEEDS_AUTH)
        return _Token(value, self._clock() + timedelta(seconds=min(max(0.0, life), LONGEST_LIFE)) - EARLY)


def _token_request(credential: ClientSecret, client: OAuthClient) -> Request:
    """RFC 6749 §2.3.1: identifier and secret are form-encoded before they go into Basic authentication."""
    pair = f"{quote(credential.client_id, safe='')}:{quote(credential.client_secret, safe='')}"
    headers = {
        "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
    return Request(client.token_url, "token", "POST", headers, b"grant_type=client_credentials")
