"""Reports from recorded responses of real platforms: each finding leads to the bytes that it rests on, and twice is the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scrapers.recorded import Recorded, read_folder
from vetting.services.vet import appraise

# Address -> folder of the recordings, platform, and what a person can check in them.
READ = {
    "r/Python": (
        "reddit",
        "reddit",
        {"created_on": "25 January 2008", "platform_sanction": "none", "rules_published": "yes"},
    ),
    "https://lemmy.world/": ("lemmy", "lemmy", {"stewards_listed": "no"}),
    "https://mastodon.social/": ("mastodon", "mastodon", {"rules_published": "yes", "stewards_reachable": "yes"}),
    "https://meta.discourse.org/": ("discourse", "discourse", {"stewards_listed": "yes", "stewards_active": "3"}),
    # Recorded without its address, so it is read under its file's name.
    "http://recorded.invalid/trafilatura-healthline.com.fat.html": (
        "structured-data",
        "web",
        {"purpose_stated": "yes"},
    ),
}


def facts_of(report: dict) -> dict[str, str]:
    facts = [fact for finding in report["findings"] for fact in finding["facts"]]
    return {fact["name"]: fact["value"] or None for fact in facts}


@pytest.mark.parametrize("address", READ)
def test_a_recorded_group_gets_a_report_from_its_own_bytes(shared_data: Path, address: str):
    folder, platform, known = READ[address]
    recordings = read_folder(shared_data / "captures" / folder)
    first = appraise(address, Recorded(recordings))
    assert first.report == appraise(address, Recorded(recordings)).report
    report = json.loads(first.report)
    assert report["group"]["platform"] == platform
    assert {name: facts_of(report).get(name) for name in known} == known
    bodies = {capture.digest for capture in recordings}
    cited = {item["ref"] for finding in report["findings"] for fact in finding["facts"] for item in fact["evidence"]}
    assert cited
    assert cited <= bodies
