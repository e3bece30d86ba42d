"""Adding a platform is one file, as the room's README shows: the example there is run here."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from scrapers.registry import possible, resolve

ROOT = Path(__file__).resolve().parents[2]


def test_the_platform_of_the_readme_is_added_by_one_file(tmp_path: Path):
    readme = (ROOT / "scrapers" / "README.md").read_text()
    (adapter, use), (expected,) = (
        re.findall(rf"```{kind}\n(.*?)```", readme, re.DOTALL) for kind in ("python", "text")
    )
    shutil.copytree(ROOT / "scrapers", tmp_path / "scrapers", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "scrapers" / "platforms" / "campfire.py").write_text(adapter)
    run = subprocess.run([sys.executable, "-c", use], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.stdout == expected, run.stderr


def test_what_looked_like_a_platforms_may_be_on_record_as_that_or_as_a_page():
    assert resolve("https://links.example/@calm").key == "links.example/@calm"
    named = [str(ref) for ref in possible("https://links.example/@calm") if ref.platform in {"mastodon", "web"}]
    assert named == ["web:links.example/@calm", "mastodon:links.example"]


def test_what_stands_behind_the_sign_is_looked_for_nowhere_else():
    """A room's address is on its client's host, where a forum may be on record."""
    assert possible("https://chat.example/#/room/#calm:matrix.example") == []
