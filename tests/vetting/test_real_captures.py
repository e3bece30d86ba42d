"""Reports from recorded responses of real platforms: each finding leads to the bytes that it rests on, and twice is the same.

Every set of recordings that holds a community's pages or an API's answers about one is read here by its own adapter.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scrapers.recorded import NOWHERE, Recorded, read_folder
from vetting.errors import VettingError
from vetting.services.vet import appraise

NO_INDEX = "index: not read (not_captured), only what other pages tell"
# What archives and registers answer: of no community's own.
OF_NO_COMMUNITY = {"crtsh", "pywb", "rdap", "robots", "wayback"}


@dataclass(frozen=True)
class Group:
    """One recorded group: its set, address, platform; facts of its report, and facts that nothing recorded bears out.

    `name` is empty where nothing recorded says it: then the report calls the group by its key.
    """

    folder: str
    address: str
    platform: str
    name: str
    told: dict[str, str] = field(default_factory=dict)
    untold: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def inner(folder: str, address: str, platform: str, name: str = "", **told: str) -> Group:
    """A forum of which no index is recorded: whatever only an index says is not told."""
    untold = ("rules_published", "stewards_listed", "last_activity", "members_per_steward")
    return Group(folder, address, platform, name, told, untold, (NO_INDEX,))


def page(folder: str, address: str, platform: str, name: str = "", **told: str) -> Group:
    return Group(folder, address, platform, name, told)


GROUPS = [
    page("activitypub", "!tenforward@enterprise.lemmy.ml", "lemmy", "Ten Forward", created_on="2 June 2019", stewards_listed="yes"),
    Group("discord", "https://discord.gg/6cU8fjSj", "discord", "Vertex Competitive Arena", {"created_on": "10 January 2021"}, ("stewards_listed", "rules_published")),
    page("discourse", "https://meta.discourse.org/", "discourse", "Discourse Meta", stewards_listed="yes"),
    page("flaskbb", "http://127.0.0.1:18100/", "flaskbb", "FlaskBB", purpose_stated="yes"),
    page("forum-askbot", "https://ask.openstack.org/", "web", "Why is Karma named Karma? - My site"),
    inner("forum-bbpress", "http://juragancipir.com/forums/forum/diskusi-blog/", "bbpress", "Diskusi Blog", purpose_stated="yes"),
    inner("forum-invision", "https://forum.grasscity.com/", "invision", "Grasscity Forums", stewards_reachable="yes"),
    inner("forum-invision", "http://forum.grasscity.com/toking-tools-qa/1390809-bongs-vs-bubblers.html", "invision", "Grasscity Forums"),
    page("forum-mybb", "http://forum.pokemonpets.com/", "mybb", "PokemonPets Official Forum", stewards_reachable="yes"),
    page("forum-other", "https://werkzeugforum.de/", "web", "werkzeugforum.de", stewards_reachable="yes"),
    page("forum-phpbb", "http://www.bsuir.by/conference/", "phpbb", "Форум БГУИР"),
    inner("forum-phpbb", "http://www.bikeradar.com/forums/viewforum.php?f=40058", "phpbb", "Mountain Bike"),
    inner("forum-phpbb", "http://www.codjumper.com/forums/viewtopic.php?f=62&p=181352&t=16822", "phpbb"),
    page("forum-smf", "http://guerrillagardening.org/community/index.php", "smf", "guerrillagardening.org"),
    inner("forum-vanilla", "http://bitterkittens.com/", "vanilla", "Bitter Kittens"),
    inner("forum-vanilla", "http://bitterkittens.com/discussion/868/kittentariat-open-chat-11-the-lounge-is-open", "vanilla", "Bitter Kittens"),
    inner("forum-vanilla", "http://bitterkittens.com/categories/the-t-lounge", "vanilla", "The T LOunge", purpose_stated="yes"),
    page("forum-vanilla", "http://forum.kanadam.com/", "vanilla", "Kanadam.com Forum"),
    page("forum-vbulletin", "http://www.terraforums.com/forums/", "vbulletin", "Terra Forums Carnivorous Plant Discussions", stewards_listed="yes"),
    inner("forum-vbulletin", "http://forums.mazdaworld.org/108-tribute/310106-2005-tribute.html", "vbulletin"),
    page("forum-woltlab", "http://ddl-board.org/", "woltlab", "DDL-Board.org (4.0)", stewards_listed="yes"),
    page("forum-xenforo", "http://www.laneros.com/", "xenforo", "Comunidad Laneros"),
    inner("forum-xenforo", "https://forums.oneplus.net/threads/marsh-cm13.405700/page-5", "xenforo"),
    page("hyperkitty", "http://127.0.0.1:18120/archives/list/support@loop.test/", "hyperkitty", "support@loop.test", created_on="22 November 2026"),
    page("lemmy", "https://lemmy.world/", "lemmy", "Lemmy.World", stewards_listed="no", created_on="1 June 2023"),
    # Recorded without its address, so it is read under its file's name.
    page("mailing-list", f"http://{NOWHERE}/perceval-pipermail_index.html", "mailman", "The Example Archives", last_activity="1 April 2016"),
    page("mastodon", "https://mastodon.social/", "mastodon", "Mastodon", rules_published="yes", stewards_reachable="yes"),
    Group("matrix", "#anxiety:loop.test", "matrix", "Anxiety Peer Support", {"rules_published": "yes", "medical_advice": "spelled out"}, ("stewards_listed", "created_on")),
    Group("matrix", "https://matrix.to/#/%23mh:loop.test", "matrix", "Mental health space", {"rules_published": "no"}, ("stewards_listed",)),
    page("meetup", "https://www.meetup.com/rladies-lagos/", "meetup", "R-Ladies Lagos", created_on="16 August 2019", stewards_listed="yes"),
    page("misago", "http://127.0.0.1:18130/", "misago", "Misago", stewards_listed="no"),
    page("nodebb", "http://127.0.0.1:14567/", "nodebb", "NodeBB"),
    Group("nodebb", "http://127.0.0.1:14568/", "nodebb", "NodeBB", {"last_activity": "22 November 2026"}, ("stewards_listed", "rules_published"), (NO_INDEX,)),
    page("reddit", "r/Python", "reddit", "Python", created_on="25 January 2008", platform_sanction="none", rules_published="yes"),
    page("rocketchat", f"http://{NOWHERE}/perceval-channel_info.json", "web"),
    page("spirit", "http://127.0.0.1:18110/", "spirit", "Spirit"),
    page("structured-data", f"http://{NOWHERE}/trafilatura-healthline.com.fat.html", "web", "Healthline Media", purpose_stated="yes"),
    page("telegram", "https://t.me/unlimitedhangout", "telegram", "Unlimited Hangout", purpose_stated="yes"),
]  # fmt: skip

# Recorded, but not a group's: its set, address and why it is refused.
REFUSED = [
    ("discord", "https://discord.com/channels/197038439483310086", "login_wall"),  # a preview, without an invitation
    ("discord", "https://discord.gg/nobodysinvite", "unavailable"),
    ("hyperkitty", "http://127.0.0.1:18120/hyperkitty/list/none@loop.test/", "not_found"),
    ("mailing-list", "https://groups.io/g/beta", "unavailable"),  # one member's own subscriptions
    ("matrix", "#nope:loop.test", "not_found"),
    ("meetup", "https://www.meetup.com/rladies-ottawa/", "unavailable"),  # described without the name in its address
    ("nodebb", "http://127.0.0.1:14568/nope", "not_found"),
]


def recordings_of(shared_data: Path, folder: str) -> list:
    place = shared_data / "captures" / folder
    if not place.is_dir():
        pytest.skip(f"the recordings of {folder} are not here")
    return read_folder(place)


def facts_of(report: dict) -> dict[str, str]:
    facts = [fact for finding in report["findings"] for fact in finding["facts"]]
    return {fact["name"]: fact["value"] or None for fact in facts}


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: f"{group.folder} {group.address}")
def test_a_recorded_group_gets_a_report_from_its_own_bytes(shared_data: Path, group: Group):
    recordings = recordings_of(shared_data, group.folder)
    first = appraise(group.address, Recorded(recordings))
    assert first.report == appraise(group.address, Recorded(recordings)).report
    report = json.loads(first.report)
    named, facts = report["group"], facts_of(report)
    assert (named["platform"], named["name"]) == (group.platform, group.name or named["key"])
    assert {name: facts.get(name) for name in group.told} == group.told
    assert not {name: facts[name] for name in group.untold if facts.get(name)}
    assert set(group.warnings) <= set(report["warnings"])
    bodies = {capture.digest for capture in recordings}
    cited = {item["ref"] for finding in report["findings"] for fact in finding["facts"] for item in fact["evidence"]}
    assert {capture["digest"] for capture in report["captures"]} & bodies
    assert cited <= bodies


@pytest.mark.parametrize(("folder", "address", "code"), REFUSED)
def test_what_is_recorded_of_no_group_is_refused_by_name(shared_data: Path, folder: str, address: str, code: str):
    with pytest.raises(VettingError) as refusal:
        appraise(address, Recorded(recordings_of(shared_data, folder)))
    assert refusal.value.code == code


def test_every_recorded_set_is_read(shared_data: Path):
    sets = {folder.name for folder in (shared_data / "captures").iterdir() if folder.is_dir()}
    assert sets == {group.folder for group in GROUPS} | OF_NO_COMMUNITY
