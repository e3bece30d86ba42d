"""What is known about a group -> facts. Pure: one file per family, each probe answers questions of the vocabulary.

A probe never guesses: what was not read is unknown with its reason, and what the platform can never show is not observable
(only the platform's profile says so, never a group that went private).
"""

from __future__ import annotations

from datetime import datetime

from rules.facts import Facts
from vetting.probes import clarity, credentials, history, offers, stewardship
from vetting.probes.known import Known
from vetting.probes.sheet import Sheet

FAMILIES = (stewardship.probe, credentials.probe, clarity.probe, history.probe, offers.probe)

__all__ = ["Known", "probe"]


def probe(known: Known, at: datetime) -> Facts:
    """Every fact that can be told about the group at the moment `at` (UTC)."""
    sheet = Sheet(known.told, known.never_shown)
    for family in FAMILIES:
        family(known, sheet, at)
    return Facts(
        values=sheet.facts,
        incidents=known.incidents,
        vouches=known.vouches,
        objections=known.objections,
        previous=known.previous,
        read_at=known.snapshot.taken_at,
    )
