"""What contributions can and cannot do to a reading: laws, and the cases that they are there for."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.refs import GroupRef
from scrapers.snapshot import READINGS, GroupRule, Members, Reading, Snapshot, Source, SourceKind, State, Steward
from vetting.probes import Known, probe
from vetting.probes.contributions import (
    DISAGREE,
    FIELDS,
    LEAST_APART,
    MOST_APART,
    Voice,
    answers,
    contributed,
    is_open,
    unconnected,
    with_contributions,
)

AT = datetime(2026, 3, 1, 12, 34, 56, tzinfo=UTC)
REF = GroupRef("facebook", "group/quietharbour", "https://www.facebook.com/groups/quietharbour/")
CLOSED = replace(
    Snapshot(ref=REF, taken_at=AT),
    **dict.fromkeys((*FIELDS.values(), "rules_text"), Reading.withheld("robots_disallowed")),
)
SHOWN = Source("a" * 64, REF.canonical_url, AT, SourceKind.HTML)
WREN = {"handle": "wren", "role": "moderator"}


def voice(days: float, identifier: str = "", /, *, proven: bool = False, **document) -> Voice:
    return Voice(identifier or f"v{days}", AT + timedelta(days=days), document, proven)


lines = st.fixed_dictionaries(
    {"handle": st.sampled_from(["wren", "Wren", "@jay"]), "role": st.sampled_from(["admin", "moderator"])}
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Calm", "calm!", "Storm"]),
        "purpose": st.sampled_from(["Peers help peers.", "We sell hope."]),
        "rules": st.sampled_from([["Be kind.", "No selling."], "1. be kind\n2. no selling", "Anything goes"]),
        "moderators": st.lists(lines, min_size=1, max_size=3),
        "members": st.sampled_from([100, 110, 130, 500]),
        "visibility": st.sampled_from(["private", "public"]),
        "joining": st.sampled_from(["approval", "open"]),
    },
)
moments = st.integers(0, 40 * 24).map(lambda hours: AT + timedelta(hours=hours))
ids = st.uuids().map(lambda value: value.hex)
voices = st.lists(
    st.builds(Voice, ids, moments, documents, st.just(False) | st.booleans()), max_size=6, unique_by=lambda v: v.id
)
members = st.lists(st.builds(Voice, ids, moments, documents), max_size=6, unique_by=lambda v: v.id)


@st.composite
def snapshots(draw) -> Snapshot:
    """Readings in which each field is shown, shown to be missing, withheld or not tried."""
    shown = {
        "name": "Shown",
        "description": "Shown here",
        "rules": (GroupRule(1, "", "Shown rule"),),
        "rules_text": "Shown rules",
        "stewards": (Steward("shown", "owner"),),
        "members": Members(7, "joined"),
        "visibility": "public",
        "joining": "open",
    }
    chosen = {
        place: draw(
            st.sampled_from(
                [Reading.of(value, SHOWN), Reading.absent(SHOWN), Reading.withheld("login_wall"), Reading.unread()]
            )
        )
        for place, value in shown.items()
    }
    return replace(CLOSED, **chosen)


@given(snapshots(), voices)
def test_what_the_platform_shows_is_never_changed(snapshot, heard):
    told = with_contributions(snapshot, heard)
    for place in READINGS:
        if getattr(snapshot, place).known:
            assert getattr(told, place) == getattr(snapshot, place)
    untouched = {field.name for field in fields(Snapshot)} - {*FIELDS.values(), "rules_text", "stewards_complete"}
    assert all(getattr(told, name) == getattr(snapshot, name) for name in untouched)


@given(snapshots(), voices, st.randoms(use_true_random=False))
def test_order_does_not_matter(snapshot, heard, random):
    shuffled = list(heard)
    random.shuffle(shuffled)
    assert with_contributions(snapshot, shuffled) == with_contributions(snapshot, heard)


@given(snapshots(), documents, moments)
def test_one_contributor_alone_changes_nothing(snapshot, document, at):
    assert with_contributions(snapshot, [Voice("a", at, document)]) == snapshot


@given(members)
def test_a_member_alone_makes_nothing_known_among_others_either(heard):
    for field, answer in answers(heard).items():
        if answer.value is not None:
            assert len(answer.voices) >= 2, field


@given(voices, documents, moments)
def test_one_more_voice_takes_nothing_away_unless_another_backs_it(heard, document, at):
    one = Voice("the one more", at, document)
    before, after = answers(heard), answers([*heard, one])
    for field, answer in before.items():
        if answer.value is None or after[field].value is not None:
            continue
        backers = [other for other in heard if unconnected(one, other) and field in other.document]
        assert backers, field
        assert one.document.keys() & {field}


@given(members)
def test_what_is_said_at_once_counts_as_one(heard):
    together = [replace(one, at=AT + timedelta(seconds=index)) for index, one in enumerate(heard)]
    assert answers(together) == {}


@given(snapshots(), voices)
def test_filling_twice_is_filling_once_and_it_is_marked(snapshot, heard):
    told = with_contributions(snapshot, heard)
    assert with_contributions(told, heard) == told
    known = {field for field, answer in answers(heard).items() if answer.value is not None and is_open(snapshot, field)}
    assert set(contributed(told)) == known


@pytest.mark.parametrize(
    ("apart", "counts"),
    [
        (LEAST_APART - timedelta(seconds=1), False),
        (LEAST_APART, True),
        (MOST_APART - timedelta(seconds=1), True),
        (MOST_APART, False),
    ],
)
def test_two_count_as_two_a_day_and_less_than_a_month_apart(apart, counts):
    pair = [Voice("a", AT, {"name": "Calm"}), Voice("b", AT + apart, {"name": "calm"})]
    assert with_contributions(CLOSED, pair).name.known is counts


def test_two_pastes_of_the_same_rules_agree_and_the_newer_is_shown():
    text = "1) Be kind.\n2) No selling!"
    told = with_contributions(CLOSED, [voice(0, rules=text), voice(2, rules=["be kind", "No selling"])])
    assert [rule.text for rule in told.rules.value] == ["be kind", "No selling"]
    assert told.rules_text.state is State.WITHHELD
    told = with_contributions(CLOSED, [voice(2, rules=text), voice(0, rules=["be kind", "No selling"])])
    assert told.rules_text.value == text


def test_counts_agree_within_a_fifth():
    def told(*counts):
        return with_contributions(CLOSED, [voice(2 * day, members=count) for day, count in enumerate(counts)]).members

    assert told(100, 120).value == Members(120, "approximate")
    assert told(100, 126).reason == DISAGREE
    assert told(100, 120, 140).value.count == 140  # it grows: each agrees with the one before
    assert told(100, 110, 500).value.count == 110  # one who says otherwise takes nothing away
    assert told(100, 110, 500, 510).reason == DISAGREE


def test_a_hostile_pair_is_answered_by_two_and_one_alone_cannot_silence_two():
    honest = [voice(0, "a", rules="Be kind."), voice(2, "b", rules="Be kind.")]
    hostile = [voice(3, "c", rules="Stop your pills."), voice(5, "d", rules="Stop your pills.")]
    assert with_contributions(CLOSED, [*honest, hostile[0]]).rules_text.value == "Be kind."
    assert with_contributions(CLOSED, [*honest, *hostile]).rules.reason == DISAGREE


def test_a_steward_who_has_proved_it_needs_nobody_and_is_answered_by_two():
    steward = voice(0, "s", proven=True, purpose="Run by the best.")
    assert with_contributions(CLOSED, [steward]).description.value == "Run by the best."
    doubted = [steward, voice(1, purpose="Peers."), voice(3, purpose="Peers.")]
    assert with_contributions(CLOSED, doubted[:2]).description.value == "Run by the best."
    assert with_contributions(CLOSED, doubted).description.reason == DISAGREE
    newer = voice(9, "t", proven=True, purpose="Peers.")
    assert with_contributions(CLOSED, [steward, newer]).description.value == "Peers."


def test_a_moderator_is_named_by_two_and_the_team_is_never_whole():
    jay = {"handle": "jay", "role": "admin"}
    pair = [voice(0, moderators=[WREN, jay]), voice(2, moderators=[{"handle": "@Wren", "role": "moderator"}])]
    told = with_contributions(replace(CLOSED, stewards_complete=True), pair)
    assert [(s.handle, s.role, s.bio) for s in told.stewards.value] == [("@Wren", "moderator", "")]
    assert not told.stewards_complete


def test_rules_that_the_platform_shows_in_another_form_are_not_added_to():
    pair = [voice(0, rules=["Anything goes"]), voice(2, rules=["Anything goes"])]
    shown = replace(CLOSED, rules_text=Reading.of("Be kind.", SHOWN))
    none = replace(CLOSED, rules=Reading.absent(SHOWN), rules_text=Reading.unread())
    assert with_contributions(shown, pair) == shown
    assert with_contributions(none, pair) == none


def test_only_the_day_and_the_words_are_told():
    (source,) = with_contributions(CLOSED, [voice(0, name="Calm"), voice(2, name="Calm")]).name.sources
    assert (source.kind, source.url) == (SourceKind.CONTRIBUTED, REF.canonical_url)
    assert source.at == datetime(2026, 3, 3, tzinfo=UTC)


def test_contributed_facts_cite_what_was_contributed_and_changes_are_sought_in_our_own_readings():
    earlier = replace(CLOSED, taken_at=AT - timedelta(days=7), stewards=Reading.of((Steward("old", "owner"),), SHOWN))
    pair = (voice(0, moderators=[WREN], rules="Be kind."), voice(2, moderators=[WREN], rules="Be kind."))
    facts = probe(Known(CLOSED, earlier=(earlier,), contributions=pair), AT + timedelta(days=3))
    assert facts.get("stewards_listed").value is True
    assert {item.kind for item in facts.get("rules_published").evidence} == {"contributed"}
    assert facts.get("stewards_replaced").value is None
