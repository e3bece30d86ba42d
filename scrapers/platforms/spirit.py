"""Spirit, a forum on Django. It shows neither team nor totals to readers."""

from __future__ import annotations

from scrapers.platforms._forum import Forum, profile
from scrapers.platforms._forum_engine import Engine, pattern


class Spirit(Forum):
    platform = "spirit"
    profile = profile("Spirit", hidden={"stewards", "members"})
    engine = Engine(
        marks=pattern(r"""/spirit/stylesheets/styles | /spirit/scripts/all | \bclass=["']spirit_wrapper["']"""),
        roots=(pattern(r"(.*?/)(?:user/login|category|topic)/"), pattern(r"(.*/)static/spirit/")),
        boards=(pattern(r"/(?P<page>category/(?P<id>\d+)/[^/?]*)"),),
        discussions=pattern(r"/topic/\d+ | /user/\d+"),
        register=pattern(r"/user/register/?$"),
        names=(".header__logo",),
        title=pattern(r"^.+ - ([^-]+)$"),
        main=(".layout__article",),
        board_name=("h1", ".dropdown_button"),
        board_description=("h2",),
    )


ADAPTER = Spirit()
