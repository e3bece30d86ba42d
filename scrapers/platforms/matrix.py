"""Matrix rooms and spaces: the summary that a homeserver gives to anyone (MSC3266), and who runs the room where it may be read.

A room has an alias (#calm:host) and an id. Only the server whose name stands in it speaks for an alias or an id, so the alias
becomes the id only where that same server is named in it. Since room version 12 an id names no server: it counts as what one
named server shows (`!id@host`). Power levels and the room's making need an account: the operator's at matrix.org, whose token
is sent nowhere else. Members and messages are never asked for.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from scrapers.adapter import Adapter, Profile, Reader, ReadyToken
from scrapers.capture import Capture, Outcome, Request
from scrapers.errors import AddressRefused, GroupUnreadable
from scrapers.parse import (
    JsonDocument,
    NoDocument,
    as_flag,
    as_integer,
    as_moment,
    as_text,
    drift,
    gap,
    opened,
    unreadable,
)
from scrapers.refs import GroupRef
from scrapers.snapshot import Created, Founder, Members, Reading, Snapshot, State, Steward
from scrapers.urls import Address, Url

ACCOUNT = "https://matrix-client.matrix.org"  # where the operator's account lives
CLIENTS = ("matrix.to", "app.element.io", "develop.element.io")
SUMMARY = "/_matrix/client/v1/room_summary/{room}"
OLD_SUMMARY = "/_matrix/client/unstable/im.nheko.summary/rooms/{room}/summary"
MODERATOR, ADMIN = 50, 100
CREATORS_ABOVE_ALL = 12  # from this room version on, creators stand above the power levels
MAX_PROFILES = 10
# Join rules -> how one joins. "restricted" is by invitation, or open to members of another room.
JOINING = {
    "public": "open",
    "invite": "invite",
    "restricted": "invite",
    "knock": "knock",
    "knock_restricted": "knock",
    "private": "closed",
}
ERRORS = {
    "M_NOT_FOUND": Outcome.NOT_FOUND,
    "M_MISSING_TOKEN": Outcome.NEEDS_AUTH,
    "M_UNKNOWN_TOKEN": Outcome.NEEDS_AUTH,
    "M_FORBIDDEN": Outcome.NEEDS_AUTH,
    "M_LIMIT_EXCEEDED": Outcome.RATE_LIMITED,
}
ROOM = """
    allowed_room_ids avatar_url canonical_alias encryption guest_can_join im.nheko.summary.encryption
    im.nheko.summary.room_version join_rule membership name num_joined_members room_id room_type room_version topic
    world_readable
"""
Asking = Generator[Request, Capture, Any]

_host = r"[^\W_](?:[\w.-]*[^\W_])?(?::[0-9]{1,5})?"
_alias = re.compile(rf"#(?P<name>[^:\s\x00]+):(?P<host>{_host})")
_id = re.compile(rf"!(?P<name>[A-Za-z0-9._~/+=-]{{4,250}})(?::(?P<host>{_host}))?")
_in_client = re.compile(r"/room/(?:[#!]|%23|%21)", re.IGNORECASE)  # Element, on anybody's host
_scheme = re.compile(
    r"^matrix:(?P<kind>r|room|roomid|u|user|e)/(?P<name>[^/?]+)[^?]*(?:\?(?P<query>.*))?$", re.IGNORECASE
)
_bot = re.compile(r"(?:^@|[._=-])bot\d*:|^@(?:mjolnir|draupnir|meowlnir)\b", re.IGNORECASE)
SIGILS = {"r": "#", "room": "#", "roomid": "!", "u": "@", "user": "@", "e": "$"}


class Matrix(Adapter):
    platform = "matrix"
    profile = Profile(
        title="Matrix",
        never_shown=frozenset(
            {
                "rules", "rules_updated_at", "platform_rules", "topics", "language", "adult", "sanction", "activity", "marks",
                "stewards.since", "stewards.last_seen_at", "stewards.title",
            }
        ),
        auth="matrix",
        pseudonymous=True,
        stewards_take_messages=True,
    )  # fmt: skip
    auth_schemes = {"matrix": ReadyToken(settings=("MATRIX_ACCESS_TOKEN",))}  # noqa: RUF012 - a constant

    def claim(self, address: Address) -> GroupRef | None:
        if address.url is not None:
            is_client = address.url.on(*CLIENTS) or (_in_client.match(address.url.fragment) and not address.url.central)
            return _from_link(address.url) if is_client else None
        spelled = _scheme.match(address.text)
        if spelled:
            return _named(SIGILS[spelled["kind"].lower()] + unquote(spelled["name"]), spelled["query"] or "")
        if _alias.fullmatch(address.text) or (_id.fullmatch(address.text) and ":" in address.text):
            return _named(address.text, "")
        return None

    def read(self, ref: GroupRef) -> Reader:
        host, room = _asked(ref)
        base = _base(opened((yield Request(f"https://{host}/.well-known/matrix/client", "homeserver"))), host)
        via = f"?via={quote(host, safe='')}" if room.startswith("!") else ""
        summary = yield from _summary(base, room, via)
        number = summary.get("room_id")
        if not isinstance(number, str) or not _id.fullmatch(number) or (room.startswith("!") and number != room):
            raise unreadable(Outcome.PARSE_ERROR, self.profile.title)
        running = yield from _running(base, host, number, summary)
        if isinstance(summary, NoDocument) and running.created.state is not State.VALUE:
            raise unreadable(Outcome.NEEDS_AUTH, self.profile.title, self.auth_schemes["matrix"].settings)
        return _snapshot(_settled(ref, number, host), number, summary, running)


def _from_link(url: Url) -> GroupRef:
    """matrix.to/#/<room>?via=…, app.element.io/#/room/<room>."""
    path, _, query = url.fragment.partition("?")
    parts = [unquote(part) for part in path.split("/") if part]
    return _named(next((part for part in parts if part[0] in "#!@$"), ""), query)


def _named(name: str, query: str) -> GroupRef:
    """Raises AddressRefused for persons, messages, and ids that name no server to ask."""
    alias, number = _alias.fullmatch(name), _id.fullmatch(name)
    if alias:
        spelled = f"#{alias['name']}:{_public(alias['host'])}"
        return GroupRef("matrix", spelled, f"https://matrix.to/#/{quote(spelled, safe=':')}")
    if not number:
        raise AddressRefused(
            "This is not the address of a room on Matrix.",
            code="not_a_group",
            remedy="Paste the room's address, of the form #room:server.",
        )
    if number["host"]:
        spelled = f"!{number['name']}:{_public(number['host'])}"
        return GroupRef("matrix", spelled, f"https://matrix.to/#/{quote(spelled, safe='!:')}")
    via = parse_qs(query).get("via", [""])[0]
    if not re.fullmatch(_host, via):
        raise AddressRefused(
            "This room's id does not say which server knows the room.",
            code="server_unknown",
            remedy="Paste the room's address (#room:server), or a link to it that ends in ?via=server.",
        )
    return _on_server(name, _public(via))


def _on_server(number: str, host: str) -> GroupRef:
    return GroupRef("matrix", f"{number}@{host}", f"https://matrix.to/#/{quote(number, safe='!')}?via={host}")


def _public(host: str) -> str:
    """The host as the URL standard writes it. Raises AddressRefused for what is no server's name."""
    url = Url.parse(f"https://{host}/")
    if "." not in url.host or url.central:
        raise AddressRefused(
            "There is no room under this name: what follows the colon is not a server.", code="not_a_group"
        )
    return url.netloc


def _asked(ref: GroupRef) -> tuple[str, str]:
    """The server that speaks for the room, and the room as it is asked for."""
    if ref.key.startswith("!") and "@" in ref.key:
        number, _, host = ref.key.partition("@")
        return host, number
    return ref.key.partition(":")[2], ref.key


def _base(well_known: JsonDocument, host: str) -> str:
    """Where clients reach the homeserver; the name itself where it says nothing usable."""
    told = well_known.get("m.homeserver") if isinstance(well_known.root, dict) else None
    try:
        url = Url.parse(str(well_known.root["m.homeserver"]["base_url"]))
    except (AddressRefused, TypeError, LookupError):
        return f"https://{host}"
    return f"https://{url.netloc}{url.path.rstrip('/')}" if told else f"https://{host}"


def _error(capture: Capture) -> str:
    error = opened(replace(capture, outcome=Outcome.OK)).get("errcode")
    return error if isinstance(error, str) else ""


def _summary(base: str, room: str, via: str) -> Asking:
    """The room's summary; of servers that are too old for it only the id behind an alias, in a document without the rest."""
    for path in (SUMMARY, OLD_SUMMARY):
        answer = yield Request(base + path.format(room=quote(room, safe="")) + via, "room")
        if answer.ok or _error(answer) != "M_UNRECOGNIZED":
            break
    document = opened(answer)
    if not isinstance(document, NoDocument):
        return document
    if _error(answer) == "M_UNRECOGNIZED" and room.startswith("#"):
        answer = yield Request(f"{base}/_matrix/client/v3/directory/room/{quote(room, safe='')}", "alias")
        known = opened(answer)
        if not isinstance(known, NoDocument):
            return _OnlyId(answer, known.get("room_id"))
    raise _refusal(answer, document)


class _OnlyId(NoDocument):
    """Stands for a summary of which only the room's id is known."""

    def __init__(self, capture: Capture, number: Any) -> None:
        super().__init__(capture, Outcome.NEEDS_AUTH)
        self._number = number

    def get(self, path: str) -> Any:
        return self._number if path == "room_id" else super().get(path)


def _refusal(answer: Capture, document: JsonDocument) -> GroupUnreadable:
    outcome = ERRORS.get(_error(answer), answer.outcome)
    if outcome is Outcome.NOT_FOUND and _error(answer):
        return GroupUnreadable(
            "The server shows no such room: there is none, or it is private. Both look alike from outside.",
            code=Outcome.NOT_FOUND,
            remedy="Check the spelling of the address, or ask a moderator of the room to contribute what they see.",
        )
    if outcome in {Outcome.OK, Outcome.NOT_FOUND}:
        outcome = Outcome.PARSE_ERROR if isinstance(document, NoDocument) and answer.ok else Outcome.UNAVAILABLE
    return unreadable(outcome, "Matrix")


def _settled(ref: GroupRef, number: str, host: str) -> GroupRef:
    """The id as the key where the server that was asked speaks for it; else the name stays."""
    named = number.partition(":")[2]
    if not named:
        return _on_server(number, host)
    return _named(number, "") if named.lower() == host else ref


@dataclass(frozen=True)
class _Running:
    """Who made the room and who runs it."""

    created: Reading[Created]
    founder: Reading[Founder]
    stewards: Reading[tuple[Steward, ...]]
    documents: dict[str, JsonDocument] = field(default_factory=dict)


def _running(base: str, host: str, number: str, summary: JsonDocument) -> Asking:
    """Asked for where anyone may look into the room (or where that could not be told); else the room keeps it to itself."""
    if summary.get("world_readable") is False:
        kept: Reading[Any] = Reading.withheld("hidden_by_admin")
        return _Running(kept, kept, kept)
    state = f"{ACCOUNT}/_matrix/client/v3/rooms/{quote(number, safe='')}/state"
    made = opened((yield Request(f"{state}/m.room.create/?format=event", "making", auth="matrix")))
    powers = opened((yield Request(f"{state}/m.room.power_levels/", "power levels", auth="matrix")))
    if isinstance(made, NoDocument) or isinstance(powers, NoDocument):
        missing = gap(made.reason if isinstance(made, NoDocument) else getattr(powers, "reason", ""))
        return _Running(missing, missing, missing)
    creators = made.read("", _creators)
    stewards = powers.read("", lambda levels: _stewards(levels, _above(made, creators)))
    if stewards.value:
        stewards = yield from _with_names(base, host, stewards)
    founder = made.read("", lambda event: Founder(_creators(event)[0], "creator_event"))
    return _Running(made.read("", _made), founder, stewards, {"making": made, "powers": powers})


def _made(event: dict[str, Any]) -> Created:
    """A room that succeeds another is younger than the group."""
    if not event["content"].keys() & {"room_version", "creator"}:
        raise ValueError("not the making of a room")
    return Created(as_moment(event["origin_server_ts"]), "first_event", exact="predecessor" not in event["content"])


def _creators(event: dict[str, Any]) -> tuple[str, ...]:
    """Whoever sent the room's first event, then those it names beside (room version 12)."""
    if event["type"] != "m.room.create":
        raise ValueError("another event")
    return tuple(map(_user, (event["sender"], *event["content"].get("additional_creators", ()))))


def _above(made: JsonDocument, creators: Reading[tuple[str, ...]]) -> tuple[str, ...]:
    version = made.get("content.room_version")
    numbered = isinstance(version, str) and version.isdecimal() and int(version) >= CREATORS_ABOVE_ALL
    return creators.value or () if numbered else ()


def _stewards(levels: dict[str, Any], creators: tuple[str, ...]) -> tuple[Steward, ...] | None:
    if as_integer(levels.get("users_default", 0)) >= MODERATOR:
        raise ValueError("everyone moderates")
    powers = {_user(user): power for user, power in levels.get("users", {}).items()}
    if not all(isinstance(power, int) and not isinstance(power, bool) for power in powers.values()):
        raise TypeError("a power that is no number")
    named = sorted((-power, user) for user, power in powers.items() if power >= MODERATOR and user not in creators)
    team = [Steward(user, "owner", is_bot=_is_bot(user)) for user in creators]
    team += [Steward(user, "admin" if -power >= ADMIN else "moderator", is_bot=_is_bot(user)) for power, user in named]
    return tuple(team) or None


def _user(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(rf"@[^:\s]+:{_host}", value):
        raise ValueError("not a user")
    return value


def _is_bot(user: str) -> bool:
    """By the name alone: Matrix knows no difference between programs and people."""
    return bool(_bot.search(user))


def _with_names(base: str, host: str, stewards: Reading[tuple[Steward, ...]]) -> Asking:
    """The names that those who run the room show beside their handles: where credentials are claimed.

    Asked of the one server, and so only for its own people: it could say anything of those of others.
    """
    team, sources = list(stewards.value or ()), list(stewards.sources)
    own = [place for place, steward in enumerate(team) if steward.handle.endswith(f":{host}")]
    for place in own[:MAX_PROFILES]:
        steward = team[place]
        profile = opened(
            (yield Request(f"{base}/_matrix/client/v3/profile/{quote(steward.handle, safe='')}", "profile"))
        )
        shown = profile.optional("displayname", as_text)
        if shown.value:
            team[place] = replace(steward, display_name=shown.value)
            sources += shown.sources
    return Reading.of(tuple(team), *sources)


def _snapshot(ref: GroupRef, number: str, summary: JsonDocument, running: _Running) -> Snapshot:
    if not isinstance(summary, NoDocument):
        summary.expect("", handled=ROOM.split())
    topic = summary.optional("topic", as_text)
    return Snapshot(
        ref=ref,
        taken_at=summary.capture.at,
        scope="site" if summary.get("room_type") == "m.space" else "group",
        software="matrix",
        native_id=number,
        name=summary.optional("name", as_text),
        description=topic,
        rules_text=topic,
        created=running.created,
        founder=running.founder,
        stewards=running.stewards,
        stewards_complete=running.stewards.state is State.VALUE,
        members=summary.read("num_joined_members", lambda count: Members(as_integer(count), "joined")),
        visibility=summary.read("", _visibility),
        joining=summary.read("", lambda room: JOINING[room.get("join_rule", "public")]),
        warnings=drift(room=summary, **running.documents),
    )


def _visibility(room: dict[str, Any]) -> str:
    """Public where anyone may read along; restricted where one has to join, or ask to, first."""
    joining = JOINING[room.get("join_rule", "public")]
    if as_flag(room["world_readable"]):
        return "public"
    return "restricted" if joining in {"open", "knock"} else "private"


ADAPTER = Matrix()
