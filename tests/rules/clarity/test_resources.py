"""Ways to urgent help are found by number and by name, and what only looks like a number to call is not."""

from __future__ import annotations

import pytest

from rules.clarity.resources import GENERIC, directory, resources
from rules.clarity.words import sentences

NAMED = [
    ("Call 1-800-273-TALK.", "988 Suicide and Crisis Lifeline"),
    ("Phone 1-800-SUICIDE at night.", "988 Suicide and Crisis Lifeline"),
    ("Ring 13YARN.", "13YARN"),
    ("13 YARN (13 92 76) is there for mob.", "13YARN"),
    ("Call 15 (France).", "SAMU"),
    ("In France, call 15 or 112.", "SAMU"),
    ("Composez le 15.", "SAMU"),
    ("France : 3114", "3114"),
    ("In Europe: 112", "European emergency number"),
    ("116 111 is for children.", "116 111 European helpline for children"),
    ("In Deutschland 116 111 anrufen", "Nummer gegen Kummer"),
    ("Samaritans: 116 123", "Samaritans"),
    ("In Germany call 116 123.", "TelefonSeelsorge"),
    ("In Poland call 116 123.", "116 123 European helpline"),
    ("Call 111 and choose option 2.", "NHS 111"),
    ("111 (option 2) for urgent mental health support", "NHS 111"),
    ("Text SHOUT to 85258.", "Shout"),
    ("US: 988", "988 Suicide and Crisis Lifeline"),
    ("Canada: 9-8-8", "988 Suicide and Crisis Lifeline"),
    ("Text HOME to 741-741.", "Crisis Text Line"),
    ("Trevor: 1-866-488-7386", "The Trevor Project"),
    ("1-833-456-4566, day and night", "Talk Suicide Canada"),
    ("Lifeline on 13 11 14", "Lifeline Australia"),
    ("+61 13 11 14", "Lifeline Australia"),
    ("NZ: 1737", "1737 Need to talk?"),
    ("Text HELLO to 50808.", "Text About It"),
    ("Tele-MANAS: 14416", "Tele MANAS"),
    ("KIRAN 1800-599-0019", "KIRAN"),
    ("0800/111 0 111", "TelefonSeelsorge"),
    ("+49 800 111 0 111", "TelefonSeelsorge"),
    ("España: 024", "024"),
    ("CVV: ligue 188", "CVV"),
    ("808 24 24 24", "SNS 24"),
    ("Ruf die 142 an.", "Telefonseelsorge Österreich"),
    ("Schweiz: 143", "Die Dargebotene Hand"),
    ("Netherlands: 113 or 0800-0113", "113 Zelfmoordpreventie"),
    ("Bel 1813.", "Centre de Prévention du Suicide"),
    ("Japan: 03-5774-0992", "TELL Lifeline"),
    ("In Singapore call 1767.", "Samaritans of Singapore"),
    ("https://findahelpline.com/", "Find A Helpline"),
    ("www.befrienders.org", "Befrienders Worldwide"),
    ("See iasp.info/crisis-centres", "International Association for Suicide Prevention"),
]
NO_NUMBERS = [
    "Call 15 times before you give up.",
    "Call 15 friends in France.",
    "See rule 15.",
    "Rule 112: emergency posts go elsewhere.",
    "It costs $988, call us.",
    "The price is 988 dollars, text us.",
    "We meet at 15:30, call us.",
    "We call it off below 15%.",
    "The crisis began 112 days ago.",
    "Posts about the suicide of 188 workers are removed.",
    "Keep text under 999 characters.",
    "Text posts need 1000 characters.",
    "An appeal takes 135 days; contact us.",
    "Contact: room 106.",
    "I moved to France with 3114 books.",
    "Call of duty 15 is off topic.",
]


def named(text):
    return [name for name, kind in ((one.name, one.kind) for one in resources(sentences(text))) if kind != GENERIC]


@pytest.mark.parametrize(("text", "name"), NAMED)
def test_a_way_to_help_is_found_as_people_write_it(text, name):
    assert name in named(text)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_a_number_that_counts_prices_or_numbers_is_not_one_to_call(text):
    assert named(text) == []


def test_every_entry_of_the_directory_is_text():
    known = directory()
    everything = [*(one for found in known.numbers.values() for one in found), *(one for _, one in known.names)]
    assert all(isinstance(part, str) for name, kind, countries in everything for part in (name, kind, *countries))
    assert all(number.isdigit() for number in known.numbers)
