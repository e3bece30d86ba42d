"""Discord's servers, as an invitation shows them to anyone who holds it.

Nothing else can be seen by those who are not in it: neither who runs a server, nor its rules, nor what is written there. With a
bot's token Discord tells the same of an invitation, but knows who asks. The person who made an invitation may be any member, so
nobody is named by it. A server is `guild/<id>`, known once an invitation has been read: many invitations lead to one server.
`https://discord.com/channels/<id>?invite=<code>` keeps both together.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from scrapers.adapter import Adapter, Profile, Reader, ReadyToken
from scrapers.capture import Capture, Outcome, Request
from scrapers.errors import AddressRefused, GroupUnreadable
from scrapers.parse import JsonDocument, as_flag, as_integer, as_moment, as_text, drift, joined, opened, unreadable
from scrapers.refs import GroupRef
from scrapers.snapshot import Activity, Created, Members, Reading, Snapshot
from scrapers.urls import Address, Url

API = "https://discord.com/api/v10/invites"
HOSTS = ("discord.com", "discordapp.com")
EPOCH = 1_420_070_400_000  # ms: the start of 2015, from which the upper 42 bits of a snowflake count
UNKNOWN_INVITE = 10006
SERVER, CONVERSATIONS = 0, (1, 2)
# Discord's own marks, by the feature that stands for each.
MARKS = {"VERIFIED": "verified", "PARTNERED": "partnered", "DISCOVERABLE": "discoverable"}
# Guild NSFW level: 0 default, 1 explicit, 2 safe, 3 age-restricted.
ADULT = {0: False, 1: True, 2: False, 3: True}

HANDLED = "approximate_member_count approximate_presence_count channel code guild type"
# Whoever invites, and where to: neither is about the server.
IGNORED = """
    created_at expires_at flags guild_id guild_scheduled_event inviter is_nickname_changeable max_age max_uses profile roles
    stage_instance target_application target_type target_user temporary uses
"""
GUILD = "description features id name nsfw nsfw_level welcome_screen"
GUILD_IGNORED = "banner icon premium_subscription_count premium_tier splash vanity_url_code verification_level"

_code = re.compile(r"[A-Za-z0-9-]{2,32}")
_id = re.compile(r"[0-9]{15,20}")
_feature = re.compile(r"[A-Z][A-Z0-9_]+")
_discovered = re.compile(r"(?:.*-)?([0-9]{15,20})")


class Discord(Adapter):
    platform = "discord"
    profile = Profile(
        title="Discord",
        never_shown=frozenset(
            {
                "founder", "stewards", "rules", "rules_text", "rules_updated_at", "platform_rules", "topics", "language",
                "sanction", "contacts", "links", "funding", "activity.posts_7d", "activity.posts_30d",
                "activity.active_users_7d", "activity.active_users_30d", "activity.last_post_at",
            }
        ),
        delay=10.0,  # about 250 anonymous calls in ten minutes bring a ban of a day, and no header warns before
        pseudonymous=True,
        stewards_take_messages=True,
    )  # fmt: skip
    auth_schemes = {"discord": ReadyToken(settings=("DISCORD_BOT_TOKEN",), kind="Bot")}  # noqa: RUF012 - a constant

    def claim(self, address: Address) -> GroupRef | None:
        url = address.url
        if url is None:
            return None
        if url.on("dsc.gg"):
            raise AddressRefused(
                "This short link hides which server it leads to.",
                code="short_link",
                remedy="Open it and paste the invitation that it leads to (discord.gg/…).",
            )
        if url.on("discord.gg"):
            return _invited(next((part for part in url.segments if part != "invite"), ""))
        return _claimed(url) if url.on(*HOSTS) else None

    def recognise(self, page: Capture) -> GroupRef | None:
        """The server behind an invitation that Discord's API describes, whichever of its addresses described it."""
        invitation = opened(page)
        code, number = invitation.get("code"), invitation.get("guild.id")
        described = (
            isinstance(code, str) and isinstance(number, str) and _code.fullmatch(code) and _id.fullmatch(number)
        )
        return _invited(code) if described and _is_ours(page.final_url) else None

    def read(self, ref: GroupRef) -> Reader:
        code = _invitation(ref)
        if not code:
            raise GroupUnreadable(
                "Discord shows a server only to its members and to people who hold an invitation.",
                code=Outcome.LOGIN_WALL,
                remedy="Paste an invitation to it (discord.gg/…), or ask a moderator to contribute what they see.",
            )
        url = f"{API}/{code}?with_counts=true"
        answer = yield Request(url, "invitation", auth="discord")
        if answer.outcome is Outcome.NEEDS_AUTH:
            answer = yield Request(url, "invitation")
        if not answer.ok:
            raise _refusal(answer)
        invitation = opened(answer)
        if invitation.get("type") in CONVERSATIONS:
            raise GroupUnreadable("This invitation leads to a private conversation.", code="not_a_group")
        number = invitation.get("guild.id")
        if invitation.get("type") not in (SERVER, None) or not isinstance(number, str) or not _id.fullmatch(number):
            raise unreadable(Outcome.PARSE_ERROR, self.profile.title)
        if ref.key.startswith("guild/") and ref.key != f"guild/{number}":
            raise _gone("The invitation that was known for this server leads to another one by now.")
        return _snapshot(_server(number, code), invitation)


def _claimed(url: Url) -> GroupRef:
    """Raises AddressRefused for Discord's pages that are no server's."""
    kind, name = (*url.segments, "", "")[:2]
    if kind == "invite":
        return _invited(name)
    if kind in {"channels", "events"} and _id.fullmatch(name):
        code = url.parameters.get("invite", "")
        return _server(name, code if _code.fullmatch(code) else "")
    discovered = _discovered.fullmatch(name) if kind == "servers" else None
    if discovered:
        return _server(discovered[1], "")
    message = (
        "These are private messages, not a group." if name == "@me" else "This is a page of Discord's, not a server."
    )
    raise AddressRefused(message, code="not_a_group", remedy="Paste an invitation to the server (discord.gg/…).")


def _is_ours(address: str) -> bool:
    return Url.parse(address).on(*HOSTS)


def _invited(code: str) -> GroupRef:
    if not _code.fullmatch(code):
        raise AddressRefused(
            "This is not an invitation to a server on Discord.",
            code="not_a_group",
            remedy="Paste the whole invitation (discord.gg/…).",
        )
    return GroupRef("discord", f"invite/{code}", f"https://discord.com/invite/{code}")


def _server(number: str, code: str) -> GroupRef:
    query = f"?invite={code}" if code else ""
    return GroupRef("discord", f"guild/{number}", f"https://discord.com/channels/{number}{query}")


def _invitation(ref: GroupRef) -> str:
    kind, _, name = ref.key.partition("/")
    return name if kind == "invite" else Url.parse(ref.canonical_url).parameters.get("invite", "")


def _refusal(answer: Capture) -> GroupUnreadable:
    error = opened(replace(answer, outcome=Outcome.OK)).get("code")
    if answer.outcome is Outcome.NOT_FOUND and error == UNKNOWN_INVITE:
        return _gone(
            "Discord knows no such invitation: it has expired or was withdrawn, or the server is deleted or banned."
        )
    return unreadable(
        Outcome.PARSE_ERROR if answer.outcome is Outcome.NOT_FOUND else answer.outcome, Discord.profile.title
    )


def _gone(message: str) -> GroupUnreadable:
    return GroupUnreadable(
        message, code=Outcome.NOT_FOUND, remedy="Discord does not say which. Ask for a fresh invitation and paste that."
    )


def _snapshot(ref: GroupRef, invitation: JsonDocument) -> Snapshot:
    invitation.expect("", handled=HANDLED.split(), ignored=IGNORED.split())
    invitation.expect("guild", handled=GUILD.split(), ignored=GUILD_IGNORED.split())
    return Snapshot(
        ref=ref,
        taken_at=invitation.capture.at,
        software="discord",
        native_id=ref.key.removeprefix("guild/"),
        name=invitation.text("guild.name"),
        description=_description(invitation),
        created=invitation.read("guild.id", _created),
        members=invitation.read("approximate_member_count", lambda n: Members(as_integer(n), "approximate")),
        activity=invitation.read("approximate_presence_count", lambda n: Activity(online_now=as_integer(n))),
        visibility=invitation.read(
            "guild.features", lambda f: "public" if "DISCOVERABLE" in _features(f) else "unlisted"
        ),
        joining=invitation.read("guild.features", lambda f: _joining(_features(f))),
        adult=_adult(invitation),
        marks=invitation.read("guild.features", _marks),
        warnings=drift(invitation=invitation),
    )


def _description(invitation: JsonDocument) -> Reading[str]:
    own = invitation.optional("guild.description", as_text)
    if not isinstance(invitation.get("guild.welcome_screen"), dict):
        return own
    return joined(own, invitation.optional("guild.welcome_screen.description", as_text))


def _created(number: str) -> Created:
    return Created(as_moment((int(number) >> 22) + EPOCH), "snowflake")


def _features(names: Any) -> frozenset[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) and _feature.fullmatch(name) for name in names):
        raise TypeError("not a list of features")
    return frozenset(names)


def _joining(features: frozenset[str]) -> str:
    """Whoever holds an invitation is invited; open where the server can be joined without one."""
    if "INVITES_DISABLED" in features:
        return "closed"
    if "MEMBER_VERIFICATION_MANUAL_APPROVAL" in features:
        return "approval"
    return "open" if features & {"DISCOVERABLE", "VANITY_URL"} else "invite"


def _marks(names: Any) -> tuple[str, ...] | None:
    features = _features(names)
    return tuple(mark for feature, mark in MARKS.items() if feature in features) or None


def _adult(invitation: JsonDocument) -> Reading[bool]:
    """By the level that Discord has set; before 2021 there was only a flag."""
    guild = invitation.get("guild")
    if "nsfw_level" in guild or "nsfw" not in guild:
        return invitation.read("guild.nsfw_level", lambda level: ADULT[as_integer(level)])
    return invitation.read("guild.nsfw", as_flag)


ADAPTER = Discord()
