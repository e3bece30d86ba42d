"""How reports are made now: the pack's dimensions and grades, for faces that explain them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.clarity import Quality, quality
from vetting.services.context import Context
from vetting.services.packs import standing_pack


@dataclass(frozen=True)
class Method:
    """`dimensions` are (id, title, weight in parts); `floors` maps a grade to the lowest headline that earns it; `reader` says how
    well rules are read here.
    """

    pack: str
    version: str
    dimensions: tuple[tuple[str, str, float], ...]
    floors: Mapping[str, float]
    questions: int
    reader: Quality


def method(context: Context) -> Method:
    """The method in force. Raises PackRefused where the pack in force can no longer be read."""
    pack = standing_pack(context)
    return Method(
        pack=pack.name,
        version=pack.version,
        dimensions=tuple((dimension.id, dimension.title, dimension.weight) for dimension in pack.dimensions),
        floors=dict(pack.grades.ladder),
        questions=len(pack.rules),
        reader=quality(),
    )
