"""A whole set of rules becomes facts, each with its words or its reason."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

import rules
from rules.clarity import RuleText, read
from rules.clarity.answers import AHEAD, NO_TEXT, NOT_FOUND, NOT_IN_DESCRIPTION, NOT_READABLE

HARBOUR = """# Harbour Room rules
Last updated 3 May 2024

1. **Be kind.** No harassment, slurs or judging of others, because people come here hurt.
2. Keep what is shared here in this room. Do not take screenshots of other members' posts.
3. We are not a crisis service and cannot help in an emergency. If you are in danger, call 999 or Samaritans on 116 123.
4. When somebody is at risk, moderators will contact the emergency services.
5. No selling, surveys or fundraising. Posts will be removed and repeat offenders banned.
6. You must be 18 or over to join this group.
7. If you think a decision was wrong, write to us via modmail and another moderator will look at it again.
8. We are peers, not professionals: do not diagnose, and see your doctor about medication.
9. Moderators are trained volunteers who are online between 8 am and 10 pm.
"""


def value(reading, name):
    return reading.facts()[name][0]


def test_a_clear_set_answers_the_vocabulary():
    reading = read(HARBOUR)
    assert reading.language == "en"
    specified = [
        "respect",
        "confidentiality",
        "promotion",
        "minors",
        "medical_advice",
        "not_a_crisis_service",
        "urgent_help",
        "risk_response",
        "research_and_press",
        "appeal",
        "consequences",
        "moderated_hours",
        "team_statement",
        "peer_statement",
        "moderators_named",
    ]
    assert {name: value(reading, name) for name in specified} == dict.fromkeys(specified, "specified")
    assert value(reading, "urgent_help_local") is True
    assert value(reading, "rules_updated_on") == datetime(2024, 5, 3, tzinfo=UTC)
    assert value(reading, "rules_stuffed") is False
    assert value(reading, "rules_inverted") is False
    assert 0 < value(reading, "rules_explained") < 1
    assert 3 < value(reading, "rules_readability") < 9
    assert [resource.name for resource in reading.resources] == ["999", "Samaritans", "emergency services"]
    assert reading.resources[1].countries == ("GB", "IE")


def test_every_value_has_its_words_and_every_silence_its_reason():
    for name, (answer, quotes, reason) in read(HARBOUR).facts().items():
        if answer in ("mentioned", "specified"):
            assert quotes, name
            assert all(quote.text in HARBOUR for quote in quotes), name
        if answer in ("absent", None):
            assert reason, name
    assert read(HARBOUR).facts()["content_warnings"] == ("absent", (), NOT_FOUND)


def test_every_fact_is_in_the_vocabulary():
    vocabulary = yaml.safe_load((Path(rules.__file__).parent / "vocabulary.yaml").read_text("utf-8"))
    assert read(HARBOUR).facts().keys() <= vocabulary.keys()


def test_another_language_cannot_be_told():
    reading = read(
        "1. Non insultare gli altri membri del gruppo.\n2. Non condividere i dati personali che sono di altri."
    )
    assert reading.language == "other"
    assert reading.facts()["respect"] == (None, (), NOT_READABLE)


def test_an_english_description_does_not_make_foreign_rules_readable():
    reading = read(
        "1. Non insultare gli altri membri del gruppo.", "This is the group for all of us who live by the sea."
    )
    assert reading.facts()["respect"] == (None, (), NOT_READABLE)


def test_a_number_in_an_inverted_rule_is_no_help():
    assert value(read("1. Be kind to all.\n2. Never post hotline numbers such as 988."), "urgent_help") == "absent"


def test_no_text_is_unknown_and_not_absent():
    assert read("").facts()["respect"] == (None, (), NO_TEXT)
    assert read([]).facts()["rules_published"] == (False, (), NO_TEXT)


def test_a_heap_earns_nothing_as_a_set_either():
    reading = read(
        "crisis hotline 988 suicide privacy respect harassment diagnosis trigger warning minors report appeal"
    )
    assert value(reading, "rules_stuffed") is True
    assert value(reading, "urgent_help") == value(reading, "respect") == "absent"


def test_a_plainly_inverted_rule_is_a_fact():
    answer, quotes, _ = read("1. Be nice to the founder.\n2. Never post hotline numbers here.").facts()[
        "rules_inverted"
    ]
    assert answer is True
    assert quotes[0].text == "Never post hotline numbers here."


def test_rules_of_the_whole_platform_are_a_layer_of_their_own():
    own = RuleText("Kindness", "Be kind to every member of this group.")
    platform = RuleText("Privacy", "Never post another person's private information.", platform_wide=True)
    reading = read([own, platform])
    assert value(reading, "respect") == "specified"
    assert value(reading, "confidentiality") == "absent"
    below = {answer.name: answer.value for answer in reading.platform_answers}
    assert (below["confidentiality"], below["respect"]) == ("specified", "absent")
    assert value(reading, "rules_count") == 1


def test_the_description_may_carry_urgent_help():
    silent = read("1. Be kind to all members.\n2. Nothing is sold here.")
    helped = read("1. Be kind to all members.\n2. Nothing is sold here.", "A group for carers. In danger? Call 112.")
    assert value(silent, "urgent_help") == "absent"
    assert value(helped, "urgent_help") == "specified"


def test_rules_that_gainsay_or_repeat_each_other_are_found():
    reading = read(
        "1. Self-promotion is not allowed.\n2. Self-promotion is welcome.\n3. You must be at least 13.\n4. You must be 18."
    )
    pairs = {tuple(quote.rule for quote in pair) for pair in reading.contradictions}
    assert (0, 1) in pairs
    assert (2, 3) in pairs
    twice = read(
        "1. Keep all names out of your posts.\n2. Be kind to newcomers here.\n3. Keep all names out of your posts!"
    )
    assert twice.duplicates == ((0, 2),)
    assert read("1. Surveys only with permission.\n2. Surveys are not allowed without approval.").contradictions == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Last updated: 2023-11-05", datetime(2023, 11, 5, tzinfo=UTC)),
        ("Revised March 7, 2022.", datetime(2022, 3, 7, tzinfo=UTC)),
        ("Stand: 04.02.2021", datetime(2021, 2, 4, tzinfo=UTC)),
        ("Mise à jour le 1er mars 2020", datetime(2020, 3, 1, tzinfo=UTC)),
        ("Última actualización: 3 de mayo de 2024", datetime(2024, 5, 3, tzinfo=UTC)),
        ("Última revisión: mayo de 2024", datetime(2024, 5, 1, tzinfo=UTC)),
        ("Letzte Aktualisierung: 3. Mai 2024", datetime(2024, 5, 3, tzinfo=UTC)),
        ("Zuletzt geändert am 04.05.2024", datetime(2024, 5, 4, tzinfo=UTC)),
        ("Dernière mise à jour : 1er août 2024", datetime(2024, 8, 1, tzinfo=UTC)),
        ("Derni\u0065\u0300re mise a\u0300 jour : 3 fe\u0301vrier 2024", datetime(2024, 2, 3, tzinfo=UTC)),
        ("Révisé le 3 février 2024", datetime(2024, 2, 3, tzinfo=UTC)),
        ("Última atualização: 1º de março de 2024", datetime(2024, 3, 1, tzinfo=UTC)),
        ("Alterado a 3 de março de 2024", datetime(2024, 3, 3, tzinfo=UTC)),
        ("Revised: 1st of May 2024", datetime(2024, 5, 1, tzinfo=UTC)),
        ("Reviewed, no change: version of 1 March 2024.", datetime(2024, 3, 1, tzinfo=UTC)),
        ("Reviewed on 1 March 2024", datetime(2024, 3, 1, tzinfo=UTC)),
        ("Updated 2024-03", datetime(2024, 3, 1, tzinfo=UTC)),
        ("Updated 2024/3/9", datetime(2024, 3, 9, tzinfo=UTC)),
        ("Updated 2019-20", None),
        ("Our standards of 3 May 2020", None),
        ("Updated 03/04/2024", None),  # the third of April or the fourth of March
        ("Updated 31 February 2024", None),
        ("We met on 5 May 2019.", None),
    ],
)
def test_a_date_is_read_only_where_it_can_mean_one_day(text, day):
    assert value(read(f"1. {text}\n2. Be kind to everyone here."), "rules_updated_on") == day


def test_a_date_that_has_not_come_is_not_when_the_rules_were_changed():
    at = datetime(2024, 6, 1, 12, tzinfo=UTC)
    ahead = "1. Updated 2099-01-01\n2. Be kind to everyone here."
    assert read(ahead, at=at).facts()["rules_updated_on"] == (None, (), AHEAD)
    both = read(f"{ahead}\n3. Updated 2024-05-02", at=at)
    assert both.facts()["rules_updated_on"][0] == datetime(2024, 5, 2, tzinfo=UTC)
    dated = both.facts()["rules_updated_on"][1]
    assert [quote.text for quote in dated] == ["Updated 2024-05-02"]


def test_where_it_is_already_tomorrow_a_rule_may_be_dated_so():
    at = datetime(2024, 6, 1, 12, tzinfo=UTC)
    assert read("1. Updated 2024-06-02\n2. Be kind.", at=at).facts()["rules_updated_on"][0] is not None
    assert read("1. Updated 2024-06-03\n2. Be kind.", at=at).facts()["rules_updated_on"][0] is None


def test_lists_do_not_make_plain_words_hard_to_read():
    items = [
        "Be kind to all",
        "Do not shout at others",
        "Keep names out of posts",
        "Tell a mod if you see harm",
        "Ask for help",
    ]
    listed = read("\n".join(f"- {item}" for item in items * 4))
    assert value(listed, "rules_readability") < 4
    assert read("1. Be kind.").facts()["rules_readability"] == (None, (), "fewer than 60 words")


def test_what_the_heads_alone_suspect_is_for_a_person_and_no_fact(monkeypatch):
    monkeypatch.setattr("rules.clarity.reader.speaks_inverted", bool)
    reading = read("1. Be kind to all members of this group.\n2. No medical advice, please.")
    assert [(rule.inverted, rule.plainly) for rule in reading.readings] == [(True, False)] * 2
    assert value(reading, "rules_inverted") is False
    assert value(reading, "medical_advice") == "specified"


def test_without_rules_only_the_description_is_spoken_of():
    reading = read([], "We are a group for carers who meet by the sea.")
    assert reading.facts()["respect"] == (None, (), NO_TEXT)
    assert reading.facts()["claims_of_cure"] == (False, (), NOT_IN_DESCRIPTION)
    assert value(reading, "who_may_join") == "specified"


@pytest.mark.parametrize(
    "text",
    [
        "We guarantee a cure for your depression.",
        "Our method cures anxiety in ten days.",
        "Unsere Methode bringt dir und allen anderen Heilung, garantiert für immer.",
        "Curamos tu depresión en diez días y para siempre.",
        "Nous vous guérissons en dix jours, c'est garanti pour toujours.",
        "Curamos a sua depressão em dez dias, com cura definitiva.",
    ],
)
def test_a_promise_of_a_cure_in_the_description_is_quoted(text):
    answer, quotes, _ = read("1. Be kind to all.\n2. Nothing is sold here.", text).facts()["claims_of_cure"]
    assert answer is True
    assert [(quote.text, quote.rule) for quote in quotes] == [(text, -1)]


@pytest.mark.parametrize(
    "text",
    [
        "Posts that promise a cure are removed.",
        "Members who guarantee recovery will be banned.",
        "Promising a cure is not allowed.",
        "Adverts for a miracle cure are prohibited.",
        "Eine Heilung können wir nicht garantieren.",
        "No prometemos curar definitivamente a nadie en este grupo.",
        "Nous ne pouvons pas vous guérir en dix jours.",
        "Não prometemos cura definitiva para ninguém neste grupo.",
    ],
)
def test_who_forbids_a_promise_does_not_give_it(text):
    assert value(read([RuleText("", text)], text), "claims_of_cure") is False


def test_the_topic_of_self_harm_is_quoted_from_the_description():
    reading = read("1. Be kind to all.\n2. No adverts.", "For everyone who has lived through a suicide attempt.")
    answer, quotes, _ = reading.facts()["topic_self_harm"]
    assert (answer, quotes[0].rule) == (True, -1)


def test_a_set_of_bare_prohibitions_is_no_heap():
    reading = read("- No spam\n- No harassment\n- No doxxing\n- No hate speech\n- No NSFW\n- No surveys")
    assert value(reading, "rules_stuffed") is False
    assert value(reading, "respect") != "absent"
