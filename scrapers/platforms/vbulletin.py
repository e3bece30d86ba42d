"""vBulletin 3, 4 and 5."""

from __future__ import annotations

from scrapers.platforms._forum import Forum, profile
from scrapers.platforms._forum_engine import Engine, pattern


class VBulletin(Forum):
    platform = "vbulletin"
    profile = profile("vBulletin")
    engine = Engine(
        marks=pattern(
            r"""<meta[^>]{0,300}generator[^>]{0,50}content=["']vBulletin | vbulletin_(?:global|core)\.js | \bvBulletin_init\(
            | <html[^>]{0,300}\bid=["']vbulletin_html["'] | <body[^>]{0,300}\bid=["']vb-page-body["']"""
        ),
        roots=(
            pattern(
                r"(.*/)(?:faq|showgroups|sendmessage|register|forumdisplay|showthread|misc|online|login|forum)\.php"
            ),
            pattern(r"(.*/)(?:clientscript|css/vbulletin|core/clientscript)"),
        ),
        version=pattern(
            r"""<meta[^>]{0,300}generator[^>]{0,50}content=["']vBulletin\s+(\d[\d.]*)
            | vBulletin(?:®|&reg;|\xae)?\s+Version\s+(?P<footer>\d[\d.]*)"""
        ),
        boards=(
            pattern(r"/(?P<page>forumdisplay\.php\?)(?:.*&)?(?P<query>f=(?P<id>\d+))"),
            pattern(r"/(?P<page>(?:forumdisplay\.php[/?]|forums/)(?P<id>\d+)[^/?&]*)"),
        ),
        discussions=pattern(
            r"""showthread\.php | /threads?/ | thread\d | -new-post | \#post\d | /members?[/\d] | member\.php
            | /t\d+- | /\d+-[^/]+\.html | -\d+(?:\.html|/)?$"""
        ),
        register=pattern(r"register\.php | /register$"),
        statistics=("#wgo_stats", "#collapseobj_forumhome_stats", ".forum-stats-container", ".b-statistics"),
        rules=("misc.php?do=showrules",),
        main=(
            "#forum_rules",
            ".cms_article",
            "#pagetitle + .block .blockrow",
            "#above_body + .body_wrapper",
            "#content .blockbody",
            "td.panelsurround",
            "td.alt1 .smallfont",
            "#content",
            ".page",
            ".body_wrapper",
        ),
        staff=("showgroups.php",),
        people=("#showgroups", ".body_wrapper", "#content", "table.tborder", "body"),
        heading="td.tcat, h2.blockhead, h2, .blocksubhead",
        person="a.username, a[href*='member.php?'], a.bigusername",
        row=("tr", "li"),
        rank=".usertitle, .rank",
        moderators=".moderators",
        board_name=(".forumtitle h1", "#pagetitle h1", "h1"),
        board_description=("#pagetitle .description", "meta[name=description]"),
    )


ADAPTER = VBulletin()
