"""What may be asked of the network at all: http or https, a web port, no credentials, and only the public internet.

Threat: whoever pastes an address chooses where our server connects to. `http://169.254.169.254/`, `http://2130706433/`, a name
that answers with a private address or a redirect to one would read from inside our own network.
Guard: addresses are parsed as a browser does (so every spelling of 127.0.0.1 is 127.0.0.1), names are resolved once, and every
resolved address must be public. The caller connects to exactly the addresses returned here, so a second answer from the name
server (rebinding) is never asked for.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ada_url

from scrapers.capture import Outcome

Resolve = Callable[[str, int], Sequence[str]]

DEFAULT_PORTS = {"http": 80, "https": 443}
WEB_PORTS = frozenset(DEFAULT_PORTS.values())
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


class Stopped(Exception):
    """The request ends here without an answer. `code` becomes the Capture's detail."""

    def __init__(self, code: str, outcome: Outcome = Outcome.UNAVAILABLE) -> None:
        super().__init__(code)
        self.code = code
        self.outcome = outcome


@dataclass(frozen=True)
class Target:
    """An address that may be asked for, in the URL standard's normal form, without fragment."""

    href: str
    scheme: str
    host: str  # IPv6 literals without brackets
    port: int
    netloc: str  # as in the Host header: without the scheme's own port

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.netloc}"

    @classmethod
    def parse(cls, address: str, *, base: str | None = None, any_port: bool = False) -> Target:
        """`address`, relative to `base` where given. Raises Stopped: not_an_address, scheme_not_allowed,
        credentials_in_address, port_not_allowed.
        """
        try:
            url = ada_url.URL(address, base)
        except ValueError:
            raise Stopped("not_an_address") from None
        scheme = url.protocol.rstrip(":")
        if scheme not in DEFAULT_PORTS:
            raise Stopped("scheme_not_allowed")
        if url.username or url.password:
            raise Stopped("credentials_in_address")
        port = int(url.port or DEFAULT_PORTS[scheme])
        if port not in WEB_PORTS and not any_port:
            raise Stopped("port_not_allowed")
        href = url.href.partition("#")[0]
        return cls(href, scheme, url.hostname.strip("[]").rstrip("."), port, url.host)


def resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a name, in the order in which the system would try them. Raises Stopped("name_not_found")."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Stopped("name_not_found") from None
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def public_addresses(target: Target, ask: Resolve, *, allow_loopback: bool) -> tuple[str, ...]:
    """The addresses to connect to. One that is not public refuses all: a name that mixes them is an attack or a mistake.

    Raises Stopped: name_not_found, private_address.
    """
    found = (target.host,) if _is_literal(target.host) else tuple(ask(target.host, target.port))
    if not found:
        raise Stopped("name_not_found")
    if not all(is_public(address) or (allow_loopback and _is_loopback(address)) for address in found):
        raise Stopped("private_address")
    return found


def is_public(address: str) -> bool:
    """True for an address of the public internet (IANA special-purpose registries, RFC 6890).

    Forms that carry an IPv4 address inside (mapped, 6to4, Teredo, NAT64) are never public: no site is published under one, and
    what they lead to depends on the machine that asks.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        return ip in _GLOBAL_UNICAST and ip.is_global and ip.sixtofour is None and ip.teredo is None
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
