"""One file of spellings for all platforms; and what it cannot list: thousands of spellings that are made here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scrapers.errors import AddressRefused
from scrapers.registry import resolve

VECTORS = [
    line.split("\t")
    for line in (Path(__file__).parent / "vectors" / "addresses.tsv").read_text().splitlines()
    if line and not line.startswith("# ")
]
# fmt: off
PLATFORMS = {
    "discord", "telegram", "meetup", "facebook", "matrix", "groupsio", "hyperkitty", "mailman",
    "reddit", "lemmy", "mastodon", "discourse", "web",
}
# fmt: on


def resolved(spelling: str) -> str:
    try:
        return str(resolve(spelling))
    except AddressRefused as refusal:
        assert refusal.message
        assert refusal.remedy
        return refusal.code


@pytest.mark.parametrize(("spelling", "expected", "note"), VECTORS, ids=[spelling for spelling, _, _ in VECTORS])
def test_vector(spelling, expected, note):
    assert resolved(spelling) == expected, note


def test_vectors_are_whole():
    spellings = [spelling for spelling, _, _ in VECTORS]
    assert len(set(spellings)) == len(spellings)
    shown = {expected.partition(":")[0] for _, expected, _ in VECTORS if ":" in expected}
    assert shown >= PLATFORMS
    assert all(note for _, _, note in VECTORS)


@pytest.mark.parametrize("spelling", [spelling for spelling, expected, _ in VECTORS if ":" in expected])
def test_a_canonical_address_is_a_spelling_of_its_key_or_left_to_the_page(spelling):
    ref = resolve(spelling)
    again = resolve(ref.canonical_url)
    assert again == ref or again.platform == "web"


@dataclass(frozen=True)
class Group:
    """One group and what of its spelling may vary: hosts, case and percent-encoding of the name, what may stand behind."""

    key: str
    hosts: tuple[str, ...]
    path: str
    tails: tuple[str, ...] = ("", "/")
    any_case: bool = True
    encodable: bool = True


def group(name: str) -> list[Group]:
    """One group of this name on every platform."""
    sub = tuple(
        f"{s}reddit.com" for s in ("", "www.", "old.", "new.", "np.", "m.", "i.", "sh.", "de.", "pt-br.", "amp.")
    )
    t_me = ("t.me", "www.t.me", "telegram.me", "telegram.dog")
    phone = ("", "www.", "m.", "mbasic.", "web.", "de-de.", "touch.")
    fb = (*(f"{s}facebook.com" for s in phone), "fb.com", "www.fb.com")
    locale = [Group(f"meetup:{name}", ("meetup.com", "www.meetup.com"), f"/{code}{name}", ("", "/", "/events/", "/events/301/"))
              for code in ("", "de-DE/", "pt-BR/", "es/")]  # fmt: skip
    return [
        Group(f"reddit:r/{name}", sub, f"/r/{name}", ("", "/", "/about/rules", "/comments/1abc/x/", ".json", "/.rss", "/s/Xy1")),
        Group(f"lemmy:!{name}@lemmy.example", ("lemmy.example",), f"/c/{name}"),
        Group(f"lemmy:!{name}@lemmy.example", ("other.example",), f"/c/{name}@lemmy.example"),
        Group(f"mastodon:{name}.social.example/@keeper", (f"{name}.social.example",), "/@keeper", ("", "/", "/with_replies", "/1101")),
        Group(f"discourse:{name}.example#c/5", (f"{name}.example",), "/c/support/5", ("", "/", "/l/latest"), False, False),
        Group(f"discord:invite/{name}", ("discord.gg", "www.discord.gg"), f"/{name}", any_case=False),
        Group(f"discord:invite/{name}", ("discord.com", "discordapp.com", "ptb.discord.com"), f"/invite/{name}", any_case=False),
        Group(f"telegram:@{name}", t_me, f"/{name}", ("", "/", "/123")),
        Group(f"telegram:@{name}", t_me, f"/s/{name}", ("", "/", "/123")),
        Group(f"telegram:@{name}", (f"{name}.t.me",), "/", ("", "123")),
        *locale,
        Group(f"facebook:group/{name}", fb, f"/groups/{name}", ("", "/", "/about", "/posts/123456", "/?locale=de_DE")),
        Group(f"groupsio:{name}", ("groups.io", "www.groups.io"), f"/g/{name}", ("", "/", "/topics", "/message/7")),
        Group(f"groupsio:{name}/main", (f"{name}.groups.io",), "/g/main", ("", "/", "/messages")),
        Group(f"hyperkitty:lists.example/archives#{name}@lists.example", ("lists.example",), f"/archives/list/{name}@lists.example",
              ("", "/", "/latest", "/thread/ABC/", "/2026/5/")),
        Group(f"mailman:lists.example/{name}", ("lists.example",), f"/mailman/listinfo/{name}"),
        Group(f"mailman:lists.example/{name}", ("lists.example",), f"/pipermail/{name}", ("/", "/2026-May/thread.html")),
        Group(f"web:{name}.example/circle", (f"{name}.example", f"www.{name}.example", f"m.{name}.example"), "/circle", any_case=False,
              encodable=False),
    ]  # fmt: skip


NOISE = (
    "utm_source=mail",
    "utm_medium=x&utm_campaign=y",
    "fbclid=abc",
    "igshid=1",
    "share=2",
    "ref=share",
    "si=z",
    "PHPSESSID=0",
)
AROUND = (("", ""), (" ", "\n"), ("<", ">"), ("“", "”"), ("\u200b", "\ufeff"), ('"', '"'))
SENTENCES = (
    ("Join us: ", " thanks"),
    ("(", ")."),
    ("[our place](", ")"),
    ("`", "`"),
    ("«", "»,"),
    ("group:\n", "\nyou are welcome"),
)
ARCHIVED = (
    "",
    "",
    "",
    "https://web.archive.org/web/20240101000000/",
    "web.archive.org/web/2024/",
    "http://web.archive.org/web/20240101000000id_/",
    "https://web.archive.org/web/2019*/",
    "https://web.archive.org/web/*/",
    "https://web.archive.org/web/",
    "https://archive.ph/2020.01.02-030405/",
)
WORDS = ("quietharbour", "calm2nights", "tuesday7circle", "nightwatch", "x9harbour", "lanterns")
names = st.builds("{}{}".format, st.sampled_from(WORDS), st.integers(0, 99_999))


def spelled(one: Group, chance: Random) -> str:
    """One of the many ways to write a group's address."""
    path, tail, host = one.path, chance.choice(one.tails), chance.choice(one.hosts)
    if one.any_case:
        head, slash, name = path.rpartition("/")
        path = head + slash + "".join(chance.choice((c, c.upper())) for c in name)
    if one.encodable and path[-1].isalnum() and chance.random() < 0.3:
        path = f"{path[:-1]}%{ord(path[-1]):{chance.choice('xX')}}"
    noise = chance.sample(NOISE, chance.randrange(4))
    query = ("&" if "?" in tail else "?") + "&".join(noise) if noise else ""
    host = chance.choice((host, host.upper(), host.title()))
    scheme, port = chance.choice(
        (("https://", ":443"), ("HTTPS://", ""), ("http://", ":80"), ("hTTp://", ""), ("//", ""), ("", ""))
    )
    archive = chance.choice(ARCHIVED) if scheme.strip("/") else ""
    before, after = chance.choice((*AROUND, *SENTENCES) if scheme else AROUND)
    return f"{before}{archive}{scheme}{host}{port}{path}{tail}{query}{chance.choice(('', '#top', '#'))}{after}"


@settings(max_examples=150)
@given(name=names, seed=st.integers(0, 2**32))
def test_every_spelling_leads_to_the_same_key(name, seed):
    """At least 24 spellings an example, one or more of every platform: over 3,500 in a run."""
    chance = Random(seed)  # noqa: S311 - spellings are no secret
    for one in group(name):
        spelling = spelled(one, chance)
        assert resolved(spelling) == one.key, spelling


@settings(max_examples=30)
@given(first=names, second=names, seed=st.integers(0, 2**32))
def test_two_groups_never_share_a_key(first, second, seed):
    assume(first != second)
    chance = Random(seed)  # noqa: S311 - spellings are no secret
    keys = {resolved(spelled(one, chance)) for one in group(first)}
    assert keys.isdisjoint({resolved(spelled(one, chance)) for one in group(second)})
    assert len(keys) == len({one.key for one in group(first)})


def pages(host: str, name: str) -> list[str]:
    """Addresses on a host nobody knows that look like a platform's: every one may be another group's page."""
    board = f"forums/{name}.12/"
    return [
        *(
            f"https://{host}/{path}"
            for path in (name, f"@{name}", f"users/{name}", f"c/{name}", f"m/{name}", f"c/{name}/12")
        ),
        *(f"https://{host}/index.php?{query}" for query in (board, f"/{board}", f"id={name}", f"s=1;board={name}")),
        *(f"https://{host}/@{name}?{query}" for query in ("p=1", "p=2")),
        *(f"https://{host}/#/room/%23{name}:{server}.example" for server in ("matrix", "other")),
    ]


@given(first=names, second=names)
def test_no_two_pages_of_a_host_nobody_knows_share_a_key(first, second):
    assume(first != second)
    told = [
        page
        for name in (first, second)
        for page in pages("links.example", name)
        if "/c/" not in page or "/12" not in page
    ]
    keys = [resolved(page) for page in (*told, "https://links.example/", f"https://links.example/c/{first}/12")]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("page", pages("links.example", "quiet"))
def test_the_pasted_page_is_kept_where_it_may_be_another_sites(page):
    kept = resolve(page).canonical_url
    assert kept.replace("s=1;", "") == page.replace("s=1;", "") or kept.startswith("https://matrix.to/")


DOORS = (
    "https://www.google.com/url?sa=t&q={}",
    "https://www.google.de/url?url={}&ved=1",
    "https://www.facebook.com/login/?next={}",
    "https://l.facebook.com/l.php?u={}&h=x",
    "https://out.reddit.com/t3_1abcd?url={}",
    "https://www.reddit.com/login/?dest={}",
    "https://eur01.safelinks.protection.outlook.com/?url={}&data=x",
    "https://web.archive.org/web/2020/{}",
)


@pytest.mark.parametrize("door", DOORS)
def test_a_door_leads_to_the_group_behind_it(door):
    groups = {resolve(spelling) for spelling, expected, _ in VECTORS if ":" in expected}
    for ref in groups:
        assert resolve(door.format(quote(ref.canonical_url, safe=""))) == resolve(ref.canonical_url), ref


matrix_names = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789._-=+é", min_size=1, max_size=12)


@given(data=st.data(), name=matrix_names)
def test_every_spelling_of_a_room_leads_to_the_same_key(data, name):
    host = data.draw(st.sampled_from(["matrix.example", "MATRIX.example", "Matrix.Example"]))
    alias, via = f"#{name}:{host}", data.draw(st.sampled_from(["", "?via=a.example", "?via=a.example&via=b.example"]))
    link = data.draw(
        st.sampled_from(
            ["https://matrix.to/#/", "matrix.to/#/", "HTTPS://MATRIX.TO/#/", "https://app.element.io/#/room/"]
        )
    )
    spelled = [
        alias,
        f"{link}{quote(alias, safe='')}{via}",
        f"{link}{quote(alias, safe=':')}{via}",
        f"matrix:r/{quote(alias[1:], safe=':')}{via}",
    ]
    assert resolved(data.draw(st.sampled_from(spelled))) == f"matrix:#{name}:matrix.example"
