"""Numbers as pages write them for people: "2 805", "1.234", "13.7M", "60 тыс." What could mean two numbers is none."""

from __future__ import annotations

import re
from decimal import Decimal

UNITS = {
    "": 1,
    "k": 10**3,
    "m": 10**6,
    "b": 10**9,
    "тыс": 10**3,
    "млн": 10**6,
    "tsd": 10**3,
    "mio": 10**6,
}

_number = re.compile(
    r"^(?P<digits>\d{1,3}(?:(?P<mark>[ .,'’])\d{3})(?:(?P=mark)\d{3}){0,3}|\d{1,12})(?:(?P<point>[.,])(?P<rest>\d{1,2}))?"
    r" ?(?P<unit>k|m|b|тыс|млн|tsd|mio)?\.?$",
    re.ASCII | re.IGNORECASE,
)
_spaces = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")


def counted(text: str) -> tuple[int, int]:
    """The number and the unit it is rounded to: "2 805" -> (2805, 1), "13.7M" -> (13700000, 100000).

    Raises ValueError where the text is no number, or might be two: "1.2" without a unit, "1.234K".
    """
    written = _number.match(_spaces.sub(" ", text).strip())
    if written is None:
        raise ValueError("not a count")
    unit = UNITS[(written["unit"] or "").lower()]
    grouped, rest = written["mark"], written["rest"] or ""
    if (rest and unit == 1) or (grouped and unit > 1):
        raise ValueError("not a whole number")
    digits = re.sub(r"\D", "", written["digits"])
    precision = unit // 10 ** len(rest)
    return int(Decimal(f"{digits}.{rest or 0}") * unit), precision
