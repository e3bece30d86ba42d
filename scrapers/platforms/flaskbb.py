"""FlaskBB 2. Groups of its people stand only in the list of all members, which is not read."""

from __future__ import annotations

from scrapers.platforms._forum import Forum, profile
from scrapers.platforms._forum_engine import Engine, pattern


class FlaskBB(Forum):
    platform = "flaskbb"
    profile = profile("FlaskBB")
    engine = Engine(
        marks=pattern(r"""<meta[^>]{0,100}content=["']FlaskBB\ Team["'] | class=["']flaskbb-layout["']"""),
        roots=(pattern(r"(.*?/)(?:memberlist|who-is-online|auth/login|search)$"), pattern(r"(.*/)static/css/")),
        boards=(pattern(r"/(?P<page>forum/(?P<id>\d+)[^/?]*)"),),
        discussions=pattern(r"/topic/ | /post/ | /user/"),
        register=pattern(r"/auth/register"),
        names=(".flaskbb-title",),
        description=(".flaskbb-subtitle",),
        total=(".flaskbb-stats strong",),
        main=(".page-body",),
        person="a[href*='/user/']",
        moderators=".forum-moderators",
        board_name=(".page-head", "h1"),
        board_description=(".forum-description",),
    )


ADAPTER = FlaskBB()
