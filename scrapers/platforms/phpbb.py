"""phpBB 2 and 3, and what is built from them. The team page is `memberlist.php?mode=team` since 3.1, `mode=leaders` before."""

from __future__ import annotations

from scrapers.platforms._forum import Forum, profile
from scrapers.platforms._forum_engine import Engine, pattern
from scrapers.platforms._forum_terms import PHPBB


class PhpBB(Forum):
    platform = "phpbb"
    profile = profile("phpBB")
    engine = Engine(
        marks=pattern(
            r"""<body[^>]{0,300}\bid=["']phpbb["'] | styles/(?:prosilver|subsilver2)/(?:theme|imageset|template)
            | style_cookie_settings | Powered\ by\ <a[^>]{0,200}href=["']https?://www\.phpbb\.com/"""
        ),
        roots=(
            pattern(r"(.*/)(?:ucp|viewforum|viewtopic|memberlist|posting|faq)\.php"),
            pattern(r"(.*/)app\.php/"),
            pattern(r"(.*/)(?:styles|templates)/\w+/"),
            pattern(r"(.*/)(?:search|index|login|profile)\.php"),
        ),
        version=pattern(
            r"""Powered\ by\ <a[^>]{0,200}phpbb\.com[^>]{0,200}>phpBB</a>(?:\s*&\w+;)?\s*(\d+\.\d+(?:\.\d+)?)\b"""
        ),
        boards=(pattern(r"/(?P<page>viewforum\.php\?)(?:.*&)?(?P<query>f=(?P<id>\d+))"),),
        discussions=pattern(r"viewtopic\.php | mode=viewprofile"),
        register=pattern(r"ucp\.php\?(?:.*&)?mode=register | profile\.php\?(?:.*&)?mode=register"),
        title=pattern(r"^(.+?)\s+(?:•|::|-)\s+[^•]+$"),
        names=("#site-description h1",),
        description=("#site-description h1 + p", "meta[name=description]"),
        statistics=(".stat-block.statistics", "#page-body > h3:last-of-type + p"),
        rules=("app.php/rules", "ucp.php?mode=terms"),
        terms=PHPBB,
        main=("#agreement .content", ".agreement", "#page-body .panel .content", "#page-body .content", "#page-body"),
        staff=("memberlist.php?mode=team", "memberlist.php?mode=leaders"),
        people=("#page-body", "table.tablebg", "table.forumline"),
        heading="th.name, td.cat",
        person="a.username, a.username-coloured, span.username, span.username-coloured, a[href*='mode=viewprofile']",
        row=("tr",),
        rank=".rank-img",
        moderators=".moderators, .forum-mods",
        board_name=("h2.forum-title", "#page-body h2", "h2"),
        board_description=("h2.forum-title + div", "meta[name=description]"),
        times=".lastpost time[datetime]",
    )


ADAPTER = PhpBB()
