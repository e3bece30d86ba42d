"""NodeBB: its pages as any forum's, its team from the API, which every page has under `/api`.

The groups asked for are the two of its staff; groups of members are never asked for. Where the index itself cannot be had, the
API's answer in its place tells the same of the forum.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from scrapers.capture import Capture, Request
from scrapers.parse import MISSING, JsonDocument, as_moment, as_text, drift, first_of, gap, one_line, opened
from scrapers.platforms._forum import Asking, Forum, profile, split, without_index
from scrapers.platforms._forum_engine import Engine, pattern
from scrapers.platforms._forum_pages import ForumPage
from scrapers.refs import GroupRef
from scrapers.snapshot import Activity, Reading, Snapshot, Steward
from scrapers.urls import Url

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

    def recognise(self, page: Capture) -> GroupRef | None:
        answer = opened(page)
        if not _is_nodebb(answer):
            return super().recognise(page)
        url, below = Url.parse(page.final_url), answer.get("relative_path")
        is_ours = url.path.startswith(f"{below}/api/")
        return self._at(replace(url, path=f"{below}/", query="", fragment="")) if is_ours else None

    def _without_index(self, ref: GroupRef, root: str, shut: str) -> Asking:
        if not shut:
            return None
        answer = yield Request(f"{root}api/", "forum's index")
        index = opened(answer)
        if not _is_nodebb(index) or not isinstance(index.get("categories"), list):
            return (yield from super()._without_index(ref, root, shut))
        rules = yield from self._rules(None, root)
        stewards, complete = yield from self._team(None, root)
        board = split(ref)[1]
        snapshot = Snapshot(
            ref=replace(ref, inner_url=""),
            taken_at=answer.at,
            scope="site",
            software=self.platform,
            name=_meta(index, "og:site_name", "title"),
            description=_meta(index, "description"),
            stewards=stewards,
            stewards_complete=complete,
            rules_text=rules,
            activity=index.read("categories", lambda found: _activity(found, answer.at)),
            visibility=index.read("categories", lambda found: "public" if found else None),
            warnings=(without_index(shut), *drift(api=index)),
        )
        return self._of_board(snapshot, board, (yield Request(ref.canonical_url, "board"))) if board else snapshot

    def _team(self, index: ForumPage | None, root: str) -> Asking:  # noqa: ARG002 - the page itself names nobody
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


def _is_nodebb(document: JsonDocument) -> bool:
    """True for what NodeBB gives in place of a page: which template it would have filled, and where it stands."""
    named = document.get("template.name")
    return (
        isinstance(named, str)
        and isinstance(document.get("relative_path"), str)
        and document.get("bodyClass") is not MISSING
    )


def _meta(document: JsonDocument, *names: str) -> Reading[str]:
    """What the page would say in its head, by the first of the names; unfilled places ("[[pages:home]]") say nothing."""
    path = "_header.tags.meta"
    tags = document.get(path)
    said = {
        str(tag.get("property") or tag.get("name")): str(tag.get("content") or "")
        for tag in (tags if isinstance(tags, list) else ())
        if isinstance(tag, dict)
    }
    texts = (one_line(said.get(name, "")) for name in names)
    text = next((text for text in texts if text and not text.startswith("[[")), "")
    return Reading.of(text, document.source(path)) if text else Reading.unread("missing", document.source(path))


def _activity(categories: list[dict[str, Any]], now: datetime) -> Activity | None:
    """When the newest of the last posts that the index shows was written."""
    posts = (post for category in categories for post in category.get("posts", ()))
    past = [at for post in posts if (at := as_moment(post["timestamp"])) <= now]
    return Activity(last_post_at=max(past)) if past else None


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
