"""When a text says it was last changed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from rules.clarity.words import plain

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january januar janvier enero janeiro janner ene",
            "feb february februar fevrier febrero fevereiro fev",
            "mar march marz mars marzo marco",
            "apr april avril abril abr",
            "may mai mayo maio",
            "jun june juni juin junio junho",
            "jul july juli juillet julio julho",
            "aug august aout agosto ago",
            "sep sept september septembre septiembre setembro setiembre",
            "oct october oktober octobre octubre outubro okt",
            "nov november novembre noviembre novembro",
            "dec december dezember decembre diciembre dezembro dez dic",
        ),
        start=1,
    )
    for name in names.split()
}
_ACCENTED = {"a": "aàáâãä", "c": "cç", "e": "eèéêë", "i": "iíîï", "o": "oóôõö", "u": "uùúûü"}
_MARK = "[\\u0300-\\u036f]"  # an accent that is a character of its own
_LETTER = rf"(?:[^\W\d_]|{_MARK})"
# Words that say so, in plain form; those that end in "*" with whatever ending.
_SAYING = (
    "update,updated,updates,revis*,review,reviewed,modif*,changed,last change,amended,edited,last edit,effective,version*,"
    "actualiz*,en vigor,vigente*,actualis*,mise a jour,mises a jour,mis a jour,en vigueur,"
    "aktualisier*,geandert,anderung*,uberarbeit*,fassung,gultig,stand,atualiz*,revisto,revistos,alterad*,alterac*,em vigor"
)


def _spelled(word: str) -> str:
    """The expression for a plain word with whatever accents people give it."""
    letters = (f"[{_ACCENTED[char]}]{_MARK}?" if char in _ACCENTED else char for char in word.rstrip("*"))
    return "".join(letters).replace(" ", r"\s{1,3}") + (_LETTER + "{0,8}" if word.endswith("*") else "")


_SAYS = "(?:" + "|".join(map(_spelled, _SAYING.split(","))) + ")"
_OF = r"(?:(?:de|del|of|du)\s+)?"
_YEAR_FIRST = (
    r"(?P<year1>\d{4})(?:-(?P<month1>\d{2})(?:-(?P<day1>\d{2}))?|[/.](?P<month5>\d{1,2})[/.](?P<day5>\d{1,2}))"
)
_DAY_FIRST = rf"(?P<day2>\d{{1,2}})(?:st|nd|rd|th|er|[.ºª°])?\s+{_OF}(?P<month2>{_LETTER}{{3,12}})\.?,?\s+{_OF}(?P<year2>\d{{4}})"
_MONTH_FIRST = (
    rf"(?P<month3>{_LETTER}{{3,12}})\.?\s+(?:{_OF}(?P<day3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?{_OF}(?P<year3>\d{{4}})"
)
_DOTTED = r"(?P<day4>\d{1,2})\.\s?(?P<month4>\d{1,2})\.\s?(?P<year4>\d{4})"
_DATE = rf"(?:{_YEAR_FIRST}|{_DAY_FIRST}|{_MONTH_FIRST}|{_DOTTED})(?!\d|[-/]\d)"
_STATED = re.compile(rf"\b{_SAYS}(?!\w)[^\d]{{0,25}}?{_DATE}", re.IGNORECASE)
_ZONES = timedelta(hours=14)  # how far the earliest local day is ahead of UTC

Stated = tuple[datetime, int, int]  # midnight UTC of the day, and where in the text it stands


def stated_updates(text: str) -> list[Stated]:
    """Every date at which `text` says it was changed. 03/04/2024 is not read: it means two days. A month alone is its first day."""
    return [(moment, match.start(), match.end()) for match in _STATED.finditer(text) if (moment := _moment(match))]


def has_come(moment: datetime, at: datetime | None) -> bool:
    """Whether the day of `moment` has begun anywhere on earth at the moment `at`; true where that is not known."""
    return at is None or moment <= at + _ZONES


def _moment(match: re.Match[str]) -> datetime | None:
    given = {name[:-1]: part for name, part in match.groupdict().items() if part}
    month = given["month"]
    try:
        number = int(month) if month.isdigit() else _MONTHS[plain(month)]
        return datetime(int(given["year"]), number, int(given.get("day", "1")), tzinfo=UTC)
    except (KeyError, ValueError):
        return None
