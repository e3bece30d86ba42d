"""A running application over a real SQLite database, with reports stored as they would be published."""

from __future__ import annotations

import copy
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from scrapers.capture import Outcome
from vetting import migrations, models
from vetting.app import create_app
from vetting.config import Settings
from vetting.db import Database
from vetting.services.context import Context

SAMPLE = Path(__file__).parent / "web" / "sample_report.json"
AT = datetime(2026, 11, 20, 9, 13, 2, tzinfo=UTC)
PAGE = b"<!doctype html><title>Quiet Harbour</title><script>alert('from the page')</script><p>House rules</p>"

Document = dict[str, Any]


def sample() -> Document:
    """The invented group's report, a fresh copy."""
    document: Document = json.loads(SAMPLE.read_text())
    document["captures"][0].update(digest=hashlib.sha256(PAGE).hexdigest(), size=len(PAGE))
    return document


def variant(**changes: Any) -> Document:
    """The sample with other values at its top level, as another group."""
    document = copy.deepcopy(sample())
    document["group"] = {**document["group"], **changes.pop("group", {})}
    document.update(changes)
    marked = json.dumps(document, sort_keys=True).encode()
    document["group"]["id"] = hashlib.sha256(marked).hexdigest()[:16]
    document["assessment"] = hashlib.sha256(b"assessment" + marked).hexdigest()[:32]
    return document


def open_context(folder: Path, *, allow_loopback: bool = False, **variables: str) -> Context:
    """A context on a new, migrated SQLite database in `folder`; rates so high that only tests of the rates meet them."""
    rates = {"SUBMIT_RATE": "10000 per minute", "API_RATE": "100000 per minute"}
    settings = Settings.from_environ({"VETTING_VAR": str(folder), "SECRET_KEY": "k" * 32, **rates, **variables})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vetting.db").write_bytes(_migrated())
    return Context.open(replace(settings, allow_loopback=allow_loopback))


@cache
def _migrated() -> bytes:
    """An empty database file with all tables, made once a run."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/vetting.db")
        migrations.upgrade(database)
        database.close()
        with closing(sqlite3.connect(f"{folder}/vetting.db")) as connection:
            return connection.serialize()


def publish(context: Context, document: Document) -> str:
    """Stores the document as the standing report of its group, with one capture behind it; answers with the group's id."""
    group, assessment = document["group"], document["assessment"]
    snapshot = hashlib.sha256(assessment.encode()).hexdigest()[:32]
    digest = hashlib.sha256(PAGE).hexdigest()
    body = json.dumps(document, ensure_ascii=False).encode()
    with context.database.writing() as session:
        row = models.Group(
            id=group["id"],
            platform=group["platform"],
            key=f"{group['key']} {group['id']}",
            canonical_url=group["url"],
            name=group["name"],
            is_demo=group["is_demo"],
            created_at=AT,
            last_read_at=AT,
        )
        session.add(row)
        session.flush()
        session.add(models.Snapshot(id=snapshot, group_id=row.id, taken_at=AT, adapter="lemmy", document={}))
        if session.get(models.Body, digest) is None:
            session.add(models.Body(**models.Body.columns(PAGE, digest)))
        session.flush()
        session.add(_capture(row.id, snapshot, digest))
        session.add(_assessment(document, snapshot, body))
        session.flush()
        row.current_assessment_id = assessment
    return str(group["id"])


def _capture(group_id: str, snapshot: str, digest: str) -> models.Capture:
    return models.Capture(
        group_id=group_id,
        snapshot_id=snapshot,
        position=0,
        digest=digest,
        url="https://lemmy.example/c/quietharbour",
        final_url="https://lemmy.example/c/quietharbour",
        method="GET",
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        outcome=Outcome.OK,
        detail="",
        at=AT,
    )


def _assessment(document: Document, snapshot: str, body: bytes) -> models.Assessment:
    return models.Assessment(
        id=document["assessment"],
        group_id=document["group"]["id"],
        snapshot_id=snapshot,
        at=AT,
        pack=document["pack"]["name"],
        pack_version=document["pack"]["version"],
        pack_digest=document["pack"]["digest"],
        facts_digest=document["facts_digest"],
        facts=b"{}",
        evaluation=b"{}",
        low=document["low"],
        high=document["high"],
        headline=document["headline"],
        coverage=document["coverage"],
        grade=document["grade"],
        flags=[],
        report=body,
        report_etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"',
    )


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Context]:
    """A context on an empty SQLite database."""
    with open_context(tmp_path) as context:
        yield context


@pytest.fixture
def app(site: Context) -> Flask:
    return create_app(site)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
