"""When a text says it was last changed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january januar janvier enero janeiro jänner",
            "feb february februar février fevrier febrero fevereiro",
            "mar march märz marz mars marzo março marco",
            "apr april avril abril",
            "may mai mayo maio",
            "jun june juni juin junio junho",
            "jul july juli juillet julio julho",
            "aug august août aout agosto",
            "sep sept september septembre septiembre setembro",
            "oct october oktober octobre octubre outubro okt",
            "nov november novembre noviembre novembro",
            "dec december dezember décembre decembre diciembre dezembro dez",
        ),
        start=1,
    )
    for name in names.split()
}
_SAYS = (
    r"(?:updated?|revised|modified|changed|amended|edited|effective|version|actualizad[oa]s?|atualizad[oa]s?"
    r"|mise?s?\s+à\s+jour|aktualisiert|stand)"
)
_ISO = r"(?P<iso>\d{4}-\d{2}-\d{2})"
_DAY_FIRST = (
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?\s+(?:de\s+)?(?P<month>[^\W\d_]{3,10})\.?,?\s+(?:de\s+)?(?P<year>\d{4})"
)
_MONTH_FIRST = r"(?P<month2>[^\W\d_]{3,10})\.?\s+(?:(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?\s+)?(?P<year2>\d{4})"
_DOTTED = r"(?P<day3>\d{1,2})\.(?P<month3>\d{1,2})\.(?P<year3>\d{4})"
_STATED = re.compile(rf"\b{_SAYS}\b[^\d]{{0,25}}?(?:{_ISO}|{_DAY_FIRST}|{_MONTH_FIRST}|{_DOTTED})", re.IGNORECASE)


def stated_update(text: str) -> tuple[datetime, int, int] | None:
    """The latest date at which `text` says it was changed (midnight UTC), and where it says so. 03/04/2024 is not read:
    it means two days.
    """
    found = [(moment, match.start(), match.end()) for match in _STATED.finditer(text) if (moment := _moment(match))]
    return max(found, default=None)


def _moment(match: re.Match[str]) -> datetime | None:
    part = match.groupdict()
    try:
        if part["iso"]:
            day = date.fromisoformat(part["iso"])
        elif part["day3"]:
            day = date(int(part["year3"]), int(part["month3"]), int(part["day3"]))
        else:
            month = _MONTHS[(part["month"] or part["month2"]).casefold()]
            day = date(int(part["year"] or part["year2"]), month, int(part["day"] or part["day2"] or 1))
    except (KeyError, ValueError):
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
