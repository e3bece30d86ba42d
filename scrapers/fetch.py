"""The way to the network: one Request in, one Capture out, politely and within limits.

Threat: addresses chosen by strangers, answers written by strangers, and our own haste.
Guard: every hop passes the address guard (`guards`), the site's robots.txt (`robots`), the host's gate (`politeness`) and the
pinned, capped transport (`transport`), in this order. Redirects are followed here, by hand, so that each hop passes all
four. Nothing is kept between requests but robots rules, tokens and the gate's memory: no cookies, no connections, no environment.

    fetch = Fetcher(FetchSettings(user_agent="GroupVetting/1.0 (+https://vetting.example/bot)"), MemoryGate(), {}, clock)
    capture = fetch.for_platform(adapter)(Request("https://forum.example/about", "about"))
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from scrapers.adapter import Adapter, OAuthClient, Profile, Scheme
from scrapers.capture import Capture, Outcome, Request
from scrapers.decoding import ACCEPTED
from scrapers.guards import Resolve, Stopped, Target, resolve
from scrapers.outcomes import classify
from scrapers.politeness import Gate, TurnedAway, retry_after
from scrapers.robots import Robots
from scrapers.tokens import AccessToken, ClientSecret, Credential, Tokens
from scrapers.transport import Answer, FetchSettings, Transport

__all__ = ["AccessToken", "Cache", "ClientSecret", "Credential", "FetchSettings", "Fetcher"]

# Ends that say something of the host's health; the others are about the address or the answer.
HOST_FAILED = frozenset({"connection_failed", "tls_failed", "timeout", "truncated", "bad_response"})


class Cache(Protocol):
    """Earlier captures, for conditional requests."""

    def lookup(self, url: str) -> Capture | None:
        """The newest good capture of this address, or None."""


@dataclass(frozen=True)
class _Hop:
    """One request of a chain of redirects."""

    method: str
    target: Target
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def onward(self, status: int, location: str, *, any_port: bool) -> _Hop:
        """The hop that a redirect asks for (RFC 9110 §15.4). Raises Stopped as `Target.parse`, and insecure_redirect."""
        target = Target.parse(_as_sent(location), base=self.target.href, any_port=any_port)
        if self.target.scheme == "https" and target.scheme == "http":
            raise Stopped("insecure_redirect")
        headers = self.headers if target.origin == self.target.origin else _without_authorization(self.headers)
        if status == 303 or (status in (301, 302) and self.method == "POST"):
            return _Hop("HEAD" if self.method == "HEAD" else "GET", target, headers)
        return _Hop(self.method, target, headers, self.body)


class Fetcher:
    """Answers requests from the network. Never raises for what a network does; threads may share one.

    `credentials` are the operator's, by the names that adapters use in `auth_schemes`. `clock` tells UTC. With a `cache`, a GET
    without authorization is conditional where an earlier capture carries validators; on 304 the earlier body and headers are
    given again as an ok capture of this moment whose detail is "not_modified", so that adapters need not know.
    """

    def __init__(
        self,
        settings: FetchSettings,
        gate: Gate,
        credentials: Mapping[str, Credential],
        clock: Callable[[], datetime],
        *,
        cache: Cache | None = None,
        resolve: Resolve = resolve,
    ) -> None:
        self._settings, self._gate, self._clock, self._cache = settings, gate, clock, cache
        self._transport = Transport(settings, resolve)
        self._tokens = Tokens(credentials, self._token_answer, clock)
        self._robots = Robots(self._robots_file, settings.user_agent.partition("/")[0], clock)
        self._delay = Profile.delay
        self._schemes: Mapping[str, Scheme] = {}

    def for_platform(self, adapter: Adapter) -> Fetcher:
        """The same fetcher, with the platform's pace and its ways to use credentials."""
        fetcher = copy.copy(self)
        fetcher._delay = adapter.profile.delay  # noqa: SLF001 - of our own kind
        fetcher._schemes = adapter.auth_schemes  # noqa: SLF001
        return fetcher

    def __call__(self, request: Request) -> Capture:
        return self._captured(request, self._authorized if request.auth else self._public)

    def _captured(self, request: Request, way: Callable[[Request], Capture]) -> Capture:
        try:
            return way(request)
        except Stopped as stop:
            outcome, detail = stop.outcome, stop.code
        except TurnedAway as away:
            limited = away.code == "rate_limited"
            outcome = Outcome.RATE_LIMITED if limited else Outcome.UNAVAILABLE
            detail = str(round(away.seconds)) if limited else away.code
        return Capture(request.url, request.url, outcome, self._clock(), detail=detail, method=request.method)

    def _public(self, request: Request) -> Capture:
        return self._follow(request, self._first_hop(request), exempt="")

    def _authorized(self, request: Request) -> Capture:
        """With the operator's credential: access by contract, so robots.txt of that origin is not consulted."""
        hop = self._first_hop(request)
        if hop.target.scheme != "https" and not self._settings.allow_loopback:
            raise Stopped("scheme_not_allowed")
        capture = self._with_token(request, hop, renew=False)
        if capture.status == 401 and isinstance(self._schemes.get(request.auth or ""), OAuthClient):
            capture = self._with_token(request, hop, renew=True)
        if capture.status == 401:
            return replace(capture, outcome=Outcome.NEEDS_AUTH, detail="credential_refused")
        return capture

    def _with_token(self, request: Request, hop: _Hop, *, renew: bool) -> Capture:
        name = request.auth or ""
        authorization = self._tokens.header(name, self._schemes.get(name), renew=renew)
        headers = {**_without_authorization(hop.headers), "Authorization": authorization}
        return self._follow(request, replace(hop, headers=headers), exempt=hop.target.origin)

    def _first_hop(self, request: Request) -> _Hop:
        target = Target.parse(request.url, any_port=self._settings.allow_loopback)
        return _Hop(request.method.upper(), target, request.headers, request.body)

    def _follow(self, request: Request, hop: _Hop, *, exempt: str | None) -> Capture:
        """Asks hop after hop until one answers. `exempt` is the origin whose robots.txt does not count; None: that of any."""
        cached = self._cache.lookup(request.url) if self._cache and self._may_be_conditional(request) else None
        seconds = self._settings.max_seconds
        for _ in range(self._settings.max_redirects + 1):
            delay = self._delay if exempt in (None, hop.target.origin) else self._permitted_delay(hop.target)
            answer = self._exchange(_conditional(hop, cached), max(delay, request.delay), seconds)
            if answer.location is None:
                return self._capture(request, hop, answer, cached)
            hop = hop.onward(answer.status, answer.location, any_port=self._settings.allow_loopback)
            seconds -= answer.seconds
        raise Stopped("too_many_redirects")

    def _permitted_delay(self, target: Target) -> float:
        """The pause that platform and site ask for. Raises Stopped where robots.txt does not let us in."""
        rules = self._robots.of(target.origin)
        if rules.silent is not None:
            raise Stopped(rules.silent.detail, rules.silent.outcome)
        if not rules.allow(target.href):
            detail = "robots_unavailable" if rules.unavailable else "robots_txt"
            raise Stopped(detail, Outcome.ROBOTS_DISALLOWED)
        return max(self._delay, rules.delay)

    def _exchange(self, hop: _Hop, delay: float, seconds: float) -> Answer:
        """One hop through the gate, which is told how the host fared."""
        headers = {"Accept": "*/*", **hop.headers, "User-Agent": self._settings.user_agent, "Accept-Encoding": ACCEPTED}
        self._gate.enter(hop.target.netloc, delay)
        healthy, pause = True, 0.0
        try:
            answer = self._transport.exchange(hop.method, hop.target, headers, hop.body, seconds)
            healthy = answer.status < 500 and answer.status != 429
            pause = retry_after(answer.headers.get("retry-after", ""), self._clock()) or 0.0
        except Stopped as stop:
            healthy = stop.code not in HOST_FAILED
            raise
        finally:
            self._gate.leave(hop.target.netloc, healthy=healthy, pause=pause)
        return answer

    def _capture(self, request: Request, hop: _Hop, answer: Answer, cached: Capture | None) -> Capture:
        at, url = self._clock(), hop.target.href
        if answer.status == 304 and cached is not None:
            headers = {**cached.headers, **answer.headers}
            return replace(cached, url=request.url, at=at, headers=headers, outcome=Outcome.OK, detail="not_modified")
        outcome, detail = classify(answer.status, answer.headers, answer.body, request.url, url)
        if outcome is Outcome.RATE_LIMITED:
            asked = retry_after(detail, at)
            detail = "" if asked is None else str(round(asked))
        return Capture(
            request.url, url, outcome, at, answer.status, dict(answer.headers), answer.body, detail, request.method
        )

    def _may_be_conditional(self, request: Request) -> bool:
        named = {name.lower() for name in request.headers}
        return (
            request.method == "GET" and not request.auth and not named & {"if-none-match", "if-modified-since", "range"}
        )

    def _robots_file(self, url: str) -> Capture:
        request = Request(url, "robots")
        return self._captured(request, lambda asked: self._follow(asked, self._first_hop(asked), exempt=None))

    def _token_answer(self, request: Request) -> Answer:
        hop = self._first_hop(request)
        if hop.target.scheme != "https" and not self._settings.allow_loopback:
            raise Stopped("scheme_not_allowed")
        return self._exchange(hop, self._delay, self._settings.max_seconds)


def _conditional(hop: _Hop, cached: Capture | None) -> _Hop:
    """The hop with the validators of an earlier capture of the same address (RFC 9110 §13.1)."""
    if cached is None or cached.final_url != hop.target.href:
        return hop
    names = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    validators = {names[name]: cached.headers[name] for name in names if cached.headers.get(name)}
    return replace(hop, headers={**hop.headers, **validators})


def _without_authorization(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in ("authorization", "cookie")}


def _as_sent(header: str) -> str:
    """A header's bytes as UTF-8 where they are: http.client reads every header as Latin-1."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header
