"""The tokens by which a steward proves to control a group.

128 bits, good for `KEPT` and for one use, bound to one contribution, one group and this purpose, and stored as a hash.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from scrapers.snapshot import Snapshot
from vetting.services.context import Context

KEPT = timedelta(hours=24)
PREFIX = "group-proof-"
PLACES = ("description", "rules", "rules_text")


def proof(context: Context, token: str) -> str:
    """The proof that goes with a contribution's own token: whoever has the one can be shown the other, and we keep neither."""
    told = f"control of a group, for a contribution\0{token}"
    return PREFIX + hmac.new(context.settings.secret_key.encode(), told.encode(), hashlib.sha256).hexdigest()[:32]


def proof_hash(group_id: str, shown: str) -> str:
    """What is stored of a proof; another group's is another."""
    return hashlib.sha256(f"contribution\0{group_id}\0{shown}".encode()).hexdigest()


def can_show(snapshot: Snapshot) -> bool:
    """Whether a reading like this one sees any of those places."""
    return any(getattr(snapshot, place).known for place in PLACES)
