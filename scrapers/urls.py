"""Addresses as people paste them, parsed as a browser would (the URL standard, by ada), without noise.

`Address.parse` takes whatever was pasted. What is an URL becomes a `Url`; the other spellings of a group ("r/calm", "!calm@host",
"#calm:host") stay text, for adapters to claim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import parse_qsl, unquote

import ada_url

from scrapers import wrapped
from scrapers.errors import AddressRefused
from scrapers.pasted import APP_SCHEMES, host_first, link_in, suffixes, trimmed

MAX_LENGTH = 2048
MAX_FOLDERS = 5  # no site's start lies deeper
# Parameters that tell who shares, counts or is logged in, never which page it is.
# fmt: off
NOISE = frozenset({
    "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "twclid", "ttclid", "yclid", "igshid", "igsh", "li_fat_id",
    "srsltid", "mibextid", "rdid", "share_url", "sfnsn", "__tn__", "__cft__[0]", "mc_cid", "mc_eid", "mkt_tok", "_ga", "_gl",
    "_hsenc", "_hsmi", "vero_id", "oly_anon_id", "oly_enc_id", "wickedid", "share", "share_id", "ref", "ref_source", "ref_src",
    "si", "sid", "s", "phpsessid", "context",
})
# fmt: on
NOISY = ("utm_", "mtm_", "pk_campaign", "pk_kwd", "hsa_")  # beginnings of others
MAX_WRAPS = 5  # archives of archives, behind a link that counts
WEB_SCHEMES = frozenset({"http", "https"})
# fmt: off
CENTRAL = (
    "reddit.com", "redd.it", "facebook.com", "fb.com", "messenger.com", "discord.com", "discord.gg", "discordapp.com",
    "dsc.gg", "t.me", "telegram.me", "telegram.dog", "telegram.org", "meetup.com", "meetu.ps", "groups.io", "matrix.to",
    "youtube.com", "youtu.be", "tiktok.com", "instagram.com", "threads.net", "threads.com", "twitter.com", "x.com",
    "medium.com", "tumblr.com", "bsky.app", "linkedin.com", "pinterest.com", "quora.com", "substack.com", "archive.org",
    "google.com", "github.com",
)
# fmt: on

_scheme = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*):(?!\d+(?:/|$))")
_route = re.compile(r"!?/+[^/]|![^/]")
_escape = re.compile(r"%[0-9a-fA-F]{2}")
_separator = re.compile(r"([&;])")
_unreserved = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True)
class Url:
    """A web address in the URL standard's normal form: `host` lower case and IDNA, no credentials, no fragment in `href`."""

    scheme: str
    host: str  # without port
    port: int | None  # None: the scheme's own
    path: str  # percent-encoded, begins with "/"
    query: str  # without "?" and noise parameters
    fragment: str = ""

    @classmethod
    def parse(cls, text: str) -> Url:
        """Raises AddressRefused, with a code that names the cause."""
        if not ada_url.check_url(text):
            raise AddressRefused("This is not a web address.", code="not_an_address")
        parts = ada_url.parse_url(text)
        scheme = parts["protocol"].rstrip(":")
        if scheme not in WEB_SCHEMES:
            raise AddressRefused(f"Addresses that begin with “{scheme}:” cannot be read.", code="scheme_not_allowed")
        if parts["username"] or parts["password"]:
            raise AddressRefused(
                "The address carries a user name or password.",
                code="credentials_in_address",
                remedy="Remove what stands before the @ sign and paste it again.",
            )
        port = int(parts["port"]) if parts["port"] else None
        path, query = _plain(parts["pathname"]), _plain(_clean(parts["search"].removeprefix("?")))
        return cls(scheme, parts["hostname"].rstrip("."), port, path, query, parts["hash"].removeprefix("#"))

    @property
    def netloc(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def bare_netloc(self) -> str:
        """`bare_host` with the port: for sites that answer the same with and without such a prefix."""
        return self.bare_host if self.port is None else f"{self.bare_host}:{self.port}"

    @property
    def netloc_without_www(self) -> str:
        """For servers that speak for what bears their name: m. may be another one."""
        return re.sub(r"^www\.(?=.+\.)", "", self.netloc)

    @property
    def href(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.path}" + (f"?{self.query}" if self.query else "")

    @property
    def route(self) -> str:
        """The fragment where only a site's script sees by it what the page shows ("/room/…", "!forum/…", an invitation's secret);
        empty for a place on a page.
        """
        return self.fragment if _route.match(self.fragment) or self.on("signal.group") else ""

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """Path split at slashes, decoded, empty parts left out."""
        return tuple(unquote(part) for part in self.path.split("/") if part)

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Query as a mapping; of a repeated name the first."""
        return dict(reversed(parse_qsl(self.query, keep_blank_values=True)))

    @property
    def folders(self) -> tuple[str, ...]:
        """Paths of the folders that the page stands in, itself taken for one, the nearest first and "/" last; of those far below
        only the upper ones.
        """
        parts = [part for part in self.path.split("/") if part][:MAX_FOLDERS]
        return tuple(f"/{'/'.join(parts[:depth])}/" if depth else "/" for depth in range(len(parts), -1, -1))

    @property
    def bare_host(self) -> str:
        """Host without www., m. or mobile."""
        return re.sub(r"^(?:www|m|mobile)\.(?=.+\.)", "", self.host)

    @cached_property
    def registrable_domain(self) -> str:
        """By the public suffix list as shipped with tldextract; the host itself where there is none."""
        return suffixes(self.host).top_domain_under_public_suffix or self.host

    @property
    def central(self) -> bool:
        """True on the hosts of services that run only there: no self-hosted software answers at them."""
        return self.on(*CENTRAL)

    def on(self, *domains: str) -> bool:
        """True if the host is one of the domains or below one."""
        return any(self.host == domain or self.host.endswith(f".{domain}") for domain in domains)


@dataclass(frozen=True)
class Address:
    """What a person pasted: the cleaned text, and the URL if it is one."""

    text: str
    url: Url | None

    @classmethod
    def parse(cls, pasted: str) -> Address:
        """Raises AddressRefused for what is empty, too long, not of the web, several addresses, or carries credentials."""
        if len(pasted.strip()) > MAX_LENGTH:
            raise AddressRefused(f"The address is longer than {MAX_LENGTH} characters.", code="address_too_long")
        text = link_in(pasted)
        if not text:
            raise AddressRefused("No address was given.", code="empty_address")
        scheme = _scheme.match(text)
        if scheme and scheme[1].lower() in APP_SCHEMES:
            return cls(text, None)
        if scheme and not host_first.match(text):
            return cls(text, _unwrapped(Url.parse(text)))
        if text.startswith("//"):
            return cls(text, _unwrapped(Url.parse(f"https:{text}")))
        if host_first.match(text):
            return cls(text, _unwrapped(Url.parse(f"https://{text}")))
        return cls(text, None)


def _clean(query: str) -> str:
    """Without noise; what stays is left as it is written, for some software reads a query as a path."""
    *pairs, last = _separator.split(query)
    pieces = [*zip(pairs[::2], pairs[1::2], strict=True), (last, "")]
    return "".join(piece + sign for piece, sign in pieces if piece and not _is_noise(piece)).rstrip("&;")


def _is_noise(piece: str) -> bool:
    name = unquote(piece.partition("=")[0]).lower()
    return name in NOISE or name.startswith(NOISY)


def _plain(part: str) -> str:
    """Percent-encoding in its one normal form (RFC 3986 §6.2.2)."""
    return _escape.sub(lambda found: _escaped(found[0]), part)


def _escaped(escape: str) -> str:
    character = chr(int(escape[1:], 16))
    return character if character in _unreserved else escape.upper()


def _unwrapped(url: Url) -> Url:
    """The page that the address leads to, where it only carries another one's. Raises AddressRefused."""
    for _ in range(MAX_WRAPS):
        inside = wrapped.inner(url)
        if inside is None:
            break
        url = Url.parse(inside)
    plain = trimmed(url.href)
    return url if plain == url.href else replace(Url.parse(plain), fragment=url.fragment)
