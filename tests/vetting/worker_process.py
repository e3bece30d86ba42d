"""A worker in a process of its own, for tests that kill it: `python worker_process.py FOLDER`, settings from the environment.

Its one handler notes each start in FOLDER and hangs while FOLDER/hang exists.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from vetting.config import Settings
from vetting.jobs.worker import work
from vetting.services.context import Context
from vetting.services.jobs import Progress


def main(folder: Path) -> None:
    def mark(context, payload, progress):
        progress(Progress(1, 2, "first half"))
        with (folder / "starts").open("a") as starts:
            starts.write(f"{os.getpid()}\n")
        while (folder / "hang").exists():
            time.sleep(0.05)
            if (folder / "beat").exists():
                progress(Progress(1, 2, "still here"))
        return {"pid": os.getpid()}

    with Context.open(Settings.from_environ()) as context:
        work(context, threads=1, handlers={"mark": mark})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
