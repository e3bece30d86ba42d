"""The live web: one fetcher a process, and one gate for all processes, so that our manners towards a host hold everywhere."""

from __future__ import annotations

from functools import cache

from sqlalchemy import select

from scrapers.capture import Capture, Outcome
from scrapers.collect import Fetch
from scrapers.fetch import AccessToken, ClientSecret, Credential, Fetcher, FetchSettings
from scrapers.refs import GroupRef
from scrapers.registry import adapters
from vetting import models
from vetting.clock import Clock
from vetting.config import Settings
from vetting.db import Database
from vetting.services import hosts
from vetting.services.agent import user_agent, warn_if_nameless
from vetting.services.context import Context
from vetting.services.gate import DatabaseGate
from vetting.services.pauses import resuming
from vetting.services.refusals import remembering


def fetcher(context: Context, ref: GroupRef) -> Fetch:
    """Asks the network at the pace of the group's platform: conditionally where an earlier answer is kept, and not at all where
    a refusal is a moment old. Raises AddressRefused or HostPaused for a group whose host is not to be read; while it reads,
    PutOff where the group's site wants a longer pause.
    """
    hosts.require_open(context, ref.canonical_url)
    polite = _fetcher(context.settings, context.database, context.clock).for_platform(adapters()[ref.platform])
    return resuming(remembering(polite, context.database, context.clock), ref, context.database, context.clock)


@cache
def _fetcher(settings: Settings, database: Database, clock: Clock) -> Fetcher:
    warn_if_nameless(settings)
    limits = FetchSettings(user_agent=user_agent(settings), allow_loopback=settings.allow_loopback)
    return Fetcher(limits, DatabaseGate(database), credentials(settings), clock, cache=KeptCaptures(database))


def credentials(settings: Settings) -> dict[str, Credential]:
    """What the operator has given, by the names that adapters ask for."""
    tokens = {
        "discord": settings.discord_bot_token,
        "matrix": settings.matrix_access_token,
        "meetup": settings.meetup_access_token,
    }
    given: dict[str, Credential] = {name: AccessToken(token) for name, token in tokens.items() if token}
    if settings.reddit_client_id:
        given["reddit"] = ClientSecret(settings.reddit_client_id, settings.reddit_client_secret)
    return given


class KeptCaptures:
    """Earlier answers, for conditional requests (RFC 9110 §13)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lookup(self, url: str) -> Capture | None:
        """The newest good capture of a real group's page at this address, with its body."""
        statement = (
            select(models.Capture, models.Body)
            .join(models.Body, models.Body.digest == models.Capture.digest)
            .join(models.Group, models.Group.id == models.Capture.group_id)
            .where(models.Capture.url == url, models.Capture.outcome == Outcome.OK, models.Group.is_demo.is_(False))
            .order_by(models.Capture.at.desc())
            .limit(1)
        )
        with self._database.reading() as session:
            row = session.execute(statement).one_or_none()
        return row[0].with_body(row[1].content) if row else None
