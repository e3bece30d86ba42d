"""The words that stand for codes on every page, so that nothing is said by a letter or a colour alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# As readers of forums write it, and as a source of the past that failed is told.
_without_index = re.compile(r"index: not read \((\w+)\), only what other pages tell")
_source_failed = re.compile(r"(\w+): (\w+)")


@dataclass(frozen=True)
class GradeLabel:
    letter: str
    title: str
    meaning: str


@dataclass(frozen=True)
class HelpLine:
    place: str
    name: str
    number: str
    tel: str


GRADES: Mapping[str, GradeLabel] = {
    grade.letter: grade
    for grade in (
        GradeLabel("A", "Run with great care", "Clear rules, known hosts, a steady history, and little left unknown."),
        GradeLabel(
            "B", "Run with care", "Most of what protects members is in place; a few things are missing or unproven."
        ),
        GradeLabel("C", "Mixed", "Some things that protect members are in place, others are missing or unproven."),
        GradeLabel("D", "Serious gaps", "Much of what protects members is missing or unproven."),
        GradeLabel(
            "E", "Serious concerns", "There is little that protects members, or there are grave incidents on record."
        ),
        GradeLabel("U", "Not enough known", "Too much could not be read to say. This is neither praise nor blame."),
    )
}

# The question behind each dimension of the pack.
DIMENSIONS: Mapping[str, str] = {
    "stewardship": "Who answers for this group, and is what they say of themselves true?",
    "clarity": "Do the rules cover what protects people in distress, in words that can be understood?",
    "history": "How long has it been there, and do team and rules change calmly?",
}

RESULTS: Mapping[str, str] = {
    "passed": "Yes",
    "partial": "Partly",
    "failed": "No",
    "cant_tell": "Could not tell",
    "inapplicable": "Does not apply",
    "not_observable": "Cannot be seen here",
}

FRESHNESS: Mapping[str, str] = {
    "fresh": "read within the last 30 days",
    "ageing": "read more than 30 days ago; things may have changed",
    "stale": "read more than 180 days ago; too old to grade by",
}

CHANGES: Mapping[str, str] = {
    "rule_added": "a rule was added",
    "rule_removed": "a rule was taken out",
    "rule_reworded": "a rule was reworded",
    "steward_joined": "someone joined those who run the group",
    "steward_left": "someone left those who run the group",
    "name": "the name changed",
    "description": "what the group says of itself changed",
    "address": "the address changed",
    "members": "the number of members changed",
    "created": "the group began",
    "archived": "a public archive first saw it",
    "domain_registered": "the domain was registered",
    "domain_transferred": "the domain was transferred",
}

EFFORTS: Mapping[str, str] = {"low": "little work", "medium": "some work", "high": "much work"}

REASONS: Mapping[str, str] = {
    "": "nobody could tell",
    "not_probed": "it was not looked for",
    "not_attempted": "it was not tried",
    "rate_limited": "the platform asked us to slow down",
    "robots_disallowed": "the platform asks programs not to read it",
    "needs_auth": "it is shown only to programs that the platform has approved",
    "login_wall": "it is shown only to people who are logged in",
    "challenge": "visitors are asked to prove that they are human, and we do not get around that",
    "consent_wall": "visitors are asked to agree to something first, such as cookies, and we agree in nobody’s name",
    "unavailable": "the platform did not answer",
    "parse_error": "the page has a form that we could not read",
    "too_little_text": "there is too little text to judge by",
    "not_offered": "the platform shows this to nobody",
    "not_shown": "it is not shown",
    "not_stated": "nothing is said about it",
    "not_captured": "it is not among the recorded pages",
    "missing": "the page that was read does not have it",
    "no_earlier_reading": "the group has been read only once",
    "not_comparable": "no earlier reading shows what this one does",
    "nothing_claimed": "nobody claims a licence",
    "not_screened": "no exclusion list has been asked yet",
    "not_checked": "it has not been checked",
    "team_incomplete": "the platform does not show the whole team",
    "contributions_disagree": "those who contributed say different things",
    "hidden_by_admin": "those who run the place have hidden it",
    "private": "the group is private",
    "default_terms": "only the terms that come with the software were found, nothing of the group’s own",
    "not_archived": "no archive has kept it",
    "not_found": "there is no such page",
    "not_modified": "nothing newer came",
    "quarantined": "the platform has put the group behind a warning",
    "gated": "visitors are asked to confirm something first, such as their age, and we do not answer for them",
    "banned": "the platform has closed the group",
    "posts_not_read": "it would stand among the group’s posts, which we never read",
    "too_many_requests": "it would have taken more pages than we ask for",
}

CONTRIBUTIONS: Mapping[str, str] = {
    "name": "name",
    "purpose": "purpose",
    "rules": "rules",
    "moderators": "moderators",
    "members": "number of members",
    "visibility": "who can see it",
    "joining": "how to join",
}

STATES: Mapping[str, str] = {
    "submitted": "kept, and waiting for a second voice",
    "counted": "it counts",
    "withdrawn": "withdrawn, and deleted",
    "rejected": "not taken, and deleted",
}

# Free, open day and night, run by public or long-established bodies.
HELP_LINES = (
    HelpLine("Europe", "emergency number", "112", "112"),
    HelpLine("United States and Canada", "emergency number", "911", "911"),
    HelpLine("United States and Canada", "988 Lifeline, call or text", "988", "988"),
    HelpLine("United Kingdom and Ireland", "Samaritans", "116 123", "116123"),
    HelpLine("Australia", "Lifeline", "13 11 14", "131114"),
)


def grade_label(letter: str) -> GradeLabel:
    """The label of a grade; an unknown letter reads as “not enough known”, never as praise."""
    return GRADES.get(letter, GRADES["U"])


def fields_in_words(fields: Iterable[str], last: str = "and") -> str:
    """Fields of a contribution as a list in a sentence."""
    *first, end = [CONTRIBUTIONS.get(field, field) for field in fields] or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def reason_words(code: str) -> str:
    """Why something could not be told, in words."""
    return REASONS.get(code, code.replace("_", " "))


def warning_words(warning: str) -> str:
    """What went wrong while reading, without the codes of reasons in it."""
    shut, failed = _without_index.fullmatch(warning), _source_failed.fullmatch(warning)
    if shut:
        return f"The start page was not read: {reason_words(shut[1])}. Only what other pages tell is known."
    return f"{failed[1]}: {reason_words(failed[2])}" if failed else warning
