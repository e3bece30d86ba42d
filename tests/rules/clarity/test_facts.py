"""Facts finer than the topics: what says them, what only touches them, what speaks of something else."""

from __future__ import annotations

import pytest
import yaml

from rules.clarity import RuleReading, RuleText, read
from rules.clarity.answers import Layer, levels
from rules.clarity.lexicon import FOLDER
from rules.clarity.reader import examine
from rules.clarity.training import facts
from rules.clarity.training.languages import DEV, HELD_OUT
from rules.vocabulary import Kind, standard

SAID = [
    ("not_a_crisis_service", "specified", "This is no emergency service. If your life is in danger, ring 999."),
    ("not_a_crisis_service", "mentioned", "Our volunteers cannot help anyone through an emergency."),
    ("not_a_crisis_service", "absent", "The refugee crisis is discussed in another forum."),
    ("not_a_crisis_service", "absent", "Please do not hesitate to call a crisis line when you need one."),
    ("risk_response", "specified", "If you say that you want to die, one of our moderators will write to you."),
    ("risk_response", "specified", "Farewell posts are hidden while a moderator contacts the person who wrote them."),
    ("risk_response", "mentioned", "If you are worried about a member, please tell the staff."),
    ("risk_response", "absent", "We reply to every question about the software."),
    ("moderated_hours", "specified", "Someone from the team reads new posts every weekday before noon."),
    ("moderated_hours", "specified", "Reports are answered within two days."),
    ("moderated_hours", "mentioned", "Nobody is watching this board around the clock."),
    ("moderated_hours", "absent", "Memes are allowed on Fridays."),
    ("harm_content", "specified", "Never name the method or post pictures of self-harm."),
    ("harm_content", "mentioned", "Be gentle when you write about suicide."),
    ("harm_encouragement", "specified", "Nobody here may urge others to starve or to hurt themselves."),
    ("harm_encouragement", "mentioned", "Do not promote risky behaviour."),
    (
        "team_statement",
        "specified",
        "Our moderators have finished a course in listening and meet a supervisor monthly.",
    ),
    ("team_statement", "mentioned", "This server is run by three volunteers."),
    ("team_statement", "absent", "The hotline is staffed by trained volunteers."),
    ("team_statement", "absent", "Seek a licensed counsellor if you need one."),
    ("peer_statement", "specified", "Those who answer are members like you; none of us is a therapist."),
    ("peer_statement", "mentioned", "We offer peer support for people who stammer."),
    ("peer_statement", "absent", "Only peer-reviewed articles may be linked."),
    ("peer_statement", "absent", "Members may not act as your doctor."),
    ("funding_stated", "specified", "Hosting is paid for by our members, and we take no money from companies."),
    ("funding_stated", "specified", "This forum is not affiliated with any clinic."),
    ("funding_stated", "mentioned", "You can support our server on Patreon."),
    ("funding_stated", "absent", "Do not ask other members for donations."),
    ("who_may_join", "specified", "This group is for carers of people with dementia."),
    ("who_may_join", "specified", "For people who live with voices."),
    ("who_may_join", "mentioned", "You must be at least 18 years old."),
    ("who_may_join", "absent", "Accounts must be 18 days old before they can post."),
    ("appeal", "specified", "You can appeal a ban through the form on our website."),
    ("appeal", "mentioned", "Every ban can be appealed."),
    ("appeal", "absent", "Bans cannot be appealed."),
    ("appeal", "absent", "Appeals for money are removed."),
    ("inclusion", "specified", "Nobody is mocked for their accent, faith or gender."),
    ("inclusion", "mentioned", "People from all walks of life are at home here."),
    ("research_and_press", "specified", "Journalists must ask the moderators before they write to anyone."),
    ("research_and_press", "mentioned", "The last survey closed in May."),
    ("research_and_press", "absent", "Do your own research before you buy a pump."),
    ("reporting", "specified", "Press the flag under a post to report it to the moderators."),
    ("reporting", "mentioned", "Please report abusive posts."),
    ("reporting", "absent", "Report back when you have seen the dentist."),
    ("consequences", "specified", "Such posts will be removed."),
    ("consequences", "specified", "We ask you to stop; the second time your account is suspended."),
    ("consequences", "mentioned", "Breaking a rule has consequences."),
    ("consequences", "absent", "Advertising is not allowed here."),
    ("consequences", "absent", "We won't put up with bullying."),
    ("moderators_named", "specified", "Questions? Send the moderators a message."),
    ("moderators_named", "specified", "You can write to hello@harbour.example at any time."),
    ("moderators_named", "mentioned", "Moderators decide what is off topic."),
    ("moderators_named", "absent", "Send a message to !friends@harbour.example instead."),
]


@pytest.mark.parametrize(("fact", "level", "text"), SAID)
def test_a_fact_is_said_touched_or_not_there(fact, level, text):
    assert by_lexicon(text)[fact] == level


def by_lexicon(text):
    """Fact -> level, whatever the learned heads make of the rule."""
    layer = Layer([examine(RuleText("", text), language="en")], [RuleReading((), False, False, False)])
    return {answer.name: answer.value for answer in levels(layer)}


def test_what_one_sentence_opens_the_next_completes_and_both_are_quoted():
    rules = "1. Be kind to everyone here.\n2. Do you think that we were unfair? Please write to us and we look again."
    value, quotes, _ = read(rules).facts()["appeal"]
    assert value == "specified"
    assert [quote.text for quote in quotes] == [
        "Do you think that we were unfair?",
        "Please write to us and we look again.",
    ]


def test_what_stands_far_apart_or_in_another_rule_completes_nothing():
    question, answer = "Do you think that we were unfair?", "Please write to us by email."
    between = "Be kind to all. Keep titles short. Search before you post."
    assert by_lexicon(f"{question} {answer}")["appeal"] == "specified"
    assert by_lexicon(f"{question} {between} {answer}")["appeal"] == "absent"
    assert read([RuleText("", question), RuleText("", answer)]).facts()["appeal"][0] == "absent"


def test_no_crisis_service_is_specified_where_any_rule_or_the_description_says_where_to_turn():
    rules = [RuleText("", "We are not a crisis service."), RuleText("", "Be kind to everyone in this group.")]
    assert read(rules).facts()["not_a_crisis_service"][0] == "mentioned"
    helped = read(rules, "For all who grieve. In danger? Ring Samaritans on 116 123.")
    assert helped.facts()["not_a_crisis_service"][0] == "specified"


def test_removal_says_what_happens_as_plainly_as_a_ban():
    removed, banned = "Adverts are taken down and we tell you why.", "Whoever sells here will be banned."
    assert by_lexicon(removed)["consequences"] == by_lexicon(banned)["consequences"] == "specified"


@pytest.mark.parametrize(
    ("rule", "fact"),
    [
        ("Los mensajes que incumplan esta norma serán eliminados.", "consequences"),
        ("Les messages insultants seront supprimés par nos soins.", "consequences"),
        ("Solche Beiträge werden von uns gelöscht.", "consequences"),
        ("As mensagens com ofensas serão apagadas por nós.", "consequences"),
        ("No describas en este foro métodos de suicidio ni muestres fotos de tus heridas.", "harm_content"),
        ("Ne décrivez pas de méthodes de suicide et ne montrez pas de photos de blessures.", "harm_content"),
        ("Beschreibe keine Methoden der Selbstverletzung und zeige keine Bilder von Wunden.", "harm_content"),
        ("Não descreva métodos de suicídio nem mostre fotos de feridas.", "harm_content"),
    ],
)
def test_the_other_languages_tell_them_too(rule, fact):
    assert read([RuleText("", rule)]).facts()[fact][0] == "specified"


def test_the_sets_of_the_facts_do_not_take_the_names_of_those_of_the_topics():
    documents = (yaml.safe_load((FOLDER / f"{name}.en.yaml").read_text("utf-8")) for name in ("topics", "facts"))
    topics, finer = (document["sets"].keys() for document in documents)
    assert topics.isdisjoint(finer)


def test_labelled_facts_are_of_the_vocabulary_and_their_halves_apart(shared_data):
    dev, held = facts.stated(DEV), facts.stated(HELD_OUT)
    assert min(len(dev), len(held)) > 300
    assert {row.community for row in dev if row.community}.isdisjoint(row.community for row in held)
    named = {tuple(one.split("=")) for row in (*dev, *held) for one in row.facts}
    assert {level for name, level in named if standard()[name].kind is Kind.LEVEL} == {"mentioned", "specified"}
    assert {name for name, level in named if level == "yes"} == set(facts.YES_NO)


def test_every_label_belongs_to_a_rule_that_is_there(shared_data):
    kept = [line.split("\t")[1] for line in (facts.HERE / "facts.tsv").read_text("utf-8").splitlines()]
    recorded = [row for half in (DEV, HELD_OUT) for row in facts.stated(half) if row.community]
    assert len(recorded) == len(kept) > 500
