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
    Link,
    Members,
    Reading,
    Snapshot,
    Source,
    SourceKind,
    Steward,
)
from vetting.probes import Known, probe
from vetting.probes.claims import claims_in

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
    "Psychologist": ("licence", False),
    "not a therapist but an LCSW in Oregon": ("licence", True),
    "Run by Dr. Ames, licensed clinical psychologist in Texas": ("licence", True),
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
    [
        "I am not a therapist, just a listener.",
        "Nobody here is a doctor, nurse or licensed psychologist.",
        "LPCWriter",
        "Diagnosed by a psychiatrist in 2019",
        "I see a licensed psychologist every week",
        "My psychiatrist says I should write more",
        "My wife is a psychiatrist",
        "Cannot replace a psychologist",
        "Here instead of a psychologist",
        "Trainee clinical psychologist",
        "LCSW student",
        "Retired psychiatrist",
        "I want to be a psychologist",
    ],
)
def test_what_is_said_of_others_or_denied_is_no_claim(bio: str):
    assert value("credentials_claimed", stewards=of((Steward("mira", "admin", bio=bio),))) is False


@pytest.mark.parametrize("title", ["MSW", "PsyD", "Recovery coach", "Trauma coach", "Energy healer"])
def test_only_a_protected_title_is_a_licence_and_the_others_are_still_shown(title: str):
    team = of((Steward("mira", "admin", bio=title),))
    assert value("credentials_claimed", stewards=team) is False
    assert value("credential_jurisdiction_stated", stewards=team) is Knowledge.UNKNOWN
    assert [claim.text for claim in claims_in(replace(EMPTY, stewards=team))] == [title]


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("Run by Dr. Ames, licensed clinical psychologist in Texas.", True),
        ("We are supervised by a chartered psychologist (UK).", True),
        ("Moderators can't replace a psychologist.", False),
        ("Our moderators listen without a psychologist.", False),
        ("Founded after I was diagnosed by a psychiatrist.", False),
        ("A moderator may ask you to see a licensed psychologist.", False),
    ],
)
def test_a_group_claims_only_what_it_says_of_its_own_team(text: str, claimed: bool):
    found = facts(description=of(text), stewards=of((Steward("mira", "admin", bio="Cat person"),)))
    assert found["credentials_claimed"].value is claimed
    if claimed:
        assert found["credential_jurisdiction_stated"].value is True


def test_a_team_that_is_presented_with_a_coach_alone_claims_no_licence():
    assert value("credentials_claimed", description=of("A circle led by a certified trauma coach.")) is False
    assert value("credentials_claimed", description=of("A circle for tired people.")) is Knowledge.UNKNOWN


def test_what_was_not_checked_is_open_and_never_in_order():
    found = facts(
        stewards=of((Steward("mira", "admin", bio="LCSW in Oregon"),)),
        description=of("We are run by the Quiet Harbour Foundation."),
    )
    for name in ("credential_contradicted", "organisation_vouches"):
        assert (found[name].knowledge, found[name].reason) == (Knowledge.UNKNOWN, "not_checked")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("We are run by the Quiet Harbour Trust, a registered charity.", True),
        ("This community is part of the Quiet Harbour Foundation.", True),
        ("We are a small nonprofit.", True),
        ("Wir sind ein Angebot der Stiftung Seelenhafen.", True),
        ("No organisation stands behind us.", False),
        ("We are not run by any company.", False),
        ("We take no money and are affiliated with nobody.", False),
    ],
)
def test_an_organisation_is_named_in_words_about_the_group(text: str, named):
    assert value("organisation_named", description=of(text)) is named
    assert facts(description=of(text))["organisation_named"].evidence[0].quote == text


@pytest.mark.parametrize(
    "text",
    [
        "Run by Mira and Tam, two members.",
        "Call the helpline run by the Lantern charity.",
        "This community does not allow surveys run by a university.",
    ],
)
def test_words_that_name_none_that_stands_behind_the_group_are_silence(text: str):
    fact = facts(description=of(text))["organisation_named"]
    assert fact.value is False
    assert fact.evidence


def test_a_link_names_no_organisation():
    links = of((Link("https://calm.example/rules", "Rules", "site"), Link("https://elsewhere.example/", "Us", "site")))
    assert value("organisation_named", links=links) is Knowledge.UNKNOWN


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("Free to join.", "free"),
        ("No fees, ever.", "free"),
        ("It costs nothing.", "free"),
        ("Die Teilnahme ist kostenlos.", "free"),
        ("We never ask for donations. The meetings are free.", "free"),
        ("The forum is kept by small donations. It is free for members.", "donation"),
        ("Join for 89 a month.", "paid"),
        ("Membership is €5 per month.", "paid"),
        ("Feel free to join us.", Knowledge.UNKNOWN),
        ("This group is free of judgement.", Knowledge.UNKNOWN),
        ("You are free to leave.", Knowledge.UNKNOWN),
        ("Call the free helpline.", Knowledge.UNKNOWN),
        ("The server costs $20 a month.", Knowledge.UNKNOWN),
    ],
)
def test_the_cost_is_what_the_group_says_it_is(text: str, cost):
    assert value("cost", description=of(text)) == cost
    if cost != Knowledge.UNKNOWN:
        assert facts(description=of(text))["cost"].evidence[0].quote in text


def test_prices_in_rules_are_about_members_who_sell():
    rules = of((GroupRule(1, "", "Members who offer sessions for $50 are removed."),))
    assert value("cost", rules=rules) is Knowledge.UNKNOWN


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


CRISIS = of((Link("tel:988", "Call now", "crisis"), Link("https://lines.example/", "Find a line", "crisis")))


@pytest.mark.parametrize(
    "rules", [of("Be kind to everyone who writes here."), Reading.withheld("needs_auth"), Reading.unread()]
)
def test_a_linked_crisis_line_is_a_way_to_urgent_help_whether_or_not_the_rules_can_be_read(rules):
    found = facts(rules_text=rules, links=CRISIS)
    assert found["urgent_help"].value == "specified"
    assert [item.quote for item in found["urgent_help"].evidence] == [
        "Call now tel:988",
        "Find a line https://lines.example/",
    ]
    assert found["urgent_help_local"].value is True
    assert [item.quote for item in found["urgent_help_local"].evidence] == ["Call now tel:988"]


def test_other_links_are_no_help():
    links = of((Link("https://elsewhere.example/", "988", "other"),))
    assert value("urgent_help", rules_text=of("Be kind to everyone who writes here."), links=links) == "absent"


def test_what_the_description_says_stands_where_the_rules_cannot_be_read():
    text = of("Our method cures depression in 40 days, guaranteed. In danger? Call 988 in the USA.")
    found = facts(description=text, rules=Reading.withheld("needs_auth"))
    assert found["urgent_help"].value == "specified"
    assert found["claims_of_cure"].value is True
    assert "cures depression" in found["claims_of_cure"].evidence[0].quote
    assert (found["respect"].knowledge, found["respect"].reason) == (Knowledge.UNKNOWN, "needs_auth")


def test_a_promise_is_found_in_name_and_funding_too():
    promise = "Our method cures depression in 40 days, guaranteed."
    for field in ("name", "funding"):
        fields = {"description": of("A circle for tired people."), field: of(promise)}
        assert facts(**fields)["claims_of_cure"].value is True


def test_no_promise_is_told_only_where_the_group_was_heard():
    rules = of("Be kind to everyone who writes here.")
    assert value("claims_of_cure", rules_text=rules, description=of("A place for tired people.")) is False
    unheard = facts(rules_text=rules, description=Reading.withheld("login_wall", SOURCE))["claims_of_cure"]
    assert (unheard.knowledge, unheard.reason) == (Knowledge.UNKNOWN, "login_wall")


def test_what_the_platform_asks_of_everyone_never_counts_for_the_group():
    platform = of((GroupRule(1, "Respect", "Treat every member with respect and never insult anyone. Call 988."),))
    found = facts(platform_rules=platform, rules=Reading.absent(SOURCE))
    assert found["rules_published"].value is False
    assert (found["respect"].value, found["urgent_help"].value) == ("absent", "absent")


@pytest.mark.parametrize(
    ("text", "dated"),
    [
        ("Be kind.\nChanged on 1 March 2026: added numbers for Ireland.", "specified"),
        (
            "Be kind.\nChanged on 1 March 2026: numbers for Ireland.\nChanged on 5 June 2025: say who you are.",
            "specified",
        ),
        ("Last updated: 3 March 2026. Be kind.", "mentioned"),
        ("Last updated 3 March 2026: be kind to everyone.", "mentioned"),
        ("Effective 1 January 2020. Last updated 3 March 2026.", "mentioned"),
        ("Changed on 1 March 2031: added numbers for Ireland.", "absent"),
        ("Be kind.", "absent"),
    ],
)
def test_rules_are_dated_by_a_date_and_further_by_what_was_changed_then(text: str, dated: str):
    assert value("rules_dated", rules_text=of(text)) == dated


def test_the_dated_change_is_quoted():
    found = facts(rules_text=of("Be kind.\nChanged on 1 March 2026: added numbers for Ireland."))["rules_dated"]
    assert found.evidence[0].quote == "Changed on 1 March 2026: added numbers for Ireland"


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


COMPARED = ("name_changed", "purpose_changed", "address_redirected", "stewards_replaced", "rules_gutted")


def test_a_first_reading_is_compared_with_nothing_and_is_no_suspect():
    found = facts(name=of("Calm"), rules_text=of("Be kind."))
    assert {(found[name].knowledge, found[name].reason) for name in COMPARED} == {
        (Knowledge.UNKNOWN, "no_earlier_reading")
    }
    assert found["takeover_signs"].value == 0


def test_what_could_not_be_compared_is_not_said_to_be_read_for_the_first_time():
    found = facts(earlier=(replace(EMPTY, taken_at=days(300)),), name=of("Calm"))
    assert {found[name].reason for name in COMPARED} == {"not_comparable"}


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
