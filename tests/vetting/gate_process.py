"""Visits one host through the gate from a process of its own: `python gate_process.py URL FILE VISITS DELAY`.

Notes the start and end of each visit in FILE; with VISITS 0 it enters and dies inside.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from scrapers.politeness import Manners
from vetting.db import Database
from vetting.services.gate import DatabaseGate

HOST = "forum.example"


def main(url: str, file: Path, visits: int, delay: float) -> None:
    gate = DatabaseGate(Database(url), Manners(jitter=0.0))
    if not visits:
        gate.enter(HOST, delay)
        os._exit(1)
    for _ in range(visits):
        gate.enter(HOST, delay)
        began = time.time()
        time.sleep(0.01)
        with file.open("a") as visited:
            visited.write(f"{began} {time.time()}\n")
        gate.leave(HOST, healthy=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
