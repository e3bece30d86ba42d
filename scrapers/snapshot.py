"""Our reading of a group at one moment: every field a value, absent, withheld or unread, with where it was read.

Missing is not zero and not hidden, so a field is never a bare value.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

import cattrs
from cattrs.preconf.json import make_converter

from scrapers.capture import Outcome
from scrapers.refs import GroupRef

T = TypeVar("T")


class State(StrEnum):
    """What we may say about a field."""

    VALUE = "value"
    ABSENT = "absent"  # the platform shows that there is none
    WITHHELD = "withheld"  # it exists or may exist, but is not shown to us: hidden, needs a login, robots, rate limit
    UNREAD = "unread"  # not attempted, or what came could not be understood


class SourceKind(StrEnum):
    API = "api"
    HTML = "html"
    JSONLD = "jsonld"
    FEED = "feed"
    ARCHIVE = "archive"
    DECLARED = "declared"  # /.well-known/support-group.json
    CONTRIBUTED = "contributed"
    INFERRED = "inferred"


@dataclass(frozen=True)
class Source:
    """Where a reading stands: the capture's digest, its address and time, and the place inside it.

    `locator` is a JSON path ("$.data.title"), a CSS selector or a heading: enough for a person to find it.
    """

    digest: str
    url: str
    at: datetime
    kind: SourceKind
    locator: str = ""


@dataclass(frozen=True)
class Reading(Generic[T]):
    """One field: its state, its value if it has one, where it was read, and the reason if it has none.

    `reason` is an `Outcome` or another word for why: "hidden_by_admin", "needs_auth", "robots_disallowed",
    "login_wall", "parse_error", "not_attempted".
    """

    state: State
    value: T | None = None
    sources: tuple[Source, ...] = ()
    reason: str = ""

    @property
    def known(self) -> bool:
        """True where the platform answered: with a value, or with the sight that there is none."""
        return self.state in (State.VALUE, State.ABSENT)

    @classmethod
    def of(cls, value: T, *sources: Source) -> Reading[T]:
        return cls(State.VALUE, value, sources)

    @classmethod
    def absent(cls, *sources: Source) -> Reading[T]:
        return cls(State.ABSENT, None, sources)

    @classmethod
    def withheld(cls, reason: str, *sources: Source) -> Reading[T]:
        return cls(State.WITHHELD, None, sources, reason)

    @classmethod
    def unread(cls, reason: str = "not_attempted", *sources: Source) -> Reading[T]:
        return cls(State.UNREAD, None, sources, reason)


def unread() -> Any:
    """Default of every snapshot field: nobody has tried to read it."""
    return field(default_factory=Reading.unread)


@dataclass(frozen=True)
class GroupRule:
    """One rule of the group's own, in its words; `title` may be empty; `order` counts from 1."""

    order: int
    title: str
    text: str
    created_at: datetime | None = None


@dataclass(frozen=True)
class Steward:
    """Someone who answers for the group: public handle and role only. Deleted accounts are counted, never named.

    `role` is one of owner, admin, moderator, organizer, contact; `title` is what the page calls the person; `bio` is the
    public role line or profile text in which credentials may be claimed; `links` are addresses the platform itself verified.
    """

    handle: str
    role: str
    display_name: str = ""
    title: str = ""
    bio: str = ""
    since: datetime | None = None
    account_created_at: datetime | None = None
    last_seen_at: datetime | None = None
    is_bot: bool = False
    is_platform_staff: bool = False
    status: str = "active"  # active, suspended, deleted, unknown
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Created:
    """When the group began. `basis`: platform, snowflake, first_event, oldest_post, domain, archive; `exact` is False where
    it only shows that the group existed by then.
    """

    at: datetime
    basis: str
    exact: bool = True


@dataclass(frozen=True)
class Founder:
    """`basis`: declared, creator_event, oldest_moderator, inviter. Anything but the first two is an inference."""

    handle: str
    basis: str


@dataclass(frozen=True)
class Members:
    """Number of persons; `kind`: subscribers, joined, approximate, users_total; `precision` is the rounding unit."""

    count: int
    kind: str
    precision: int = 1


@dataclass(frozen=True)
class Activity:
    """Counts with their window; None where the platform gives none. `last_post_at` is UTC."""

    posts_7d: int | None = None
    posts_30d: int | None = None
    active_users_7d: int | None = None
    active_users_30d: int | None = None
    online_now: int | None = None
    last_post_at: datetime | None = None


@dataclass(frozen=True)
class Link:
    """A link with what it says; `rel` tells why it was kept: crisis (a way to urgent help), twin (a page on another service),
    site (what the group calls its website, elsewhere), rules, contact, funding, other.
    """

    url: str
    text: str
    rel: str = "other"


@dataclass(frozen=True)
class Sanction:
    """What the platform did: quarantined, gated, banned, removed, archived; `message` in its own words."""

    kind: str
    message: str = ""


@dataclass(frozen=True)
class Archive:
    """What a public archive saw of the group's page: its first and last capture that shows the page, and how many there are,
    counted once a month (`last` is exact to the month). `dialect` names the kind of index that was asked.
    """

    first: datetime
    last: datetime
    captures: int
    dialect: str


@dataclass(frozen=True)
class Domain:
    """What the register says of the group's own domain (RFC 9083). Registered is not founded: registers begin anew when a
    domain changes hands or their system does. `certified_at` is the first certificate in public logs, asked for only where the
    register tells no registration. `registrar` is the company, never a person.
    """

    name: str
    registered_at: datetime | None = None
    changed_at: datetime | None = None
    transferred_at: datetime | None = None
    expires_at: datetime | None = None
    registrar: str = ""
    statuses: tuple[str, ...] = ()
    certified_at: datetime | None = None


@dataclass(frozen=True)
class PastRules:
    """The rules as an archive kept them at `at`, read in the same way as today's."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Fetched:
    """One line of the fetch log."""

    url: str
    purpose: str
    outcome: Outcome
    at: datetime
    status: int | None = None
    digest: str = ""
    size: int = 0
    detail: str = ""


@dataclass(frozen=True)
class Snapshot:
    """Our reading of one group. Adapters fill what their platform shows; the rest stays unread.

    `rules_text` is the whole text in which rules stand where a platform keeps them as prose (sidebar, wiki, guidelines page);
    `rules` are single rules where the platform itself separates them. `platform_rules` are the platform's own, kept apart.
    `stewards_complete` is False where the platform never shows the whole team. `deleted_stewards` counts, it names nobody.
    `warnings` name what looked different from what the adapter knows (drift).

    The fields of `PAST` are told by others (archives, the domain's register) and asked for after the group has been read;
    `past_rules` are in order of time, one source each.
    """

    ref: GroupRef
    taken_at: datetime
    scope: str = "group"  # group, site, channel
    software: str = ""
    software_version: str = ""
    native_id: str = ""
    name: Reading[str] = unread()
    description: Reading[str] = unread()
    topics: Reading[tuple[str, ...]] = unread()
    language: Reading[str] = unread()
    created: Reading[Created] = unread()
    founder: Reading[Founder] = unread()
    stewards: Reading[tuple[Steward, ...]] = unread()
    stewards_complete: bool = False
    deleted_stewards: int = 0
    rules: Reading[tuple[GroupRule, ...]] = unread()
    rules_text: Reading[str] = unread()
    rules_updated_at: Reading[datetime] = unread()
    platform_rules: Reading[tuple[GroupRule, ...]] = unread()
    members: Reading[Members] = unread()
    activity: Reading[Activity] = unread()
    visibility: Reading[str] = unread()  # public, restricted, private, unlisted
    joining: Reading[str] = unread()  # open, approval, invite, knock, closed, paid
    adult: Reading[bool] = unread()  # marked 18+ by the platform or the group
    sanction: Reading[Sanction] = unread()  # absent: the platform shows none
    marks: Reading[tuple[str, ...]] = (
        unread()
    )  # what the platform itself vouches for: verified, partnered, discoverable
    contacts: Reading[tuple[str, ...]] = unread()
    links: Reading[tuple[Link, ...]] = unread()
    funding: Reading[str] = unread()
    archive: Reading[Archive] = unread()
    domain: Reading[Domain] = unread()
    past_rules: Reading[tuple[PastRules, ...]] = unread()
    fetched: tuple[Fetched, ...] = ()
    warnings: tuple[str, ...] = ()


PAST = ("archive", "domain", "past_rules")
READINGS = tuple(name for name, kind in Snapshot.__annotations__.items() if str(kind).startswith("Reading["))

_converter: cattrs.Converter = make_converter(omit_if_default=False)


def to_document(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as JSON-ready data; `from_document` gives back an equal one."""
    document: dict[str, Any] = _converter.unstructure(snapshot)
    return json.loads(json.dumps(document))  # type: ignore[no-any-return]


def from_document(document: dict[str, Any]) -> Snapshot:
    """Fields that the document was written without are unread."""
    return _converter.structure(document, Snapshot)
