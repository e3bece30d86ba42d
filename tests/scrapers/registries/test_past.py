"""A group's past is asked for after the group, in few requests, and never spoils what the group itself told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.capture import Capture, Outcome, Request
from scrapers.collect import collect, collect_past
from scrapers.outcomes import classify
from scrapers.recorded import Recorded
from scrapers.refs import GroupRef
from scrapers.registries import past_sources
from scrapers.registries.wayback import public_page
from scrapers.snapshot import PAST, Archive, PastRules, State, from_document, to_document

AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
REF = GroupRef("web", "harbour.example", "https://harbour.example/")
RULES = "Be kind to everyone. Never share what you read here. We are no crisis service: call your local emergency number. Moderators answer reports within a day."
OLD = "Be kind to everyone. Never share what you read here. Ask before you write to someone in private. No selling and no fundraising of any kind."
HEADER = ["timestamp", "original", "statuscode", "digest"]


def page(text: str) -> str:
    return f"<html><head><title>Quiet Harbour</title></head><body><nav><a href='/rules'>Rules</a></nav><main><p>{text}</p></main></body></html>"


def rows(path: str, *captures: tuple[str, str]) -> str:
    return json.dumps([HEADER, *([at, f"https://harbour.example/{path}", "200", digest] for at, digest in captures)])


def archived(text: str, at: str) -> tuple[int, dict[str, str], str]:
    return 200, {"memento-datetime": at, "content-type": "text/html"}, page(text)


SITE = {
    "https://harbour.example/": (
        200,
        {},
        page("A calm place to talk with others about grief, every evening, without giving a name."),
    ),
    "https://harbour.example/rules": (200, {}, page(RULES)),
}
LISTS = {
    "https://harbour.example/": (
        200,
        {},
        rows("", ("20190301000000", "A"), ("20250801000000", "B"), ("20260801000000", "B")),
    ),
    "https://harbour.example/rules": (
        200,
        {},
        rows("rules", ("20230915000000", "C"), ("20250815000000", "D"), ("20260820000000", "E")),
    ),
}
REPLAYS = {
    "https://web.archive.org/web/20230915000000id_/https://harbour.example/rules": archived(
        OLD, "Fri, 15 Sep 2023 00:00:00 GMT"
    ),
    "https://web.archive.org/web/20250815000000id_/https://harbour.example/rules": archived(
        RULES, "Fri, 15 Aug 2025 00:00:00 GMT"
    ),
}
REGISTERS = {
    "https://data.iana.org/rdap/dns.json": (
        200,
        {},
        json.dumps({"services": [[["example"], ["https://register.example/"]]]}),
    ),
    "https://register.example/domain/harbour.example": (
        200,
        {},
        json.dumps(
            {
                "objectClassName": "domain",
                "ldhName": "harbour.example",
                "events": [{"eventAction": "registration", "eventDate": "2018-02-03T04:05:06Z"}],
                "entities": [
                    {"roles": ["administrative"], "vcardArray": ["vcard", [["fn", {}, "text", "Somebody Invented"]]]}
                ],
            }
        ),
    ),
}


class World:
    """A web of these answers; everything else is not found. `asked` keeps each request."""

    def __init__(self, *, lists=LISTS, **more):
        self.pages = {**SITE, **REPLAYS, **REGISTERS, **more}
        self.lists, self.asked = lists, []

    def __call__(self, request: Request) -> Capture:
        self.asked.append(request)
        status, headers, body = self._answer(request.url)
        if status == 0:
            return Capture(request.url, request.url, Outcome.UNAVAILABLE, AT, detail="timeout")
        data = body if isinstance(body, bytes) else body.encode()
        outcome, detail = classify(status, headers, data, request.url, request.url)
        return Capture(
            request.url, request.url, outcome, AT, status, {"content-type": "text/html", **headers}, data, detail
        )

    def _answer(self, url: str):
        if "/cdx/" in url:
            return self.lists.get(parse_qs(urlsplit(url).query)["url"][0], (200, {}, ""))
        return self.pages.get(url, (404, {}, "<html><title>Not found</title></html>"))

    def hosts(self) -> list[str]:
        return [urlsplit(request.url).netloc for request in self.asked]


def read(world: World):
    return collect_past(collect(REF, world), world)


def test_archives_and_registers_tell_of_the_years_before():
    world = World()
    found = read(world)
    snapshot = found.snapshot
    assert snapshot.archive.value == Archive(
        datetime(2019, 3, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC), 3, "internet_archive"
    )
    assert snapshot.past_rules.value == (
        PastRules(datetime(2023, 9, 15, tzinfo=UTC), OLD),
        PastRules(datetime(2025, 8, 15, tzinfo=UTC), RULES),
    )
    assert len(snapshot.past_rules.sources) == 2
    assert snapshot.domain.value.registered_at == datetime(2018, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert not snapshot.created.value or snapshot.created.value.at.year != 2018, "a registration is no founding"
    digests = {capture.digest for capture in found.captures}
    assert {source.digest for name in PAST for source in getattr(snapshot, name).sources} <= digests
    assert [line.url for line in snapshot.fetched] == [capture.url for capture in found.captures]
    assert not any(b"Somebody" in capture.body for capture in found.captures)


def test_it_takes_few_requests_at_the_archives_pace():
    world = World()
    read(world)
    others = [request for request in world.asked if urlsplit(request.url).netloc != "harbour.example"]
    assert len(others) == 6
    assert all(request.delay >= 60 / 24 for request in others if "archive.org" in request.url)


def test_the_groups_own_reading_stays_as_it_was():
    whole = read(World()).snapshot
    own = collect(REF, World()).snapshot
    assert replace(whole, **{name: getattr(own, name) for name in PAST}, fetched=own.fetched) == own
    assert whole.taken_at == own.taken_at


def test_a_replay_of_the_captures_gives_the_same_reading():
    found = read(World())
    assert read(Recorded(found.captures)) == found


def test_a_replay_without_archives_leaves_no_trace_of_them():
    own = collect(REF, World())
    replayed = collect_past(own, Recorded(own.captures))
    assert replayed == own
    assert {getattr(replayed.snapshot, name).state for name in PAST} == {State.UNREAD}


@pytest.mark.parametrize(
    ("answer", "state", "reason", "requests"),
    [
        ((429, {"retry-after": "60"}, "slow down"), State.WITHHELD, "rate_limited", 1),
        (
            (403, {}, "org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error"),
            State.WITHHELD,
            "hidden_by_admin",
            1,
        ),
        ((503, {}, "busy"), State.UNREAD, "unavailable", 2),
        ((0, {}, ""), State.UNREAD, "unavailable", 2),
        ((200, {}, "<html>maintenance</html>"), State.UNREAD, "parse_error", 2),
        ((200, {}, ""), State.ABSENT, "", 2),
    ],
)
def test_an_archive_that_does_not_tell_says_why_and_is_left_alone(answer, state, reason, requests):
    world = World(lists=dict.fromkeys(LISTS, answer))
    snapshot = read(world).snapshot
    assert (snapshot.archive.state, snapshot.archive.reason) == (state, reason)
    assert sum(host.endswith("archive.org") for host in world.hosts()) == requests
    assert snapshot.rules_text.value == RULES
    assert snapshot.domain.value


def test_where_the_index_is_down_the_first_capture_is_asked_for_by_itself():
    nearest = {
        "available": True,
        "status": "200",
        "timestamp": "20190301000000",
        "url": "http://web.archive.org/web/20190301000000/https://harbour.example/",
    }
    down = World(
        lists=dict.fromkeys(LISTS, (503, {}, "busy")),
        **{
            "https://archive.org/wayback/available?url=https%3A%2F%2Fharbour.example%2F&timestamp=19960101": (
                200,
                {},
                json.dumps({"archived_snapshots": {"closest": nearest}}),
            )
        },
    )
    archive = read(down).snapshot.archive.value
    assert (archive.first, archive.dialect) == (datetime(2019, 3, 1, tzinfo=UTC), "availability")


@pytest.mark.parametrize(
    "answer",
    [
        (429, {"memento-datetime": "Fri, 15 Sep 2023 00:00:00 GMT"}, "slow down"),
        (404, {"memento-datetime": "Fri, 15 Sep 2023 00:00:00 GMT"}, "gone"),
        (404, {}, "Wayback Machine has not archived that URL."),
        (200, {}, page("The live page, to which the archive sent us.")),
        (200, {"memento-datetime": "Fri, 15 Sep 2023 00:00:00 GMT"}, ""),
        (
            200,
            {
                "memento-datetime": "Fri, 15 Sep 2023 00:00:00 GMT",
                "content-location": "https://web.archive.org/web/20230915000000id_/https://another.example/",
            },
            page(OLD),
        ),
    ],
)
def test_what_is_no_archived_rules_page_is_none(answer):
    oldest = next(iter(REPLAYS))
    snapshot = read(World(**{oldest: answer})).snapshot
    assert [version.text for version in snapshot.past_rules.value] == [RULES], "the other version is still there"


def test_rules_that_another_reader_found_are_not_compared():
    own = collect(REF, World())
    other = replace(
        own.snapshot, rules_text=replace(own.snapshot.rules_text, value="Words that stand nowhere on this page at all.")
    )
    world = World()
    found = collect_past(replace(own, snapshot=other), world).snapshot
    assert found.past_rules.state is State.UNREAD
    assert not any("id_/" in request.url for request in world.asked)


def test_the_same_bytes_are_fetched_once():
    world = World(
        lists={
            **LISTS,
            "https://harbour.example/rules": (200, {}, rows("rules", ("20230915000000", "C"), ("20250815000000", "C"))),
        }
    )
    assert [version.at.year for version in read(world).snapshot.past_rules.value] == [2023]


@pytest.mark.parametrize(
    "address",
    [
        "https://t.me/quietharbour",
        "https://discord.gg/abc",
        "https://matrix.to/#/#calm:matrix.example",
        "http://127.0.0.1:8000/",
        "http://localhost/",
        "http://[::1]/",
        "calm",
    ],
)
def test_where_an_archived_page_would_prove_nothing_none_is_asked_for(address):
    assert public_page(address) == ""


@given(
    st.binary(max_size=200), st.sampled_from([200, 301, 403, 500]), st.sampled_from(["lists", "replays", "registers"])
)
def test_no_answer_of_theirs_spoils_the_reading(body, status, whose):
    answer = (status, {"memento-datetime": "Fri, 15 Sep 2023 00:00:00 GMT"}, body)
    places = {"lists": LISTS, "replays": REPLAYS, "registers": REGISTERS}[whose]
    changed = dict.fromkeys(places, answer)
    snapshot = read(World(lists=changed) if whose == "lists" else World(**changed)).snapshot
    assert snapshot.rules_text.value == RULES
    assert from_document(to_document(snapshot)) == snapshot
    for name in PAST:
        reading = getattr(snapshot, name)
        assert (reading.value is None) == (reading.state is not State.VALUE)


def test_a_document_written_before_reads_as_unread():
    snapshot = read(World()).snapshot
    document = to_document(snapshot)
    for name in PAST:
        del document[name]
    old = from_document(document)
    assert {getattr(old, name).reason for name in PAST} == {"not_attempted"}
    assert old.rules_text == snapshot.rules_text


def test_every_source_is_found_by_its_file():
    assert [source.name for source in past_sources()] == ["domain", "archive"]
