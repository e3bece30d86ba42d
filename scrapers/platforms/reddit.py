"""Reddit's communities: by the approved OAuth API, by what else the public web still answers, or not at all.

Since 2026 Reddit answers anonymous readers with 403 on every JSON address, and its robots file asks all to stay away; the
feed alone would still answer. So the API is asked first, then the old addresses, which a capture file may hold.
Moderators' posts and the community's are never asked for.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lxml import etree

from scrapers.adapter import Adapter, OAuthClient, Profile, Reader
from scrapers.capture import Capture, Outcome, Request
from scrapers.errors import AddressRefused
from scrapers.parse import (
    MISSING,
    JsonDocument,
    NoDocument,
    as_flag,
    as_integer,
    as_moment,
    as_text,
    drift,
    first_of,
    gap,
    joined,
    one_line,
    opened,
    unreadable,
)
from scrapers.platforms._reddit import HANDLED, IGNORED, is_bot
from scrapers.refs import GroupRef
from scrapers.snapshot import (
    READINGS,
    Activity,
    Created,
    Founder,
    GroupRule,
    Link,
    Members,
    Reading,
    Sanction,
    Snapshot,
    Source,
    SourceKind,
    State,
    Steward,
)
from scrapers.text import html_to_text, links, markdown_to_text
from scrapers.urls import Address

Asking = Generator[Request, Capture, Any]

MAX_BIOS = 10  # profiles asked for: who stands first in the list decides, the rest would only cost requests
NO_COMMUNITIES = frozenset({"all", "popular", "mod", "friends", "random", "randnsfw", "home"})
# Outcomes of /about that are facts of the community, not of our access.
STANDINGS = {"quarantined": Outcome.QUARANTINED, "gated": Outcome.GATED, "private": Outcome.PRIVATE}
# subreddit_type -> who can read, who can join
KINDS = {
    "public": ("public", "open"),
    "restricted": ("restricted", "approval"),
    "private": ("private", "invite"),
    "archived": ("restricted", "closed"),
    "gold_restricted": ("restricted", "paid"),
    "gold_only": ("private", "paid"),
    "employees_only": ("private", "closed"),
}
_community = re.compile(r"[A-Za-z0-9_]{2,21}")
_spelled = re.compile(r"^/?(?P<kind>r|u|user)/(?P<name>[^/\s?#]+)(?:[/?#].*)?$", re.IGNORECASE)
_subdomains = re.compile(r"^(?:(?:www|old|new|np|m|i|sh|oauth|api|amp|ssl|pay|[a-z]{2}(?:-[a-z]{2})?)\.)?reddit\.com$")


@dataclass(frozen=True)
class _Door:
    """One of the two ways in: the API with the operator's credential, or the public addresses."""

    host: str
    suffix: str = ""
    auth: str | None = None

    def request(self, path: str, purpose: str) -> Request:
        return Request(f"https://{self.host}/{path}{self.suffix}?raw_json=1", purpose, auth=self.auth)


API = _Door("oauth.reddit.com", auth="reddit")
WEB = _Door("www.reddit.com", ".json")


@dataclass(frozen=True)
class _Team:
    """The moderator list as it was read, before and after the profiles."""

    stewards: Reading[tuple[Steward, ...]]
    founder: Reading[Founder]
    deleted: int = 0


class Reddit(Adapter):
    platform = "reddit"
    profile = Profile(
        title="Reddit",
        never_shown=frozenset({"activity", "stewards.last_seen_at"}),
        auth="reddit",
        pseudonymous=True,
        stewards_take_messages=True,
    )
    auth_schemes = {  # noqa: RUF012 - a constant
        "reddit": OAuthClient(
            "https://www.reddit.com/api/v1/access_token", settings=("REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET")
        )
    }

    def claim(self, address: Address) -> GroupRef | None:
        if address.url is None:
            spelled = _spelled.match(address.text)
            return _named(spelled["kind"], spelled["name"]) if spelled else None
        if address.url.on("redd.it"):
            raise AddressRefused(
                "This short link names one post, not a community.",
                code="not_a_group",
                remedy="Open it and paste the community's address (reddit.com/r/…).",
            )
        if not _subdomains.match(address.url.host):
            return None
        kind, name = (*address.url.segments, "", "")[:2]
        return _named(kind, name)

    def read(self, ref: GroupRef) -> Reader:
        name = ref.key.removeprefix("r/")
        door, refusal = API, ""
        about = yield API.request(f"r/{name}/about", "about")
        if _outcome(about, name) is Outcome.NEEDS_AUTH:
            door, refusal = WEB, Outcome.NEEDS_AUTH
            about = yield WEB.request(f"r/{name}/about", "about")
        outcome = _outcome(about, name)
        if outcome in {Outcome.NOT_FOUND, Outcome.RATE_LIMITED}:
            raise unreadable(outcome, self.profile.title)
        if outcome in {*STANDINGS.values(), Outcome.BANNED}:
            return _shut(ref, about, outcome)
        reason = refusal if refusal and outcome is not Outcome.OK else outcome
        document = opened(about) if outcome is Outcome.OK else NoDocument(about, reason)
        snapshot: Snapshot = yield from _described(ref, document, door)
        if not any(getattr(snapshot, field).known for field in READINGS):
            raise unreadable(reason, self.profile.title, self.auth_schemes["reddit"].settings)
        return snapshot


def _named(kind: str, name: str) -> GroupRef:
    """Raises AddressRefused for what is on Reddit, but no community."""
    name = re.sub(r"\.(?:json|rss)$", "", name)
    if kind.lower() in {"u", "user"} or name.lower().startswith("u_"):
        raise AddressRefused("This is the page of a person, not of a group.", code="not_a_group")
    if kind.lower() != "r":
        raise AddressRefused(
            "This is a page of Reddit's, but not of a community.",
            code="not_a_group",
            remedy="Paste an address of the form reddit.com/r/name.",
        )
    if "+" in name:
        raise AddressRefused("These are several communities at once.", code="not_a_group", remedy="Paste one of them.")
    if name.lower() in NO_COMMUNITIES or not _community.fullmatch(name):
        raise AddressRefused("This is not the name of a community on Reddit.", code="not_a_group")
    return GroupRef("reddit", f"r/{name.lower()}", f"https://www.reddit.com/r/{name.lower()}/")


def _outcome(about: Capture, name: str) -> Outcome:
    """How Reddit answered for the community, told from status, address and body; whatever is no fact stays access."""
    path = about.final_url.partition("?")[0].rstrip("/")
    body = _object(about)
    if path.endswith("/subreddits/search") or "/subreddits/search" in about.headers.get("location", ""):
        return Outcome.NOT_FOUND
    if path.endswith("/login"):
        return Outcome.LOGIN_WALL
    if not about.ok:
        return _refused(about, str(body.get("reason")))
    data = body.get("data")
    matches = isinstance(data, dict) and str(data.get("display_name")).lower() == name
    return Outcome.OK if body.get("kind") == "t5" and matches else Outcome.PARSE_ERROR


def _refused(about: Capture, reason: str) -> Outcome:
    """A 403 without a reason may be a quarantine (so it was in 2016) or our access: it counts as the latter."""
    if about.outcome is Outcome.CHALLENGE:
        return about.outcome
    told = {
        401: Outcome.NEEDS_AUTH,
        403: STANDINGS.get(reason, Outcome.NEEDS_AUTH),
        404: Outcome.BANNED if reason == "banned" else Outcome.NOT_FOUND,
        429: Outcome.RATE_LIMITED,
    }
    return told.get(about.status or 0, about.outcome)


def _object(capture: Capture) -> dict[str, Any]:
    """The body where it is a JSON object, whatever the status; else an empty one."""
    try:
        body = json.loads(capture.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _shut(ref: GroupRef, about: Capture, outcome: Outcome) -> Snapshot:
    """The snapshot of a community of which Reddit shows only that it is shut: that is a fact about it."""
    source = Source(about.digest, about.final_url, about.at, SourceKind.API, "$.reason")
    fields: dict[str, Any] = {field: gap(outcome) for field in READINGS}
    if outcome is Outcome.PRIVATE:
        fields |= {"visibility": Reading.of("private", source), "joining": Reading.of("invite", source)}
    else:
        message = _object(about).get("quarantine_message") or _object(about).get("interstitial_warning_message")
        words = markdown_to_text(as_text(message) or "") if isinstance(message, str) else ""
        fields["sanction"] = Reading.of(Sanction(str(outcome), words), source)
    return Snapshot(ref=ref, taken_at=about.at, software="reddit", **fields)


def _described(ref: GroupRef, about: JsonDocument, door: _Door) -> Asking:
    """Everything beside /about, asked for through the same door, and the snapshot of it all."""
    name = ref.key.removeprefix("r/")
    rules = opened((yield door.request(f"r/{name}/about/rules", "rules")))
    team_list = opened((yield door.request(f"r/{name}/about/moderators", "moderators")))
    team = _team(team_list)
    if team.stewards.state is State.VALUE:
        team = yield from _with_profiles(team, door)
    wiki: JsonDocument = NoDocument(about.capture, "not_attempted")
    if about.get("data.wiki_enabled") is not False:
        wiki = opened((yield door.request(f"r/{name}/wiki/rules", "rules page")))
    fields = _about(about) | _rules(rules, wiki, about)
    if isinstance(about, NoDocument):
        fields |= _feed((yield Request(f"https://www.reddit.com/r/{name}/.rss", "feed")))
    native_id = about.get("data.name")
    return Snapshot(
        ref=ref,
        taken_at=about.capture.at,
        software="reddit",
        native_id=native_id if isinstance(native_id, str) else "",
        stewards=team.stewards,
        founder=team.founder,
        stewards_complete=team.stewards.state is State.VALUE,
        deleted_stewards=team.deleted,
        warnings=drift(about=about, rules=rules, moderators=team_list, wiki=wiki),
        **fields,
    )


def _about(about: JsonDocument) -> dict[str, Any]:
    about.expect("data", handled=HANDLED, ignored=IGNORED)
    plain = _Markup(about)
    return {
        "name": first_of(about.text("data.title"), about.text("data.display_name")),
        "description": about.read("data.public_description", plain.text),
        "topics": about.optional(
            "data.advertiser_category", lambda value: (as_text(value),) if as_text(value) else None
        ),
        "language": about.optional("data.lang", as_text),
        "created": about.read("data.created_utc", lambda value: Created(as_moment(value), "platform")),
        "members": about.read("data.subscribers", lambda value: Members(as_integer(value), "subscribers")),
        "activity": _activity(about),
        "visibility": about.read("data.subreddit_type", lambda value: KINDS[value][0]),
        "joining": about.read("data.subreddit_type", lambda value: KINDS[value][1]),
        "adult": about.read("data.over18", as_flag),
        "sanction": about.read("data.quarantine", lambda flag: _sanction(flag, about.get("data"))),
        "links": about.optional("data.description_html", plain.links),
    }


@dataclass(frozen=True)
class _Markup:
    """Reddit's texts: Markdown, entity-escaped by addresses that were asked without raw_json=1."""

    about: JsonDocument

    def unescaped(self, value: Any) -> str:
        text = as_text(value) or ""
        shown = (self.about.get(f"data.{field}") for field in ("description_html", "public_description_html"))
        return html.unescape(text) if any(str(field).startswith("&lt;") for field in shown) else text

    def text(self, value: Any) -> str | None:
        return markdown_to_text(self.unescaped(value)) or None

    def links(self, value: Any) -> tuple[Link, ...] | None:
        return links(self.unescaped(value), "https://www.reddit.com/") or None


def _activity(about: JsonDocument) -> Reading[Activity]:
    """Readers online, as Reddit showed them until September 2025; since then there is nothing to read."""
    data = about.get("data")
    shown = [
        field for field in ("active_user_count", "accounts_active") if data is MISSING or data.get(field) is not None
    ]
    if not shown:
        return Reading.withheld("not_offered")
    return about.read(f"data.{shown[0]}", lambda value: Activity(online_now=as_integer(value)))


def _sanction(quarantined: Any, data: dict[str, Any]) -> Sanction | None:
    if as_flag(quarantined):
        return Sanction("quarantined", markdown_to_text(as_text(data.get("quarantine_message") or "") or ""))
    return Sanction("archived") if data.get("subreddit_type") == "archived" else None


def _rules(rules: JsonDocument, wiki: JsonDocument, about: JsonDocument) -> dict[str, Any]:
    rules.expect("", handled={"rules", "site_rules"}, ignored={"site_rules_flow"})
    listed = rules.read("rules", _listed)
    revised = wiki.read("data.revision_date", as_moment)
    newest = max((rule.created_at for rule in listed.value or () if rule.created_at), default=None)
    added = Reading.of(newest, *listed.sources) if newest else revised
    page = wiki.read("data.content_md", lambda value: markdown_to_text(as_text(value) or "") or None)
    return {
        "rules": listed,
        "platform_rules": rules.read("site_rules", _site_rules),
        "rules_text": joined(page, about.read("data.description", _Markup(about).text)),
        "rules_updated_at": _later(revised, added),
    }


def _later(first: Reading[datetime], second: Reading[datetime]) -> Reading[datetime]:
    if first.value is None or (second.value is not None and second.value > first.value):
        return second
    return first


def _listed(rules: Any) -> tuple[GroupRule, ...] | None:
    ordered = sorted(_objects(rules), key=lambda rule: as_integer(rule.get("priority") or 0))
    return tuple(_rule(order, rule) for order, rule in enumerate(ordered, 1)) or None


def _rule(order: int, rule: dict[str, Any]) -> GroupRule:
    made = rule.get("created_utc")
    text = markdown_to_text(html.unescape(as_text(rule.get("description") or "") or ""))
    title = one_line(html.unescape(as_text(rule["short_name"]) or ""))
    return GroupRule(order, title, text, as_moment(float(made)) if made is not None else None)


def _site_rules(rules: Any) -> tuple[GroupRule, ...] | None:
    if not isinstance(rules, list):
        raise TypeError("not a list")
    return tuple(GroupRule(order, as_text(rule) or "", "") for order, rule in enumerate(rules, 1)) or None


def _objects(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise TypeError("not a list of objects")
    return value


def _team(moderators: JsonDocument) -> _Team:
    """Nobody is named whose account is gone; the longest-serving moderator with all rights may be the founder."""
    path = "data.children"
    children = moderators.read(path, _objects)
    gone = sum(child.get("name") == "[deleted]" for child in children.value or ())
    stewards = moderators.read(path, _stewards)
    founder: Reading[Founder] = Reading(stewards.state, None, stewards.sources, stewards.reason)
    if stewards.known:
        oldest = _oldest(children.value or [])
        source = replace(moderators.source(path), kind=SourceKind.INFERRED)
        founder = Reading.of(Founder(oldest, "oldest_moderator"), source) if oldest else Reading.withheld("not_offered")
    return _Team(stewards, founder, gone)


def _stewards(children: Any) -> tuple[Steward, ...] | None:
    people = [child for child in _objects(children) if child["name"] != "[deleted]"]
    return tuple(_steward(person) for person in people) or None


def _steward(person: dict[str, Any]) -> Steward:
    handle = as_text(person["name"])
    if handle is None:
        raise ValueError("a moderator without a name")
    since = person.get("date")
    return Steward(
        handle,
        "moderator",
        title=as_text(person.get("author_flair_text") or "") or "",
        since=as_moment(since) if since is not None else None,
        is_bot=is_bot(handle),
    )


def _oldest(children: list[dict[str, Any]]) -> str | None:
    able = [
        child
        for child in children
        if child.get("mod_permissions") == ["all"] and child.get("date") and child["name"] != "[deleted]"
    ]
    human = [child for child in able if not is_bot(child["name"])]
    oldest = min(human, key=lambda child: as_moment(child["date"]), default=None)
    return oldest["name"] if oldest else None


def _with_profiles(team: _Team, door: _Door) -> Asking:
    """The team with public profile texts of its first members; an account that is gone is counted instead."""
    stewards: list[Steward] = []
    sources, gone, budget = list(team.stewards.sources), 0, MAX_BIOS
    for steward in team.stewards.value or ():
        if steward.is_bot or budget <= 0:
            stewards.append(steward)
            continue
        budget -= 1
        capture = yield door.request(f"user/{steward.handle}/about", "moderator")
        if capture.status == 404:
            gone += 1
            continue
        if capture.outcome in {Outcome.ROBOTS_DISALLOWED, Outcome.NEEDS_AUTH, Outcome.RATE_LIMITED}:
            budget = 0
        profile = opened(capture)
        stewards.append(_profiled(steward, profile))
        if not isinstance(profile, NoDocument):
            sources.append(profile.source("data"))
    founder = team.founder
    if founder.value and founder.value.handle not in {steward.handle for steward in stewards}:
        founder = Reading.withheld("not_offered")
    return _Team(Reading.of(tuple(stewards), *sources), founder, team.deleted + gone)


def _profiled(steward: Steward, profile: JsonDocument) -> Steward:
    name = profile.get("data.name")
    if not isinstance(name, str) or name.lower() != steward.handle.lower():
        return steward
    if profile.get("data.is_suspended") is True:
        return replace(steward, status="suspended")
    bio = profile.optional("data.subreddit.public_description", as_text)
    shown = profile.optional("data.subreddit.title", as_text)
    return replace(
        steward,
        display_name=shown.value or "",
        bio=markdown_to_text(bio.value or ""),
        account_created_at=profile.read("data.created_utc", as_moment).value,
        is_platform_staff=profile.get("data.is_employee") is True,
    )


def _feed(feed: Capture) -> dict[str, Any]:
    """Title and description of the Atom feed, where it came; no entry of it is looked at."""
    root = _atom(feed)
    if root is None:
        return {}

    def read(tag: str) -> Reading[str]:
        value = html_to_text(root.findtext(f"{{*}}{tag}") or "")
        source = Source(feed.digest, feed.final_url, feed.at, SourceKind.FEED, f"feed > {tag}")
        return Reading.of(value, source) if value else Reading.absent(source)

    return {"name": read("title"), "description": read("subtitle")}


def _atom(feed: Capture) -> Any:
    """The feed's root element; None where it is no Atom. Entities are not resolved and nothing is loaded."""
    if not feed.ok:
        return None
    try:
        root = etree.fromstring(feed.body, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if root.tag == "{http://www.w3.org/2005/Atom}feed" else None


ADAPTER = Reddit()
