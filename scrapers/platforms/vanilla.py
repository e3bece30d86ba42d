"""Vanilla Forums 2 and later. Team and rules are whatever pages the forum has made; roles stand in profiles, unread."""

from __future__ import annotations

from scrapers.platforms._forum import Forum, profile
from scrapers.platforms._forum_engine import Engine, pattern


class Vanilla(Forum):
    platform = "vanilla"
    profile = profile("Vanilla")
    engine = Engine(
        marks=pattern(r"""\bgdn\.(?:meta|definition)\b | <body[^>]{0,300}\bid=["']vanilla_\w+_\w+["']"""),
        declared=pattern(r"""["']?WebRoot["']?(?:"\ value=|\s*:)\s*["']([^"']+)"""),
        roots=(
            pattern(r"(.*?/)(?:categories|discussions?|entry|activity|applications|profile)(?:/|$)"),
            pattern(r"(.*/)(?:js/global\.js|themes/)"),
        ),
        version=pattern(r"/js/global\.js\?v=(\d+\.\d+[\w.]*)"),
        boards=(pattern(r"/(?P<page>categories/(?P<id>[\w-]+))"),),
        discussions=pattern(r"/discussion/ | /profile/"),
        register=pattern(r"/entry/register"),
        title=pattern(r"^.+ - ([^-]+)$"),
        rules=("p/rules", "kb/articles/community-guidelines"),
        main=(".Content .userContent", "#Content", ".Content", "main"),
        person="a[href*='/profile/']",
        board_name=("h1.HomepageTitle", "h1"),
        board_description=(".PageDescription", "meta[name=description]"),
        times=".LastCommentDate time[datetime], .DateUpdated time[datetime], .LatestPost time[datetime]",
    )


ADAPTER = Vanilla()
