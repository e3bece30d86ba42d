"""Invision Community 4 and its ancestor IP.Board 3."""

from __future__ import annotations

from scrapers.platforms._forum import Forum, profile
from scrapers.platforms._forum_engine import Engine, pattern


class Invision(Forum):
    platform = "invision"
    profile = profile("Invision Community")
    engine = Engine(
        marks=pattern(r"\bipb\.vars\[ | \bipsLayout_\w | \bipsSettings\s*="),
        declared=pattern(r"""ipb\.vars\['board_url'\]\s*=\s*["']([^"']+) | baseURL:\s*["'](?P<base>[^"']+)"""),
        roots=(
            pattern(r"(.*/)index\.php"),
            pattern(r"(.*?/)(?:forum|topic|profile)/\d+-"),
            pattern(r"(.*?/)(?:guidelines|staff|login|register|privacy)/?$"),
            pattern(r"(.*/)(?:public/js|applications/core)/"),
        ),
        version=pattern(r"(?:IP\.Board|Invision\ Power\ Board)(?:</a>)?\s+(3\.\d[\d.]*)"),
        boards=(
            pattern(r"/(?P<page>(?:index\.php\?/)?forum/(?P<id>\d+)-[^/?]*/?)"),
            pattern(r"/(?P<page>index\.php\?showforum=(?P<id>\d+))"),
        ),
        discussions=pattern(r"/topic/ | /profile/ | showtopic= | showuser= | /user/ | /\d+-[^/]+\.html"),
        register=pattern(r"/register/?$ | section=register"),
        title=pattern(r"^(?:.+ - )?([^-]+)$"),
        statistics=("[data-blocktype=stats]", "[data-blockid*=stats]", "#board_stats", "#statistics"),
        rules=("guidelines/", "index.php?app=forums&module=extras&section=boardrules"),
        main=("#ipsLayout_mainArea .ipsType_richText", "#ipsLayout_mainArea", "#content .ipsBox", "#content"),
        staff=("staff/", "index.php?app=forums&section=stats&do=leaders"),
        people=("#ipsLayout_mainArea", "#content"),
        heading="h2, h3.maintitle",
        person="h3 a[href*='/profile/'], a.ipsType_break[href*='/profile/'], h3 a[href*='/user/'], a[hovercard-ref=member]",
        row=("li", "div", "tr"),
        rank=".ipsType_light, .member_title",
        board_name=("h1.ipsType_pageTitle", "h1"),
        board_description=(".ipsPageHeader .ipsType_richText", "meta[name=description]"),
        times=".ipsDataItem_lastPoster time[datetime]",
    )


ADAPTER = Invision()
