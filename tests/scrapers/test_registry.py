"""Adding a platform is one file; nothing else is edited."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

NEW_PLATFORM = """
from scrapers.adapter import Adapter, Profile
from scrapers.capture import Request
from scrapers.parse import JsonDocument
from scrapers.refs import GroupRef
from scrapers.snapshot import Snapshot


class Campfire(Adapter):
    platform = "campfire"
    profile = Profile(title="Campfire", never_shown=frozenset({"founder"}))

    def claim(self, address):
        if address.url and address.url.on("campfire.example") and len(address.url.segments) == 1:
            name = address.url.segments[0].lower()
            return GroupRef("campfire", name, f"https://campfire.example/{name}")
        return None

    def read(self, ref):
        about = yield Request(f"{ref.canonical_url}/about.json", "about")
        return Snapshot(ref=ref, taken_at=about.at, name=JsonDocument(about).text("name"))


ADAPTER = Campfire()
"""

USE = """
from datetime import UTC, datetime
from scrapers.capture import Capture, Outcome
from scrapers.collect import collect
from scrapers.registry import resolve

ref = resolve("https://campfire.example/Embers")
answer = lambda request: Capture(request.url, request.url, Outcome.OK, datetime(2026, 1, 1, tzinfo=UTC), 200, {}, b'{"name": "Embers"}')
print(ref, collect(ref, answer).snapshot.name.value)
"""


def test_a_new_platform_is_one_file(tmp_path: Path):
    shutil.copytree(ROOT / "scrapers", tmp_path / "scrapers", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "scrapers" / "platforms" / "campfire.py").write_text(NEW_PLATFORM)
    run = subprocess.run([sys.executable, "-c", USE], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "campfire:embers Embers", run.stderr
