"""Misago. Its team is a rank's list; its rules are the terms of service, which are there only if someone wrote them."""

from __future__ import annotations

from scrapers.platforms._forum import Forum, profile
from scrapers.platforms._forum_engine import Engine, pattern


class Misago(Forum):
    platform = "misago"
    profile = profile("Misago")
    engine = Engine(
        marks=pattern(r"""\bid=["']misago-container["'] | \bmisago\.init\( | /misago/js/misago\.js"""),
        declared=pattern(r"""["']MISAGO_PATH["']:\s*["']([^"']+)"""),
        roots=(
            pattern(r"(.*?/)(?:terms-of-service|users|search|privacy-policy)/"),
            pattern(r"(.*?/)(?:static/misago|t|c|u)/"),
        ),
        boards=(pattern(r"/(?P<page>c/[\w-]+/(?P<id>\d+))"),),
        discussions=pattern(r"/t/[\w-]+/\d+ | /u/"),
        register=pattern(r"/register/?$"),
        description=("meta[name=description]",),
        rules=("terms-of-service/",),
        main=(".misago-markup", ".page-terms-of-service .container", ".legal-page"),
        staff=("users/forum-team/",),
        people=(".page-users-list", ".page-users", "#page-mount"),
        person=".user-card h4 a, .user-card-username, a.user-title, a[href*='/u/']",
        row=("div", "li"),
        rank=".user-card-title, .user-title",
        nobody=pattern(r"no\ users\ with\ this\ rank"),
        board_name=("h1",),
        times=".threads-list time[datetime]",
    )


ADAPTER = Misago()
