"""bbPress, the forum inside a WordPress site. The site's own pages hold its rules and team, wherever it wants them."""

from __future__ import annotations

from scrapers.platforms._forum import Forum, profile
from scrapers.platforms._forum_engine import Engine, pattern


class BbPress(Forum):
    platform = "bbpress"
    profile = profile("bbPress")
    engine = Engine(
        marks=pattern(r"""<body[^>]{0,100}\bclass=["'][^"'>]{0,800}\bbbpress\b | \bid=["']bbpress-forums["']"""),
        roots=(pattern(r"(.*?/forums?/)"), pattern(r"(.*/)wp-(?:content|includes)/")),
        boards=(pattern(r"/(?P<page>forum/(?P<id>[\w%-]+))"),),
        discussions=pattern(r"/topic/ | /users?/ | /reply/"),
        register=pattern(r"/register/?$ | action=register"),
        title=pattern(r"^.+ [~–|-] ([^~–|]+)$"),
        main=("article .entry-content", "main", "#content", "article"),
        rules=("../rules/", "../forum-rules/", "../guidelines/"),
        person="a.bbp-author-link, a.bbp-author-name",
        board_name=("h1.entry-title", "h1"),
        board_description=(".bbp-forum-description", "meta[name=description]"),
    )


ADAPTER = BbPress()
