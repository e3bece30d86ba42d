"""A report as text: what is gravest first, every addend, and nothing that could steer a terminal."""

from __future__ import annotations

import re

import pytest

from tests.vetting.faces import sample, variant
from vetting.cli.report import SIGNS, render

GRAVE = {
    "id": "grave-incident-open",
    "limit": 10,
    "message": "A substantiated incident that threatened life is unresolved. Do not join this group.",
    "certain": True,
}
TAKEN = {"id": "takeover", "limit": None, "message": "There are signs of a takeover (2).", "certain": True}
YOUNG = {"id": "new-group", "limit": 69, "message": "We could not tell its age.", "certain": False}
UNGRADED = "Not enough can be known in public to give a grade. That speaks neither for the group nor against it."


def test_do_not_join_comes_before_all_else():
    document = variant(
        caps=[YOUNG, GRAVE],
        grade="U",
        summary=UNGRADED,
        grade_reasons=["Only 40% of what counts is known."],
        last_known={"grade": "D", "at": "2026-03-03T00:00:00Z"},
        urgent_help={"shown": True},
    )
    told = render(document)
    assert told.startswith(GRAVE["message"])
    assert "neither for the group nor against it" not in told
    assert "Grade U: not enough known" in told
    assert "- Only 40% of what counts is known." in told
    assert "Last known grade: D, on 3 March 2026." in told
    unwrapped = " ".join(told.split())
    assert "Do not join this group. The score cannot be more than 10 while this stands." in unwrapped
    assert (
        "We could not tell its age. The score cannot be more than 69 while this stands. It counts as a limit"
        in unwrapped
    )
    assert "Samaritans 116 123" in told
    order = [
        "Grade U",
        "Last known",
        "\nLimits",
        "\nIncidents on",
        "\nIf you need",
        "Rule clarity",
        "What the group offers",
    ]
    assert [told.index(part) for part in order] == sorted(told.index(part) for part in order)


def test_a_suspended_rating_says_so_first_and_gives_no_grade():
    document = variant(
        caps=[TAKEN], suspended=True, grade="U", summary="The rating is suspended: a person has to look."
    )
    told = render(document)
    assert told.startswith("The rating is suspended: a person has to look.\nThere are signs of a takeover (2).\n")
    assert told.count("The rating is suspended") == 1
    assert "Grade U" not in told


def test_where_nothing_warns_the_text_opens_with_the_group_and_offers_no_crisis_lines():
    told = render(sample())
    assert told.startswith("Quiet Harbour  (https://lemmy.example/c/quietharbour)\n")
    assert "Samaritans 116 123" not in told
    assert "Grade C: mixed\n64.33 of 100, between 64.33 and 75.69; 85 % of what was asked is known.\n" in told
    assert "Privacy breach, June 2026: severity 2 of 4, substantiated; the group's response: remediated." in told
    assert "- Cost: free\n" in told
    assert "Last read on 20 November 2026, 09:12 UTC" in told
    assert "“too many requests”" in told
    assert "Found on 6 November 2026" in told


def test_every_addend_is_there_and_adds_up():
    document = sample()
    score = render(document).partition("How the score was made\n")[2].partition("\n\n")[0]
    for dimension in document["dimensions"]:
        _, _, rest = score.partition(f"  {dimension['title']}, ")
        rows = re.findall(
            r"^ +(?:0 to )?([\d.]+) of +([\d.]+)  (.*)$", rest.partition("  in all")[0] + "  in all", re.MULTILINE
        )
        *addends, total = [(float(earned), float(weight), question) for earned, weight, question in rows]
        counted = [f for f in document["findings"] if f["dimension"] == dimension["id"] and f["result"] in SIGNS]
        assert len(addends) == len(counted)
        assert sum(weight for _, weight, _ in addends) == total[1] == dimension["observable"]
        unknown = sum(f["weight"] for f in counted if f["result"] == "cant_tell")
        assert sum(earned for earned, _, _ in addends) - unknown == total[0] == dimension["earned"]
    for step in document["arithmetic"]:
        assert f"{step['value']:g}  {step['label']}" in score
    assert "0.9574  Incident 2026-0007: 1 − 0.12 (severity) × 1 (corroboration) × 0.71 (decay)" in score


def test_what_is_partly_known_is_a_range():
    document = sample()
    document["findings"][2].update(earned=2.5, unknown=1.25)
    assert re.search(r" 2\.5 to 3\.75 of +10  Does what they say", render(document))


def test_offers_come_with_the_words_they_rest_on_and_platform_rules_apart():
    answer = {"fact": "respect", "question": "Do the rules ask for respect?", "quote": "Be civil."}
    offers = [{"label": "For", "value": "", "quote": "For people who live with panic."}]
    told = render(variant(offers=offers, platform_rules={"count": 1, "rules": [], "answers": [answer], "sources": []}))
    assert "- For: “For people who live with panic.”\n" in told
    assert "1 rule of the platform holds here too. They do not count for the group" in told
    assert "Do the rules ask for respect? “Be civil.”" in told


def test_no_line_is_longer_than_a_hundred_columns():
    document = sample()
    document["findings"][0]["message"] = "A calm word. " * 40
    assert max(map(len, render(document).splitlines())) <= 100


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\u202e", "a\nb", "\ud800"])
def test_scraped_words_cannot_steer_a_terminal(hostile: str):
    document = variant(group={"name": f"Calm{hostile}Place"}, warnings=[f"index{hostile}"])
    document["offers"].append({"label": "Language", "value": hostile})
    document["incidents"]["records"][0]["summary"] = hostile
    told = render(document)
    assert hostile not in told
    told.encode()


def test_what_members_sent_is_said_to_be_theirs():
    told = render(variant(contributed=["purpose", "rules"], captures=[], declared=["joining"]))
    assert "never read by us" in told
    assert "The platform shows us no purpose or rules." in told
    assert "a claim and not a finding: joining." in told
