"""One request over one connection to one vetted address: the only place in the project that opens a socket to the web.

Threat: rebinding names, answers that trickle for hours, endless headers or bodies, compression bombs, environment proxies,
cookies and stored passwords that travel along.
Guard: the connection goes to an address that `guards` has seen, under the name's Host header and TLS server name; a watchdog
shuts the socket when the time is up, whatever it is doing; bodies are streamed under caps; no session exists that could keep
or add anything. Redirects are not followed here.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotResolvedInTime
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from scrapers.decoding import MAX_BYTES, STEP, decode
from scrapers.guards import Resolve, Stopped, Target, public_addresses

MAX_HEADER_BYTES = 65_536
MAX_ADDRESSES = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Name servers answer in their own time: the lookup runs beside us, so that the deadline holds for it too.
_lookups = ThreadPoolExecutor(max_workers=8, thread_name_prefix="lookup")


@dataclass(frozen=True)
class FetchSettings:
    """How far a request may go. `user_agent` names us and a page where a site's owner can reach us.

    `max_seconds` is wall clock over the whole request with its redirects, without the waiting that politeness asks for;
    `max_bytes` holds for the wire and for the decoded body. `allow_loopback` is for tests: it opens 127.0.0.0/8 and ::1 with
    any port. `ca_bundle` is a PEM file of certificate authorities to trust in place of the public ones.
    """

    user_agent: str
    allow_loopback: bool = False
    max_bytes: int = MAX_BYTES
    max_seconds: float = 30.0
    connect_seconds: float = 10.0
    max_redirects: int = 5
    ca_bundle: str = ""


@dataclass(frozen=True)
class Answer:
    """What came back from one hop; `headers` in lower case, repeated ones joined; `seconds` is how long it took."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0

    @property
    def location(self) -> str | None:
        """Where a redirect leads, as sent; None where the answer is no redirect."""
        return self.headers.get("location") if self.status in REDIRECTS else None


class Transport:
    """Makes single requests under the settings' limits."""

    def __init__(self, settings: FetchSettings, resolve: Resolve) -> None:
        self._settings, self._resolve = settings, resolve

    def exchange(self, method: str, target: Target, headers: Mapping[str, str], body: bytes, seconds: float) -> Answer:
        """Raises Stopped with the code of what ended the request, and nothing else for what a network does."""
        start = time.monotonic()
        addresses = self._addresses(target, seconds)
        request = _prepared(method, target, headers, body)
        with _Watchdog(start + seconds - time.monotonic()) as watchdog:
            try:
                status, answered, content = self._first_reachable(request, target, addresses, watchdog)
            except Stopped as stop:
                raise (Stopped("timeout") if watchdog.expired else stop) from None
        if watchdog.expired:
            raise Stopped("timeout")
        return Answer(status, answered, content, time.monotonic() - start)

    def _addresses(self, target: Target, seconds: float) -> tuple[str, ...]:
        lookup = _lookups.submit(public_addresses, target, self._resolve, allow_loopback=self._settings.allow_loopback)
        try:
            return lookup.result(max(seconds, 0))[:MAX_ADDRESSES]
        except NotResolvedInTime:
            lookup.cancel()
            raise Stopped("timeout") from None

    def _first_reachable(
        self, request: requests.PreparedRequest, target: Target, addresses: tuple[str, ...], watchdog: _Watchdog
    ) -> tuple[int, dict[str, str], bytes]:
        for address in addresses[:-1]:
            with contextlib.suppress(_NotConnected):
                return self._once(request, target, address, watchdog)
        return self._once(request, target, addresses[-1], watchdog)

    def _once(
        self, request: requests.PreparedRequest, target: Target, address: str, watchdog: _Watchdog
    ) -> tuple[int, dict[str, str], bytes]:
        left = max(watchdog.left, 0.001)
        adapter = _PinnedAdapter(target, address, watchdog)
        try:
            response = adapter.send(
                request,
                stream=True,
                timeout=(min(self._settings.connect_seconds, left), left),
                verify=self._settings.ca_bundle or True,
            )
            return self._read(response)
        except (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
            raise _stopped(error) from None
        except ValueError:  # what http.client says of headers and lengths that are none
            raise Stopped("bad_response") from None
        finally:
            adapter.close()

    def _read(self, response: requests.Response) -> tuple[int, dict[str, str], bytes]:
        with contextlib.closing(response):
            headers = _headers(response.raw.headers)
            if response.status_code in REDIRECTS and "location" in headers:
                return response.status_code, headers, b""
            length = headers.get("content-length", "")
            if length.isdecimal() and int(length) > self._settings.max_bytes:
                raise Stopped("too_large")
            chunks = response.raw.stream(STEP, decode_content=False)
            body = decode(chunks, headers.get("content-encoding", ""), self._settings.max_bytes)
            return response.status_code, headers, body


class _NotConnected(Stopped):
    """Nothing answered at this address; the name's next one may."""


class _PinnedAdapter(HTTPAdapter):
    """Connects to the given address and nowhere else; certificate and server name are the target's."""

    def __init__(self, target: Target, address: str, watchdog: _Watchdog) -> None:
        super().__init__(max_retries=0)
        self._target, self._address, self._watchdog = target, address, watchdog

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        place: dict[str, Any]
        tls: dict[str, Any]
        place, tls = map(dict, super().build_connection_pool_key_attributes(request, verify, cert))
        place["host"] = self._address
        if self._target.scheme == "https":
            tls["server_hostname"] = self._target.host
        return place, tls

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        kind = _WatchedHTTPS if self._target.scheme == "https" else _WatchedHTTP
        pool.ConnectionCls = type(kind.__name__, (kind,), {"watchdog": self._watchdog})
        return pool


class _Watchdog:
    """Shuts the watched socket when time is up: a read that gets a byte now and then never times out by itself."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(max(seconds, 0), self._bite)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()

    @property
    def left(self) -> float:
        return self._end - time.monotonic()

    @property
    def expired(self) -> bool:
        return self.left <= 0

    def watch(self, connected: socket.socket) -> None:
        self._socket = connected
        if self.expired:
            self._bite()

    def _bite(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # The plain method even on TLS: another thread may be inside the TLS object.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _WatchedHTTP(HTTPConnection):
    watchdog: _Watchdog

    def connect(self) -> None:
        super().connect()
        self.watchdog.watch(cast("socket.socket", self.sock))


class _WatchedHTTPS(HTTPSConnection):
    watchdog: _Watchdog

    def connect(self) -> None:
        super().connect()
        self.watchdog.watch(cast("socket.socket", self.sock))


def _prepared(method: str, target: Target, headers: Mapping[str, str], body: bytes) -> requests.PreparedRequest:
    """Without a session, so that nothing of the environment is added. Raises Stopped where requests knows no such host."""
    try:
        return requests.Request(method, target.href, {**headers, "Host": target.netloc}, data=body or None).prepare()
    except ValueError:
        raise Stopped("not_an_address") from None


def _headers(received: urllib3.HTTPHeaderDict) -> dict[str, str]:
    if sum(len(name) + len(value) for name, value in received.iteritems()) > MAX_HEADER_BYTES:
        raise Stopped("too_large")
    return {name.lower(): received[name] for name in received}


def _stopped(error: BaseException) -> Stopped:
    """What requests, urllib3, http.client or the system raised, as an end of ours."""
    causes = _causes(error)
    if any(type(cause) is http.client.HTTPException for cause in causes):  # its bare base means: more than 100 headers
        return Stopped("too_large")
    for kinds, stop, code in _ENDS:
        if any(isinstance(cause, kinds) for cause in causes):
            return stop(code)
    return Stopped("connection_failed")


def _causes(error: BaseException) -> list[BaseException]:
    """The error and all that it wraps: urllib3 and requests keep causes as arguments, Python as context."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        item = waiting.pop()
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            waiting += [*item.args, item.__cause__, item.__context__, getattr(item, "reason", None)]
    return found


# The first kind found among the causes tells.
_ENDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], type[Stopped], str], ...] = (
    ((requests.exceptions.SSLError, urllib3.exceptions.SSLError), Stopped, "tls_failed"),
    (http.client.LineTooLong, Stopped, "too_large"),
    (urllib3.exceptions.NewConnectionError, _NotConnected, "connection_failed"),
    (urllib3.exceptions.ConnectTimeoutError, _NotConnected, "timeout"),
    ((urllib3.exceptions.TimeoutError, TimeoutError), Stopped, "timeout"),
    ((http.client.IncompleteRead, urllib3.exceptions.InvalidChunkLength), Stopped, "truncated"),
)
