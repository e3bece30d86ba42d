"""The core pack's rules as a reader and a small group meet them: sound, kindly worded, fair to peers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import rules
from rules.findings import Result
from rules.rule import Rule
from rules.rulefile import read_rule
from rules.vocabulary import standard

ROOM = Path(rules.__file__).parent
FILES = sorted((ROOM / "packs/core/rules").glob("*.yaml"))
AT = datetime(2026, 6, 1, tzinfo=UTC)

# An honest small group: one peer, no licence, no organisation, no money.
PEERS: dict[str, Any] = {
    "claims_of_cure": False,
    "cost": "free",
    "credentials_claimed": False,
    "founder_known": True,
    "members_per_steward": 60.0,
    "organisation_named": False,
    "peer_certification": False,
    "peer_statement": "specified",
    "stewards_accounts_young": False,
    "stewards_active": 2,
    "stewards_listed": True,
    "stewards_reachable": True,
    "stewards_roles_stated": True,
    "team_statement": "specified",
}
BLAME = re.compile(r"\b(refuses?|neglects?|fails? to|failed to|careless|ignores?|hides|never covered)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def core() -> dict[str, Rule]:
    problems: list[str] = []
    loaded = [read_rule(path, standard(), problems) for path in FILES]
    assert problems == []
    return {rule.id: rule for rule in loaded if rule}


def stewardship(core: dict[str, Rule], values: dict[str, Any]) -> dict[str, Result]:
    return {rule.id: rule.verdict(values, AT)[0] for rule in core.values() if rule.dimension == "stewardship"}


def test_every_file_is_sound_and_every_example_holds(core: dict[str, Rule]) -> None:
    assert len(core) == len(FILES) >= 45
    assert {rule.id.split("-")[0] for rule in core.values()} == {"stewardship", "clarity", "history"}
    assert all(rule.id.startswith(f"{rule.dimension}-") and rule.weight in (10, 7.5, 5, 2.5) for rule in core.values())


def test_words_are_sentences_without_blame(core: dict[str, Rule]) -> None:
    texts = [text for rule in core.values() for text in (*rule.messages.values(), rule.remedy)]
    assert [text for text in texts if BLAME.search(text)] == []
    assert [text for text in texts if not re.search(r"[.”]$", text.strip())] == []
    assert [rule.question for rule in core.values() if not rule.question.endswith("?")] == []


def test_honest_peers_earn_every_mark_of_stewardship(core: dict[str, Rule]) -> None:
    assert set(stewardship(core, PEERS).values()) == {Result.PASSED, Result.INAPPLICABLE}


@pytest.mark.parametrize("state", ["self_reported", "could_not_confirm", "not_checkable", "contradicted"])
def test_an_unconfirmed_licence_does_not_pass_under_cover_of_a_peer_statement(
    core: dict[str, Rule], state: str
) -> None:
    found = stewardship(core, PEERS | {"credentials_claimed": True, "credentials_checked": state})
    assert found["stewardship-answerable"] is Result.FAILED
    assert found["stewardship-claims-check-out"] is not Result.PASSED


@pytest.mark.parametrize(
    "confirmed",
    [
        {"credentials_claimed": True, "credentials_checked": "verified"},
        {"peer_certification": True, "peer_statement": "absent"},
        {"organisation_named": True, "organisation_vouches": True, "peer_statement": "absent"},
    ],
)
def test_each_way_to_answer_for_a_group_earns_full_marks(core: dict[str, Rule], confirmed: dict[str, Any]) -> None:
    assert stewardship(core, PEERS | confirmed)["stewardship-answerable"] is Result.PASSED


def test_a_group_without_rules_of_its_own_earns_nothing_for_clarity(core: dict[str, Rule]) -> None:
    silent: dict[str, Any] = {
        name: "absent" for name, question in standard().questions.items() if question.kind == "level"
    }
    silent |= {"rules_published": False, "purpose_stated": False}
    results = {rule.verdict(silent, AT)[0] for rule in core.values() if rule.dimension == "clarity"}
    assert results == {Result.FAILED, Result.INAPPLICABLE}


def test_the_example_in_the_manual_is_a_rule_of_the_pack() -> None:
    shown = re.search(r"```yaml\n(.*?)```", (ROOM / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    assert shown[1] == (ROOM / "packs/core/rules/clarity-reporting.yaml").read_text(encoding="utf-8")
