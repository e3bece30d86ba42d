"""Mastodon's servers and those that speak its API: the group is the server, its rules and the people it names as contact.

One person's profile leads to the server that it lives on. Until that server has answered, the profile's page has a key of its
own: many other sites have pages of such names, and each is another group. Posts, timelines and directories are never asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote

from scrapers.adapter import Adapter, Profile, Reader, WrongPlatform
from scrapers.capture import Capture, Outcome, Request
from scrapers.errors import AddressRefused
from scrapers.parse import (
    MISSING,
    JsonDocument,
    NoDocument,
    ParseFailed,
    api_root,
    as_flag,
    as_integer,
    as_moment,
    as_text,
    drift,
    first_of,
    joined,
    looked_at,
    opened,
    unreadable,
)
from scrapers.refs import GroupRef
from scrapers.snapshot import Activity, Created, GroupRule, Link, Members, Reading, Snapshot, Steward
from scrapers.text import html_to_text, links
from scrapers.urls import Address, Url

V2 = """
    api_versions configuration contact description domain icon languages registrations rules source_url thumbnail title usage
    version wrapstodon
"""
V1 = """
    approval_required configuration contact_account description email invites_enabled languages registrations rules
    short_description stats thumbnail title uri urls version
"""
NODEINFO = re.compile(r"https?://nodeinfo\.diaspora\.software/ns/schema/(?:2\.\d|1\.\d)")
T = TypeVar("T")
Asking = Generator[Request, Capture, Any]
# Answers that come from software without Mastodon's API, and say nothing of our access.
ELSEWHERE = {Outcome.OK, Outcome.NOT_FOUND, Outcome.PARSE_ERROR}

_handle = re.compile(r"^@?[\w.-]+@(?P<host>[^\W_](?:[\w.-]*[^\W_])?\.[^\W\d_][\w-]+(?::\d{1,5})?)$", re.IGNORECASE)
# A person's page, and what lies below it and tells no more.
_profile = re.compile(
    r"/(?P<name>@[\w.-]+(?:@[\w.-]+)?|users/[\w.-]+)(?:/(?:with_replies|media|featured|followers|following|(?:statuses/)?\d+))?/?",
    re.ASCII,
)

# What only this software answers, and a field of the answer.
LANDMARKS = {"/api/v2/instance": "domain", "/api/v1/instance": "uri"}


class Mastodon(Adapter):
    platform = "mastodon"
    profile = Profile(
        title="Mastodon",
        never_shown=frozenset({"founder", "sanction", "topics", "adult", "rules_updated_at", "stewards.since"}),
        pseudonymous=True,
    )

    def claim(self, address: Address) -> GroupRef | None:
        if address.url is None:
            handle = _handle.match(address.text) if address.text.startswith("@") else None
            return _named(Url.parse(f"https://{handle['host']}/")) if handle else None
        return _person(address.url)

    def possible(self, url: Url) -> Iterator[GroupRef]:
        if _person(url):
            yield _server(url)

    def recognise(self, page: Capture) -> GroupRef | None:
        root = api_root(page, LANDMARKS)
        if root:
            return _server(root)
        try:
            document = looked_at(page)
        except ParseFailed:
            return None
        state = document.first("script#initial-state[type='application/json']")
        if document.first("#mastodon") is None or state is None:
            return None
        return _server(Url.parse(page.final_url))

    def read(self, ref: GroupRef) -> Reader:
        host, node = yield from _software(ref.key.partition("/")[0])
        instance = yield from _instance(host)
        about = opened((yield Request(f"https://{host}/api/v1/instance/extended_description", "about page")))
        weeks = opened((yield Request(f"https://{host}/api/v1/instance/activity", "activity")))
        rules = instance
        if not isinstance(instance.get("rules"), list):
            rules = opened((yield Request(f"https://{host}/api/v1/instance/rules", "rules")))
        server = GroupRef(self.platform, host, f"https://{host}/")
        return _Server(ref=server, instance=instance, node=node, about=about, weeks=weeks, rules=rules).snapshot()


def _server(url: Url) -> GroupRef:
    return GroupRef("mastodon", url.netloc, f"https://{url.netloc}/")


def _person(url: Url) -> GroupRef | None:
    """The page of a person, if the address looks like one's; such pages have no parameters."""
    found = _profile.fullmatch(unquote(url.path)) if not (url.central or url.query) else None
    if found is None:
        return None
    page = f"{url.scheme}://{url.netloc}/{found['name']}"
    return GroupRef("mastodon", f"{url.netloc}/{found['name'].lower()}", page)


def _named(url: Url) -> GroupRef:
    """The server of a handle. Raises AddressRefused for a host that runs no software of this kind."""
    if url.central:
        raise AddressRefused("There is no server of this kind under this name.", code="not_a_group")
    return _server(url)


def _software(host: str) -> Asking:
    """The web domain behind the name and, where it has one, the server's NodeInfo document."""
    known = opened((yield Request(f"https://{host}/.well-known/nodeinfo", "software")))
    node_at = _node(known)
    if node_at is None:
        return host, NoDocument(known.capture, "missing" if known.capture.ok else "")
    return node_at.netloc, opened((yield Request(node_at.href, "software")))


def _instance(host: str) -> Asking:
    """What the server tells of itself, by version 2 of the API or 1. Raises WrongPlatform, GroupUnreadable."""
    outcomes: list[Outcome] = []
    for version in ("v2", "v1"):
        answer = yield Request(f"https://{host}/api/{version}/instance", "instance")
        instance = opened(answer)
        if isinstance(instance.get("title"), str):
            return instance
        outcomes.append(answer.outcome)
    refusal = next((outcome for outcome in outcomes if outcome not in ELSEWHERE), None)
    raise unreadable(refusal, Mastodon.profile.title) if refusal else WrongPlatform


def _node(known: JsonDocument) -> Url | None:
    """Where the server describes its software (NodeInfo): also the web domain, where handles use another name."""
    listed = known.get("links")
    for link in listed if isinstance(listed, list) else ():
        if isinstance(link, dict) and NODEINFO.fullmatch(str(link.get("rel"))):
            try:
                return Url.parse(str(link.get("href")))
            except AddressRefused:
                return None
    return None


@dataclass(frozen=True, kw_only=True)
class _Server:
    """The documents of one server, and what they say together."""

    ref: GroupRef
    instance: JsonDocument
    node: JsonDocument
    about: JsonDocument
    weeks: JsonDocument
    rules: JsonDocument

    @property
    def second(self) -> bool:
        """True where the server answered in the shape of API version 2."""
        return isinstance(self.instance.get("contact"), dict) or isinstance(self.instance.get("usage"), dict)

    def snapshot(self) -> Snapshot:
        self.instance.expect("", handled=(V2 if self.second else V1).split())
        return Snapshot(
            ref=self.ref,
            taken_at=self.instance.capture.at,
            scope="site",
            software=self.node.optional("software.name", as_text).value or "mastodon",
            software_version=self.instance.optional("version", as_text).value or "",
            native_id=self.instance.optional("domain" if self.second else "uri", as_text).value or "",
            name=self.instance.text("title"),
            description=self.description(),
            language=self.instance.optional("languages", lambda codes: ", ".join(codes) or None),
            created=self.created(),
            stewards=self.stewards(),
            rules=self.listed_rules(),
            members=self.members(),
            activity=self.activity(),
            visibility=self.visibility(),
            joining=self.joining(),
            contacts=self.contacts(),
            links=self.about.read("content", lambda text: links(as_text(text) or "", self.ref.canonical_url) or None),
            warnings=drift(
                instance=self.instance, nodeinfo=self.node, about=self.about, activity=self.weeks, rules=self.rules
            ),
        )

    def description(self) -> Reading[str]:
        """The short text of the front page, and the server's About page."""
        short = first_of(
            self.instance.optional("short_description", _html), self.instance.optional("description", _html)
        )
        return joined(short, self.about.read("content", _html))

    def created(self) -> Reading[Created]:
        """The contact's account lives on this server, so the server existed by then. Only where software says so itself."""
        if not self.second:
            return Reading.withheld("not_offered")
        return self.instance.optional(
            "contact.account",
            lambda account: Created(as_moment(account["created_at"]), "first_event", exact=False) if account else None,
        )

    def stewards(self) -> Reading[tuple[Steward, ...]]:
        path = "contact.account" if self.second else "contact_account"
        return self.instance.optional(path, lambda account: (_steward(account),) if account else None)

    def listed_rules(self) -> Reading[tuple[GroupRule, ...]]:
        return self.rules.read("rules" if self.rules is self.instance else "", _rules)

    def members(self) -> Reading[Members]:
        counted = self.node.read("usage.users.total", _users)
        return counted if self.second else first_of(counted, self.offered("stats.user_count", _users))

    def activity(self) -> Reading[Activity]:
        """Posts and log-ins of the last whole week (the first entry is the running one); people of the last month."""
        month_at = self.instance if self.second else self.node
        month = month_at.read("usage.users.active_month" if self.second else "usage.users.activeMonth", as_integer)
        week = self.weeks.read("1", _week)
        if week.value is None and month.value is None:
            return Reading(month.state, None, month.sources, month.reason)
        posts, active = week.value or (None, None)
        sources = (*(week.sources if week.value else ()), *(month.sources if month.value is not None else ()))
        return Reading.of(Activity(posts_7d=posts, active_users_7d=active, active_users_30d=month.value), *sources)

    def visibility(self) -> Reading[str]:
        return self.offered(
            "configuration.limited_federation", lambda limited: "private" if as_flag(limited) else "public"
        )

    def joining(self) -> Reading[str]:
        if isinstance(self.instance.get("registrations"), dict):
            return self.instance.read("registrations", lambda r: _joining(r["enabled"], r["approval_required"]))
        approval = self.instance.get("approval_required")
        return self.offered("registrations", lambda enabled: _joining(enabled, approval))

    def offered(self, path: str, convert: Callable[[Any], T | None]) -> Reading[T]:
        """For fields that came with later versions: where they are missing, nobody has said anything."""
        if self.instance.get(path) is MISSING:
            return Reading.unread("not_offered")
        return self.instance.read(path, convert)

    def contacts(self) -> Reading[tuple[str, ...]]:
        return self.instance.optional(
            "contact.email" if self.second else "email",
            lambda value: (as_text(value) or "",) if as_text(value) else None,
        )


def _html(value: Any) -> str | None:
    return html_to_text(as_text(value) or "") or None


def _users(value: Any) -> Members:
    return Members(as_integer(value), "users_total")


def _joining(enabled: Any, approval: Any) -> str:
    if not as_flag(enabled):
        return "closed"
    asked = approval is not None and approval is not MISSING and as_flag(approval)
    return "approval" if asked else "open"


def _week(week: dict[str, Any]) -> tuple[int, int]:
    return as_integer(week["statuses"]), as_integer(week["logins"])


def _rules(rules: Any) -> tuple[GroupRule, ...] | None:
    """Rules with their hints; in the server's own language, not in its translations."""
    if not isinstance(rules, list):
        raise TypeError("not a list")
    return tuple(_rule(order, rule) for order, rule in enumerate(rules, 1)) or None


def _rule(order: int, rule: dict[str, Any]) -> GroupRule:
    title, hint = _html(rule["text"]), _html(rule.get("hint") or "")
    if title is None:
        raise ValueError("a rule without text")
    return GroupRule(order, title if hint else "", hint or title)


def _steward(account: dict[str, Any]) -> Steward:
    """The contact person; `links` are those of their fields of which the server has seen the link back (rel=me)."""
    handle = as_text(account["acct"])
    if handle is None:
        raise ValueError("a contact without a name")
    return Steward(
        handle,
        "contact",
        display_name=as_text(account.get("display_name") or "") or "",
        bio="\n".join(filter(None, (_html(account.get("note") or ""), *map(_field, account.get("fields") or ())))),
        account_created_at=as_moment(account["created_at"]),
        is_bot=account.get("bot") is True,
        status="suspended" if account.get("suspended") is True else "active",
        links=tuple(link.url for field in account.get("fields") or () for link in _verified(field)),
    )


def _field(field: dict[str, Any]) -> str:
    return f"{_html(field['name']) or ''}: {_html(field['value']) or ''}"


def _verified(field: dict[str, Any]) -> tuple[Link, ...]:
    return links(as_text(field["value"]) or "") if field.get("verified_at") and as_moment(field["verified_at"]) else ()


ADAPTER = Mastodon()
