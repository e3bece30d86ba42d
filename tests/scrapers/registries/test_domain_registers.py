"""What registers say of a domain: every recorded answer, what is not about the domain, and nothing about persons."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.capture import Capture, Outcome
from scrapers.recorded import read_folder
from scrapers.refs import GroupRef
from scrapers.registries import crtsh, rdap
from scrapers.registries.rdap import own_domain, read_domain, register_of
from scrapers.snapshot import Snapshot, State

AT = datetime(2026, 9, 1, tzinfo=UTC)

# Recorded answer -> domain, and the days of registration, last change, transfer and expiry; None where it is about no domain.
ANSWERS = {
    "icann-domain_afnic_fr.json": ("afnic.fr", "2001-12-10", "2022-09-28", "2017-07-18", "2029-07-18"),
    "icann-home.moscow.json": ("home.moscow", "2021-10-19", "2023-11-20", None, "2024-10-19"),
    "icann-microsoft.click.json": ("microsoft.click", "2014-11-12", "2023-10-17", None, "2024-11-12"),
    "openrdap-example.cz.json": ("example.cz", "2004-08-30", None, "2007-01-25", "2019-08-30"),
    "whoisit-data_rdap_response_domain1.json": ("google.com", "1997-09-15", None, None, "2028-09-14"),
    "whoisit-data_rdap_response_domain3.json": ("themarquetry.com", "2021-03-16", None, None, "2022-03-16"),
    "icann-domain_search_with_redaction.json": None,
    "icann-entity_arin_hostmaster.json": None,
    "icann-error_ripe_net.json": None,
    "icann-help_nic_fr.json": None,
    "icann-nameserver_ns1_nic_fr.json": None,
    "openrdap-bootstrap-404.html": None,
    "whoisit-data_rdap_response_ip_v6.json": None,
}
COMPANIES = {
    "icann-domain_afnic_fr.json": "Registry Operations",
    "icann-microsoft.click.json": "MarkMonitor Inc.",
    "openrdap-example.cz.json": "REG-INTERNET-CZ",
    "whoisit-data_rdap_response_domain1.json": "MarkMonitor Inc.",
}


@pytest.fixture(scope="session")
def recorded(shared_data: Path) -> dict[str, Capture]:
    folder = shared_data / "captures" / "rdap"
    names = sorted(path.name.removesuffix(".meta.json") for path in folder.glob("*.meta.json"))
    return dict(zip(names, read_folder(folder), strict=True))


def test_every_recorded_answer_is_judged_here(recorded):
    assert set(recorded) == set(ANSWERS)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_recorded_answer_reads_as_expected(recorded, name):
    expected = ANSWERS[name]
    reading = read_domain(recorded[name], expected[0] if expected else "ns1.nic.fr")
    if expected is None:
        assert (reading.state, reading.value) == (State.UNREAD, None)
        return
    found = reading.value
    moments = (found.registered_at, found.changed_at, found.transferred_at, found.expires_at)
    assert (found.name, *(moment and f"{moment:%Y-%m-%d}" for moment in moments)) == expected
    assert found.registrar == COMPANIES.get(name, found.registrar)
    assert found.statuses


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_kept_says_the_same_and_names_nobody(recorded, name):
    domain = ANSWERS[name][0] if ANSWERS[name] else "ns1.nic.fr"
    kept = rdap.PAST.kept(recorded[name])
    assert read_domain(kept, domain).value == read_domain(recorded[name], domain).value
    assert rdap.PAST.kept(kept) == kept
    assert b"vcardArray" not in kept.body
    assert len(json.loads(kept.body)["entities"]) <= 1


def test_certificates_tell_since_when_a_domain_is_used(shared_data):
    (log,) = read_folder(shared_data / "captures" / "crtsh")
    assert crtsh.read_log(log, "example.com").value == datetime(2014, 11, 6, tzinfo=UTC)
    assert crtsh.read_log(log, "elsewhere.example").state is State.ABSENT


def answer(body: object, outcome: Outcome = Outcome.OK) -> Capture:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    url = "https://register.example/domain/calm.example"
    return Capture(url, url, outcome, AT, 200, {"content-type": "application/rdap+json"}, data)


CALM = {
    "objectClassName": "domain",
    "ldhName": "CALM.EXAMPLE",
    "status": ["active", 7, None],
    "notices": {"title": "Quota", "description": ["You have 3 requests left."]},
    "events": [
        {"eventAction": "registration", "eventDate": "2012-05-01T00:00:00Z"},
        {"eventAction": "transfer", "eventDate": "2015-01-01T00:00:00Z"},
        {"eventAction": "Transfer", "eventDate": "2020-06-07T08:09:10.123456789+02:00"},
        {"eventAction": "expiration", "eventDate": "someday"},
    ],
    "entities": [
        {"roles": ["registrant"], "vcardArray": ["vcard", [["fn", {}, "text", "Somebody Invented"]]]},
        {
            "roles": ["registrar"],
            "handle": "77",
            "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Names Ltd"]]],
        },
    ],
}


def test_of_several_transfers_the_latest_counts_and_odd_values_are_left_out():
    found = read_domain(answer(CALM), "calm.example").value
    assert found.transferred_at == datetime(2020, 6, 7, 6, 9, 10, 123456, tzinfo=UTC)
    assert (found.expires_at, found.registrar, found.statuses) == (None, "Names Ltd", ("active",))
    assert b"Somebody" not in rdap.without_contacts(json.dumps(CALM).encode())


def test_another_domain_is_not_taken_for_ours():
    assert read_domain(answer(CALM), "calmer.example").value is None


@pytest.mark.parametrize(
    ("outcome", "state", "reason"),
    [
        (Outcome.NOT_FOUND, State.ABSENT, ""),
        (Outcome.RATE_LIMITED, State.WITHHELD, "rate_limited"),
        (Outcome.UNAVAILABLE, State.UNREAD, "unavailable"),
        (Outcome.ROBOTS_DISALLOWED, State.WITHHELD, "robots_disallowed"),
    ],
)
def test_a_register_that_does_not_tell_says_why(outcome, state, reason):
    reading = read_domain(answer(b"", outcome), "calm.example")
    assert (reading.state, reading.reason) == (state, reason)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@given(st.sampled_from(sorted(CALM)), json_values)
def test_a_damaged_answer_gives_the_same_or_nothing(field, junk):
    whole = read_domain(answer(CALM), "calm.example").value
    capture = answer({**CALM, field: junk})
    found = read_domain(capture, "calm.example").value
    kept = rdap.PAST.kept(capture)
    assert read_domain(kept, "calm.example").value == found
    assert rdap.PAST.kept(kept) == kept
    if found is not None:
        for name in ("registered_at", "transferred_at"):
            assert getattr(found, name) in (getattr(whole, name), None)


SERVICES = [
    [["com", "net"], ["http://rdap.one.example/", "https://rdap.one.example/v1/"]],
    [["co.example", "EXAMPLE"], ["https://rdap.two.example"]],
    [["old"], ["http://rdap.three.example/"]],
    "odd",
]


@pytest.mark.parametrize(
    ("domain", "register"),
    [
        ("calm.com", "https://rdap.one.example/v1/"),
        ("calm.co.example", "https://rdap.two.example"),
        ("calm.example", "https://rdap.two.example"),
        ("calm.old", ""),
        ("calm.nowhere", ""),
    ],
)
def test_the_list_of_registers_is_read_by_the_longest_suffix_and_only_secure(domain, register):
    assert register_of(domain, SERVICES) == register
    assert register_of(domain, None) == ""


@pytest.mark.parametrize(
    ("address", "platform", "scope", "domain"),
    [
        ("https://forum.calm.example/", "phpbb", "site", "calm.example"),
        ("https://www.calm.co.uk/group", "web", "group", "calm.co.uk"),
        ("https://bücher-trost.de/", "web", "group", "xn--bcher-trost-thb.de"),
        ("https://lemmy.example/c/calm", "lemmy", "group", ""),  # somebody else's server
        ("https://www.reddit.com/r/calm/", "reddit", "group", ""),
        ("https://calm.wordpress.com/", "web", "group", ""),
        ("https://calm.github.io/", "web", "group", ""),
        ("https://calm.discourse.group/", "discourse", "site", ""),
        ("http://127.0.0.1:8080/", "web", "group", ""),
        ("http://localhost/", "web", "group", ""),
        ("http://[::1]/", "web", "group", ""),
    ],
)
def test_only_a_domain_of_the_groups_own_is_asked_about(address, platform, scope, domain):
    assert own_domain(Snapshot(GroupRef(platform, "x", address), AT, scope=scope)) == domain
