"""One rule: what it governs, how far, with the words that say so."""

from __future__ import annotations

import pytest

from rules.clarity import Level, RuleText, read_rule

CRISIS, MEDICAL, RESPECT = "crisis_selfharm_protocol", "no_medical_advice", "respect_harassment_hate"
PRIVACY, WARNINGS, PROMOTION = (
    "privacy_confidentiality_doxxing",
    "content_trigger_warnings",
    "promotion_solicitation_fundraising_research",
)
MINORS, PRIVATE, ENFORCEMENT = "minors_age_limits", "private_messages_dating_predatory", "reporting_enforcement_appeal"

PLAIN = [
    ("This is not a crisis line. If you are in danger, call your local emergency number.", CRISIS),
    ("Do not give medical advice or tell others to change their medication.", MEDICAL),
    ("Treat each other with respect; insults and slurs are removed.", RESPECT),
    ("Do not share personal information or screenshots of other members.", PRIVACY),
    ("Put a content warning before posts about abuse.", WARNINGS),
    ("No selling, advertising or fundraising.", PROMOTION),
    ("Health claims need a reliable source; misinformation is removed.", "misinformation"),
    ("You must be at least 18 years old to join.", MINORS),
    ("Do not send unsolicited private messages to members.", PRIVATE),
    ("Report posts that break the rules; repeat offenders are banned.", ENFORCEMENT),
    ("Nothing illegal, and no sourcing of drugs.", "illegal_content_drugs"),
    ("Never describe methods of suicide or self-harm.", "methods_detail_pro_ed_pro_selfharm"),
    ("If you have a question, contact the moderators by modmail.", "moderator_conduct_contact"),
    ("Stay anonymous: pick a nickname, never your real name.", "anonymity"),
]

FOREIGN = [
    ("No se permite dar consejos médicos ni diagnosticar a otras personas del grupo.", "es", MEDICAL),
    ("Está prohibida la publicidad y las encuestas en la comunidad.", "es", PROMOTION),
    ("Si estás pensando en el suicidio, llama al 024 o al 112 ahora mismo.", "es", CRISIS),
    ("Les insultes et le harcèlement sont interdits dans le groupe.", "fr", RESPECT),
    ("Ne partagez pas les informations personnelles des autres membres.", "fr", PRIVACY),
    ("En cas d’idées suicidaires, appelez le 3114 ou les urgences.", "fr", CRISIS),
    ("Werbung und Umfragen sind hier nicht erlaubt.", "de", PROMOTION),
    ("Bitte kennzeichnet belastende Inhalte mit einer Inhaltswarnung.", "de", WARNINGS),
    ("Wir sind keine Ärzte und ersetzen keine Therapie durch Fachleute.", "de", MEDICAL),
    ("Não é permitido dar conselhos médicos aos outros membros do grupo.", "pt", MEDICAL),
    ("Respeite todos os membros; ofensas e assédio não serão tolerados.", "pt", RESPECT),
    ("Se você está pensando em suicídio, ligue 188 para o CVV.", "pt", CRISIS),
]


@pytest.mark.parametrize(("text", "topic"), PLAIN)
def test_a_plain_sentence_governs_its_topic_and_is_quoted(text, topic):
    reading = read_rule("", text)
    found = next((found for found in reading.topics if found.topic == topic), None)
    assert found is not None
    assert found.level is Level.SPECIFIED
    assert text[found.quote.start : found.quote.end] == found.quote.text


@pytest.mark.parametrize(("text", "language", "topic"), FOREIGN)
def test_the_other_languages_are_read_by_their_lexicons(text, language, topic):
    reading = read_rule("", text)
    assert reading.language == language
    assert reading.level(topic) is Level.SPECIFIED


def test_a_bare_heading_only_mentions():
    assert read_rule("Be kind", "").level(RESPECT) is Level.MENTIONED
    assert read_rule("Be kind", "Nobody is insulted or mocked in this group.").level(RESPECT) is Level.SPECIFIED


def test_quotes_count_their_characters_over_title_and_text():
    title, text = "Privacy", "Be gentle. Never share another member's personal information."
    quote = next(found.quote for found in read_rule(title, text).topics if found.topic == PRIVACY)
    assert (
        RuleText(title, text).whole[quote.start : quote.end]
        == quote.text
        == text.partition(" Never")[0][:0] + text[11:]
    )


@pytest.mark.parametrize(
    "text",
    [
        "Posts about cars only.",
        "The financial crisis of 2008 has a thread of its own.",
        "Please use the search before you ask.",
        "Add alt text to your pictures.",
    ],
)
def test_what_governs_nothing_reads_as_nothing(text):
    reading = read_rule("", text)
    assert reading.topics == ()
    assert not reading.inverted
    assert not reading.stuffed
    assert not reading.gives_crisis_resource


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("Insults will be removed and repeat offenders banned.", True),
        ("Three strikes and your account is suspended.", True),
        ("Please be kind to newcomers.", False),
    ],
)
def test_a_consequence_is_a_stated_sanction(text, states):
    assert read_rule("", text).states_consequence is states


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("In an emergency call 911.", True),
        ("Ring Samaritans on 116 123.", True),
        ("Text HOME to 741741.", True),
        ("Go to your nearest hospital.", True),
        ("Posts are limited to 988 characters.", False),
        ("We are open from 9 to 5.", False),
    ],
)
def test_a_number_is_help_only_where_help_is_meant(text, gives):
    assert read_rule("", text).gives_crisis_resource is gives


@pytest.mark.parametrize(
    "text",
    [
        "Feel free to diagnose each other.",
        "We don't use content warnings here.",
        "Bullying is allowed, get over it.",
        "Never post hotline numbers here.",
        "Share your goal weight tips every day.",
        "There are no appeals.",
    ],
)
def test_a_rule_that_permits_the_harm_is_flagged_and_earns_nothing(text):
    reading = read_rule("", text)
    assert reading.inverted
    assert reading.topics == ()


@pytest.mark.parametrize(
    "text",
    [
        "privacy, respect, crisis, hotline, diagnosis, moderators, appeal, minors, spam",
        "Respect. Privacy. Crisis. Appeal. Minors. Warnings. Moderators.",
        "no hate no spam no doxxing no minors no diagnosis no harassment no drugs",
        "#privacy #crisis #respect #anonymous #moderators #hotline #minors",
        "crisis crisis respect respect privacy privacy crisis respect",
    ],
)
def test_a_heap_of_keywords_earns_nothing(text):
    reading = read_rule("Rules", text)
    assert reading.stuffed
    assert reading.topics == ()


def test_a_clear_sentence_of_several_matters_is_no_heap():
    reading = read_rule(
        "", "No harassment, doxxing or spam: whoever does any of these to a member is removed from the group."
    )
    assert not reading.stuffed
    assert {RESPECT, PRIVACY} <= {found.topic for found in reading.topics}


def test_repeating_a_word_earns_nothing_more():
    once = read_rule("", "Please be respectful to every member of the group.")
    often = read_rule("", "Please be respectful to every member of the group. " * 5)
    assert {found.topic: found.level for found in once.topics} == {found.topic: found.level for found in often.topics}
