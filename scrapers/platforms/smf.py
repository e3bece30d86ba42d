"""Simple Machines Forum 1.1 and 2. It has no team page of its own; boards name their moderators."""

from __future__ import annotations

from scrapers.platforms._forum import Forum, profile
from scrapers.platforms._forum_engine import Engine, pattern


class SMF(Forum):
    platform = "smf"
    profile = profile("Simple Machines Forum")
    engine = Engine(
        marks=pattern(r"\bsmf_theme_url\s*="),
        declared=pattern(r"""smf_scripturl\s*=\s*["']([^"']+)"""),
        roots=(pattern(r"(.*/)index\.php"), pattern(r"(.*/)Themes/")),
        version=pattern(r"SMF\s+(\d+\.\d+(?:\.\d+)?)"),
        boards=(pattern(r"/(?P<page>index\.php\?)(?:.*[&;])?(?P<query>board=(?P<id>\d+))"),),
        discussions=pattern(r"topic[=,] | action=profile"),
        register=pattern(r"action=(?:register|signup)"),
        title=pattern(r"^(.+) - [^-]+$"),
        names=("h1.forumtitle a", "h1.forumtitle"),
        description=("#siteslogan",),
        statistics=(
            "#upshrinkHeaderIC",
            "#upshrink_stats",
            "#ic_statistics",
            ".bordercolor:has(a[href*='action=stats'])",
        ),
        rules=("index.php?action=help;sa=rules", "index.php?action=agreement", "index.php?action=rules"),
        main=("#agreement", ".agreement", "#help_container", "#helpmain", "#main_content_section", "#bodyarea"),
        staff=("index.php?action=team", "index.php?action=staff"),
        people=("#main_content_section", "#bodyarea"),
        heading="h3, h4, tr.titlebg td, td.catbg",
        person="a[href*='action=profile']",
        row=("tr", "li", "div"),
        rank=".position, .membergroup",
        moderators=".moderators",
        board_name=("h1.forumtitle + h2", "#display_head h2", ".display_title", "h2", "title"),
        board_description=("p.generic_desc", ".description", "#description_board"),
        times=".lastpost time[datetime]",
    )


ADAPTER = SMF()
