"""Invented groups in each platform's true shape, so that a first visit shows real reports. Never mixed with real ones.

Each YAML file is one group: its address and the responses its platform would give. They travel the same way as a live reading:
resolve, collect, probe, evaluate, publish; only the network is replaced.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

import yaml

from scrapers.capture import Capture, Outcome
from scrapers.recorded import Recorded
from vetting.services import groups
from vetting.services.context import Context
from vetting.services.groups import GroupView
from vetting.services.judging import core_pack
from vetting.services.vet import vet

Report = Callable[[str], None]
WEEK = timedelta(days=7)


def load(context: Context, tell: Report = lambda _: None) -> list[str]:
    """Vets every invented group as of a week ago and as of now, so that each has a past; returns their ids.

    What was loaded within a week and judged by the same pack is left as it is.
    """
    now = context.clock()
    there = groups.listing(context, demo=True, limit=100).groups
    if len(there) == len(list(cases(now))) and all(_is_fresh(group, now) for group in there):
        return [group.id for group in there]
    ids = []
    for name, case in cases(now):
        tell(f"demo group {name}")
        for at in (now - WEEK, now):
            published = vet(context, case["address"], fetch=Recorded(captures(case, at)), at=at, is_demo=True)
        ids.append(published.group_id)
    return ids


def _is_fresh(group: GroupView, now: datetime) -> bool:
    judged = group.assessment
    return judged is not None and now - judged.at < WEEK and judged.pack_digest == core_pack().digest


def cases(at: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """(file name, content) of each invented group; moments written as `!iso 400` or `!epoch 400` are that many days before `at`."""
    files = (entry for entry in resources.files("vetting.demo").iterdir() if entry.name.endswith(".yaml"))
    for entry in sorted(files, key=lambda file: file.name):
        yield entry.name.removesuffix(".yaml"), yaml.load(entry.read_text("utf-8"), _loader(at))  # noqa: S506 - a SafeLoader


def captures(case: dict[str, Any], at: datetime) -> tuple[Capture, ...]:
    return tuple(_capture(response, at) for response in case["responses"])


def _capture(response: dict[str, Any], at: datetime) -> Capture:
    status = response.get("status", 200)
    is_json = "json" in response
    body = json.dumps(response["json"], ensure_ascii=False) if is_json else response.get("body", "")
    outcome = Outcome(response.get("outcome", "ok" if status < 400 else "unavailable"))
    kind = "application/json" if is_json else "text/html; charset=utf-8"
    return Capture(
        url=response["url"],
        final_url=response.get("final_url", response["url"]),
        outcome=outcome,
        at=at,
        status=status,
        headers={"content-type": response.get("type", kind)},
        body=body.encode(),
    )


def _loader(at: datetime) -> type[yaml.SafeLoader]:
    class Dated(yaml.SafeLoader):
        """A safe loader that knows the two tags for moments."""

    def before(days: Any) -> datetime:
        return at - timedelta(days=int(days.value))

    Dated.add_constructor("!iso", lambda _, days: before(days).isoformat().replace("+00:00", "Z"))
    Dated.add_constructor("!epoch", lambda _, days: int(before(days).timestamp()))
    return Dated
