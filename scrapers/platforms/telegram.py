"""Telegram's public groups and channels by their t.me page, and private ones by the page of an invitation.

Who runs a group and by which rules is never shown there. A channel's preview tells when it was written in; what was
written is not kept. For a name that nobody bears, and for most persons, Telegram answers 200 with a page of the same kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapers.adapter import Adapter, Profile, Reader
from scrapers.capture import Capture, Outcome, Request
from scrapers.errors import AddressRefused, GroupUnreadable
from scrapers.parse import HtmlDocument, ParseFailed, as_moment, first_of, gap, unreadable
from scrapers.platforms._counts import counted
from scrapers.refs import GroupRef
from scrapers.snapshot import Activity, Created, Link, Members, Reading, Snapshot, Source
from scrapers.text import html_to_text, links
from scrapers.urls import Address, Url

HOSTS = ("t.me", "telegram.me", "telegram.dog")
# First parts of a path (or subdomains) that are functions of the app, not names.
# fmt: off
RESERVED = frozenset({
    "addemoji", "addlist", "addstickers", "addstyle", "addtheme", "auction", "bg", "boost", "call", "confirmphone", "contact",
    "dl", "giftcode", "invoice", "iv", "k", "a", "z", "login", "m", "msg", "newbot", "nft", "proxy", "setlanguage", "share",
    "socks", "stickers", "web", "www",
})
# fmt: on
# Words that stand behind a count: whole words or their beginnings, by what they count. Pages follow the reader's language.
MEMBERS = r"members?|участник\w*|учасник\w*|mitglied\w*|miembros?|membres?|membri|membros?|üye|członk\w*|leden|anggota"
SUBSCRIBERS = (
    r"subscribers?|подписчик\w*|підписник\w*|abonnent\w*|suscriptor\w*|abonnés?|iscritti|inscritos?|assinantes?|abone"
    r"|subskryben\w*|abonnees?|pelanggan"
)
MAX_LINE = 200  # characters; real ones have forty
WEEK, MONTH = timedelta(days=7), timedelta(days=30)

_name = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
_hash = re.compile(r"[A-Za-z0-9_-]{8,64}")
_phone = re.compile(r"[0-9]{5,15}")
_app = re.compile(r"^tg:(?://)?(?P<verb>[a-z]+)/?\?(?P<query>.*)$", re.IGNORECASE)
_extra = re.compile(
    rf"^(?P<count>\D*?[\d].*?)\s*(?:(?P<members>{MEMBERS})|(?P<subscribers>{SUBSCRIBERS}))(?:,|$)", re.IGNORECASE
)
_online = re.compile(r",\s*(?P<count>\d[\d\s\u00a0\u202f.,]*?)\s*\w+\s*$")
_users = re.compile(r"^[\d\s\u00a0.,]+[KMkm]?\s+monthly users$", re.IGNORECASE)


class Telegram(Adapter):
    platform = "telegram"
    profile = Profile(
        title="Telegram",
        never_shown=frozenset(
            {
                "founder", "stewards", "rules", "rules_text", "rules_updated_at", "platform_rules", "topics", "language",
                "adult", "sanction", "activity.active_users_7d", "activity.active_users_30d",
            }
        ),
        delay=3.0,
        pseudonymous=True,
    )  # fmt: skip

    def claim(self, address: Address) -> GroupRef | None:
        url = address.url
        if url is None:
            asked = _app.match(address.text)
            return _from_app(asked["verb"].lower(), asked["query"]) if asked else None
        if url.on("telegram.org"):
            return _from_web_app(url)
        host = next((host for host in HOSTS if url.on(host)), None)
        if host is None:
            return None
        subdomain = url.bare_host.removesuffix(host).rstrip(".")
        return _from_path((subdomain, *url.segments) if subdomain else url.segments)

    def read(self, ref: GroupRef) -> Reader:
        answer = yield Request(ref.canonical_url, "page")
        page = _opened(answer)
        if isinstance(page, Outcome):
            raise unreadable(page, self.profile.title)
        kind = _kind(page, ref)
        writing = _Writing()
        if kind == "channel" and ref.key.startswith("@"):
            name = ref.key.removeprefix("@")
            latest = _posts((yield Request(f"https://t.me/s/{name}", "preview")), name)
            oldest = (
                _posts((yield Request(f"https://t.me/s/{name}?before=2", "first message")), name)
                if latest.posts
                else latest
            )
            writing = _Writing(latest, oldest)
        return _snapshot(ref, page, kind, writing)


def _from_path(parts: tuple[str, ...]) -> GroupRef:
    """Raises AddressRefused for what names no group."""
    first, second = (*parts, "", "")[:2]
    if first == "s":
        first = second
    first = first.removeprefix("@")
    if first.startswith("+") or first.lower() == "joinchat":
        return _private(first.removeprefix("+") if first.startswith("+") else second)
    if first.lower() == "c":
        raise _members_only()
    return _public(first)


def _from_app(verb: str, query: str) -> GroupRef:
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    if verb == "join":
        return _private(asked.get("invite", ""))
    if verb == "privatepost":
        raise _members_only()
    return _public(asked.get("domain", "") if verb == "resolve" else "")


def _from_web_app(url: Url) -> GroupRef:
    """web.telegram.org/k/#@name, /k/#?tgaddr=tg://…, of old /#/im?p=@name; raises AddressRefused for the rest."""
    if url.host != "web.telegram.org":
        raise _no_group()
    asked = {name: values[0] for name, values in parse_qs(url.fragment.partition("?")[2]).items()}
    linked = _app.match(asked.get("tgaddr", ""))
    if linked:
        return _from_app(linked["verb"].lower(), linked["query"])
    peer = asked.get("p", url.fragment)
    if peer.startswith("@"):
        return _public(peer.removeprefix("@"))
    raise _members_only() if re.match(r"-|[gcs]\d", peer) else _no_group()


def _public(name: str) -> GroupRef:
    if name.lower() in RESERVED or not _name.fullmatch(name):
        raise _no_group()
    return GroupRef("telegram", f"@{name.lower()}", f"https://t.me/{name.lower()}")


def _private(code: str) -> GroupRef:
    if _phone.fullmatch(code):
        raise AddressRefused("This is a person's telephone number, not a group.", code="not_a_group")
    if not _hash.fullmatch(code):
        raise _no_group()
    return GroupRef("telegram", f"+{code}", f"https://t.me/+{code}")


def _no_group() -> AddressRefused:
    return AddressRefused(
        "This is not the address of a group or channel on Telegram.",
        code="not_a_group",
        remedy="Paste an address of the form t.me/name.",
    )


def _members_only() -> AddressRefused:
    return AddressRefused(
        "This link works only for members of a private group.",
        code="private_group",
        remedy="Paste its public address (t.me/name) or an invitation to it (t.me/+…).",
    )


def _opened(answer: Capture) -> HtmlDocument | Outcome:
    if not answer.ok:
        return answer.outcome
    try:
        return HtmlDocument(answer)
    except ParseFailed:
        return Outcome.PARSE_ERROR


def _line(page: HtmlDocument) -> str:
    """The line below the title: how many there are, or who it is."""
    return (page.text(".tgme_page_extra").value or "")[:MAX_LINE]


def _kind(page: HtmlDocument, ref: GroupRef) -> str:
    """Either "group" or "channel". Raises GroupUnreadable for a name nobody bears, a person, a bot, a link that ended."""
    extra = _line(page)
    written = _extra.match(extra)
    if page.text(".tgme_page_title").value and written:
        return "group" if written["members"] else "channel"
    if extra.startswith("@") or _users.match(extra):
        raise GroupUnreadable(
            "This is a person or a bot on Telegram, not a group.",
            code="not_a_group",
            remedy="Paste the address of a group or a channel.",
        )
    if page.first("[class^=tgme_]") is None or extra:
        raise unreadable(Outcome.PARSE_ERROR, Telegram.profile.title)
    remedy = (
        "Check the spelling of the name." if ref.key.startswith("@") else "Ask for a fresh invitation and paste that."
    )
    raise GroupUnreadable(
        "Telegram shows no group or channel here: there may be none, it may be a person's, or the invitation has ended.",
        code=Outcome.NOT_FOUND,
        remedy=remedy,
    )


@dataclass(frozen=True)
class _Posts:
    """When the messages on one page of a preview were written, by number; what they say is not read."""

    posts: tuple[tuple[int, datetime], ...] = ()
    source: Source | None = None
    refusal: str = "not_offered"


@dataclass(frozen=True)
class _Writing:
    """The newest messages that a preview shows, and the first one."""

    latest: _Posts = _Posts()
    oldest: _Posts = _Posts()

    def created(self) -> Reading[Created]:
        """A channel's first message is the note of its making; any other shows only that it existed by then."""
        shown = sorted((*self.oldest.posts, *self.latest.posts))
        if not shown:
            return gap(self.latest.refusal)
        number, at = shown[0]
        page = self.oldest if shown[0] in self.oldest.posts else self.latest
        made = Created(at, "first_event") if number == 1 else Created(at, "oldest_post", exact=False)
        return Reading.of(made, *filter(None, [page.source]))

    def activity(self) -> Reading[Activity]:
        """Messages are counted only where the page reaches back far enough."""
        times = [at for _, at in self.latest.posts]
        if not times or self.latest.source is None:
            return gap(self.latest.refusal)
        now, whole = self.latest.source.at, self.latest.posts[0][0] == 1
        counts = [
            sum(at > now - span for at in times) if whole or min(times) <= now - span else None
            for span in (WEEK, MONTH)
        ]
        return Reading.of(
            Activity(posts_7d=counts[0], posts_30d=counts[1], last_post_at=max(times)), self.latest.source
        )


def _posts(answer: Capture, name: str) -> _Posts:
    """Empty where there is no preview: then Telegram leads back to the plain page."""
    page = _opened(answer)
    if isinstance(page, Outcome):
        return _Posts(refusal=str(page))
    if not urlsplit(answer.final_url).path.startswith("/s/"):
        return _Posts()
    found = []
    for message in page.soup.select(".tgme_widget_message[data-post]"):
        channel, _, number = str(message["data-post"]).partition("/")
        written = message.select_one(
            ".tgme_widget_message_date time[datetime], .tgme_widget_message_info time[datetime]"
        )
        if channel.lower() == name and number.isdecimal() and written is not None:
            found.append((int(number), _moment(written["datetime"])))
    times = tuple(sorted((number, at) for number, at in found if at is not None and at <= answer.at))
    return _Posts(times, page.source(".tgme_widget_message time[datetime]"))


def _moment(written: Any) -> datetime | None:
    try:
        return as_moment(written)
    except (TypeError, ValueError, OverflowError):
        return None


def _snapshot(ref: GroupRef, page: HtmlDocument, kind: str, writing: _Writing) -> Snapshot:
    private = ref.key.startswith("+")
    extra = page.source(".tgme_page_extra")
    title = first_of(page.text(".tgme_page_title > span"), page.text(".tgme_page_title"))
    verified = page.first(".tgme_page_title .verified-icon") is not None
    return Snapshot(
        ref=ref,
        taken_at=page.capture.at,
        scope=kind,
        software="telegram",
        name=title,
        description=_description(page),
        created=writing.created(),
        members=_members(page, kind),
        activity=_online_now(page) if kind == "group" else writing.activity(),
        visibility=Reading.of("private" if private else "public", extra),
        joining=Reading.of("invite", extra) if private else Reading.unread("not_offered"),
        marks=Reading.of(("verified",), page.source(".verified-icon")) if verified else Reading.absent(*title.sources),
        links=_links(page),
        warnings=tuple(page.warnings),
    )


def _description(page: HtmlDocument) -> Reading[str]:
    element = page.first(".tgme_page_description")
    text = html_to_text(str(element)) if element is not None else ""
    return (
        Reading.of(text, page.source(".tgme_page_description")) if text else Reading.absent(page.source(".tgme_page"))
    )


def _links(page: HtmlDocument) -> Reading[tuple[Link, ...]]:
    element = page.first(".tgme_page_description")
    found = links(str(element), "https://t.me/") if element is not None else ()
    return (
        Reading.of(found, page.source(".tgme_page_description a"))
        if found
        else Reading.absent(page.source(".tgme_page"))
    )


def _members(page: HtmlDocument, kind: str) -> Reading[Members]:
    written = _extra.match(_line(page))
    try:
        count, precision = counted(written["count"] if written else "")
    except ValueError:
        page.warnings.append("unexpected count of members")
        return Reading.unread("parse_error", page.source(".tgme_page_extra"))
    return Reading.of(
        Members(count, "joined" if kind == "group" else "subscribers", precision), page.source(".tgme_page_extra")
    )


def _online_now(page: HtmlDocument) -> Reading[Activity]:
    written = _online.search(_line(page))
    try:
        count, _ = counted(written["count"] if written else "")
    except ValueError:
        return Reading.unread("not_offered")
    return Reading.of(Activity(online_now=count), page.source(".tgme_page_extra"))


ADAPTER = Telegram()
