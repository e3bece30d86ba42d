"""Addresses as people paste them, parsed as a browser would (the URL standard, by ada), without noise.

`Address.parse` takes whatever was pasted. What is an URL becomes a `Url`; the other spellings of a group ("r/calm", "!calm@host",
"#calm:host") stay text, for adapters to claim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, unquote, urlencode

import ada_url
import tldextract

from scrapers.errors import AddressRefused

MAX_LENGTH = 2048
MAX_FOLDERS = 5  # no site's start lies deeper
NOISE = frozenset(
    {"fbclid", "gclid", "igshid", "share", "ref", "ref_source", "ref_src", "si", "sid", "s", "phpsessid", "context"}
)
WEB_SCHEMES = frozenset({"http", "https"})
# Schemes in which platforms name a group without the web; adapters claim them from the text.
APP_SCHEMES = frozenset({"matrix", "tg"})

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
_host_first = re.compile(r"^(?!!)[^\s/?#@]+\.[^\s/?#@]{2,}(?::\d+)?(?:[/?#]|$)")
_invisible = re.compile(r"[\u0000-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_archived = re.compile(r"^/web/\d{1,14}(?:[a-z]{2}_)?/(?P<inner>.+)$", re.DOTALL)
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


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
        query = _clean(parts["search"].lstrip("?"))
        return cls(scheme, parts["hostname"].rstrip("."), port, parts["pathname"], query, parts["hash"].lstrip("#"))

    @property
    def netloc(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def href(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.path}" + (f"?{self.query}" if self.query else "")

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
        return _suffixes(self.host).top_domain_under_public_suffix or self.host

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
        """Raises AddressRefused for what is empty, too long, not of the web, or carries credentials."""
        text = _invisible.sub("", pasted).strip().strip("<>\"'“”‘’").strip()
        if not text:
            raise AddressRefused("No address was given.", code="empty_address")
        if len(text) > MAX_LENGTH:
            raise AddressRefused(f"The address is longer than {MAX_LENGTH} characters.", code="address_too_long")
        scheme = _scheme.match(text)
        if scheme and scheme[1].lower() in APP_SCHEMES:
            return cls(text, None)
        if scheme and not _host_first.match(text):
            return cls(text, _unwrapped(Url.parse(text)))
        if text.startswith("//"):
            return cls(text, _unwrapped(Url.parse(f"https:{text}")))
        if _host_first.match(text):
            return cls(text, _unwrapped(Url.parse(f"https://{text}")))
        return cls(text, None)


def _clean(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=200) if query.count("&") < 200 else []
    kept = [(name, value) for name, value in pairs if name.lower() not in NOISE and not name.lower().startswith("utm_")]
    return urlencode(kept)


def _unwrapped(url: Url) -> Url:
    """The page inside an archived address; archives of archives are unwrapped once more, then left."""
    for _ in range(2):
        match = _archived.match(url.path) if url.on("web.archive.org") else None
        if match is None:
            return url
        inner = match["inner"] + (f"?{url.query}" if url.query else "")
        url = Url.parse(inner if "://" in inner else f"http://{inner}")
    return url
