"""What tells one forum software from another, as data: its marks, its addresses and the places on its pages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scrapers.platforms import _forum_words as words
from scrapers.platforms._forum_terms import Terms


def pattern(text: str) -> re.Pattern[str]:
    """A pattern that takes no notice of case, written over as many lines as it needs."""
    return re.compile(text, re.IGNORECASE | re.VERBOSE)


NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class Engine:
    """One forum software.

    Patterns of addresses are matched against path and query below the forum's root, but `roots` against whole paths: their
    first group is the root. Other strings are CSS selectors; where several are given, the first that finds something counts.
    """

    marks: re.Pattern[str]  # in the page's source: this software made it
    roots: tuple[re.Pattern[str], ...]  # (root)(place that every forum of this software has)
    declared: re.Pattern[str] = NEVER  # in the source: its group is an address at the root
    version: re.Pattern[str] = NEVER  # in the source: its group
    boards: tuple[re.Pattern[str], ...] = ()  # groups page and perhaps query (the address without noise) and id
    discussions: re.Pattern[str] = NEVER  # topics and profiles, which are never asked for
    register: re.Pattern[str] = NEVER
    title: re.Pattern[str] = NEVER  # in <title>: group 1 is the forum's name
    names: tuple[str, ...] = ("meta[property='og:site_name']",)  # the whole site's, on every page
    description: tuple[str, ...] = ("meta[name=description]",)
    statistics: tuple[str, ...] = ()
    total: tuple[str, ...] = ()  # holds the number of members and nothing else
    rules: tuple[str, ...] = ()  # places below the root, the most telling first
    terms: Terms | None = None  # those that the software comes with, which are no group's rules
    directory: str = ""  # the place that lists texts, rules among them
    main: tuple[str, ...] = ()  # where on a page of its own the text stands
    staff: tuple[str, ...] = ()  # places below the root
    people: tuple[str, ...] = ()  # where on them the team stands
    heading: str = "h2, h3"  # the role of those who follow
    person: str = "a.username"
    row: tuple[str, ...] = ("tr", "li")  # what stands around a person
    rank: str = ".userTitle"  # inside the row
    nobody: re.Pattern[str] = NEVER  # on the team page: there is no team
    moderators: str = ""  # the line in which a board names its moderators
    board_name: tuple[str, ...] = ("h1",)
    board_description: tuple[str, ...] = ()
    times: str = ""  # last posts on the index, with a machine-readable time

    def board(self, address: str) -> tuple[str, str] | None:
        """Id and plain address of the board that an address below the root names."""
        match = next(filter(None, (board.search(address) for board in self.boards)), None)
        if match is None:
            return None
        return match["id"], match["page"] + match.groupdict().get("query", "")


called_rules = re.compile(rf"\b{words.RULES}", re.IGNORECASE)
called_terms = re.compile(rf"\b{words.TERMS}", re.IGNORECASE)
is_contact = re.compile(
    rf"(?:^|/){words.CONTACT}(?:\.\w{{3,5}})?/?$|page=LegalNotice|mode=contactadmin|[?/]misc/contact|action=contact$",
    re.IGNORECASE,
)
is_person = re.compile(
    r"/(?:users?|uid|u|profiles?|members?|groups)/|mode=viewprofile|show-?user=|page=user\b|action=profile|member\.php",
    re.IGNORECASE,
)
asks_login = re.compile(words.LOGIN, re.IGNORECASE)
is_closed = re.compile(words.CLOSED, re.IGNORECASE)
asks_age = re.compile(words.ADULTS, re.IGNORECASE)
names_nothing = re.compile(words.NAMELESS, re.IGNORECASE)
is_missing = re.compile(words.MISSING, re.IGNORECASE)
