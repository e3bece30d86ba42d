"""What the prose and the links of an ordinary page say of a group, by the words in `web_words.yaml`.

Only what stands there in so many words is read. Languages: English, Spanish, French, German, Portuguese.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from bs4 import BeautifulSoup

from scrapers.errors import AddressRefused
from scrapers.snapshot import Link, Steward
from scrapers.text import clean, html_to_text
from scrapers.urls import Url

_HERE = Path(__file__).parent
WORDS: dict[str, Any] = yaml.safe_load((_HERE / "web_words.yaml").read_text("utf-8"))
CRISIS_HOSTS: tuple[str, ...] = tuple(yaml.safe_load((_HERE / "crisis_lines.yaml").read_text("utf-8"))["hosts"])
PAGES: dict[str, frozenset[str]] = {
    kind: frozenset(str(phrase) for language in table for phrase in language) for kind, table in WORDS["pages"].items()
}
MONTHS = {name: number for number, names in enumerate(WORDS["months"], 1) for name in names}
MAX_LABEL_WORDS = 5  # a link that says more is a headline ("Ten rules for a calmer life"), not a way to a page
MAX_LINE = 300
MAX_SHORT_CODE = 6  # digits: numbers this short belong to emergency and help lines only
CHROME = (
    "nav, footer, aside, form, [role=navigation], [role=banner], [role=contentinfo], body > header, .sidebar, .menu"
)
MAIN = ("main", "[role=main]", "article", "#content", ".entry-content", "#main", ".content")
MIN_MAIN = 80  # characters; a shorter block is a teaser or an empty frame

MIN_SHARE = 0.2  # of the page's text without its menus

_ours = re.compile(
    r"(?:^|\b(?:group|community|forum|site|circle|meetings?|gruppe|gemeinschaft|grupo|comunidade?|foro|groupe|communaute)"
    r"(?: (?:is|are|was|wird|wurde|ist|es|esta|fue|est|a ete|e|foi))?)$"
)
_name = re.compile(
    r"(?:(?:Dr|Prof)\.?\s+)*[^\W\d_a-z][\w'’-]*\.?(?:\s+(?:(?:de|da|von|van|del|la|le)\s+)?[^\W\d_a-z][\w'’-]*\.?){1,3}"
)
_and = re.compile(r"\s+(?:and|und|et|y|e|&)\s+")
_day_month = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.|o|er)?\s+(?:de\s+)?([a-z]+)\.?,?\s+(?:de\s+)?(\d{4})")
_month_day = re.compile(r"([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_iso = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_dotted = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")


class _Plain(dict[int, int]):
    """Character -> its lower case without accent, one for one, so that places in the text stay; filled as needed."""

    def __missing__(self, code: int) -> int:
        lower = unicodedata.normalize("NFKD", chr(code))[0].lower()
        self[code] = ord(lower) if len(lower) == 1 else code
        return self[code]


_plain = _Plain()


def plain(text: str) -> str:
    """Lower case without accents: the form in which words are compared."""
    return text.translate(_plain)


def kind_of(link: Link) -> str:
    """Which page of a group's the link leads to: rules, team, contact, funding; empty if it does not say."""
    label = _label(link)
    return next((kind for kind in PAGES if label in PAGES[kind]), "") or next(
        (kind for kind in PAGES if _mentions(label, PAGES[kind]) or _slug(link.url) in PAGES[kind]), ""
    )


def rel_of(link: Link, page: Url) -> str:
    """Why a link is worth keeping, as in `Link.rel`; `page` is the group's.

    A site's links to itself are no "site": they name nobody who stands behind it.
    """
    scheme, _, rest = link.url.partition(":")
    if scheme in {"tel", "sms"}:
        return "crisis" if len(re.sub(r"\D", "", rest.partition("?")[0])) <= MAX_SHORT_CODE else "contact"
    mailbox = scheme == "mailto"
    try:
        url = Url.parse(f"https://{rest.partition('?')[0].rpartition('@')[2]}" if mailbox else link.url)
    except AddressRefused:
        return "contact" if mailbox else "other"
    if url.on(*CRISIS_HOSTS):
        return "crisis"
    return "contact" if mailbox else _rel_of_page(link, url, page)


def _rel_of_page(link: Link, url: Url, page: Url) -> str:
    kind, own = kind_of(link), url.bare_host == page.bare_host
    if kind == "funding" or (own and kind in {"rules", "contact"}):
        return kind
    if url.central:
        return "other" if url.registrable_domain == page.registrable_domain else "twin"
    return "site" if not own and _label(link) in WORDS["official_site"] else "other"


def _label(link: Link) -> str:
    return plain(link.text).strip(" .:!»›→")


def main_text(soup: BeautifulSoup) -> tuple[str, str]:
    """Text of the page's own block, without menus and footers, and the selector of it."""
    bare = BeautifulSoup(str(soup), "lxml")  # bs4's own copy takes quadratic time in nesting
    for chrome in bare.select(CHROME):
        chrome.extract()
    whole = html_to_text(str(bare))
    for selector in MAIN:
        for block in bare.select(selector, limit=3):
            text = html_to_text(str(block))
            if len(text) >= max(MIN_MAIN, MIN_SHARE * len(whole)):
                return text, selector
    return whole, "body"


def section(soup: BeautifulSoup, kind: str) -> str:
    """Text below a heading that names this kind of page, up to the next heading of its rank; empty without one."""
    for heading in soup.select("h1, h2, h3, h4"):
        if plain(clean(heading.get_text(" "))).strip(" .:!") in PAGES[kind]:
            below = []
            for sibling in heading.find_next_siblings():
                if re.fullmatch(r"h[1-6]", sibling.name) and sibling.name <= heading.name:
                    break
                below.append(str(sibling))
            return html_to_text("".join(below))
    return ""


def updated_at(text: str) -> datetime | None:
    """The date after "Last updated" and the like. Only where day, month and year cannot be mistaken for one another."""
    for match in _phrases(text, WORDS["updated"]):
        moment = _date(plain(text)[match.end() : match.end() + 40].lstrip(" :-–—on").removeprefix("le ").strip())
        if moment:
            return moment
    return None


def stewards_in(text: str) -> tuple[Steward, ...]:
    """Persons of whom the text says that they founded, run or moderate the group; `bio` is the line that says it."""
    found: dict[str, Steward] = {}
    for line in text.splitlines():
        for name, role in (*_after(line), *_before(line)) if len(line) <= MAX_LINE else ():
            found.setdefault(name, Steward(name, role, name, bio=line.strip("- ").strip()))
    return tuple(found.values())


def sentence_with(text: str, phrases: Iterable[str]) -> str:
    """The first sentence that holds one of the phrases; empty without one."""
    match = next(iter(_phrases(text, phrases)), None)
    if match is None:
        return ""
    start = max(text.rfind(mark, 0, match.start()) for mark in ("\n", ". ", "! ", "? ")) + 1
    end = re.compile(r"[.!?](?:\s|$)|\n|$").search(text, match.end())
    return text[start : end.end() if end else None].strip()


def says(text: str, phrases: Iterable[str]) -> bool:
    return any(True for _ in _phrases(text, phrases))


def joining(text: str) -> str:
    """How one joins, where exactly one way is stated: invite, approval or open; empty otherwise."""
    stated = [way for way, phrases in WORDS["joining"].items() if says(text, phrases)]
    return stated[0] if len(stated) == 1 else ""


def _phrases(text: str, phrases: Iterable[str]) -> list[re.Match[str]]:
    pattern = rf"(?<!\w)(?:{'|'.join(re.escape(str(phrase)) for phrase in phrases)})(?!\w)"
    return list(re.finditer(pattern, plain(text)))


def _mentions(label: str, phrases: frozenset[str]) -> bool:
    words = label.split()
    return len(words) <= MAX_LABEL_WORDS and any(f" {phrase} " in f" {label} " for phrase in phrases if " " in phrase)


def _slug(address: str) -> str:
    segment = address.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
    return plain(re.sub(r"\.(?:html?|php|aspx?)$", "", segment)).replace("-", " ").replace("_", " ")


def _after(line: str) -> Iterable[tuple[str, str]]:
    """Names after "Moderated by"."""
    for role, phrases in WORDS["stewards"].items():
        for match in _phrases(line, phrases):
            if not _ours.search(plain(line[: match.start()]).strip(" -:*")):
                continue  # "The study was led by ..." is not about the group
            for part in _and.split(line[match.end() :].lstrip(" :")):
                name = _name.match(part)
                if name is None:
                    break
                yield name[0].rstrip("."), role


def _before(line: str) -> Iterable[tuple[str, str]]:
    """The name at the beginning of "Jane Doe, LCSW - Moderator"."""
    name = _name.match(line.strip("- "))
    rest = line.strip("- ")[name.end() :] if name else ""
    if name and rest.lstrip().startswith((",", "-", "–", "—", "(", "|", ":")):
        for role, words in WORDS["roles"].items():
            if says(rest, words):
                yield name[0].rstrip("."), role
                return


def _date(text: str) -> datetime | None:
    for pattern, order in ((_iso, "ymd"), (_dotted, "dmy"), (_day_month, "dmy"), (_month_day, "mdy")):
        match = pattern.match(text)
        if match:
            part = dict(zip(order, match.groups(), strict=True))
            month = int(part["m"]) if part["m"].isdigit() else MONTHS.get(part["m"], 0)
            try:
                return datetime(int(part["y"]), month, int(part["d"]), tzinfo=UTC)
            except ValueError:
                return None
    return None
