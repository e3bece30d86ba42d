"""lock.yaml: which content each version of a rule, and of the pack's settings, stands for. It keeps old assessments explainable:
what has once been published under a version never changes, and an id that has left the pack is never given again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from rules.errors import PackInvalid
from rules.pack import Pack
from rules.reading import read_yaml

LOCK_FILE = "lock.yaml"
_HEADER = "# Written by the project; id -> version -> SHA-256 of the content. Never edited by hand.\n"

Lock = dict[str, dict[str, dict[Any, str]]]


def read_lock(folder: Path) -> Lock:
    """What has been locked so far; empty where there is no lock yet. Raises PackInvalid for a lock that cannot be read."""
    path, problems = folder / LOCK_FILE, list[str]()
    if not path.is_file():
        return {"pack": {}, "rules": {}}
    locked = read_yaml(path, problems)
    if not _is_lock(locked):
        raise PackInvalid(problems or [f"{LOCK_FILE}: is no lock; take back what was changed in it by hand"])
    return locked  # type: ignore[no-any-return]  # `_is_lock` has checked it


def check_lock(pack: Pack, folder: Path) -> list[str]:
    """Problems, each "file: id: reason": content that changed under a locked version, or a version that went back.

    What is not locked yet is no problem: it will be when the pack is next locked. Raises PackInvalid as `read_lock`.
    """
    locked = read_lock(folder)
    problems = []
    for kind, entries in _contents(pack).items():
        for name, (version, digest) in entries.items():
            versions = locked[kind].get(name, {})
            place = f"{name}.yaml: {name}" if kind == "rules" else f"pack.yaml: {name}"
            if versions.get(version, digest) != digest:
                problems.append(f"{place}: changed without a new version; raise version {version}")
            elif kind == "rules" and version < max(versions, default=0):
                problems.append(f"{place}: version {version} is older than the locked {max(versions)}")
    return problems


def unlocked(pack: Pack, folder: Path) -> list[str]:
    """What is not locked yet, each "file: id: reason"."""
    locked = read_lock(folder)
    return [
        f"{name}.yaml: {name}: version {version} is not locked" if kind == "rules" else "pack.yaml: not locked"
        for kind, entries in _contents(pack).items()
        for name, (version, _) in entries.items()
        if version not in locked[kind].get(name, {})
    ]


def reused_versions(before: Pack, after: Pack) -> list[str]:
    """What stands under the same version in both packs with another content, each "file: id: reason"."""
    old = _contents(before)
    return [
        f"{name}.yaml: {name}: version {version} is in force with another content"
        for kind, entries in _contents(after).items()
        for name, (version, digest) in entries.items()
        if (known := old[kind].get(name)) and known[0] == version and known[1] != digest
    ]


def write_lock(pack: Pack, folder: Path) -> Path:
    """Adds what is new to the lock; what is locked stays. Raises PackInvalid where `check_lock` finds a problem."""
    if problems := check_lock(pack, folder):
        raise PackInvalid(problems)
    locked = read_lock(folder)
    for kind, entries in _contents(pack).items():
        for name, (version, digest) in entries.items():
            locked[kind].setdefault(name, {})[version] = digest
    path = folder / LOCK_FILE
    path.write_text(_HEADER + yaml.safe_dump(locked, sort_keys=True), encoding="utf-8")
    return path


def _is_lock(document: object) -> bool:
    """Whether it is of the form of `Lock`."""
    if not isinstance(document, dict) or set(document) != {"pack", "rules"}:
        return False
    if not all(isinstance(kind, dict) for kind in document.values()):
        return False
    versions = [*document["pack"].values(), *document["rules"].values()]
    if not all(isinstance(one, dict) for one in versions):
        return False
    return all(isinstance(version, int) for one in document["rules"].values() for version in one)


def _contents(pack: Pack) -> dict[str, dict[str, tuple[Any, str]]]:
    return {
        "pack": {pack.name: (pack.version, pack.settings_digest)},
        "rules": {rule.id: (rule.version, rule.digest) for rule in pack.rules},
    }
