"""The document: its arithmetic can be done again with a pencil, and its words say what decided."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from math import prod
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.engine import evaluate
from rules.facts import Evidence, Fact, Facts, Knowledge
from rules.findings import Evaluation
from scrapers.adapter import Profile
from scrapers.refs import GroupRef
from scrapers.snapshot import GroupRule, Reading, Snapshot, Source, SourceKind
from tests.rules.worlds import AT, CORE, best_of, facts, groups, incident, nearly_good, pack, remembered
from vetting import report
from vetting.report.verdict import SUMMARIES, WARNINGS

REF = GroupRef("web", "lantern.example", "https://lantern.example/")
WORDS = {
    "nothing of it can be seen here, so it does not count",
    "nothing can be seen here, so nothing is earned",
    "no incident on record: 100",
    "no more for than against, so nothing is added",
    "the low end; no limit applies",
}
FEW = settings(max_examples=settings().max_examples // 2)
CORE_GROUPS = groups(CORE) | remembered(CORE) | nearly_good(CORE)


def document(given: Facts, evaluation: Evaluation | None = None, **more: Any) -> dict[str, Any]:
    """The report on a group of which no more is known than these facts."""
    snapshot = replace(Snapshot(REF, AT), **more.pop("snapshot", {}))
    core = pack(CORE)
    judged = report.Judged("a", core, given, "f", evaluation or evaluate(core, given, AT), (), **more)
    return report.document(
        report.Subject("g", is_demo=False, profile=Profile(title="this site"), snapshot=snapshot), judged
    )


def good(**changes: Any) -> Facts:
    return facts({**best_of(CORE), "created_on": AT - timedelta(days=2000)}, **changes)


# --- the pencil -----------------------------------------------------------------------------------------------------


def worked_out(expression: str) -> Fraction:
    """What an expression comes to, exactly."""
    least = re.fullmatch(r"the least of ([\d., ]+)", expression)
    if least:
        return min(map(Fraction, least[1].split(", ")))
    lesser = re.fullmatch(r"the lesser of 100 and (.+)", expression)
    if lesser:
        return min(Fraction(100), worked_out(lesser[1]))
    assert re.fullmatch(r"[\d. ()+×÷−]+", expression), expression
    signs = expression.translate(str.maketrans("×÷−", "*/-"))
    return eval(re.sub(r"[\d.]+", r"Fraction('\g<0>')", signs), {"Fraction": Fraction})  # noqa: S307 - numbers and signs only


def agrees(exact: Fraction, shown: float, places: int) -> bool:
    return abs(exact - Fraction(str(shown))) <= Fraction(1, 2 * 10**places) + Fraction(1, 10**9)


@FEW
@given(CORE_GROUPS, st.integers(0, 12), st.integers(0, 3))
def test_every_expression_gives_its_value(given, vouches, objections):
    told = replace(given, vouches=vouches, objections=objections)
    made = document(told)
    steps = made["arithmetic"]
    limits = {cap["message"] for cap in made["caps"]}
    for step in steps:
        if step["expression"] not in WORDS | limits:
            assert agrees(worked_out(step["expression"]), step["value"], 2), step
    assert steps[-1]["value"] == made["headline"]
    for row in made["incidents"]["discounts"]:
        parts = [Fraction(str(row[name])) for name in ("severity", "corroboration", "decay", "response")]
        assert agrees(1 - prod(parts), row["factor"], 4), row


@FEW
@given(CORE_GROUPS)
def test_the_addends_shown_sum_to_the_sums_shown(given):
    made = document(given)
    for dimension in made["dimensions"]:
        rows = [row for row in made["findings"] if row["dimension"] == dimension["id"] and row["counts"]]
        for column, total in (("weight", "observable"), ("earned", "earned"), ("unknown", "unknown")):
            assert sum(Fraction(str(row[column])) for row in rows) == Fraction(str(dimension[total]))


def test_numbers_have_more_places_only_where_the_result_takes_them():
    given = good(
        incidents=(incident(2, latest=AT - timedelta(days=200), resolved_at=AT - timedelta(days=137)),), vouches=3
    )
    shown = evaluate(pack(CORE), given, AT)
    odd = replace(shown, arithmetic={**shown.arithmetic, "mean_low": 92.6251, "vouches": 0.0}, incident_score=62.8651)
    even = replace(odd, arithmetic={**odd.arithmetic, "mean_low": 92.5}, incident_score=50.0, low=46.25)
    odd = replace(odd, low=92.6251 * 62.8651 / 100)
    assert low_end(document(given, odd)) == ("92.625 × 62.865 ÷ 100", 58.23)
    assert low_end(document(given, even)) == ("92.5 × 50 ÷ 100", 46.25)


def low_end(made: dict[str, Any]) -> tuple[str, float]:
    return next((step["expression"], step["value"]) for step in made["arithmetic"] if step["label"] == "Low end")


def test_vouches_are_told_with_their_formula():
    step = next(step for step in document(good(vouches=3, objections=1))["arithmetic"] if "Vouches" in step["label"])
    assert step == {
        "label": "Vouches by verified clinicians and organisations, 5 points at most: 3 for, 1 against",
        "expression": "5 × (2 × (3 + 1) ÷ (3 + 1 + 2) − 1)",
        "value": 1.67,
    }
    against = [step["expression"] for step in document(good(vouches=1, objections=2))["arithmetic"]]
    assert "no more for than against, so nothing is added" in against


# --- what decided ---------------------------------------------------------------------------------------------------


def test_a_grave_open_incident_is_told_before_any_grade():
    """Also where too little is known for a grade: no word may then say that nothing speaks against the group."""
    known, dark = (
        document(good(incidents=(incident(4),))),
        document(facts({"takeover_signs": 0}, incidents=(incident(4),))),
    )
    assert (known["grade"], dark["grade"]) == ("E", "U")
    assert known["summary"] == dark["summary"] == WARNINGS["do_not_join"]
    assert "against" not in dark["summary"]


def test_a_suspended_rating_says_both():
    made = document(good(incidents=(incident(4),)))
    both = document(facts({**best_of(CORE), "takeover_signs": 2}, incidents=(incident(4),)))
    assert both["suspended"]
    assert both["summary"] == f"{made['summary']} {WARNINGS['suspended']}"


def test_incidents_that_brought_the_grade_down_are_named():
    past = tuple(
        incident(2, id=f"i{place}", category=category, latest=AT - timedelta(days=20))
        for place, category in enumerate(("harassment", "exploitation", "spam", "privacy"))
    )
    made, without = document(good(incidents=past)), document(good())
    assert without["grade"] == "A"
    assert made["grade"] == "C"
    assert "incidents on record leave" in made["summary"]
    assert (
        f"4 incidents on record take the score from {without['headline']:g} down to {made['headline']:g}."
        in (made["grade_reasons"])
    )


def test_a_limit_that_decided_is_named_and_one_that_did_not_is_not():
    held = document(good(incidents=(incident(3, latest=AT - timedelta(days=20)),)))
    assert "A serious incident is unresolved." in held["summary"]
    assert "A serious incident is unresolved." in held["grade_reasons"]
    poor = facts(
        {"rules_published": True, "urgent_help": "absent", "topic_self_harm": True, "stewards_reachable": True}
    )
    low = document(facts({**{name: fact.value for name, fact in poor.values.items()}, **poor_group()}))
    limit = next(cap for cap in low["caps"] if cap["id"] == "no-urgent-help")
    assert low["headline"] < limit["limit"]
    assert limit["message"] not in low["grade_reasons"]
    assert low["summary"] == SUMMARIES[low["grade"]]


def poor_group() -> dict[str, Any]:
    """Every yes or no is a no, and nothing is in the rules."""
    levels = {name: "absent" for name, value in best_of(CORE).items() if value in ("specified", "mentioned")}
    flags = {name: False for name, value in best_of(CORE).items() if isinstance(value, bool)}
    kept = {"rules_published": True, "topic_self_harm": True, "stewards_reachable": True, "credentials_claimed": False}
    return {**best_of(CORE), **levels, **flags, **kept, "created_on": AT - timedelta(days=2000)}


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (92.5, "The score of 92.5 reaches the mark for A (85)."),
        (62.14, "The score of 62.14 reaches the mark for C (55), not the mark for B (70)."),
        (69.996, "The score of 69.996 reaches the mark for C (55), not the mark for B (70)."),
        (22.7, "The score of 22.7 stays below the mark for D (40)."),
    ],
)
def test_the_marks_of_the_ladder_are_told(points, said):
    evaluation = replace(evaluate(pack(CORE), good(), AT), headline=points)
    assert document(good(), evaluation)["grade_reasons"][0] == said


def test_a_reviewers_paraphrase_is_told_where_there_is_one():
    given = good(incidents=(incident(2), incident(1, id="i2")))
    records = document(given, paraphrases={"i1": "A moderator shared a member's post."})["incidents"]["records"]
    assert [record["summary"] for record in records] == ["A moderator shared a member's post.", ""]


# --- what is offered, and by whom what is asked -----------------------------------------------------------------------


def said(name: str, value: str, quote: str) -> Fact:
    return Fact(name, Knowledge.KNOWN, value, (Evidence("capture", "d", quote=quote),))


def test_offers_say_for_whom_in_the_groups_own_words():
    told = {
        "who_may_join": said("who_may_join", "specified", "For people who live with panic attacks."),
        "minors": said("minors", "mentioned", "You must be 18 or older."),
        "moderated_hours": said("moderated_hours", "specified", "Moderators are here " + "every day and " * 20),
        "cost": said("cost", "donation", "We live on donations."),
        "joining": said("joining", "approval", ""),
        "anonymity": said("anonymity", "absent", "Nothing like that."),
        "visibility": Fact("visibility", Knowledge.UNKNOWN),
    }
    source = Source("d", "https://lantern.example/", AT, SourceKind.HTML)
    made = document(Facts(told, read_at=AT), snapshot={"topics": Reading.of(("panic", "worry"), source)})
    *first, cost, hours, joining = made["offers"]
    assert first == [
        {"label": "For whom", "value": "", "quote": "For people who live with panic attacks."},
        {"label": "Topics", "value": "panic, worry", "quote": ""},
        {"label": "Age, and how minors are protected", "value": "", "quote": "You must be 18 or older."},
    ]
    assert (hours["label"], hours["value"]) == ("When moderators are there", "")
    assert hours["quote"].startswith("Moderators are here every day")
    assert len(hours["quote"]) <= 160
    assert hours["quote"].endswith("…")
    assert cost == {"label": "Cost", "value": "by donation", "quote": "We live on donations."}
    assert joining == {"label": "Joining", "value": "those who run it decide", "quote": ""}


def test_a_topic_is_told_only_where_the_group_has_it():
    deals = [document(facts({"topic_self_harm": value}))["offers"] for value in (True, False)]
    assert deals == [[{"label": "Deals with", "value": "self-harm, suicide or eating disorders", "quote": ""}], []]


def test_the_platforms_rules_are_a_layer_of_their_own():
    source = Source("d", "https://lantern.example/rules", AT, SourceKind.API)
    rules = (
        GroupRule(1, "Be civil", "Harassment and insults are forbidden."),
        GroupRule(2, "", "Post in the " + "right " * 99),
    )
    made = document(good(), snapshot={"platform_rules": Reading.of(rules, source)})
    layer = made["platform_rules"]
    assert layer["count"] == 2
    assert layer["rules"][0] == {"title": "Be civil", "text": "Harassment and insults are forbidden."}
    assert len(layer["rules"][1]["text"]) <= 300
    assert [answer["quote"] for answer in layer["answers"] if answer["fact"] == "respect"] == [
        "Harassment and insults are forbidden."
    ]
    assert layer["sources"][0]["ref"] == "d"
    assert {**made, "platform_rules": None} == document(good())
