"""Lemmy's communities and instances, and by ActivityPub the communities of software that speaks the same protocol.

A community is always read at its home: another instance shows only those subscribers and rules that reached it. What
answers for a community must live on the host that was asked, so that no host can speak for a group of another's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from scrapers.adapter import Adapter, Profile, Reader, WrongPlatform
from scrapers.capture import Capture, Outcome, Request
from scrapers.errors import AddressRefused
from scrapers.parse import (
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
    looked_at,
    opened,
    unreadable,
)
from scrapers.refs import GroupRef
from scrapers.snapshot import (
    Activity,
    Created,
    Founder,
    GroupRule,
    Members,
    Reading,
    Sanction,
    Snapshot,
    SourceKind,
    Steward,
)
from scrapers.text import html_to_text, links, markdown_links, markdown_to_text
from scrapers.urls import Address, Url

ACTIVITY = "application/activity+json"
# Answers of the API's `error` field -> what they mean; older versions say couldnt_find_community with status 400.
ERRORS = {
    "couldnt_find_community": Outcome.NOT_FOUND,
    "not_found": Outcome.NOT_FOUND,
    "instance_is_private": Outcome.PRIVATE,
    "rate_limit_error": Outcome.RATE_LIMITED,
}
VISIBILITY = {
    "Public": "public",
    "Unlisted": "unlisted",
    "LocalOnly": "restricted",
    "LocalOnlyPublic": "restricted",
    "LocalOnlyPrivate": "restricted",
    "Private": "private",
}
JOINING = {"open": "open", "requireapplication": "approval", "require_application": "approval", "closed": "closed"}

# Shape of Lemmy 0.19; the 1.0 line answers with the same on /api/v3.
COMMUNITY = """
    actor_id banner deleted description hidden icon id instance_id last_refreshed_at local name nsfw only_followers_can_vote
    posting_restricted_to_mods published removed title updated visibility
"""
SITE = """
    actor_id banner content_warning description icon id inbox_url instance_id last_refreshed_at name public_key published
    sidebar updated
"""
LOCAL_SITE = """
    actor_name_max_length application_email_admins application_question captcha_difficulty captcha_enabled
    community_creation_admin_only default_post_listing_mode default_post_listing_type default_sort_type default_theme
    enable_downvotes enable_nsfw federation_enabled federation_signed_fetch hide_modlog_mod_names id legal_information
    private_instance published registration_mode reports_email_admins require_email_verification site_id site_setup
    slur_filter_regex updated
"""
_name = r"[a-z0-9_]{2,255}"
_host = r"[^\W_](?:[\w.-]*[^\W_])?(?::\d{1,5})?"
_handle = re.compile(rf"(?:!|/?[cm]/)(?P<name>{_name})@(?P<host>{_host})")
# Lemmy's and PieFed's /c/, Mbin's /m/; PieFed's posts stand below the community.
_path = re.compile(
    rf"/(?P<folder>[cm])/(?P<name>{_name})(?:@(?P<host>{_host}))?(?:/p/\d+(?:/[^/]*)?)?/?", re.IGNORECASE
)
# What a community's address may ask for besides; where it asks for more, it is another site's.
VIEWS = frozenset(
    {"sort", "type", "type_", "listingtype", "datatype", "page", "pagecursor", "view", "showhidden", "layout"}
)

# What only this software answers, and a field of the answer.
LANDMARKS = {"/api/v3/site": "site_view", "/api/v4/site": "site_view"}


class Lemmy(Adapter):
    platform = "lemmy"
    profile = Profile(
        title="Lemmy",
        never_shown=frozenset(
            {"rules", "rules_updated_at", "topics", "stewards.since", "stewards.title", "stewards.last_seen_at"}
        ),
        pseudonymous=True,
        stewards_take_messages=True,
    )

    def claim(self, address: Address) -> GroupRef | None:
        if address.url is None:
            spelled = _handle.fullmatch(address.text.lower())
            return _community(spelled["name"], _public(spelled["host"])) if spelled else None
        url = address.url
        spelled = _path.fullmatch(unquote(url.path))
        if spelled is None or url.central or not {name.lower() for name in url.parameters} <= VIEWS:
            return None
        if spelled["host"]:
            return _community(spelled["name"], _public(spelled["host"]))
        ref = _community(spelled["name"], url.netloc)
        # Many a site has something else at /m/ than at /c/: until Mbin has answered there, that is another group.
        key = f"m/{ref.key.removeprefix('!')}" if spelled["folder"].lower() == "m" else ref.key
        return GroupRef(self.platform, key, f"{url.scheme}://{url.netloc}{url.path.rstrip('/')}")

    def possible(self, url: Url) -> Iterator[GroupRef]:
        ref = self.claim(Address(url.href, url)) if url.segments[:1] == ("m",) else None
        if ref:
            yield _settled(ref)

    def recognise(self, page: Capture) -> GroupRef | None:
        root = api_root(page, LANDMARKS)
        if root:
            return GroupRef(self.platform, root.netloc, f"https://{root.netloc}/")
        try:
            document = looked_at(page)
        except ParseFailed:
            return None
        scripts = (script.get_text() for script in document.soup.select("script:not([src])"))
        state = next((text for text in scripts if "window.isoData" in text), "")
        if not re.search(r'["\']?(?:site_view|site_res)["\']?\s*:', state):
            return None
        url = Url.parse(page.final_url)
        community = self.claim(Address(page.final_url, url))
        return _settled(community) if community else GroupRef(self.platform, url.netloc, f"https://{url.netloc}/")

    def read(self, ref: GroupRef) -> Reader:
        if "@" in ref.key:
            return (yield from _read_community(_settled(ref)))
        return (yield from _read_site(ref))


def _community(name: str, host: str, folder: str = "c") -> GroupRef:
    """Instances are known with and without "www.", but answer at one of both: the page keeps it."""
    name, known = name.lower(), re.sub(r"^www\.(?=.+\.)", "", host)
    return GroupRef("lemmy", f"!{name}@{known}", f"https://{host}/{folder}/{name}")


def _settled(ref: GroupRef) -> GroupRef:
    """By the community's own page: the ref may bear the page that was pasted, for it may be another site's after all."""
    url = Url.parse(ref.canonical_url)
    return _community(re.split("[!/@]", ref.key)[-2], url.netloc, url.segments[0].lower())


def _public(host: str) -> str:
    """The host as the URL standard writes it. Raises AddressRefused for what is no host."""
    url = Url.parse(f"https://{host}/")
    if "." not in url.host or url.central:
        raise AddressRefused(
            "There is no community under this name: the part after @ is not an instance.", code="not_a_group"
        )
    return url.netloc


def _read_community(ref: GroupRef) -> Reader:
    name, host = ref.key.removeprefix("!").partition("@")[0], Url.parse(ref.canonical_url).netloc
    answer = yield Request(f"https://{host}/api/v3/community?name={name}", "community")
    outcome = _outcome(answer)
    document = opened(answer)
    if outcome is Outcome.RATE_LIMITED or (outcome is Outcome.NOT_FOUND and _error(answer)):
        raise unreadable(outcome, "Lemmy")
    if isinstance(document.get("community_view"), dict):
        site = opened((yield Request(f"https://{host}/api/v3/site", "instance")))
        return _from_api(ref, document, site)
    group_at = yield Request(ref.canonical_url, "community's actor", headers={"Accept": ACTIVITY})
    group = opened(group_at)
    if group.get("type") != "Group" or not _speaks_for(group.get("id"), ref.key.partition("@")[2]):
        if {outcome, group_at.outcome} <= {Outcome.OK, Outcome.NOT_FOUND, Outcome.PARSE_ERROR}:
            raise WrongPlatform
        raise unreadable(outcome if outcome is not Outcome.OK else Outcome.PARSE_ERROR, "Lemmy")
    return (yield from _from_actor(ref, group))


def _error(capture: Capture) -> str:
    """The API's own word for what went wrong, whatever the status; empty where it gives none that we know."""
    error = opened(replace(capture, outcome=Outcome.OK)).get("error")
    return error if isinstance(error, str) and error in ERRORS else ""


def _outcome(capture: Capture) -> Outcome:
    """The capture's own outcome, or what the API's error says where it says more."""
    return ERRORS.get(_error(capture), capture.outcome)


def _speaks_for(actor: Any, host: str) -> bool:
    """True where the actor's address lives on the host that was asked."""
    try:
        return isinstance(actor, str) and Url.parse(actor).netloc_without_www == host
    except AddressRefused:
        return False


def _from_api(ref: GroupRef, document: JsonDocument, site: JsonDocument) -> Snapshot:
    at = "community_view.community"
    host = ref.key.partition("@")[2]
    name = document.get(f"{at}.name")
    if (
        not _speaks_for(document.get(f"{at}.actor_id"), host)
        or not isinstance(name, str)
        or f"!{name.lower()}@" not in ref.key
    ):
        raise unreadable(Outcome.PARSE_ERROR, "Lemmy")
    if document.get(f"{at}.deleted") is True:
        raise unreadable(Outcome.NOT_FOUND, "Lemmy")
    document.expect("", handled={"community_view", "moderators", "discussion_languages"}, ignored={"site"})
    document.expect(at, handled=COMMUNITY.split())
    prose = document.optional(f"{at}.description", _markdown)
    stewards, gone = _stewards(document, "moderators", host, "moderator")
    return Snapshot(
        ref=ref,
        taken_at=document.capture.at,
        software="lemmy",
        software_version=_word(site, "version"),
        native_id=str(document.get(f"{at}.actor_id")),
        name=first_of(document.text(f"{at}.title"), document.text(f"{at}.name")),
        description=prose,
        rules_text=prose,
        platform_rules=_platform_rules(site),
        language=_language(document, site),
        created=document.read(f"{at}.published", _created),
        stewards=stewards,
        founder=_founder(stewards),
        stewards_complete=stewards.known,
        deleted_stewards=gone,
        members=document.read("community_view.counts.subscribers", lambda n: Members(as_integer(n), "subscribers")),
        activity=document.read("community_view.counts", _activity),
        visibility=document.read(at, _visibility),
        joining=document.read(at, _joining),
        adult=document.read(f"{at}.nsfw", as_flag),
        links=document.optional(
            f"{at}.description", lambda text: markdown_links(as_text(text) or "", ref.canonical_url) or None
        ),
        sanction=document.read(f"{at}.removed", lambda removed: Sanction("removed") if as_flag(removed) else None),
        warnings=drift(community=document, instance=site),
    )


def _visibility(community: dict[str, Any]) -> str:
    shown = VISIBILITY[community.get("visibility", "Public")]
    if shown == "public" and as_flag(community["posting_restricted_to_mods"]):
        shown = "restricted"
    return "unlisted" if as_flag(community["hidden"]) else shown


def _joining(community: dict[str, Any]) -> str:
    return "approval" if VISIBILITY[community.get("visibility", "Public")] == "private" else "open"


def _activity(counts: dict[str, Any]) -> Activity:
    return Activity(
        active_users_7d=as_integer(counts["users_active_week"]),
        active_users_30d=as_integer(counts["users_active_month"]),
    )


def _created(published: Any) -> Created:
    return Created(as_moment(published), "platform")


def _markdown(value: Any) -> str | None:
    return markdown_to_text(as_text(value) or "") or None


def _word(document: JsonDocument, path: str) -> str:
    return document.optional(path, as_text).value or ""


def _stewards(document: JsonDocument, path: str, host: str, role: str) -> tuple[Reading[tuple[Steward, ...]], int]:
    """The list as the API orders it, longest-serving first, and how many of its accounts are gone."""
    key = "moderator" if role == "moderator" else "person"

    def people(views: Any) -> list[dict[str, Any]]:
        if not isinstance(views, list):
            raise TypeError("not a list")
        return [view[key] for view in views]

    listed = document.read(path, people)
    gone = sum(person.get("deleted") is True for person in listed.value or () if isinstance(person, dict))
    team = document.read(
        path,
        lambda views: tuple(_steward(p, host, role) for p in people(views) if p.get("deleted") is not True) or None,
    )
    return team, gone


def _steward(person: dict[str, Any], host: str, role: str) -> Steward:
    actor = Url.parse(person["actor_id"]) if isinstance(person["actor_id"], str) else None
    name = as_text(person["name"])
    if actor is None or name is None:
        raise ValueError("a moderator without a name")
    return Steward(
        name if actor.netloc == host else f"{name}@{actor.netloc}",
        role,
        display_name=as_text(person.get("display_name") or "") or "",
        bio=markdown_to_text(as_text(person.get("bio") or "") or ""),
        account_created_at=as_moment(person["published"]),
        is_bot=person.get("bot_account") is True,
        status="suspended" if person.get("banned") is True else "active",
    )


def _founder(stewards: Reading[tuple[Steward, ...]]) -> Reading[Founder]:
    """The first of the list serves longest: whoever made the community, unless they have left."""
    if not stewards.value:
        return Reading.withheld("not_offered") if stewards.known else Reading(stewards.state, None, (), stewards.reason)
    inferred = (replace(source, kind=SourceKind.INFERRED) for source in stewards.sources)
    return Reading.of(Founder(stewards.value[0].handle, "oldest_moderator"), *inferred)


def _platform_rules(site: JsonDocument) -> Reading[tuple[GroupRule, ...]]:
    """The instance's sidebar: what its admins ask of every community."""
    title = _word(site, "site_view.site.name")
    return site.optional(
        "site_view.site.sidebar",
        lambda value: (GroupRule(1, title, _markdown(value) or ""),) if _markdown(value) else None,
    )


def _language(document: JsonDocument, site: JsonDocument) -> Reading[str]:
    """Codes of the community's languages ("de, en"), by the instance's table; 0 stands for undetermined."""
    known = site.get("all_languages")
    entries = [entry for entry in known if isinstance(entry, dict)] if isinstance(known, list) else []
    codes = {entry["id"]: str(entry.get("code")) for entry in entries if isinstance(entry.get("id"), int)}

    def named(numbers: Any) -> str | None:
        return ", ".join(sorted(codes[as_integer(number)] for number in numbers if number)) or None

    return document.optional("discussion_languages", named)


def _from_actor(ref: GroupRef, group: JsonDocument) -> Reader:
    """What an ActivityPub Group tells of itself; moderators are asked for where they are a collection of its own."""
    host = ref.key.partition("@")[2]
    moderators: JsonDocument = NoDocument(group.capture, "not_attempted")
    collection = group.get("attributedTo")
    if _speaks_for(collection, host):
        moderators = opened((yield Request(str(collection), "moderators", headers={"Accept": ACTIVITY})))
    prose = _prose(group)
    stewards = moderators.read("orderedItems", _actors)
    return Snapshot(
        ref=ref,
        taken_at=group.capture.at,
        native_id=str(group.get("id")),
        name=first_of(group.optional("name", as_text), group.text("preferredUsername")),
        description=prose,
        rules_text=prose,
        language=group.optional("language", _identifiers),
        created=group.optional("published", _created),
        stewards=stewards,
        founder=_founder(stewards),
        stewards_complete=stewards.known,
        visibility=group.optional(
            "postingRestrictedToMods", lambda limited: "restricted" if as_flag(limited) else "public"
        ),
        adult=group.optional("sensitive", as_flag),
        links=group.optional("summary", lambda text: links(as_text(text) or "", ref.canonical_url) or None),
        warnings=drift(actor=group, moderators=moderators),
    )


def _prose(group: JsonDocument) -> Reading[str]:
    """The group's own Markdown where it is sent along, else the HTML made of it."""
    if group.get("source.mediaType") == "text/markdown":
        return group.read("source.content", _markdown)
    return group.optional("summary", lambda value: html_to_text(as_text(value) or "") or None)


def _identifiers(languages: Any) -> str | None:
    listed = languages if isinstance(languages, list) else [languages]
    return ", ".join(sorted(language["identifier"] for language in listed)) or None


def _actors(items: Any) -> tuple[Steward, ...] | None:
    if not isinstance(items, list):
        raise TypeError("not a list")
    urls = [Url.parse(item) for item in items]
    return tuple(Steward(f"{url.segments[-1]}@{url.netloc}", "moderator") for url in urls) or None


def _read_site(ref: GroupRef) -> Reader:
    answer = yield Request(f"https://{ref.key}/api/v3/site", "instance")
    site = opened(answer)
    outcome = _outcome(answer)
    if not isinstance(site.get("site_view.site"), dict):
        if outcome in {Outcome.OK, Outcome.NOT_FOUND}:
            raise WrongPlatform
        raise unreadable(outcome, "Lemmy")
    return _from_site(ref, site)


def _from_site(ref: GroupRef, site: JsonDocument) -> Snapshot:
    view = "site_view"
    site.expect(f"{view}.site", handled=SITE.split())
    site.expect(f"{view}.local_site", handled=LOCAL_SITE.split())
    stewards, gone = _stewards(site, "admins", ref.key, "admin")
    return Snapshot(
        ref=ref,
        taken_at=site.capture.at,
        scope="site",
        software="lemmy",
        software_version=_word(site, "version"),
        native_id=_word(site, f"{view}.site.actor_id"),
        name=site.text(f"{view}.site.name"),
        description=site.optional(f"{view}.site.description", _markdown),
        rules_text=site.optional(f"{view}.site.sidebar", _markdown),
        created=site.read(f"{view}.site.published", _created),
        stewards=stewards,
        founder=_founder(stewards),
        stewards_complete=stewards.known,
        deleted_stewards=gone,
        members=site.read(f"{view}.counts.users", lambda count: Members(as_integer(count), "users_total")),
        activity=site.read(f"{view}.counts", _activity),
        visibility=site.read(
            f"{view}.local_site.private_instance", lambda own: "private" if as_flag(own) else "public"
        ),
        links=site.optional(
            f"{view}.site.sidebar", lambda text: markdown_links(as_text(text) or "", ref.canonical_url) or None
        ),
        joining=site.read(f"{view}.local_site.registration_mode", lambda mode: JOINING[mode.lower()]),
        warnings=drift(instance=site),
    )


ADAPTER = Lemmy()
