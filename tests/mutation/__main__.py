"""Mutation testing of the rules engine: changes one thing at a time in its code and asks whether a test notices.

`make mutation` runs it over all the modules below, `python -m tests.mutation rules/caps.py --sample 50` over a part. What the tests need
is loaded once; each mutant is then tested in a process forked from this one, on a copy of the project, tests with fixed cases first.
What survives is printed as the line that nobody missed. Those that cannot be noticed, for they change nothing that can be seen,
stand with their reason in equivalent.yaml and are not tried.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import _hypothesis_pytestplugin
import hypothesis.strategies  # noqa: F401 - loaded once here, for all the processes that are forked
import pytest
import yaml

from tests.mutation.mutants import mutants

ROOT = Path(__file__).resolve().parents[2]
MODULES = ("conditions", "rule", "panel", "caps", "scoring", "grading", "history", "engine", "compare", "explain")
MODULES += ("rehearse", "difference", "policy")
CONFTEST = """
from hypothesis import HealthCheck, settings
settings.register_profile("mutation", deadline=None, max_examples=25, derandomize=True, database=None,
                          suppress_health_check=list(HealthCheck))
settings.load_profile("mutation")

def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: hasattr(item.function, "hypothesis"))
"""
FIRST = ("score", "grades", "boundaries", "conditions", "explain", "policy", "rehearse")  # the rest loads many packs
SECONDS = 180  # a mutant that takes longer than this loops, and counts as noticed


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.mutation")
    parser.add_argument("files", nargs="*", default=[f"rules/{name}.py" for name in MODULES])
    parser.add_argument("--sample", type=int, help="so many mutants of each file, chosen at random")
    options = parser.parse_args()
    excused = yaml.safe_load(Path(__file__).with_name("equivalent.yaml").read_text(encoding="utf-8"))
    with copied() as folder:
        if not passes(folder):
            tell("The tests fail without any mutation.")
            return 2
        sys.dont_write_bytecode = True  # what is compiled by now serves all; mutants' could be taken for one another's
        whole = Counter[str]()
        for name in options.files:
            whole += examined(folder, name, options.sample, excused.get(name, {}))
    tell(f"all: {summary(whole)}")
    return 0


def examined(folder: Path, name: str, sample: int | None, excused: Mapping[str, str]) -> Counter[str]:
    """How many mutants of the file were noticed, survived, or are equivalent; survivors are told at once."""
    counts, found = Counter(noticed=0), list(mutants((ROOT / name).read_text(encoding="utf-8")))
    for line in excused.keys() - {mutant.after for mutant in found}:
        tell(f"no mutant any more: {name}: {line}")
    for mutant in found if sample is None else random.Random(name).sample(found, min(sample, len(found))):  # noqa: S311 - to look at
        if mutant.after in excused:
            counts["equivalent"] += 1
            continue
        (folder / name).write_text(mutant.source, encoding="utf-8")
        noticed = not passes(folder)
        counts["noticed" if noticed else "survived"] += 1
        if not noticed:
            tell(f"survived: {name}:{mutant.line}: {mutant.what}\n  - {mutant.before}\n  + {mutant.after}")
    shutil.copy2(ROOT / name, folder / name)
    tell(f"{name}: {summary(counts)}")
    return counts


def summary(counts: Counter[str]) -> str:
    tried = counts["noticed"] + counts["survived"]
    share = counts["noticed"] / tried if tried else 1.0
    return f"{counts['noticed']} of {tried} noticed ({share:.1%}); {counts['equivalent']} equivalent"


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@contextlib.contextmanager
def copied() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "rules", folder / "rules", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "tests" / "rules", folder / "tests" / "rules")
        (folder / "tests" / "conftest.py").write_text(CONFTEST, encoding="utf-8")
        yield folder


def passes(folder: Path) -> bool:
    """Whether all tests of the rules pass on the copy, in a process that has loaded nothing of the project yet."""
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    signal.alarm(SECONDS)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    os.chdir(folder)
    for name in [name for name in sys.modules if name.split(".")[0] in ("rules", "tests")]:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-x", "-q", "-p", "no:cacheprovider", "-o", "addopts=", f"--rootdir={folder}"]
    files = sorted(Path("tests/rules").glob("test_*.py"), key=_turn)
    os._exit(int(pytest.main([*options, *map(str, files)], [_hypothesis_pytestplugin])))


def _turn(path: Path) -> tuple[int, str]:
    name = path.stem.removeprefix("test_")
    return FIRST.index(name) if name in FIRST else len(FIRST), name


if __name__ == "__main__":
    sys.exit(main())
