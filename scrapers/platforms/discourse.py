"""Discourse forums, and single categories of them that serve as groups.

Read are the forum's own account of itself, its guidelines and the category's description. Topics are never asked for.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace
from typing import Any

from scrapers.adapter import Adapter, Profile, Reader, WrongPlatform
from scrapers.capture import Capture, Outcome, Request
from scrapers.parse import (
    HtmlDocument,
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
    gap,
    looked_at,
    opened,
    unreadable,
)
from scrapers.refs import GroupRef
from scrapers.snapshot import Activity, Created, Members, Reading, Snapshot, State, Steward
from scrapers.text import html_to_text, links
from scrapers.urls import Address, Url

ABOUT = """
    admin_ids admins banner_image can_see_about_stats category_moderators contact_email contact_url description
    discourse_discover_enrolled extended_site_description https locale moderator_ids moderators site_creation_date stats title
    version
"""
# Pages on which Discourse keeps its rules, the most telling first.
RULES_PAGES = ("guidelines", "faq", "tos")
# The Discourse page itself, or the copy for readers without scripts.
RULES_TEXT = ("div.body-page", "#main-outlet .contents", "#main-outlet")
ELSEWHERE = {Outcome.OK, Outcome.NOT_FOUND, Outcome.PARSE_ERROR}

_category = re.compile(
    r"^(?P<base>(?:/[^/]+)*?)/c/(?:[^/]+/)*(?P<slug>(?!p/)[^/]*[^\d/][^/]*)/(?P<id>\d{1,9})(?:/.*)?$"
)
# What a category's address may ask for besides; where it asks for more, it is another site's.
VIEWS = frozenset(
    {
        "ascending",
        "before",
        "filter",
        "max_posts",
        "min_posts",
        "order",
        "page",
        "period",
        "q",
        "search",
        "status",
        "tags",
    }
)

# What only this software answers, and a field of the answer.
LANDMARKS = {"/about.json": "about.version", "/site/basic-info.json": "login_required"}


class Discourse(Adapter):
    platform = "discourse"
    profile = Profile(
        title="Discourse",
        never_shown=frozenset(
            {"founder", "sanction", "adult", "rules", "rules_updated_at", "joining", "stewards.since", "stewards.bio"}
        ),
        pseudonymous=True,
    )

    def claim(self, address: Address) -> GroupRef | None:
        """Only categories show by their address that they are Discourse's; a forum is recognised by its page."""
        if address.url is None or address.url.central:
            return None
        category = _category.match(address.url.path)
        if category is None or not address.url.parameters.keys() <= VIEWS:
            return None
        page = f"{address.url.scheme}://{address.url.netloc}{address.url.path}"
        return replace(_ref(address.url, category["base"], category["id"]), canonical_url=page)

    def recognise(self, page: Capture) -> GroupRef | None:
        root = api_root(page, LANDMARKS)
        if root:
            return _ref(root, root.path.rstrip("/"))
        try:
            document = looked_at(page)
        except ParseFailed:
            return None
        generator = document.first("meta[name=generator]")
        if not str(generator.get("content") if generator else "").startswith("Discourse "):
            return None
        url = Url.parse(page.final_url)
        category = self.claim(Address(page.final_url, url))
        return _settled(category) if category else _ref(url, _base(document))

    def read(self, ref: GroupRef) -> Reader:
        ref = _settled(ref)
        root, number = _root(ref)
        answer = yield Request(f"{root}/about.json", "about")
        about, outcome = opened(answer), _outcome(answer)
        basic = opened((yield Request(f"{root}/site/basic-info.json", "basic facts")))
        if not isinstance(about.get("about.title"), str):
            if not isinstance(basic.get("title"), str):
                raise WrongPlatform if outcome in ELSEWHERE else unreadable(outcome, self.profile.title)
            about = NoDocument(answer, outcome if outcome is not Outcome.OK else Outcome.PARSE_ERROR)
        category: JsonDocument = NoDocument(answer, "not_attempted")
        if number:
            shown = yield Request(f"{root}/c/{number}/show.json", "category")
            category = opened(shown)
            if _outcome(shown) is Outcome.NOT_FOUND:
                raise unreadable(Outcome.NOT_FOUND, self.profile.title)
        rules = gap(outcome) if outcome is Outcome.LOGIN_WALL else (yield from _rules(root))
        snapshot = _site(ref, about, basic, rules)
        return _of_category(snapshot, category, about, number) if number else snapshot


def _rules(root: str) -> Generator[Request, Capture, Reading[str]]:
    """The first of the pages that holds text; else what was said of the most telling one."""
    found: list[Reading[str]] = []
    for page in RULES_PAGES:
        found.append(_rules_text((yield Request(f"{root}/{page}", "rules"))))
        if found[-1].state is State.VALUE:
            break
    return first_of(*found)


def _ref(url: Url, base: str, category: str = "") -> GroupRef:
    suffix = f"#c/{int(category)}" if category else ""
    page = f"{base}/c/-/{int(category)}" if category else f"{base}/"
    return GroupRef("discourse", f"{url.bare_netloc}{base}{suffix}", f"{url.scheme}://{url.netloc}{page}")


def _settled(ref: GroupRef) -> GroupRef:
    """By the category's own page: the ref may bear the page that was pasted, for it may be another site's after all."""
    root, number = _root(ref)
    return replace(ref, canonical_url=f"{root}/c/-/{number}") if number else ref


def _root(ref: GroupRef) -> tuple[str, str]:
    """Address of the forum without a slash at its end, and the category's number or nothing."""
    url, number = Url.parse(ref.canonical_url), ref.key.partition("#c/")[2]
    category = _category.match(url.path) if number else None
    base = category["base"] if category else url.path.rstrip("/")
    return f"{url.scheme}://{url.netloc}{base}", number


def _base(document: HtmlDocument) -> str:
    """The subfolder in which the forum lives, as its page declares it; nothing at a host's root."""
    declared = document.first("meta[name=discourse-base-uri]")
    setup = document.first("#data-discourse-setup")
    base = (declared and declared.get("content")) or (setup and setup.get("data-base-uri")) or ""
    return str(base).rstrip("/") if re.fullmatch(r"(?:/[\w.~-]+)*/?", str(base)) else ""


def _outcome(capture: Capture) -> Outcome:
    """Discourse sends readers of a closed forum to its login page, or answers 403 not_logged_in."""
    path = capture.final_url.partition("?")[0].rstrip("/")
    if path.endswith(("/login", "/login.json")) or b'"not_logged_in"' in capture.body[:2000]:
        return Outcome.LOGIN_WALL
    return capture.outcome


def _site(ref: GroupRef, about: JsonDocument, basic: JsonDocument, rules: Reading[str]) -> Snapshot:
    about.expect("about", handled=ABOUT.split())
    stewards = about.read("about", lambda site: _team(site, about.get("users")))
    return Snapshot(
        ref=ref,
        taken_at=about.capture.at,
        scope="site",
        software="discourse",
        software_version=about.optional("about.version", as_text).value or "",
        name=first_of(about.text("about.title"), basic.text("title")),
        description=first_of(about.optional("about.description", _html), basic.optional("description", _html)),
        language=about.optional("about.locale", as_text),
        created=_created(about),
        stewards=stewards,
        stewards_complete=stewards.known,
        rules_text=rules,
        members=_counted(about, lambda stats: Members(as_integer(stats["user_count"]), "users_total")),
        activity=_counted(about, _activity),
        visibility=_visibility(about, basic),
        contacts=about.read("about", _contacts),
        links=about.optional(
            "about.extended_site_description", lambda text: links(as_text(text) or "", ref.canonical_url) or None
        ),
        warnings=drift(about=about, basic=basic),
    )


def _html(value: Any) -> str | None:
    return html_to_text(as_text(value) or "") or None


def _created(about: JsonDocument) -> Reading[Created]:
    """The forum's own date, which versions before 3.3 do not give."""
    made = about.optional("about.site_creation_date", lambda value: Created(as_moment(value), "platform"))
    return Reading.withheld("not_offered") if made.state is State.ABSENT else made


def _counted(about: JsonDocument, convert: Any) -> Reading[Any]:
    """Numbers that the admins may hide: then they are withheld, not none."""
    site = about.get("about")
    if isinstance(site, dict) and (site.get("can_see_about_stats") is False or "stats" not in site):
        return Reading.withheld("hidden_by_admin", about.source("about.can_see_about_stats"))
    return about.read("about.stats", convert)


def _activity(stats: dict[str, Any]) -> Activity:
    def count(name: str) -> int | None:
        return None if stats.get(name) is None else as_integer(stats[name])

    return Activity(
        posts_7d=as_integer(stats["posts_7_days"]),
        posts_30d=count("posts_30_days"),
        active_users_7d=count("active_users_7_days"),
        active_users_30d=count("active_users_30_days"),
    )


def _visibility(about: JsonDocument, basic: JsonDocument) -> Reading[str]:
    if not isinstance(about, NoDocument):
        return Reading.of("public", about.source("about"))
    if isinstance(basic.get("login_required"), bool):
        return basic.read("login_required", lambda closed: "private" if as_flag(closed) else "public")
    return gap(about.reason)


def _contacts(about: dict[str, Any]) -> tuple[str, ...] | None:
    return tuple(filter(None, (as_text(about.get(name) or "") for name in ("contact_email", "contact_url")))) or None


def _team(about: dict[str, Any], users: Any) -> tuple[Steward, ...] | None:
    """Admins, then moderators who are not admins, from either of the two shapes that Discourse has had."""
    team: dict[str, Steward] = {}
    for role, inline, ids in (("admin", "admins", "admin_ids"), ("moderator", "moderators", "moderator_ids")):
        for person in _people(about, inline, ids, users):
            steward = _steward(person, role)
            team.setdefault(steward.handle, steward)
    return tuple(team.values()) or None


def _people(holder: dict[str, Any], inline: str, ids: str, users: Any) -> list[dict[str, Any]]:
    if ids in holder:
        by_id = {user["id"]: user for user in users or ()}
        return [by_id[number] for number in holder[ids]]
    people = holder[inline]
    if not isinstance(people, list):
        raise TypeError("not a list")
    return people


def _steward(person: dict[str, Any], role: str) -> Steward:
    handle = as_text(person["username"])
    if handle is None:
        raise ValueError("a member of staff without a name")
    seen = person.get("last_seen_at")
    return Steward(
        handle,
        role,
        display_name=as_text(person.get("name") or "") or "",
        title=as_text(person.get("title") or "") or "",
        last_seen_at=as_moment(seen) if seen is not None else None,
        is_bot=isinstance(person.get("id"), int) and person["id"] < 0,
    )


def _rules_text(page: Capture) -> Reading[str]:
    if not page.ok:
        return gap(_outcome(page))
    try:
        document = HtmlDocument(page)
    except ParseFailed:
        return Reading.unread(Outcome.PARSE_ERROR)
    for selector in RULES_TEXT:
        element = document.first(selector)
        text = html_to_text(element.decode_contents()) if element else ""
        if text:
            return Reading.of(text, document.source(selector))
    return Reading.unread("missing")


def _of_category(site: Snapshot, category: JsonDocument, about: JsonDocument, number: str) -> Snapshot:
    """The category's own name, description and moderators; what the forum says of all of itself stays the forum's."""
    public = category.optional("category.read_restricted", lambda shut: "private" if as_flag(shut) else "public")
    stewards = about.read("about", lambda about_: _category_team(about_, int(number), about.get("users")))
    own = Reading[Any].unread("not_offered")
    return replace(
        site,
        scope="group",
        native_id=number,
        name=category.text("category.name"),
        description=category.optional("category.description", _html),
        stewards=_both(stewards, site.stewards),
        visibility=public if category.capture.ok else site.visibility,
        members=own,
        activity=own,
        created=own,
        warnings=site.warnings + drift(category=category),
    )


def _category_team(about: dict[str, Any], number: int, users: Any) -> tuple[Steward, ...] | None:
    for entry in about.get("category_moderators") or ():
        described = entry.get("category") or {}
        if number in {entry.get("category_id"), described.get("id")}:
            people = _people(entry, "moderators", "moderator_ids", users)
            return tuple(_steward(person, "moderator") for person in people) or None
    return None


def _both(own: Reading[tuple[Steward, ...]], site: Reading[tuple[Steward, ...]]) -> Reading[tuple[Steward, ...]]:
    """The category's moderators first, then the forum's staff, who may act in every category."""
    if not own.value or not site.value:
        return site if site.value else own
    named = {steward.handle for steward in own.value}
    return Reading.of(own.value + tuple(s for s in site.value if s.handle not in named), *own.sources, *site.sources)


ADAPTER = Discourse()
