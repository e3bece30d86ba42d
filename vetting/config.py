"""What the operator decides, read from the environment once, checked, and frozen."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from vetting.errors import VettingError

_rate = re.compile(
    r"[1-9]\d* per (?:\d+ )?(?:second|minute|hour|day)s?(?:; ?[1-9]\d* per (?:\d+ )?(?:second|minute|hour|day)s?)*"
)
_sendable = re.compile(r"[!-~]{8,4096}")  # one word of visible ASCII, as a header carries it (RFC 9110 §5.5)

POSTGRES = "postgresql+psycopg"
SHORTEST_SECRET = 32


class ConfigurationError(VettingError):
    """A variable of the environment is missing or wrong; `message` names it, `remedy` says what it may be."""

    code, title = "configuration", "The configuration cannot be used"


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two installations. URLs are complete; `job_lease` is in seconds.

    Secrets stay out of `repr`, and so out of logs.
    """

    var: Path
    database_url: str = field(repr=False)
    queue_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    contact_url: str = ""
    reddit_client_id: str = ""
    reddit_client_secret: str = field(default="", repr=False)
    discord_bot_token: str = field(default="", repr=False)
    matrix_access_token: str = field(default="", repr=False)
    meetup_access_token: str = field(default="", repr=False)
    submit_rate: str = "10 per minute; 60 per hour"
    api_rate: str = "120 per minute"
    rate_storage_url: str = field(default="memory://", repr=False)
    job_lease: int = 120
    allow_loopback: bool = False  # for tests only, so no variable sets it: opens 127.0.0.0/8 to the fetcher

    @property
    def embedded(self) -> bool:
        """True where everything lives in files beside one process: jobs then run inside the serving process."""
        return self.database_url.startswith("sqlite") and self.queue_url.startswith("sqlite")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Reads and checks; empty means not set. Raises ConfigurationError. An embedded service without SECRET_KEY makes
        itself one and keeps it in VETTING_VAR.
        """
        var = Path(environ.get("VETTING_VAR") or "var").absolute()
        database_url = _database_url(environ.get("DATABASE_URL") or f"sqlite:///{var / 'vetting.db'}")
        on_file = database_url.startswith("sqlite")
        queue_url = _queue_url(
            environ.get("QUEUE_URL") or (f"sqlite:///{var / 'queue.db'}" if on_file else database_url)
        )
        _must_differ(database_url, queue_url)
        _reddit_whole(environ)
        embedded = on_file and queue_url.startswith("sqlite")
        return cls(
            var=var,
            database_url=database_url,
            queue_url=queue_url,
            secret_key=_secret_key(environ.get("SECRET_KEY", ""), var, embedded=embedded),
            host=environ.get("HOST") or cls.host,
            port=_integer(environ, "PORT", cls.port, 1, 65535),
            public_url=_web_address(environ, "PUBLIC_URL").rstrip("/"),
            contact_url=_web_address(environ, "CONTACT_URL"),
            reddit_client_id=environ.get("REDDIT_CLIENT_ID", ""),
            reddit_client_secret=environ.get("REDDIT_CLIENT_SECRET", ""),
            discord_bot_token=_token(environ, "DISCORD_BOT_TOKEN"),
            matrix_access_token=_token(environ, "MATRIX_ACCESS_TOKEN"),
            meetup_access_token=_token(environ, "MEETUP_ACCESS_TOKEN"),
            submit_rate=_rate_limit(environ, "SUBMIT_RATE", cls.submit_rate),
            api_rate=_rate_limit(environ, "API_RATE", cls.api_rate),
            rate_storage_url=_rate_storage(environ.get("RATE_STORAGE_URL", ""), queue_url),
            job_lease=_integer(environ, "JOB_LEASE", cls.job_lease, 2, 3600),
        )


def _database_url(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if scheme in ("postgres", "postgresql", POSTGRES) and rest:
        return f"{POSTGRES}://{rest}"
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1 and ":memory:" not in rest:
        return url
    raise ConfigurationError(
        "DATABASE_URL is not an address of a database that we can use.",
        remedy="Set it to sqlite:///path/to/file or postgresql://user@host/name, or leave it out.",
    )


def _queue_url(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if scheme in ("redis", "rediss") and rest:
        return url
    try:
        return _database_url(url)
    except ConfigurationError as error:
        raise ConfigurationError(
            "QUEUE_URL is not an address of a queue that we can use.",
            remedy="Set it to redis://host:6379/0, postgresql://user@host/name or sqlite:///path/to/file, or leave it out.",
        ) from error


def _must_differ(database_url: str, queue_url: str) -> None:
    if database_url == queue_url and queue_url.startswith("sqlite"):
        raise ConfigurationError(
            "QUEUE_URL and DATABASE_URL name the same SQLite file.",
            remedy="Give the queue a file of its own: it locks the whole file for each job that it hands out.",
        )


def _secret_key(given: str, var: Path, *, embedded: bool) -> str:
    if len(given) >= SHORTEST_SECRET:
        return given
    if given or not embedded:
        raise ConfigurationError(
            "SECRET_KEY is missing or too short.",
            remedy=f"Set it to at least {SHORTEST_SECRET} random characters, the same for every process.",
        )
    return _kept_secret(var / "secret_key")


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_hex(32))
    try:
        os.link(draft, path)  # unlike a rename, fails where another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()


def _integer(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environ.get(name, "") or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ConfigurationError(f"{name} is not usable.", remedy=f"Set it to a whole number from {least} to {most}.")
    return int(text)


def _web_address(environ: Mapping[str, str], name: str) -> str:
    text = environ.get(name, "")
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise ConfigurationError(
            f"{name} is not a web address.", remedy="Set it to an address that begins with https://."
        )
    return text


def _rate_limit(environ: Mapping[str, str], name: str, default: str) -> str:
    text = environ.get(name, "") or default
    if not _rate.fullmatch(text):
        raise ConfigurationError(f"{name} is not a rate.", remedy=f"Write it like “{default}”.")
    return text


def _rate_storage(given: str, queue_url: str) -> str:
    if given and given.partition("://")[0] not in ("memory", "redis", "rediss"):
        raise ConfigurationError(
            "RATE_STORAGE_URL is not usable.", remedy="Set it to redis://host:6379/1, or leave it out."
        )
    return given or (queue_url if queue_url.startswith("redis") else "memory://")


def _reddit_whole(environ: Mapping[str, str]) -> None:
    names = ("REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET")
    missing = [name for name in names if not environ.get(name)]
    if len(missing) == 1:
        raise ConfigurationError(f"{missing[0]} is missing.", remedy=f"Set both {names[0]} and {names[1]}, or neither.")


def _token(environ: Mapping[str, str], name: str) -> str:
    text = environ.get(name, "").strip()
    if text and not _sendable.fullmatch(text):
        raise ConfigurationError(
            f"{name} is not a token.", remedy="Set it to the token alone, without “Bearer” or “Bot” before it."
        )
    return text
