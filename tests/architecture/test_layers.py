"""Imports run one way; and the contract that says so notices when they do not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("scrapers", "rules", "vetting")

BREACHES = {
    "a scraper that knows the service": ("scrapers/urls.py", "import vetting.errors"),
    "a scraper that knows the rules": ("scrapers/text.py", "import rules.facts"),
    "a scraper that knows Flask": ("scrapers/fetch.py", "import flask"),
    "rules that know a scraper": ("rules/engine.py", "import scrapers.snapshot"),
    "rules that reach for the network": ("rules/facts.py", "import requests"),
    "a model that calls a service": ("vetting/models/groups.py", "import vetting.services.vet"),
    "a service that knows a page": ("vetting/services/vet.py", "import vetting.web"),
    "a face that skips the services": ("vetting/web/pages.py", "import vetting.models.groups"),
    "a probe that reads the database": ("vetting/probes/history.py", "import vetting.models.groups"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c(['--no-cache'])"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_keeps_its_own_contract():
    run = lint(ROOT)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("breach", BREACHES)
def test_a_planted_breach_is_found(copy: Path, breach: str):
    file, line = BREACHES[breach]
    path = copy / file
    path.write_text(
        path.read_text().replace(
            "from __future__ import annotations\n", f"from __future__ import annotations\n{line}\n", 1
        )
    )
    run = lint(copy)
    assert run.returncode == 1, run.stdout
    assert file.removesuffix(".py").replace("/", ".") in run.stdout


def test_every_module_of_the_service_has_its_layer():
    """A new folder must choose its place: what the contract does not name, it cannot hold."""
    named = {
        "api",
        "web",
        "cli",
        "jobs",
        "services",
        "probes",
        "report",
        "auth",
        "models",
        "db",
        "config",
        "clock",
        "errors",
        "log",
    }
    outside = {"__init__", "__main__", "app", "demo", "migrations", "extension"}
    found = {
        entry.stem
        for entry in (ROOT / "vetting").iterdir()
        if entry.suffix == ".py" or (entry / "__init__.py").is_file()
    }
    assert found <= named | outside, f"without a layer: {found - named - outside}"
