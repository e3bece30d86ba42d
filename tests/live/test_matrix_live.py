"""The Matrix adapter against a real homeserver on loopback.

Needs a Python with matrix-synapse installed, named by VETTING_LIVE_SYNAPSE:

    python -m venv /tmp/synapse && /tmp/synapse/bin/pip install matrix-synapse
    VETTING_LIVE_SYNAPSE=/tmp/synapse/bin/python ./run test tests/live
"""

from __future__ import annotations

import hashlib
import hmac
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests
import yaml

from scrapers.capture import Capture, Outcome, Request
from scrapers.collect import collect
from scrapers.errors import GroupUnreadable
from scrapers.outcomes import classify
from scrapers.platforms.matrix import ACCOUNT
from scrapers.registry import resolve
from scrapers.snapshot import State

PYTHON = os.environ.get("VETTING_LIVE_SYNAPSE", "")
NAME = "loop.example"

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not PYTHON, reason="VETTING_LIVE_SYNAPSE names no Python with matrix-synapse"),
]


@dataclass
class Homeserver:
    """A running Synapse: what people do on it, and a fetch that reads it as if it were on the web."""

    url: str
    secret: str
    session: requests.Session = field(default_factory=requests.Session)
    token: str = ""

    def person(self, name: str) -> str:
        """Registers an account and gives its token."""
        admin = f"{self.url}/_synapse/admin/v1/register"
        nonce = self.session.get(admin).json()["nonce"]
        signed = "\0".join((nonce, name, "p" * 12, "notadmin"))
        mac = hmac.new(self.secret.encode(), signed.encode(), hashlib.sha1).hexdigest()
        account = {"nonce": nonce, "username": name, "password": "p" * 12, "admin": False, "mac": mac}
        token: str = self.session.post(admin, json=account).json()["access_token"]
        return token

    def do(self, method: str, path: str, token: str, **body: Any) -> dict[str, Any]:
        answer = self.session.request(
            method, f"{self.url}/_matrix/client/v3{path}", json=body, headers={"Authorization": f"Bearer {token}"}
        )
        answer.raise_for_status()
        document: dict[str, Any] = answer.json()
        return document

    def room(
        self, token: str, alias: str, preset: str = "public_chat", *, open_to_all: bool = False, **more: Any
    ) -> str:
        history = {"type": "m.room.history_visibility", "content": {"history_visibility": "world_readable"}}
        state = [history] if open_to_all else []
        return str(
            self.do("POST", "/createRoom", token, room_alias_name=alias, preset=preset, initial_state=state, **more)[
                "room_id"
            ]
        )

    def fetch(self, request: Request) -> Capture:
        """Answers for the homeserver's name, for the address that it gives, and for where the operator has an account."""
        headers = {"Authorization": f"Bearer {self.token}"} if request.auth and self.token else {}
        if request.auth and not self.token:
            return Capture(request.url, request.url, Outcome.NEEDS_AUTH, datetime.now(UTC))
        parts = urlsplit(request.url)
        assert parts.netloc in {NAME, urlsplit(self.url).netloc, urlsplit(ACCOUNT).netloc}
        query = f"?{parts.query}" if parts.query else ""
        answer = self.session.get(f"{self.url}{parts.path}{query}", headers=headers)
        sent = {name.lower(): value for name, value in answer.headers.items()}
        outcome, detail = classify(answer.status_code, sent, answer.content, request.url, request.url)
        return Capture(
            request.url, request.url, outcome, datetime.now(UTC), answer.status_code, sent, answer.content, detail
        )


@pytest.fixture(scope="module")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    folder = tmp_path_factory.mktemp("synapse")
    config = folder / "hs.yaml"
    run = [PYTHON, "-m", "synapse.app.homeserver", "--config-path", str(config)]
    subprocess.run(
        [*run, "--server-name", NAME, "--generate-config", "--report-stats=no"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = _settings(config, folder, port)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(run, cwd=folder, stdout=log, stderr=log)
    try:
        server = Homeserver(f"http://127.0.0.1:{port}", settings["registration_shared_secret"])
        _answers(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def _settings(config: Path, folder: Path, port: int) -> dict[str, Any]:
    settings: dict[str, Any] = yaml.safe_load(config.read_text())
    often = {"per_second": 1000, "burst_count": 1000}
    settings |= {
        "listeners": [{"port": port, "type": "http", "bind_addresses": ["127.0.0.1"], "resources": [{"names": ["client"]}]}],
        "trusted_key_servers": [],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "rc_login": {"address": often, "account": often},
        "rc_room_creation": often,
        "rc_message": often,
    }  # fmt: skip
    config.write_text(yaml.safe_dump(settings))
    return settings


def _answers(server: Homeserver, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        assert process.poll() is None, "the homeserver has ended"
        try:
            if server.session.get(f"{server.url}/health").ok:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    pytest.fail("the homeserver did not answer in time")


@pytest.fixture(scope="module")
def keeper(homeserver: Homeserver) -> str:
    return homeserver.person("keeper")


@pytest.fixture
def as_visitor(homeserver: Homeserver) -> Homeserver:
    homeserver.token = ""
    return homeserver


def test_a_room_that_anyone_may_read(as_visitor: Homeserver, keeper: str):
    number = as_visitor.room(keeper, "calm", open_to_all=True, name="Calm", topic="Be kind.")
    snapshot = collect(resolve(f"#calm:{NAME}"), as_visitor.fetch).snapshot
    assert snapshot.native_id == number
    assert (snapshot.name.value, snapshot.description.value) == ("Calm", "Be kind.")
    assert (snapshot.members.value.count, snapshot.visibility.value, snapshot.joining.value) == (1, "public", "open")
    assert (snapshot.stewards.state, snapshot.stewards.reason) == (State.WITHHELD, "needs_auth")
    assert snapshot.warnings == ()
    again = collect(snapshot.ref, as_visitor.fetch).snapshot
    assert (again.ref, again.name.value) == (snapshot.ref, "Calm")


@pytest.mark.parametrize("version", ["10", "11", "12"])
def test_with_an_account_it_shows_who_runs_the_room(as_visitor: Homeserver, keeper: str, version: str):
    """Before version 12 the creator stands in the power levels, since then in none."""
    tide, reader = as_visitor.person(f"tide{version}"), as_visitor.person(f"reader{version}")
    as_visitor.do("PUT", f"/profile/@keeper:{NAME}/displayname", keeper, displayname="Keeper (LCSW)")
    number = as_visitor.room(keeper, f"calm{version}", open_to_all=True, room_version=version, name="Calm")
    path = f"/rooms/{quote(number)}"
    as_visitor.do("POST", f"{path}/join", tide)
    levels = as_visitor.do("GET", f"{path}/state/m.room.power_levels/", keeper)
    levels["users"][f"@tide{version}:{NAME}"] = 50
    as_visitor.do("PUT", f"{path}/state/m.room.power_levels/", keeper, **levels)
    as_visitor.token = reader
    snapshot = collect(resolve(f"https://matrix.to/#/%23calm{version}:{NAME}"), as_visitor.fetch).snapshot
    first, second = snapshot.stewards.value
    assert (first.handle, first.display_name) == (f"@keeper:{NAME}", "Keeper (LCSW)")
    assert first.role == ("owner" if version == "12" else "admin")
    assert (second.handle, second.role) == (f"@tide{version}:{NAME}", "moderator")
    assert snapshot.founder.value.handle == f"@keeper:{NAME}"
    assert snapshot.created.value.exact
    assert datetime.now(UTC) - snapshot.created.value.at < timedelta(minutes=5)
    assert snapshot.members.value.count == 2


def test_a_successor_is_younger_than_its_group(as_visitor: Homeserver, keeper: str):
    as_visitor.token = keeper
    number = as_visitor.room(keeper, "older", open_to_all=True, room_version="10", name="Calm")
    as_visitor.do("POST", f"/rooms/{quote(number)}/upgrade", keeper, new_version="11")
    snapshot = collect(resolve(f"#older:{NAME}"), as_visitor.fetch).snapshot
    assert snapshot.native_id != number
    assert snapshot.created.value.exact is False


def test_a_space_to_ask_into(as_visitor: Homeserver, keeper: str):
    rules = {"type": "m.room.join_rules", "content": {"join_rule": "knock"}}
    state = {"creation_content": {"type": "m.space"}, "room_alias_name": "circles", "initial_state": [rules]}
    as_visitor.do("POST", "/createRoom", keeper, preset="public_chat", **state)
    snapshot = collect(resolve(f"#circles:{NAME}"), as_visitor.fetch).snapshot
    assert (snapshot.scope, snapshot.joining.value, snapshot.visibility.value) == ("site", "knock", "restricted")
    assert (snapshot.created.state, snapshot.created.reason) == (State.WITHHELD, "hidden_by_admin")


def test_private_and_missing_look_alike(as_visitor: Homeserver, keeper: str):
    as_visitor.room(keeper, "closed", "private_chat", name="Closed")
    told = []
    for alias in ("closed", "nobody"):
        with pytest.raises(GroupUnreadable) as error:
            collect(resolve(f"#{alias}:{NAME}"), as_visitor.fetch)
        told.append((error.value.code, error.value.message))
    assert told[0] == told[1]
    assert told[0][0] == "not_found"
