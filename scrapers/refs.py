"""What a group is called: one key for every spelling of its address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class GroupRef:
    """One group on one platform.

    `platform` is an adapter's name; `key` is canonical within the platform ("r/quietharbour", "!calm@lemmy.example",
    "forum.example"); `canonical_url` is the page a person would open. `inner_url` is another page of the group's, by which alone
    it can be read where the first is shut: it may be a member's, so it names no group and is never shown as its address.
    """

    platform: str
    key: str
    canonical_url: str
    inner_url: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.platform}:{self.key}"

    @property
    def id(self) -> str:
        """16 hex digits: the first 8 bytes of SHA-256 of the canonical key, the same that the lookup list publishes."""
        return hashlib.sha256(str(self).encode()).hexdigest()[:16]
