"""XenForo 1 and 2."""

from __future__ import annotations

from scrapers.platforms._forum import Forum, profile
from scrapers.platforms._forum_engine import Engine, pattern
from scrapers.platforms._forum_terms import XENFORO


class XenForo(Forum):
    platform = "xenforo"
    profile = profile("XenForo")
    engine = Engine(
        marks=pattern(r"""<html[^>]{0,300}\bid=["'](?:XF|XenForo)["']"""),
        roots=(
            pattern(r"(.*/)css\.php"),
            pattern(r"(.*/)js/(?:xf|xenforo)/"),
            pattern(r"(.*?/)(?:misc/contact|whats-new|find-new|login|register|lost-password)(?:/|$)"),
            pattern(r"(.*?/)(?:threads|members|forums/[^/]+\.\d+)/"),
        ),
        boards=(pattern(r"/(?P<page>(?:index\.php\?)?forums/(?:[^/?]*\.)?(?P<id>\d+)/?)(?:[?&]|page|$)"),),
        discussions=pattern(r"/(?:threads|members|media|resources)/[^/?]*\.\d | posts/\d"),
        register=pattern(r"/register/?(?:$|\?)"),
        statistics=("#boardStats",),
        total=(".count--users dd", "#boardStats .memberCount dd"),
        rules=("help/terms/", "help/rules/"),
        terms=XENFORO,
        main=(
            ".p-body-pageContent .block-body",
            ".p-body-pageContent",
            "#content .baseHtml",
            "#content .mainContent",
            "#content",
        ),
        staff=("members/?key=staff_members", "members/?type=staff"),
        people=(".p-body-pageContent", ".memberList", "#content"),
        person=".contentRow-header .username, .memberListItem .username, h3 a.username",
        row=("li",),
        rank=".userBanner, .userTitle",
        board_name=(".p-title-value", ".titleBar h1", "h1"),
        board_description=(".p-description", "#pageDescription", "meta[name=description]"),
        times=".node-extra time[datetime], .lastThreadDate[data-time], .nodeLastPost [data-time]",
    )


ADAPTER = XenForo()
