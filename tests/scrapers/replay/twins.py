"""What every real capture gives, as facts without text: `python -m tests.scrapers.replay.twins` writes them anew.

The folder is that of `shared_data`; the file holds paths, adapters, outcomes and counts only.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scrapers.replay import Line, replay

EXPECTED = Path(__file__).with_name("expected.jsonl")
ROOT = Path(__file__).resolve().parents[3]


def facts(line: Line) -> dict[str, Any]:
    return {
        "path": line.path,
        "adapter": line.adapter,
        "outcome": line.outcome,
        "fields_read": len(line.fields_read),
        "fields_absent": len(line.fields_absent),
    }


def expected() -> list[dict[str, Any]]:
    return [json.loads(line) for line in EXPECTED.read_text().splitlines()]


def write(lines: Iterable[Line]) -> int:
    """Writes the twins and answers with how many responses an adapter failed on; those are no twin to keep."""
    known = list(lines)
    EXPECTED.write_text("".join(f"{json.dumps(facts(line))}\n" for line in known))
    for line in known:
        if line.failed:
            sys.stderr.write(f"{line.path}: {', '.join(line.warnings)}\n")
    return sum(line.failed for line in known)


if __name__ == "__main__":
    shared = Path(os.environ.get("VETTING_SHARED_DATA") or ROOT.parent / "shared" / "data")
    sys.exit(write(replay(shared / "captures")) > 0)
