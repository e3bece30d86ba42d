"""WoltLab Suite (Burning Board 3 to 6)."""

from __future__ import annotations

from scrapers.platforms._forum import Forum, profile
from scrapers.platforms._forum_engine import Engine, pattern


class WoltLab(Forum):
    platform = "woltlab"
    profile = profile("WoltLab")
    engine = Engine(
        marks=pattern(
            r"""\bWCF\.[A-Z]\w+ | \bcom\.woltlab\.\w+ | /js/WoltLabSuite | ["'(/]wcf/(?:js|icon|style|images)/"""
        ),
        declared=pattern(r"""\bWSC_API_URL\s*=\s*["']([^"']+)"""),
        roots=(
            pattern(r"(.*/)(?:wcf/(?:js|icon|style|images)|js/WoltLabSuite)"),
            pattern(r"(.*/)index\.php"),
            pattern(r"(.*?/)(?:forum|board|thread)/"),
        ),
        boards=(
            pattern(r"/(?P<page>(?:index\.php\?)?(?:forum|board)/(?P<id>\d+)-[^/?]*/?)"),
            pattern(r"/(?P<page>index\.php\?)(?:.*&)?(?P<query>page=Board&boardID=(?P<id>\d+))"),
        ),
        discussions=pattern(r"/thread/ | /user/ | page=(?:Thread|User)\b | threadID= | postID="),
        register=pattern(r"/register/?$ | page=Register"),
        title=pattern(r"^[^-]+ - (.+)$"),
        statistics=("[data-box-identifier='com.woltlab.wbb.Statistics']", ".infoBoxStatistics", ".statsDataList"),
        rules=("rules/", "forenregeln/", "index.php?page=Rules"),
        main=("#content .htmlContent", "#content .section", "#main .border", "#content", "#main"),
        staff=("team/", "index.php?page=Team"),
        people=("#content", "#main"),
        heading="h2, h3.subHeadline",
        person="h3 a[data-object-id], a.username, a.userLink, a[href*='/user/'], a[href*='page=User&']",
        row=("li", "tr"),
        rank=".badge, .userTitleBadge",
        moderators=".moderators",
        board_name=("h1.contentTitle", ".boardTitle h2", "h1"),
        board_description=(".contentHeaderDescription", "meta[name=description]"),
        times=".wbbBoardLastPost time[datetime], woltlab-core-date-time[date]",
    )


ADAPTER = WoltLab()
