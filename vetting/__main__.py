"""`python -m vetting` is the command line."""

from __future__ import annotations

from vetting.cli import main

main()
