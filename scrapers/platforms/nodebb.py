"""NodeBB: its pages as any forum's, its team from the API, which every page has under `/api`.

The groups asked for are the two of its staff; groups of members are never asked for.
"""

from __future__ import annotations

from typing import Any

from scrapers.capture import Request
from scrapers.parse import JsonDocument, as_text, first_of, gap, opened
from scrapers.platforms._forum import Asking, Forum, profile
from scrapers.platforms._forum_engine import Engine, pattern
from scrapers.platforms._forum_pages import ForumPage
from scrapers.snapshot import Reading, Steward

# Groups that every NodeBB has, and the role of those in them.
STAFF = (("administrators", "admin"), ("global-moderators", "moderator"))


class NodeBB(Forum):
    platform = "nodebb"
    profile = profile("NodeBB")
    engine = Engine(
        marks=pattern(r"\bnodebb(?:\.min)?\.js\b | \bvar\ RELATIVE_PATH\s*= | /nodebb-theme-\w+"),
        declared=pattern(r"""RELATIVE_PATH\s*=\s*["']([^"']+)["'] | ["']relative_path["']:\s*["']([^"']+)["']"""),
        roots=(
            pattern(
                r"(.*?/)(?:category|topic|user|groups|login|register|categories|recent|popular|unread|tags)(?:/|$)"
            ),
            pattern(r"(.*/)(?:assets/)?nodebb(?:\.min)?\.js"),
        ),
        boards=(pattern(r"/(?P<page>category/(?P<id>\d+)(?:/[^/?]*)?)"),),
        discussions=pattern(r"/topic/\d | /user/ | /post/ | /groups/ | /uid/"),
        register=pattern(r"/register/?$"),
        title=pattern(r"^.+ [|] ([^|]+)$"),
        rules=("rules", "tos"),
        main=("#content .static-page", "#content .custom-page", "#content .tos", "#content", "main"),
        board_name=("h1", "meta[property='og:title']"),
        board_description=(".category-description", ".description", "meta[name=description]"),
        times="[component='categories'] .timeago[title], .categories .timeago[title]",
    )

    def _team(self, index: ForumPage, root: str) -> Asking:  # noqa: ARG002 - the page itself names nobody
        found: list[Reading[tuple[Steward, ...]]] = []
        for group, role in STAFF:
            document = opened((yield Request(f"{root}api/groups/{group}", "team")))
            found.append(_stewards(document, role))
        admins, moderators = found
        if admins.value and moderators.value:
            named = {steward.handle for steward in admins.value}
            others = tuple(steward for steward in moderators.value if steward.handle not in named)
            return Reading.of(admins.value + others, *admins.sources, *moderators.sources), True
        return first_of(admins, moderators), admins.known


def _stewards(document: JsonDocument, role: str) -> Reading[tuple[Steward, ...]]:
    """The group's members, in either of the shapes in which NodeBB answers."""
    if not document.capture.ok:
        return gap(str(document.capture.outcome))
    path = "group.members" if isinstance(document.get("group"), dict) else "members"
    return document.read(path, lambda people: tuple(_steward(person, role) for person in people) or None)


def _steward(person: dict[str, Any], role: str) -> Steward:
    handle = as_text(person["username"])
    if handle is None:
        raise ValueError("a member of staff without a name")
    shown = as_text(person.get("displayname") or "") or ""
    return Steward(handle, role, display_name=shown if shown != handle else "")


ADAPTER = NodeBB()
