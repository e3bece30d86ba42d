"""MyBB 1.x."""

from __future__ import annotations

from scrapers.platforms._forum import Forum, profile
from scrapers.platforms._forum_engine import Engine, pattern


class MyBB(Forum):
    platform = "mybb"
    profile = profile("MyBB")
    engine = Engine(
        marks=pattern(r"\bmy_post_key\s*="),
        declared=pattern(r"""\brootpath\s*=\s*["']([^"']+)"""),
        roots=(
            pattern(r"(.*/)(?:showteam|memberlist|misc|forumdisplay|showthread|member|search|online)\.php"),
            pattern(r"(.*/)jscripts/"),
            pattern(r"(.*/)index\.php"),
        ),
        version=pattern(r"""MyBB(?:</a>)?\s+(1\.\d+(?:\.\d+)?)"""),
        boards=(
            pattern(r"/(?P<page>forumdisplay\.php\?)(?:.*&)?(?P<query>fid=(?P<id>\d+))"),
            pattern(r"/(?P<page>Forum-(?P<id>[\w-]+))"),
        ),
        discussions=pattern(r"showthread\.php | /Thread- | /User- | action=profile | action=lastpost"),
        register=pattern(r"member\.php\?action=register"),
        statistics=("#boardstats_e tr:nth-last-of-type(2) td",),
        directory="misc.php?action=help",
        main=("#content .tborder", "#content", ".tborder"),
        staff=("showteam.php",),
        people=("#content", "body"),
        heading="td.thead, th.thead",
        person="a[href*='action=profile'], a[href*='/User-'], a[href^='User-']",
        row=("tr",),
        rank=".usertitle",
        moderators=".moderators, .smalltext:has(> a[href*='moderator'])",
        board_name=(".navigation .active", "td.thead strong", "h1"),
    )


ADAPTER = MyBB()
