"""What is known -> facts: silence, walls and platforms that never show a thing are told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rules.facts import Fact, Knowledge
from rules.vocabulary import standard, validate
from scrapers.refs import GroupRef
from scrapers.snapshot import (
    Activity,
    Created,
    Founder,
    GroupRule,
    Members,
    Reading,
    Snapshot,
    Source,
    SourceKind,
    Steward,
)
from vetting.probes import Known, probe

AT = datetime(2026, 6, 1, tzinfo=UTC)
SOURCE = Source("a" * 64, "https://calm.example/", AT, SourceKind.API, "$")
EMPTY = Snapshot(GroupRef("web", "calm.example", "https://calm.example/"), AT)


def days(number: int) -> datetime:
    return AT - timedelta(days=number)


def of(value):
    return Reading.of(value, SOURCE)


def facts(never_shown: frozenset[str] = frozenset(), earlier: tuple[Snapshot, ...] = (), **fields) -> dict[str, Fact]:
    known = Known(replace(EMPTY, **fields), never_shown=never_shown, earlier=earlier)
    found = probe(known, AT)
    validate(found)
    return dict(found.values)


def value(name: str, **fields):
    fact = facts(**fields)[name]
    return fact.value if fact.knowledge is Knowledge.KNOWN else fact.knowledge


def test_an_empty_reading_gives_no_verdict():
    answered = {name for name, fact in facts().items() if fact.knowledge is Knowledge.KNOWN}
    assert answered <= {"credential_contradicted", "peer_certification", "organisation_vouches", "takeover_signs"}


def test_what_is_open_says_why():
    assert all(fact.reason for fact in facts().values() if fact.knowledge is not Knowledge.KNOWN)


def test_every_question_is_asked_and_what_no_source_can_tell_says_so():
    """A question that no probe asks would read as one that was asked in vain."""
    found = facts(rules_text=of("1. Be kind. 2. Sell nothing."), description=of("A calm place for shift workers"))
    assert set(found) == set(standard().questions)
    announced = found["stewardship_changes_announced"]
    assert (announced.knowledge, announced.reason) == (Knowledge.UNKNOWN, "posts_not_read")


def test_what_the_platform_never_shows_is_not_observable_and_what_it_hides_is_unknown():
    assert facts(never_shown=frozenset({"founder"}))["founder_known"].knowledge is Knowledge.NOT_OBSERVABLE
    hidden = facts(founder=Reading.withheld("login_wall", SOURCE))["founder_known"]
    assert (hidden.knowledge, hidden.reason) == (Knowledge.UNKNOWN, "login_wall")
    assert value("founder_known", founder=Reading.absent(SOURCE)) is False


def test_an_inferred_founder_is_not_a_known_one():
    assert value("founder_known", founder=of(Founder("mira", "oldest_moderator"))) is False
    assert value("founder_known", founder=of(Founder("mira", "creator_event"))) is True


def test_bots_and_those_who_are_gone_run_nothing():
    team = (
        Steward("mira", "admin"),
        Steward("helper", "moderator", is_bot=True),
        Steward("gone", "moderator", status="suspended"),
        Steward("staff", "admin", is_platform_staff=True),
    )
    found = facts(stewards=of(team), stewards_complete=True, members=of(Members(900, "subscribers")))
    assert found["stewards_count"].value == 1
    assert found["stewards_bots"].value == 1
    assert found["members_per_steward"].value == 900


def test_two_settled_stewards_are_enough_and_one_newcomer_is_not():
    old, new = Steward("mira", "admin", since=days(900)), Steward("tam", "moderator", since=days(20))
    assert value("stewards_settled", stewards=of((old, replace(old, handle="ona"), new))) is True
    assert value("stewards_settled", stewards=of((old, new))) is False
    assert value("stewards_settled", stewards=of((new,))) is False
    assert value("stewards_settled", stewards=of((old,))) is True


CLAIMS = {
    "Licensed clinical social worker (US-OR)": ("licence", True),
    "LPC in Texas": ("licence", True),
    "LPC": ("licence", False),
    "Psychiatrist": ("licence", False),
    "PsyD": ("degree", None),
    "Trauma coach": ("unprotected", None),
    "Approbierte Psychotherapeutin": ("licence", False),
    "Psicóloga clínica": ("licence", False),
}


@pytest.mark.parametrize("title", CLAIMS)
def test_a_claim_is_read_with_its_kind_and_place(title: str):
    kind, jurisdiction = CLAIMS[title]
    found = facts(stewards=of((Steward("mira", "admin", bio=title),)))
    assert found["credentials_claimed"].value is True
    assert found["credentials_claimed"].evidence[0].quote == title
    if kind == "licence":
        assert found["credential_jurisdiction_stated"].value is jurisdiction


@pytest.mark.parametrize(
    "bio",
    ["I am not a therapist, just a listener.", "Nobody here is a licensed psychologist.", "LPCWriter"],
)
def test_a_denial_is_no_claim(bio: str):
    assert value("credentials_claimed", stewards=of((Steward("mira", "admin", bio=bio),))) is False


def test_advice_in_a_description_is_no_claim():
    text = of("Talk to your therapist or a licensed psychologist first. A place for people who are anxious.")
    fields = {"description": text, "stewards": of((Steward("mira", "admin", bio="Cat person"),))}
    assert value("credentials_claimed", **fields) is False


def test_no_profile_read_means_nothing_known_of_claims():
    assert value("credentials_claimed", stewards=of((Steward("mira", "admin"),))) is Knowledge.UNKNOWN


def test_no_rules_anywhere_are_no_rules_and_a_wall_before_them_is_not():
    assert value("rules_published", rules=Reading.absent(SOURCE)) is False
    assert value("respect", rules=Reading.absent(SOURCE)) == "absent"
    assert (
        value("rules_published", rules=Reading.absent(SOURCE), rules_text=Reading.withheld("login_wall"))
        is Knowledge.UNKNOWN
    )
    assert value("respect", rules=Reading.withheld("needs_auth")) is Knowledge.UNKNOWN


def test_a_rule_is_quoted_where_it_stands():
    found = facts(rules=of((GroupRule(1, "Be kind", "Treat every member with respect and never insult anyone."),)))
    assert found["respect"].value == "specified"
    quote = found["respect"].evidence[0]
    assert quote.ref == SOURCE.digest
    assert "respect" in quote.quote


def test_age_is_told_exactly_or_as_a_bound():
    assert value("created_on", created=of(Created(days(400), "platform"))) == days(400)
    bound = facts(created=of(Created(days(400), "oldest_post", exact=False)))
    assert bound["created_on"].knowledge is Knowledge.UNKNOWN
    assert bound["existed_by"].value == days(400)


def test_a_count_without_a_moment_dates_activity_to_the_start_of_its_window():
    assert value("last_activity", activity=of(Activity(posts_7d=3))) == days(7)
    assert value("last_activity", activity=of(Activity(posts_7d=0))) is Knowledge.UNKNOWN


def team(*handles: str):
    return of(tuple(Steward(handle, "moderator") for handle in handles))


def test_changes_are_seen_against_the_earliest_reading():
    then = replace(EMPTY, taken_at=days(300), name=of("Calm"), stewards=team("a", "b", "c"), stewards_complete=True)
    found = facts(earlier=(then,), name=of("Calm Coins"), stewards=team("c", "x", "y"), stewards_complete=True)
    assert found["name_changed"].value is True
    assert found["stewards_replaced"].value == pytest.approx(2 / 3, abs=0.01)
    assert found["takeover_signs"].value == 1


def test_half_a_team_leaving_is_no_takeover():
    then = replace(EMPTY, taken_at=days(300), stewards=team("a", "b"), stewards_complete=True)
    assert facts(earlier=(then,), stewards=team("a", "z"), stewards_complete=True)["takeover_signs"].value == 0


def test_rules_that_lost_most_of_what_they_said_are_gutted():
    words = "respect kindness privacy medication crisis reporting appeal consequences warnings minors"
    then = replace(EMPTY, taken_at=days(300), rules_text=of(words))
    assert facts(earlier=(then,), rules_text=of("respect kindness"))["rules_gutted"].value is True
    assert facts(earlier=(then,), rules_text=of(words))["rules_gutted"].value is False
    unreadable = facts(earlier=(then,), rules_text=Reading.withheld("rate_limited"))["rules_gutted"]
    assert unreadable.knowledge is Knowledge.UNKNOWN


@pytest.mark.parametrize(
    ("text", "deals"),
    [
        ("For people who live with self-harm", True),
        ("Selbsthilfe bei Magersucht und Bulimie", True),
        ("Apoyo para personas con trastornos alimentarios", True),
        ("We talk about anxiety and panic attacks", False),
    ],
)
def test_what_the_group_deals_with_is_read_from_its_own_words(text: str, deals: bool):
    assert value("topic_self_harm", description=of(text)) is deals
