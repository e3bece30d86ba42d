"""Terms that forum software comes with are no rules of the group's; what a group has written into or beside them is."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrapers.platforms._forum_terms import PHPBB, XENFORO
from scrapers.registry import adapters
from scrapers.text import html_to_text
from tests.scrapers.platforms.platform_replay import answer, read, recorded, states

HTML = {"content-type": "text/html; charset=utf-8"}
OWN = "No advice on doses."
# In the shape of the terms that the software comes with: the same matters in sentences of our own.
LANTERN = """Lantern Room - Terms of use

By accessing “Lantern Room” (hereinafter “we”, “us”), you agree that you are legally bound by what follows. Should you not agree to be legally bound by it, do not access the place. We may change this, are informing you where we can, and find it prudent that you review it before your continued use.

Our place is powered by phpBB (hereinafter “they”, “phpBB Limited”), a bulletin board released under the “GPL” (see www.phpbb.com). The software facilitates talks on the internet, discussions included, and phpBB Limited is not responsible for them. For further information look at https://www.phpbb.com/.

Nothing abusive, obscene, vulgar, slanderous, hateful or threatening may be posted. You may be immediately and permanently banned, with notification of your Internet provider. The IP address of all posts is recorded, for enforcing this. We have the right to remove, edit, move or close a topic. Any information entered is stored in a database. It is not disclosed to a third party, but we answer for no hacking by which it is compromised."""
STEADY = """The providers of this service are not responsible for content that a user generated. Content submitted express views of an author alone.

This service is only available to users of at least 16 years old. If you are younger in years, do not register for this service. Whoever registers, that is to register for this service, will represent the age or be older.

All content that you submit or upload may be reviewed by staff. Content may be sent to a third party for verification against spam. Do not submit content that is private or confidential.

You agree not to submit what is defamatory, abusive, hateful, threatening, objectionable or against copyright. You are entirely responsible for the content and for harm resulting from your conduct.

We may remove or modify content without cause and without notice. Requests that content be removed or modified are at our discretion. You are granting us a non-exclusive, permanent, irrevocable and unlimited right to publish. You retain copyright in your content.

These terms may be changed at any time without notice. If you do not agree with the terms, do not register, and do not use the service. Use of the service constitutes acceptance of the terms. If you wish to close your account, contact us."""
# Platform -> its terms, root, the page of terms below it, the page around the text, the software's sentence to which one adds.
FORUMS = {
    "phpbb": (
        LANTERN,
        "https://lantern.example/forum/",
        "ucp.php?mode=terms",
        '<html lang="en"><body id="phpbb"><div class="panel" id="agreement"><div class="content">{text}</div></div><a href="viewtopic.php?t=1">x</a>',
        "Nothing abusive, obscene, vulgar, slanderous, hateful or threatening may be posted",
    ),
    "xenforo": (
        STEADY,
        "https://steady.example/community/",
        "help/terms/",
        '<html id="XF" lang="en"><body><div class="p-body-pageContent"><div class="block-body">{text}</div></div><a href="/community/threads/a.1/">x</a>',
        "You are entirely responsible for the content and for harm resulting from your conduct",
    ),
}


def of_forum(platform: str, text: str, *others):
    _, root, place, page, _ = FORUMS[platform]
    html = page.format(text="".join(f"<p>{line}</p>" for line in text.split("\n\n")))
    index = answer(root, page.format(text="<h2>Talk</h2>"), headers=HTML)
    return read(adapters()[platform].recognise(index), index, answer(f"{root}{place}", html, headers=HTML), *others)


@pytest.mark.parametrize("platform", FORUMS)
def test_the_softwares_own_terms_are_no_rules(platform):
    snapshot = of_forum(platform, FORUMS[platform][0])
    assert states(snapshot)["rules_text"] == "unread:default_terms"
    assert snapshot.warnings == ("rules: only the terms that the software comes with, nothing of the group's own",)


@pytest.mark.parametrize("platform", FORUMS)
@pytest.mark.parametrize("before", [True, False])
def test_what_a_group_writes_beside_them_is_read_alone(platform, before):
    terms = FORUMS[platform][0]
    snapshot = of_forum(platform, f"{OWN}\n\n{terms}" if before else f"{terms}\n\n{OWN}")
    assert OWN in snapshot.rules_text.value
    assert "cause" not in snapshot.rules_text.value
    assert "hereinafter" not in snapshot.rules_text.value
    assert snapshot.warnings == ()


@pytest.mark.parametrize("platform", FORUMS)
def test_a_sentence_to_which_a_group_adds_is_the_groups(platform):
    terms, *_, sentence = FORUMS[platform]
    more = "nor any picture of harm, nor the name of a place or person, nor a number of pills, nor a time at which somebody "
    more += "wants to do something, whoever it is and however it is meant, for others here cannot sleep either and will read it "
    snapshot = of_forum(platform, terms.replace(sentence, f"{sentence}, {more}"))
    assert "number of pills" in snapshot.rules_text.value


@pytest.mark.parametrize("platform", FORUMS)
def test_a_groups_own_rules_are_read_whole_though_they_borrow_a_sentence(platform):
    *_, sentence = FORUMS[platform]
    text = f"1. Be kind to whoever is awake.\n\n2. {OWN}\n\n3. {sentence}."
    snapshot = of_forum(platform, text)
    assert sentence in snapshot.rules_text.value
    assert "Be kind" in snapshot.rules_text.value


@pytest.mark.parametrize("terms", [PHPBB, XENFORO])
@pytest.mark.parametrize("text", ["", "Terms of use", "Be kind. Be brief. Be patient. Be awake.", "\n\n\n"])
def test_a_text_without_the_softwares_sentences_stays_as_it_is(terms, text):
    assert terms.without(text) == text


GERMAN = """Laternenzimmer - Nutzungsbedingungen

Mit dem Zugriff auf das „Laternenzimmer“ erkennst du an, was hier steht, und liest es von Zeit zu Zeit wieder.

Unser Forum läuft mit phpBB (im Folgenden „phpBB Limited“, „phpBB Teams“), einer Software unter der „General Public License“ (im Folgenden „GPL“), die man unter www.phpbb.com findet.

Du schreibst nichts, was gegen das Recht deines Landes verstößt, und weißt, dass deine IP-Adresse gespeichert wird."""


def test_translated_terms_are_known_by_the_paragraph_on_the_software():
    assert states(of_forum("phpbb", GERMAN))["rules_text"] == "unread:default_terms"


def test_translated_terms_with_a_paragraph_more_are_read():
    more = "Wir sind keine Ärzte und raten zu keiner Dosis."
    assert more in of_forum("phpbb", f"{GERMAN}\n\n{more}").rules_text.value


def test_rules_elsewhere_are_read_before_the_softwares_terms():
    body = f'<html lang="en"><body id="phpbb"><div id="page-body"><div class="content"><p>{OWN} Be kind to whoever is awake.</p></div></div></body></html>'
    rules = answer("https://lantern.example/forum/app.php/rules", body, headers=HTML)
    assert of_forum("phpbb", LANTERN, rules).rules_text.value == f"{OWN} Be kind to whoever is awake."


def test_a_recorded_page_of_the_softwares_terms_is_no_rules(shared_data: Path):
    """A forum of phpBB 3.0 in Russian, whose register page holds the terms as they came."""
    url = "http://www.bsuir.by/conference/ucp.php?mode=terms"
    page = recorded(shared_data / "captures/forum-phpbb/formasaurus-www.bsuir.by-2.html", url)
    index = recorded(
        shared_data / "captures/forum-phpbb/formasaurus-www.bsuir.by-1.html", "http://www.bsuir.by/conference/"
    )
    snapshot = read(adapters()["phpbb"].recognise(index), index, page)
    assert len(html_to_text(page.body.decode())) > 1_500
    assert states(snapshot)["rules_text"] == "unread:default_terms"
