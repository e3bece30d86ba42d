"""What changed between readings: nothing where nothing did, whatever their order; and no sign of a takeover without sight."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts import Knowledge
from rules.vocabulary import validate
from scrapers.capture import Outcome
from scrapers.refs import GroupRef
from scrapers.snapshot import (
    Archive,
    Created,
    Domain,
    Fetched,
    GroupRule,
    Members,
    PastRules,
    Reading,
    Snapshot,
    Source,
    SourceKind,
    Steward,
)
from vetting.probes import Known, probe
from vetting.probes.changes import rule_changes, timeline

AT = datetime(2026, 6, 1, tzinfo=UTC)
EMPTY = Snapshot(GroupRef("web", "calm.example", "https://calm.example/"), AT)
PLACE = "https://calm.example/"


def days(number: int) -> datetime:
    return AT - timedelta(days=number)


def source(digest: str, url: str = PLACE, kind: SourceKind = SourceKind.HTML) -> Source:
    return Source(digest * 64, url, AT, kind, "main")


def of(value, digest: str = "a", url: str = PLACE):
    return Reading.of(value, source(digest, url))


def team(*handles: str, digest: str = "a"):
    return of(tuple(Steward(handle, "moderator") for handle in handles), digest)


def then(number: int = 100, **fields) -> Snapshot:
    return replace(EMPTY, taken_at=days(number), **fields)


def now(**fields) -> Snapshot:
    return replace(EMPTY, **fields)


def told(*readings: Snapshot) -> list[tuple[str, str, str]]:
    return [(change.kind, change.before, change.after) for change in timeline(readings)]


def facts(*earlier: Snapshot, **fields):
    found = probe(Known(now(**fields), earlier=earlier), AT)
    validate(found)
    return found.values


def value(asked: str, /, *earlier: Snapshot, **fields):
    fact = facts(*earlier, **fields)[asked]
    return fact.value if fact.knowledge is Knowledge.KNOWN else fact.knowledge


# --- rules ------------------------------------------------------------------------------------------------------------

KIND = "Be kind to every member, also where you disagree with what they have said."
PRIVATE = "Never share outside of this group what you have read here."
SELLING = "No selling, no advertising and no fundraising of any kind."


def test_rules_are_told_apart_one_by_one():
    reworded = KIND.replace("every member", "everybody here")
    changes = rule_changes(
        (KIND, PRIVATE, SELLING), ("Call your local emergency number in a crisis.", PRIVATE.upper(), reworded)
    )
    assert changes == [(KIND, reworded), (SELLING, ""), ("", "Call your local emergency number in a crisis.")]


def test_a_change_of_the_rules_is_dated_and_sourced():
    rules = tuple(GroupRule(order, "", text) for order, text in enumerate((KIND, PRIVATE), 1))
    before, after = then(rules=of(rules, "a")), now(rules=of(rules[:1], "b"))
    (change,) = timeline([after, before])
    assert (change.kind, change.since, change.at, change.before) == ("rule_removed", days(100), AT, PRIVATE)
    assert [(item.kind, item.ref[0]) for item in change.evidence] == [("history", "a"), ("capture", "b")]


def test_prose_is_cut_into_its_rules():
    before = then(rules_text=of(f"1. {KIND}\n2. {PRIVATE}", "a"))
    after = now(rules_text=of(f"1. {PRIVATE}\n2. {KIND}\n3. {SELLING}", "b"))
    assert told(before, after) == [("rule_added", "", SELLING)]


def test_a_difference_over_the_same_bytes_is_ours():
    assert told(then(rules_text=of(KIND)), now(rules_text=of(PRIVATE))) == []


def test_a_place_that_did_not_answer_has_lost_nothing():
    refused = Fetched(f"{PLACE}wiki", "rules", Outcome.RATE_LIMITED, AT, 429)
    before = then(rules_text=Reading.of(f"{KIND}\n\n{PRIVATE}", source("a"), source("b", f"{PLACE}wiki")))
    after = now(rules_text=of(KIND, "c"), fetched=(refused,))
    assert told(before, after) == []
    gone = replace(refused, outcome=Outcome.NOT_FOUND, status=404)
    assert told(before, replace(after, fetched=(gone,))) == [("rule_removed", PRIVATE, "")]


def test_a_place_that_answers_without_a_credential_has_answered():
    barred = Fetched(PLACE, "about", Outcome.NEEDS_AUTH, AT)
    answers = Fetched(PLACE, "about", Outcome.OK, AT, 200)
    before, after = then(rules_text=of(f"{KIND}\n\n{PRIVATE}", "a")), now(rules_text=of(KIND, "c"))
    assert told(before, replace(after, fetched=(barred, answers))) == [("rule_removed", PRIVATE, "")]
    assert told(before, replace(after, fetched=(barred,))) == []


def test_archived_rules_are_compared_with_one_another_and_with_ours():
    past = Reading.of(
        (PastRules(days(1000), f"{KIND}\n\n{SELLING}"), PastRules(days(400), f"{KIND}\n\n{PRIVATE}")),
        source("a", kind=SourceKind.ARCHIVE),
        source("b", kind=SourceKind.ARCHIVE),
    )
    changes = timeline([now(past_rules=past, rules_text=of(PRIVATE, "c"))])
    assert [(change.kind, change.since, change.at) for change in changes] == [
        ("rule_removed", days(400), AT),
        ("rule_added", days(1000), days(400)),
        ("rule_removed", days(1000), days(400)),
    ]


texts = st.lists(st.text(st.sampled_from("ab cd."), max_size=12), max_size=6)


@given(texts)
def test_equal_rules_have_no_difference(rules):
    assert rule_changes(rules, rules) == []


@given(texts, texts, st.randoms())
def test_the_order_of_rules_does_not_matter(before, after, random):
    changes = rule_changes(before, after)
    random.shuffle(before)
    random.shuffle(after)
    assert rule_changes(before, after) == changes


@given(texts, texts)
def test_every_difference_is_told_once(before, after):
    changes = rule_changes(before, after)
    old, new = [one for one, _ in changes if one], [other for _, other in changes if other]
    assert set(old) <= set(before)
    assert set(new) <= set(after)
    assert len(set(old)) == len(old)
    assert not set(old) & set(new)


def test_a_text_of_any_size_is_compared_in_time():
    many = [f"rule {number} " + "word " * 400 for number in range(300)]
    assert len(rule_changes(many, [rule + "x" for rule in many])) == 600


# --- the whole group ----------------------------------------------------------------------------------------------------

readings = st.builds(
    lambda number, name, rules, handles, count: then(
        number,
        name=Reading.of(name) if name else Reading.withheld("rate_limited"),
        rules_text=Reading.of(rules) if rules else Reading.absent(),
        stewards=team(*handles) if handles else Reading.unread("unavailable"),
        stewards_complete=True,
        members=Reading.of(Members(count, "joined")),
    ),
    st.integers(0, 5),
    st.sampled_from(["", "Calm", "Calmer"]),
    st.sampled_from(["", KIND, f"{KIND}\n\n{PRIVATE}"]),
    st.sets(st.sampled_from("abc")),
    st.integers(1, 500),
)


@given(readings)
def test_equal_readings_show_no_change(reading):
    assert timeline([reading, reading]) == ()
    assert timeline([reading, replace(reading, taken_at=days(0))]) == ()


@given(st.lists(readings, max_size=5), st.randoms())
def test_the_order_of_readings_does_not_matter(some, random):
    expected = timeline(some)
    random.shuffle(some)
    assert timeline(some) == expected
    assert list(expected) == sorted(expected, key=lambda change: change.at, reverse=True)


def test_people_name_purpose_address_and_size():
    before = then(
        name=of("Calm"),
        description=of("For grief"),
        stewards=team("a", "b"),
        stewards_complete=True,
        members=of(Members(100, "joined")),
    )
    after = now(
        name=of("Calm Coins", "b", "https://coins.example/"),
        description=of("For profit", "b"),
        stewards=team("b", "c", digest="b"),
        stewards_complete=True,
        members=of(Members(160, "joined"), "b"),
    )
    assert sorted(told(before, after)) == [
        ("address", "calm.example", "coins.example"),
        ("description", "For grief", "For profit"),
        ("members", "100", "160"),
        ("name", "Calm", "Calm Coins"),
        ("steward_joined", "", "c"),
        ("steward_left", "a", ""),
    ]


def test_slow_growth_is_told_when_it_has_come_far():
    sizes = [then(100 - step, members=of(Members(100 + 10 * step, "joined"))) for step in range(4)]
    assert told(*sizes) == [("members", "100", "130")]


def test_a_team_that_could_not_be_read_for_a_week_has_not_left():
    weeks = [
        then(14, stewards=team("a", "b"), stewards_complete=True),
        then(7, stewards=Reading.withheld("login_wall"), stewards_complete=True),
        now(stewards=team("a", "b", digest="b"), stewards_complete=True),
    ]
    assert told(*weeks) == []
    hidden = facts(*weeks[:1], stewards=Reading.withheld("login_wall"), stewards_complete=True)
    assert hidden["stewards_replaced"].knowledge is Knowledge.UNKNOWN
    assert hidden["takeover_signs"].value == 0


def test_what_others_tell_stands_in_its_own_time():
    reading = now(
        created=of(Created(days(900), "platform")),
        archive=of(Archive(days(800), days(10), 20, "internet_archive")),
        domain=of(Domain("calm.example", registered_at=days(950), transferred_at=days(50))),
    )
    assert told(reading) == [
        ("domain_transferred", "", "calm.example"),
        ("archived", "", "internet_archive"),
        ("created", "", ""),
        ("domain_registered", "", "calm.example"),
    ]


# --- facts ----------------------------------------------------------------------------------------------------------------


def test_an_archive_shows_that_the_group_existed_and_a_registration_does_not():
    archive, domain = of(Archive(days(800), days(10), 20, "pywb")), of(Domain("calm.example", registered_at=days(5000)))
    found = facts(archive=archive, domain=domain)
    assert found["existed_by"].value == found["archive_first_seen"].value == days(800)
    assert found["domain_registered_on"].value == days(5000)
    assert found["created_on"].knowledge is Knowledge.UNKNOWN
    assert value("existed_by", domain=domain) is Knowledge.UNKNOWN


def test_what_an_archive_saw_before_the_domain_was_registered_was_another():
    archive, domain = of(Archive(days(5000), days(10), 20, "pywb")), of(Domain("calm.example", registered_at=days(300)))
    assert value("existed_by", archive=archive, domain=domain) is Knowledge.UNKNOWN
    assert value("archive_first_seen", archive=archive, domain=domain) == days(5000)


def test_the_earliest_sight_of_all_counts_with_its_own_evidence():
    created, archive = (
        of(Created(days(50), "oldest_post", exact=False)),
        of(Archive(days(80), days(10), 2, "pywb"), "b"),
    )
    fact = facts(then(300, name=of("Calm", "c")), created=created, archive=archive)["existed_by"]
    assert fact.value == days(300)
    assert [(item.kind, item.ref[0]) for item in fact.evidence] == [("history", "c")]


LONG = "respect kindness privacy medication crisis reporting appeal consequences warnings minors"


@pytest.mark.parametrize(("age", "signs"), [(400, 1), (1000, 0)])
def test_rules_that_lost_most_since_an_archived_version_are_gutted(age, signs):
    past = Reading.of((PastRules(days(age), LONG),), source("d", kind=SourceKind.ARCHIVE))
    found = facts(past_rules=past, rules_text=of("respect kindness"))
    assert found["rules_gutted"].value is True
    assert found["rules_gutted"].evidence[0].ref == "d" * 64
    assert found["takeover_signs"].value == signs, "what was lost years ago is no takeover of today"


def test_rules_are_dated_by_the_last_version_that_read_otherwise():
    earlier = [then(30, rules_text=of(KIND, "a")), then(20, rules_text=of(KIND, "b"))]
    fact = facts(*earlier, rules_text=of(PRIVATE, "c"))["rules_updated_on"]
    assert fact.value == days(20)
    assert {item.kind for item in fact.evidence} == {"history", "capture"}
    assert (
        value("rules_updated_on", then(900, rules_text=of(KIND, "a")), rules_text=of(PRIVATE, "c")) is Knowledge.UNKNOWN
    )
    assert value("rules_updated_on", then(20, rules_text=of(KIND, "a")), rules_text=of(KIND, "c")) is Knowledge.UNKNOWN


def test_the_team_is_compared_with_that_of_a_year_ago():
    years = (
        then(1500, stewards=team("x", "y"), stewards_complete=True),
        then(400, stewards=team("a", "b"), stewards_complete=True),
    )
    assert value("stewards_replaced", *years, stewards=team("a", "b", digest="b"), stewards_complete=True) == 0
    assert value("stewards_replaced", *years[:1], stewards=team("a", "b", digest="b"), stewards_complete=True) == 1


def test_a_team_that_left_without_others_coming_was_not_replaced():
    before = then(stewards=team("a", "b", "c"), stewards_complete=True)
    found = facts(before, stewards=Reading.absent(source("b")), stewards_complete=True)
    assert (found["stewards_replaced"].value, found["takeover_signs"].value) == (1, 0)


def test_a_new_name_alone_is_no_sign_and_with_a_new_purpose_it_is():
    before = then(name=of("Calm"), description=of("For people in grief and those around them"))
    same = of("For people in grief and those around them", "b")
    other = of("Signals, coaching and coins for winners", "b")
    assert value("takeover_signs", before, name=of("Calm Coins", "b"), description=same) == 0
    assert value("takeover_signs", before, name=of("Calm Coins", "b"), description=other) == 1
    moved = of(Domain("calm.example", registered_at=days(3000), transferred_at=days(50)))
    assert value("takeover_signs", before, name=of("Calm Coins", "b"), description=same, domain=moved) == 1
    long_ago = of(Domain("calm.example", registered_at=days(3000), transferred_at=days(2000)))
    assert value("takeover_signs", before, name=of("Calm Coins", "b"), description=same, domain=long_ago) == 0
    assert value("takeover_signs", before, name=of("Calm", "b"), description=same, domain=moved) == 0


def test_an_address_that_leads_to_another_site_is_a_sign_and_one_that_became_secure_is_not():
    before = then(name=of("Calm", "a", "http://calm.example/"))
    assert value("address_redirected", before, name=of("Calm", "b", "https://www.calm.example/home")) is False
    found = facts(before, name=of("Calm", "b", "https://coins.example/"))
    assert (found["address_redirected"].value, found["takeover_signs"].value) == (True, 1)
    assert {item.kind for item in found["takeover_signs"].evidence} == {"history", "capture"}
