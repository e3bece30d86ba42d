"""What a platform's file must offer. An adapter does no I/O: it yields Requests, is handed Captures and returns a Snapshot.

class Example(Adapter):
    platform = "example"
    profile = Profile(title="Example", never_shown=frozenset({"founder"}))

    def claim(self, address): ...
    def read(self, ref):
        about = yield Request(f"{ref.canonical_url}/about.json", "about")
        ...
        return Snapshot(ref=ref, taken_at=about.at, name=...)

ADAPTER = Example()
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable
from dataclasses import dataclass

from scrapers.capture import Capture, Request
from scrapers.refs import GroupRef
from scrapers.snapshot import Snapshot
from scrapers.urls import Address, Url

Reader = Generator[Request, Capture, Snapshot]


class WrongPlatform(Exception):
    """Raised by `read` when what answers at the address is not this platform's software after all."""


@dataclass(frozen=True)
class Profile:
    """What is true of a platform for every group on it.

    `never_shown` names the Snapshot fields that nobody logged out can ever see there: a rule about them is not observable.
    `delay` is the least time between two requests to one host, in seconds, below the platform's published limit.
    `auth` names the operator's credential that opens the rest, if there is one. `pseudonymous`: taking part under a name of
    one's own choice is the rule there. `stewards_take_messages`: whoever has an account can write to those who run a group.
    A detail of a field is named with a dot ("stewards.last_seen_at").
    """

    title: str
    never_shown: frozenset[str] = frozenset()
    delay: float = 2.0
    auth: str = ""
    pseudonymous: bool = False
    stewards_take_messages: bool = False


@dataclass(frozen=True)
class OAuthClient:
    """Takes a client id and its secret, which are changed at `token_url` for a bearer token (RFC 6749 §4.4).

    `settings` names the operator's settings that hold them.
    """

    token_url: str
    settings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadyToken:
    """Takes a token that the operator has got from the platform; it is sent as it is, with `kind` before it (RFC 9110 §11.4)."""

    settings: tuple[str, ...] = ()
    kind: str = "Bearer"


Scheme = OAuthClient | ReadyToken


class Adapter(ABC):
    """One platform. `ADAPTER` in its module is found by the registry; nothing else is edited to add one."""

    platform: str
    profile: Profile
    auth_schemes: dict[str, Scheme] = {}  # noqa: RUF012 - a constant, replaced whole by subclasses

    def claim(self, address: Address) -> GroupRef | None:  # noqa: ARG002
        """The group that this spelling names, without asking the network; None if it is not this platform's.

        Raises AddressRefused where it is this platform's, but no group ("r/all", a private message).
        """
        return None

    def recognise(self, page: Capture) -> GroupRef | None:  # noqa: ARG002
        """The group behind a fetched page whose markers show this platform's software; None if they do not."""
        return None

    def possible(self, url: Url) -> Iterable[GroupRef]:  # noqa: ARG002
        """The groups whose page this would be if the platform's software ran there; most of them do not exist. Only of pages that
        show by their address what they would be: a start, a board, a topic.
        """
        return ()

    @abstractmethod
    def read(self, ref: GroupRef) -> Reader:
        """Asks for what is public about the group, request by request, and returns the Snapshot.

        Handed a capture that is not ok, it goes on with what it has and gives the fields their reason. Raises WrongPlatform
        if another kind of software answers, GroupUnreadable if nothing about the group could be read.
        """
